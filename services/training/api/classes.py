"""The schedule of classes over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.envelope import Text
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.tokens import say
from services.training.adapters.completion_report import ProgrammeCode
from services.training.api.budget import Rupiah
from services.training.api.providers import ExternalId, OnDayIn
from services.training.api.sheets import sheet
from services.training.asking import (
    After,
    Anyone,
    Done,
    Given,
    Incoming,
    Officer,
    Organiser,
    origin_of,
)
from services.training.commands import classes
from services.training.domain.programme import Mode
from services.training.domain.training_class import CloseClass, Phase, Schedule
from services.training.projections import training_classes

router = APIRouter(tags=["classes"])

ClassCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9._-]{0,63}$")]
Coded = Annotated[ClassCode, Path()]


class ClassIn(Incoming):
    """`provider`: its external id; `sessions`: their days, the earliest first."""

    code: ClassCode
    programme: ProgrammeCode
    provider: ExternalId
    first_day: Day
    last_day: Day
    location: Text
    mode: Mode
    seats: Annotated[int, Field(ge=1, le=100_000)]
    price: Rupiah
    sessions: Annotated[tuple[Day, ...], Field(min_length=1, max_length=400)]

    @property
    def schedule(self) -> Schedule:
        return Schedule(**self.model_dump())


class CancellationIn(Incoming):
    reason: Text


class ClassOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str
    programme: str
    provider: str
    first_day: date
    last_day: date
    location: str
    mode: str
    seats: int
    taken: int
    price: int
    sessions: list[date]
    phase: Phase
    reason: str | None


class ClassesOut(BaseModel):
    provisional: bool
    classes: list[ClassOut]


class ClassesIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phase: Phase | None = None


@router.post("/classes")
async def schedule(body: ClassIn, deps: Given, who: Organiser, response: Response) -> Done:
    """Schedule a class, or reschedule it."""
    origin = origin_of(who, "classes")
    return _done(response, await classes.schedule(deps, who.agency, body.schedule, origin))


@router.post("/classes/{code}/cancellation")
async def cancel(
    code: Coded, body: CancellationIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The class will not be given; whoever is enrolled is withdrawn with it."""
    origin = origin_of(who, "class-cancellation")
    return _done(response, await classes.cancel(deps, who.agency, code, body.reason, origin))


@router.post("/classes/{code}/closing")
async def close(code: Coded, body: OnDayIn, deps: Given, who: Officer, response: Response) -> Done:
    """The class is over, and nobody else takes part in it."""
    origin = origin_of(who, "class-closing")
    command = CloseClass(on=body.on_day)
    return _done(response, await classes.move(deps, who.agency, code, command, origin))


@router.get("/classes")
async def listed(
    deps: Given, who: Anyone, token: After, asked: Annotated[ClassesIn, Query()]
) -> ClassesOut:
    """The agency's classes with their seats, the earliest first."""
    contained = await deps.own_writes.are_in(token, training_classes.table)
    rows = await training_classes.classes_of(deps.pool, who.agency, asked.phase)
    return ClassesOut(provisional=not contained, classes=[_out(row) for row in rows])


@router.get("/classes/workbook", response_class=Response)
async def listed_workbook(
    deps: Given, who: Anyone, token: After, asked: Annotated[ClassesIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = (await listed(deps, who, token, asked)).classes
    head = (
        "KODE KELAS,KODE PROGRAM,ID PENYELENGGARA,TANGGAL MULAI,TANGGAL SELESAI,LOKASI,MODA,KURSI,"
        "TERISI,BIAYA PER ORANG,JUMLAH SESI,KEADAAN,ALASAN"
    )
    rows = [
        (one.code, one.programme, one.provider, one.first_day, one.last_day, one.location, one.mode,
         one.seats, one.taken, one.price, len(one.sessions), one.phase.value, one.reason)
        for one in found
    ]  # fmt: skip
    return sheet("kelas", deps.today(), head, rows)


def _out(row: training_classes.Row) -> ClassOut:
    days = [date.fromisoformat(day) for day in row.sessions.split()]
    told = {name: getattr(row, name) for name in ClassOut.model_fields if name != "sessions"}
    return ClassOut(sessions=days, **told)


def _done(response: Response, done: Executed[Any]) -> Done:
    return Done(token=say(response, done.token))
