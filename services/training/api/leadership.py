"""Leadership training that posts oblige to, per tanggal over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import Code
from contracts.events.terms import PositionClass
from services.chassis.http import Day, Instant
from services.chassis.tokens import say
from services.training import queries
from services.training.api.sheets import sheet
from services.training.asking import After, Auditor, Done, Given, Incoming, Officer, origin_of
from services.training.commands import leadership_deadlines
from services.training.deps import Deps
from services.training.domain.leadership_duty import SetDeadline
from services.training.projections import jp_earned, postings
from services.training.queries import DutyOfSomebody

router = APIRouter(tags=["leadership training"])


class DeadlineIn(Incoming):
    """`months` null: none from that day on."""

    months: Annotated[int, Field(ge=1, le=120)] | None
    decree_number: Code
    on_day: Day


class DutiesIn(BaseModel):
    """`as_of`: per tanggal, today if not told; `known_at`: by what had been recorded then."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = None
    known_at: Instant | None = None
    unit_id: UUID | None = None


class DutyOut(BaseModel):
    """`months`: completed months since the duty began; `due_on` only by the agency's own decree."""

    person_id: UUID
    position_class: str
    unit_id: UUID | None
    unit: str | None
    programme: str
    since: date
    months: int
    finished_on: date | None
    due_on: date | None
    overdue: bool
    instrument: str
    verification: str
    source: str

    @classmethod
    def of(cls, one: DutyOfSomebody) -> DutyOut:
        owed, serving = one.owed, one.serving
        return cls(
            person_id=serving.person_id,
            position_class=owed.duty.position_class,
            unit_id=serving.unit_id,
            unit=serving.unit,
            programme=owed.duty.programme,
            since=owed.since,
            months=owed.months,
            finished_on=owed.done and owed.done.on,
            due_on=owed.due_on,
            overdue=owed.overdue,
            instrument=owed.duty.instrument,
            verification=owed.duty.verification,
            source=owed.duty.source,
        )


class DutiesOut(BaseModel):
    """The longest waiting first; those who are done come last."""

    as_of: date
    provisional: bool
    waiting: int
    people: list[DutyOut]


@router.post("/leadership-deadlines/{position_class}")
async def set_deadline(
    position_class: PositionClass, body: DeadlineIn, deps: Given, who: Officer, response: Response
) -> Done:
    """By when a leadership training must be done, by the agency's own decree from a day on."""
    command = SetDeadline(
        position_class=position_class,
        months=body.months,
        decree_number=body.decree_number,
        on=body.on_day,
    )
    origin = origin_of(who, "leadership-deadlines")
    done = await leadership_deadlines.set_deadline(deps, who.agency, command, origin)
    return Done(token=say(response, done.token))


@router.get("/reports/leadership-duties")
async def duties(
    deps: Given, who: Auditor, token: After, asked: Annotated[DutiesIn, Query()]
) -> DutiesOut:
    """Who owes a leadership training to the post held on a day, since when, and who has done it."""
    return await _duties(deps, who.agency, token, asked)


@router.get("/reports/leadership-duties/workbook", response_class=Response)
async def duties_workbook(
    deps: Given, who: Auditor, token: After, asked: Annotated[DutiesIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await _duties(deps, who.agency, token, asked)
    head = "ID PEGAWAI,JENIS JABATAN,UNIT,PELATIHAN,SEJAK,BULAN,SELESAI,TENGGAT,TERLAMBAT,DASAR"
    rows = [
        (
            *(str(one.person_id), one.position_class, one.unit, one.programme),
            *(one.since, one.months, one.finished_on, one.due_on),
            *("YA" if one.overdue else "", one.instrument),
        )
        for one in found.people
    ]
    return sheet("kewajiban kepemimpinan", found.as_of, head, rows)


async def _duties(deps: Deps, agency: str, token: str | None, asked: DutiesIn) -> DutiesOut:
    contained = await deps.own_writes.are_in(token, jp_earned.table, postings.table)
    as_of = asked.as_of or deps.today()
    on_day = postings.OnDay(
        agency=agency, as_of=as_of, known_at=asked.known_at, unit_id=asked.unit_id
    )
    deadlines = await leadership_deadlines.deadlines_of(deps, agency, as_of)
    found = [DutyOut.of(one) for one in await queries.duties_on(deps, on_day, deadlines)]
    return DutiesOut(
        as_of=as_of,
        provisional=not contained,
        waiting=sum(one.finished_on is None for one in found),
        people=sorted(found, key=lambda one: (one.finished_on is not None, one.since)),
    )
