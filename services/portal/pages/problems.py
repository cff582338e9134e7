"""What a page says when it cannot say what was asked: what happened, and the way on."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from services.portal.clients import Answered, OutOfReach
from services.portal.findings import SOURCES
from services.portal.messages import UNEXPECTED, told
from services.portal.page import SignInFirst, page_of, reader_or_none
from services.portal.session import COOKIE


def add_to(portal: FastAPI) -> None:
    """Every way in which a page can fail has a page."""
    portal.exception_handler(SignInFirst)(_sign_in_first)
    portal.exception_handler(Answered)(_answered)
    portal.exception_handler(OutOfReach)(_out_of_reach)
    portal.exception_handler(RequestValidationError)(_unreadable)
    portal.exception_handler(HTTPException)(_missing)
    portal.exception_handler(Exception)(_unexpected)


async def _sign_in_first(_: Request, error: SignInFirst) -> Response:
    return RedirectResponse(error.location, 303)


async def _answered(request: Request, error: Answered) -> Response:
    if error.status == 401:
        response = RedirectResponse("/masuk", 303)
        response.delete_cookie(COOKIE)
        return response
    detail, step = told(error.slug)
    title = {403: "Tidak berhak", 404: "Tidak ditemukan"}.get(error.status, "Tidak dapat dijawab")
    return _page(request, error.status, title, detail, step, error.reference)


async def _out_of_reach(request: Request, error: OutOfReach) -> Response:
    source = SOURCES.get(error.service, error.service)
    detail = f"Layanan {source} sedang tidak dapat dihubungi. Tidak ada catatan yang hilang."
    return _page(request, 503, "Sedang tidak terjangkau", detail, "Coba lagi sebentar lagi.")


async def _unreadable(request: Request, _: RequestValidationError) -> Response:
    detail, step = told("not-valid")
    return _page(request, 422, "Isian tidak terbaca", detail, step)


async def _missing(request: Request, error: HTTPException) -> Response:
    detail, step = told("not-found") if error.status_code == 404 else UNEXPECTED
    return _page(request, error.status_code, "Tidak ditemukan", detail, step)


async def _unexpected(request: Request, _: Exception) -> Response:
    return _page(request, 500, "Kesalahan", *UNEXPECTED)


def _page(
    request: Request,
    status: int,
    title: str,
    detail: str,
    step: str | None,
    reference: str | None = None,
) -> Response:
    return page_of(request).render(
        "problem.html",
        reader_or_none(request),
        status=status,
        title=title,
        detail=detail,
        step=step,
        reference=reference,
    )
