"""What is on record about this person, since when, since when known, and on whose word?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.clients import Answered, OutOfReach
from services.portal.page import Page, ThePage, TheReader
from services.portal.pages.people import person_of
from services.portal.record_words import (
    Line,
    competency_line,
    fact_line,
    rating_line,
    training_line,
)
from services.portal.session import Reader

router = APIRouter()
FAMILIES = {
    "registration": "Kepegawaian",
    "rank": "Golongan",
    "position": "Jabatan",
    "education": "Pendidikan",
    "sanction": "Hukuman disiplin",
}


@router.get("/pegawai/{person_id}/catatan")
async def record(page: ThePage, reader: TheReader, person_id: UUID) -> Response:
    """Every fact of every service with both its dates, its source and its document."""
    person = await person_of(page, reader, person_id)
    away: list[str] = []
    families = [
        (title, [fact_line(one) for one in person["lines"] if one["kind"] == kind])
        for kind, title in FAMILIES.items()
    ]
    told = f"/people/{person_id}"
    for service, path, key, title, line in (
        ("assessment", f"{told}/appraisals", "appraisals", "Kinerja", rating_line),
        ("assessment", f"{told}/competency-assessments", "results", "Kompetensi", competency_line),
        ("training", f"{told}/trainings", "trainings", "Pelatihan", training_line),
    ):
        found = await _asked(page, reader, service, path, away)
        families.append((title, [line(one) for one in found.get(key, [])]))
    return page.render(
        "record.html",
        reader,
        here="pegawai",
        person=person,
        families=[(title, _newest_first(lines)) for title, lines in families],
        away=away,
    )


async def _asked(
    page: Page, reader: Reader, service: str, path: str, away: list[str]
) -> Mapping[str, Any]:
    """What a service says; one that is away, or has not heard of the person yet, is named."""
    try:
        answer: Mapping[str, Any] = (await page.asks.get(service, reader, path)).json()
    except OutOfReach:
        answer = {}
    except Answered as problem:
        if problem.status not in (404, 409):
            raise
        return {}
    if not answer and service not in away:
        away.append(service)
    return answer


def _newest_first(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.since or "", line.recorded_at or ""), reverse=True)
