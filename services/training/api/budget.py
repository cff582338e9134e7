"""The training budget over HTTP: its lines, and what moves on them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import Code
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.problems import NotFound
from services.chassis.tokens import say
from services.training.api.sheets import sheet
from services.training.asking import After, Auditor, Done, Given, Incoming, Officer, origin_of
from services.training.commands import budget
from services.training.domain.budget_line import (
    Commit,
    Line,
    Purpose,
    Realise,
    Release,
    SetCeiling,
    TopUp,
)
from services.training.domain.total_spending import Government, RecordTotalSpending
from services.training.projections import budget_movements

router = APIRouter(tags=["budget"])

Rupiah = Annotated[int, Field(ge=0, le=1_000_000_000_000_000, description="Whole rupiah.")]
Year = Annotated[int, Field(ge=2000, le=2100)]


class CeilingIn(Incoming):
    year: Year
    programme: Code
    activity: Code
    sub_activity: Code
    fund: Code
    amount: Rupiah
    decree_number: Code
    on_day: Day

    @property
    def line(self) -> Line:
        return Line(
            year=self.year,
            programme=self.programme,
            activity=self.activity,
            sub_activity=self.sub_activity,
            fund=self.fund,
        )


class CommitmentIn(Incoming):
    """`reference`: the class's code, or the id of the need or of the study assignment."""

    number: Code
    purpose: Purpose
    reference: Code
    amount: Rupiah
    on_day: Day


class PaymentIn(Incoming):
    """`document`: the payment order, or the paper that adds to the commitment."""

    number: Code
    document: Code
    amount: Rupiah
    on_day: Day


class ReleaseIn(Incoming):
    number: Code
    on_day: Day


class TotalIn(Incoming):
    year: Year
    government: Government
    total: Rupiah
    document: Code
    on_day: Day


class LineDone(Done):
    line_id: UUID


class MovementOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    event_id: UUID
    kind: str
    number: str
    document: str | None
    purpose: str | None
    reference: str | None
    amount: int
    effective_from: date


class MovementsOut(BaseModel):
    line_id: UUID
    provisional: bool
    movements: list[MovementOut]


@router.post("/budget-lines")
async def set_ceiling(body: CeilingIn, deps: Given, who: Officer, response: Response) -> LineDone:
    """Give a budget line its ceiling, the first one or another, with its decree."""
    command = SetCeiling(
        event_id=deps.new_id(),
        line=body.line,
        amount=body.amount,
        decree_number=body.decree_number,
        on=body.on_day,
    )
    origin = origin_of(who, "budget-lines")
    line_id, done = await budget.set_ceiling(deps, who.agency, command, origin)
    return LineDone(token=say(response, done.token), line_id=line_id)


@router.post("/budget-lines/{line_id}/commitments")
async def commit(
    line_id: UUID, body: CommitmentIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Bind money of a line to a class, a need or a study assignment."""
    command = Commit(
        event_id=deps.new_id(),
        number=body.number,
        purpose=body.purpose,
        reference=body.reference,
        amount=body.amount,
        on=body.on_day,
    )
    origin = origin_of(who, "commitments")
    return _done(response, await budget.move(deps, who.agency, line_id, command, origin))


@router.post("/budget-lines/{line_id}/top-ups")
async def top_up(
    line_id: UUID, body: PaymentIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Add to a commitment."""
    command = TopUp(
        event_id=deps.new_id(),
        number=body.number,
        document=body.document,
        amount=body.amount,
        on=body.on_day,
    )
    origin = origin_of(who, "top-ups")
    return _done(response, await budget.move(deps, who.agency, line_id, command, origin))


@router.post("/budget-lines/{line_id}/realisations")
async def realise(
    line_id: UUID, body: PaymentIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Pay a part of a commitment, or all of it."""
    command = Realise(
        event_id=deps.new_id(),
        number=body.number,
        document=body.document,
        amount=body.amount,
        on=body.on_day,
    )
    origin = origin_of(who, "realisations")
    return _done(response, await budget.move(deps, who.agency, line_id, command, origin))


@router.post("/budget-lines/{line_id}/releases")
async def release(
    line_id: UUID, body: ReleaseIn, deps: Given, who: Officer, response: Response
) -> Done:
    """Give back to the line what a commitment has left."""
    command = Release(event_id=deps.new_id(), number=body.number, on=body.on_day)
    origin = origin_of(who, "releases")
    return _done(response, await budget.move(deps, who.agency, line_id, command, origin))


@router.post("/spending-totals")
async def record_total(body: TotalIn, deps: Given, who: Officer, response: Response) -> Done:
    """Record what a budget document says of the year's total spending."""
    command = RecordTotalSpending(
        event_id=deps.new_id(),
        year=body.year,
        government=body.government,
        total=body.total,
        document=body.document,
        on=body.on_day,
    )
    origin = origin_of(who, "spending-totals")
    return _done(response, await budget.record_total_spending(deps, who.agency, command, origin))


@router.get("/budget-lines/{line_id}/movements")
async def movements(line_id: UUID, deps: Given, who: Auditor, token: After) -> MovementsOut:
    """Everything that moved on a line, in the order of its days."""
    contained = await deps.own_writes.are_in(token, budget_movements.table)
    rows = await budget_movements.movements_of(deps.pool, who.agency, line_id)
    if not rows and contained:
        raise NotFound
    return MovementsOut(
        line_id=line_id,
        provisional=not contained,
        movements=[MovementOut.model_validate(row) for row in rows],
    )


@router.get("/budget-lines/{line_id}/movements/workbook", response_class=Response)
async def movements_workbook(line_id: UUID, deps: Given, who: Auditor, token: After) -> Response:
    """The same as a workbook."""
    found = await movements(line_id, deps, who, token)
    head = "TANGGAL,JENIS,NOMOR,DOKUMEN,UNTUK,RUJUKAN,NILAI"
    rows = [
        (one.effective_from, KINDS[one.kind], one.number, one.document, one.purpose, one.reference,
         one.amount)
        for one in found.movements
    ]  # fmt: skip
    return sheet("mutasi anggaran", deps.today(), head, rows)


KINDS = {
    "CEILING": "PAGU",
    "COMMITMENT": "KOMITMEN",
    "TOP_UP": "TAMBAHAN KOMITMEN",
    "REALISATION": "REALISASI",
    "RELEASE": "PELEPASAN KOMITMEN",
}


def _done(response: Response, done: Executed[Any]) -> Done:
    return Done(token=say(response, done.token))
