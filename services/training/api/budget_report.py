"""The budget per tanggal over HTTP: pagu, komitmen, realisasi, and the share of all spending."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from services.chassis.http import Day, Instant
from services.training.api.budget import Year
from services.training.api.sheets import sheet
from services.training.asking import After, Auditor, Given
from services.training.deps import Deps
from services.training.domain.total_spending import Government, floor_of, share
from services.training.projections import budget_movements, total_spending
from services.training.projections.budget_movements import OnDay

router = APIRouter(tags=["budget"])


class BudgetIn(BaseModel):
    """`as_of`: per tanggal, today if not told; `known_at`: by what had been recorded then."""

    model_config = ConfigDict(extra="forbid")

    year: Year
    as_of: Day | None = None
    known_at: Instant | None = None


class LineOut(BaseModel):
    """`available` is what may still be committed, `unpaid` what is committed and not paid."""

    line_id: UUID
    programme: str
    activity: str
    sub_activity: str
    fund: str
    ceiling: int
    committed: int
    realised: int
    available: int
    unpaid: int


class FloorOut(BaseModel):
    """No verdict: `verification` says how sure the floor itself is."""

    government: Government
    total_spending: int
    document: str
    share_percent: Decimal
    floor_percent: Decimal | None
    instrument: str | None
    verification: str | None
    source: str | None


class BudgetOut(BaseModel):
    """`floor` is null while nobody has recorded the year's total spending."""

    year: int
    as_of: date
    provisional: bool
    ceiling: int
    committed: int
    realised: int
    floor: FloorOut | None
    lines: list[LineOut]


@router.get("/reports/budget")
async def report(
    deps: Given, who: Auditor, token: After, asked: Annotated[BudgetIn, Query()]
) -> BudgetOut:
    """Pagu, komitmen, realisasi and what is left, line by line, and the share of all spending."""
    return await _report(deps, who.agency, token, asked)


@router.get("/reports/budget/workbook", response_class=Response)
async def report_workbook(
    deps: Given, who: Auditor, token: After, asked: Annotated[BudgetIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _report(deps, who.agency, token, asked)
    head = "PROGRAM,KEGIATAN,SUB KEGIATAN,SUMBER DANA,PAGU,KOMITMEN,REALISASI,SISA PAGU"
    rows = [
        (
            *(one.programme, one.activity, one.sub_activity, one.fund),
            *(one.ceiling, one.committed, one.realised, one.available, one.unpaid),
        )
        for one in found.lines
    ]
    left = found.ceiling - found.committed
    unpaid = found.committed - found.realised
    totals = (
        *("JUMLAH", None, None, None),
        *(found.ceiling, found.committed, found.realised, left, unpaid),
    )
    foot = [totals, *_floor_rows(found.floor)]
    return sheet("anggaran", found.as_of, f"{head},KOMITMEN BELUM DIBAYAR", rows, foot=foot)


def _floor_rows(floor: FloorOut | None) -> list[tuple[str | int | None, ...]]:
    if floor is None:
        return [("TOTAL BELANJA BELUM DICATAT",)]
    return [
        ("TOTAL BELANJA", floor.total_spending, floor.document),
        ("BAGIAN PENGEMBANGAN APARATUR (%)", str(floor.share_percent)),
        ("BATAS BAWAH PEDOMAN (%)", str(floor.floor_percent or "-"), floor.verification),
    ]


async def _report(deps: Deps, agency: str, token: str | None, asked: BudgetIn) -> BudgetOut:
    tables = (budget_movements.table, total_spending.table)
    contained = await deps.own_writes.are_in(token, *tables)
    as_of = asked.as_of or deps.today()
    day = OnDay(agency=agency, year=asked.year, as_of=as_of, known_at=asked.known_at)
    lines = await budget_movements.lines_on(deps.pool, day)
    total = await total_spending.total_on(deps.pool, day)
    ceiling = sum(one.ceiling for one in lines)
    return BudgetOut(
        year=asked.year,
        as_of=as_of,
        provisional=not contained,
        ceiling=ceiling,
        committed=sum(one.committed for one in lines),
        realised=sum(one.realised for one in lines),
        floor=_floor(total, ceiling),
        lines=[_line(one) for one in lines],
    )


def _line(one: budget_movements.LineOnDay) -> LineOut:
    return LineOut(
        line_id=one.line_id,
        programme=one.programme,
        activity=one.activity,
        sub_activity=one.sub_activity,
        fund=one.fund,
        ceiling=one.ceiling,
        committed=one.committed,
        realised=one.realised,
        available=one.ceiling - one.committed,
        unpaid=one.committed - one.realised,
    )


def _floor(total: total_spending.Row | None, ceiling: int) -> FloorOut | None:
    if total is None:
        return None
    floor = floor_of(Government(total.government), total.year)
    return FloorOut(
        government=Government(total.government),
        total_spending=total.total,
        document=total.document,
        share_percent=share(ceiling, total.total),
        floor_percent=floor and floor.percent,
        instrument=floor and floor.instrument,
        verification=floor and floor.verification,
        source=floor and floor.source,
    )
