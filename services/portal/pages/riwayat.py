"""How do histories get in? One workbook for the desk; each service reads its own sheets."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, UploadFile
from pydantic import BaseModel, ConfigDict
from starlette.responses import RedirectResponse, Response

from services.chassis.template_description import TemplateDescription, together
from services.chassis.workbook_templates import template_workbook
from services.portal.clients import OutOfReach
from services.portal.import_words import RIWAYAT, SENDERS
from services.portal.page import Page, ThePage, TheReader
from services.portal.pages.imports import FOUND, LARGEST, STEPS, WORKING, NoSuchPage, file_of
from services.portal.session import Reader

SHOWN = 8  # rows of each service; the rest stands on the page of its own
NO_SHEET = "sheet-not-found"

router = APIRouter()


class Parts(BaseModel):
    """The import of each service that was sent this workbook."""

    model_config = ConfigDict(extra="forbid")

    profile: UUID | None = None
    training: UUID | None = None
    assessment: UUID | None = None

    @property
    def told(self) -> dict[str, UUID]:
        return {name: value for name, value in dict(self).items() if value is not None}


Sent = Annotated[Parts, Query()]


@router.get("/impor/riwayat/templat")
async def template(page: ThePage, reader: TheReader) -> Response:
    """One workbook with the sheets of all services that are within reach."""
    parts = []
    for service in SENDERS:
        for name in await _kinds(page, reader, service):
            path = f"/templates/{name}/description"
            told = (await page.asks.get(service, reader, path)).json()
            parts.append(TemplateDescription.model_validate(told))
    book = template_workbook(together("riwayat", RIWAYAT[0], RIWAYAT[1], parts))
    return file_of(book, "templat-riwayat.xlsx")


@router.post("/impor/riwayat", max_body_size=LARGEST)
async def send(page: ThePage, reader: TheReader, berkas: UploadFile) -> Response:
    """Send the workbook to every service that has a sheet in it, to be checked."""
    content, sent = await berkas.read(), {}
    for service in SENDERS:
        for kind in await _kinds(page, reader, service):
            path = f"/imports/{kind}/check"
            told = await page.asks.send(service, reader, path, berkas.filename or kind, content)
            sent[service] = told.json()["import_id"]
    return RedirectResponse(f"/impor/riwayat?{urlencode(sent)}", 303)


@router.get("/impor/riwayat")
async def one(page: ThePage, reader: TheReader, sent: Sent) -> Response:
    """What each service found, side by side."""
    if not sent.told:
        raise NoSuchPage
    parts = [await _part(page, reader, *one) for one in sent.told.items()]
    return page.render(
        "riwayat.html",
        reader,
        here="impor",
        parts=parts,
        address=urlencode({name: str(value) for name, value in sent.told.items()}),
        working=any(part["working"] for part in parts),
        ready=sum(part["ready"] for part in parts),
        rejected=sum(part["story"]["rejected"] for part in parts),
        nothing=all(part["absent"] for part in parts),
    )


@router.post("/impor/riwayat/{step}")
async def go_on(page: ThePage, reader: TheReader, step: str, sent: Sent) -> Response:
    """Accept everywhere what can be taken, or undo it everywhere."""
    if step not in ("terima", "batalkan"):
        raise NoSuchPage
    wanted = "ready" if step == "terima" else "done"
    for service, import_id in sent.told.items():
        part = await _part(page, reader, service, import_id)
        if part[wanted]:
            path = f"/imports/{import_id}/{STEPS[step]}"
            await page.asks.post(service, reader, path, {})
    address = urlencode({name: str(value) for name, value in sent.told.items()})
    return RedirectResponse(f"/impor/riwayat?{address}", 303)


async def _kinds(page: Page, reader: Reader, service: str) -> list[str]:
    """The kinds of file of a service that are a part of this workbook; none while it is away."""
    try:
        templates = (await page.asks.get(service, reader, "/templates")).json()
    except OutOfReach:
        return []
    return [one["name"] for one in templates if one["part_of"] == "riwayat"]


async def _part(page: Page, reader: Reader, service: str, import_id: UUID) -> dict[str, Any]:
    story = (await page.asks.get(service, reader, f"/imports/{import_id}")).json()
    absent = story["state"] == "refused" and story["problem"] == NO_SHEET
    rows: list[dict[str, Any]] = []
    if story["reasons"] and story["state"] in FOUND:
        asked = {"limit": str(SHOWN)}
        rows = (await page.asks.get(service, reader, f"/imports/{import_id}/rows", asked)).json()
    can_take = story["state"] == "checked"
    return {
        "service": service,
        "story": story,
        "rows": rows,
        "absent": absent,
        "working": story["state"] in WORKING,
        "ready": story["valid"] + story["unchanged"] if can_take else 0,
        "done": story["state"] in ("accepted", "stopped"),
    }
