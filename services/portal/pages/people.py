"""Who is on record, and what is recorded about one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from services.portal.clients import Answered
from services.portal.page import Page, ThePage, TheReader
from services.portal.session import Reader
from services.portal.words import POLICIES

router = APIRouter()


@router.get("/pegawai")
async def people(
    page: ThePage, reader: TheReader, sesudah: Annotated[UUID | None, Query()] = None
) -> Response:
    """The list of people, a page at a time."""
    after = {"after": str(sesudah)} if sesudah else {}
    listing = (await page.asks.get("profile", reader, "/people", {"limit": "25", **after})).json()
    return page.render(
        "people.html", reader, here="pegawai", listing=listing, first=sesudah is None, missed=False
    )


@router.post("/pegawai")
async def find(page: ThePage, reader: TheReader, nomor: Annotated[str, Form()] = "") -> Response:
    """Find by number; the number travels in a body and never stands in an address."""
    digits = "".join(nomor.split())
    try:
        found = await page.asks.post("profile", reader, "/people/lookup", {"number": digits})
    except Answered as problem:
        if problem.status not in (404, 409, 422):
            raise
        listing = (await page.asks.get("profile", reader, "/people", {"limit": "25"})).json()
        return page.render(
            "people.html", reader, here="pegawai", listing=listing, first=True, missed=True
        )
    return RedirectResponse(f"/pegawai/{found.json()['person_id']}", 303)


@router.get("/pegawai/{person_id}")
async def person(page: ThePage, reader: TheReader, person_id: UUID) -> Response:
    """One person: who it is, and the questions that can be asked."""
    card = await person_of(page, reader, person_id)
    return page.render("person.html", reader, here="pegawai", person=card, policies=POLICIES)


async def person_of(page: Page, reader: Reader, person_id: UUID) -> dict[str, Any]:
    """A person's card, with what stands now picked out of its lines."""
    card = (await page.asks.get("profile", reader, f"/people/{person_id}")).json()
    lines = [line for line in card["lines"] if line["superseded_at"] is None]
    rank, position = _last(lines, "rank"), _last(lines, "position")
    details = card["details"] or {}
    return {
        "person_id": str(person_id),
        "name": _written(details) if details else None,
        "number": details.get("number"),
        "employment": card["employment"],
        "golongan": rank["detail"].get("golongan") if rank else None,
        "post": position["post"] if position else None,
        "unit": position["unit"] if position else None,
        "lines": sorted(card["lines"], key=lambda line: line["effective_from"], reverse=True),
    }


def _last(lines: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    return next((line for line in reversed(lines) if line["kind"] == kind), None)


def _written(details: Mapping[str, str | None]) -> str:
    front = f"{details['front_title']} " if details.get("front_title") else ""
    back = f", {details['back_title']}" if details.get("back_title") else ""
    return f"{front}{details['name']}{back}"
