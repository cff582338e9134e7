"""How does my agency's data get in? Choose, check, accept; and take it back when it was wrong."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, UploadFile
from starlette.responses import RedirectResponse, Response

from services.portal.clients import Answered, OutOfReach
from services.portal.import_words import RIWAYAT, SENDERS, corrections_words
from services.portal.page import Page, ThePage, TheReader
from services.portal.session import Reader

LARGEST = 64_000_000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = {"periksa": "again", "terima": "accept", "batalkan": "undo", "buang": "drop"}
WORKING = ("checking", "accepting", "undoing")
FOUND = ("checked", "accepted", "stopped")
NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
ROWS = 50

router = APIRouter()


class NoSuchPage(Answered):
    """An address that no page has."""

    def __init__(self) -> None:
        super().__init__(404, "not-found", None)


@router.get("/impor")
async def overview(page: ThePage, reader: TheReader) -> Response:
    """What can be sent, with its template, and what has been sent before."""
    doors, sent, away = [], [], []
    for service in SENDERS:
        try:
            templates = (await page.asks.get(service, reader, "/templates")).json()
            known = (await page.asks.get(service, reader, "/imports")).json()
        except OutOfReach:
            away.append(service)
            continue
        titles = {one["name"]: one["title"] for one in templates}
        doors.append({"service": service, "templates": templates})
        sent += [{**one, "service": service, "title": titles.get(one["kind"])} for one in known]
    sent.sort(key=lambda one: one["sent_at"], reverse=True)
    return page.render(
        "imports.html",
        reader,
        here="impor",
        doors=doors,
        sent=sent,
        away=away,
        riwayat=RIWAYAT[1],
    )


@router.get("/impor/{service}/templat/{name}")
async def template(page: ThePage, reader: TheReader, service: str, name: str) -> Response:
    """The workbook to fill in."""
    answer = await page.asks.get(_known(service), reader, f"/templates/{_plain(name)}")
    return file_of(answer.content, f"templat-{service}-{name}.xlsx")


@router.post("/impor/{service}/{kind}", max_body_size=LARGEST)
async def send(
    page: ThePage, reader: TheReader, service: str, kind: str, berkas: UploadFile
) -> Response:
    """Send a file to be checked; nothing is recorded by that."""
    content = await berkas.read()
    path = f"/imports/{_plain(kind)}/check"
    sent = await page.asks.send(_known(service), reader, path, berkas.filename or kind, content)
    return RedirectResponse(f"/impor/{service}/{sent.json()['import_id']}", 303)


@router.get("/impor/{service}/{import_id}")
async def one(
    page: ThePage,
    reader: TheReader,
    service: str,
    import_id: UUID,
    lembar: Annotated[str, Query(max_length=100)] = "",
    baris: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    hasil: Literal["rejected", "warning"] | None = None,
) -> Response:
    """One file: how far it is, what was found, and what can be done next."""
    story = (await page.asks.get(_known(service), reader, f"/imports/{import_id}")).json()
    working = story["state"] in WORKING
    asked = {"limit": str(ROWS), "after_sheet": lembar, "after_row": str(baris)}
    if hasil:
        asked["outcome"] = hasil
    rows: list[dict[str, Any]] = []
    if story["reasons"] and story["state"] in FOUND:
        rows = (await page.asks.get(service, reader, f"/imports/{import_id}/rows", asked)).json()
    return page.render(
        "import.html",
        reader,
        here="impor",
        service=service,
        one=story,
        title=await _title(page, reader, service, story["kind"]),
        working=working,
        rows=rows,
        later=rows[-1] if len(rows) == ROWS else None,
        first=not lembar,
        only=hasil,
    )


@router.post("/impor/{service}/{import_id}/{step}")
async def go_on(
    page: ThePage, reader: TheReader, service: str, import_id: UUID, step: str
) -> Response:
    """Check again, accept, undo or throw away."""
    if step not in STEPS:
        raise NoSuchPage
    await page.asks.post(_known(service), reader, f"/imports/{import_id}/{STEPS[step]}", {})
    return RedirectResponse(f"/impor/{service}/{import_id}", 303)


@router.get("/impor/{service}/{import_id}/perbaikan")
async def corrections(page: ThePage, reader: TheReader, service: str, import_id: UUID) -> Response:
    """The rejected rows as a workbook, with the reasons in our words."""
    story = (await page.asks.get(_known(service), reader, f"/imports/{import_id}")).json()
    words = corrections_words([one["reason"] for one in story["reasons"]])
    path = f"/imports/{import_id}/corrections"
    answer = await page.asks.post(service, reader, path, {"words": words})
    return file_of(answer.content, f"perbaikan-{story['number']}.xlsx")


async def _title(page: Page, reader: Reader, service: str, kind: str) -> str:
    templates = (await page.asks.get(service, reader, "/templates")).json()
    return next((str(one["title"]) for one in templates if one["name"] == kind), kind)


def _known(service: str) -> str:
    if service not in SENDERS:
        raise NoSuchPage
    return service


def _plain(name: str) -> str:
    if not NAME.fullmatch(name):
        raise NoSuchPage
    return name


def file_of(content: bytes, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=WORKBOOK, headers={"Content-Disposition": disposition})
