"""Who are you? The development sign-in: one invented person for every role."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from services.portal.page import Page, ThePage, reader_or_none
from services.portal.session import COOKIE, LIFETIME, PERSONAS, Persona, Reader, persona_named

router = APIRouter()


@router.get("/")
async def home(request: Request) -> Response:
    reader = reader_or_none(request)
    if reader is None:
        return RedirectResponse("/masuk", 303)
    own = reader.scope == "self"
    return RedirectResponse(f"/pegawai/{reader.subject}" if own else "/pegawai", 303)


@router.get("/masuk")
async def choose(page: ThePage, ke: str = "/") -> Response:
    return page.render("sign_in.html", None, personas=PERSONAS, onward=_inside(ke))


@router.post("/masuk")
async def enter(
    page: ThePage, persona: Annotated[str, Form()], ke: Annotated[str, Form()] = "/"
) -> Response:
    chosen = persona_named(persona)
    if chosen is None:
        return RedirectResponse("/masuk", 303)
    session = page.sign_in.session_of(chosen, await _subject_of(page, chosen))
    response = RedirectResponse(_inside(ke), 303)
    response.set_cookie(COOKIE, session, max_age=LIFETIME, httponly=True, samesite="lax")
    return response


@router.post("/keluar")
async def leave() -> Response:
    response = RedirectResponse("/masuk", 303)
    response.delete_cookie(COOKIE)
    return response


def _inside(onward: str) -> str:
    """A path on this site; anything that could lead elsewhere becomes the first page."""
    plain = onward.startswith("/") and not onward.startswith("//") and "\\" not in onward
    return onward if plain and onward.isprintable() else "/"


async def _subject_of(page: Page, persona: Persona) -> str | None:
    """The invented employee is the first person on record; the others are nobody's record."""
    if persona.scope != "self":
        return None
    analyst = next(one for one in PERSONAS if one.role == "officer")
    reader = Reader(
        subject=analyst.subject,
        role=analyst.role,
        agency=page.sign_in.agency,
        scope=analyst.scope,
    )
    listing = (await page.asks.get("profile", reader, "/people", {"limit": "1"})).json()
    return next((str(person["person_id"]) for person in listing["people"]), None)
