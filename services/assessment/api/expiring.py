"""Results that soon count no more, or have stopped counting, per tanggal over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.assessment import queries
from services.assessment.api.sheets import sheet
from services.assessment.asking import After, Auditor, Given
from services.assessment.deps import Deps
from services.assessment.projections import competency_results, potential_results
from services.chassis.auth import Principal
from services.chassis.http import Day

router = APIRouter(tags=["results"])


class ExpiringIn(BaseModel):
    """`as_of`: per tanggal, today if not told; `days`: how far the warning looks ahead."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = None
    days: Annotated[int, Field(ge=0, le=3_660)] = 90


class ExpiringOut(BaseModel):
    """`last_day` is the last day on which the result counts."""

    person_id: UUID
    kind: Literal["competency", "potential"]
    assessed_on: date
    institution: str
    last_day: date
    days_left: int
    counts: bool


class ExpiriesOut(BaseModel):
    """Of each person and kind the newest result; those over first, then whichever ends next."""

    as_of: date
    provisional: bool
    results: list[ExpiringOut]


@router.get("/reports/expiring-results")
async def expiring(
    deps: Given, who: Auditor, token: After, asked: Annotated[ExpiringIn, Query()]
) -> ExpiriesOut:
    """Whose newest result ends within so many days, or has ended."""
    return await _expiring(deps, who, token, asked)


@router.get("/reports/expiring-results/workbook", response_class=Response)
async def expiring_workbook(
    deps: Given, who: Auditor, token: After, asked: Annotated[ExpiringIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _expiring(deps, who, token, asked)
    head = "ID PEGAWAI,JENIS,TANGGAL PENILAIAN,LEMBAGA,BERLAKU SAMPAI DENGAN,SISA HARI,BERLAKU"
    words = {"competency": "kompetensi", "potential": "potensi"}
    rows = [
        (
            *(str(one.person_id), words[one.kind], one.assessed_on, one.institution),
            *(one.last_day, one.days_left, "YA" if one.counts else "TIDAK LAGI"),
        )
        for one in found.results
    ]
    return sheet("hasil akan berakhir", found.as_of, head, rows)


async def _expiring(
    deps: Deps, who: Principal, token: str | None, asked: ExpiringIn
) -> ExpiriesOut:
    tables = (competency_results.table, potential_results.table)
    contained = await deps.own_writes.are_in(token, *tables)
    as_of = asked.as_of or deps.today()
    found = await queries.expiring_on(deps, who.agency, as_of, as_of + timedelta(days=asked.days))
    return ExpiriesOut(
        as_of=as_of,
        provisional=not contained,
        results=[
            ExpiringOut(
                person_id=one.person_id,
                kind="competency" if one.kind == "competency" else "potential",
                assessed_on=one.assessed_on,
                institution=one.institution,
                last_day=one.valid_until - timedelta(days=1),
                days_left=max((one.valid_until - as_of).days, 0),
                counts=as_of < one.valid_until,
            )
            for one in found
        ],
    )
