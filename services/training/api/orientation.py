"""Orientation over HTTP: what a new position asks for, what is done, and what is overdue."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from contracts.envelope import Code
from services.chassis.access_log import record_read
from services.chassis.auth import Principal, may_see
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say
from services.training import queries
from services.training.adapters.orientation_tasks import shipped_tasks
from services.training.api.sheets import sheet
from services.training.asking import (
    After,
    Applicant,
    Auditor,
    Done,
    Given,
    Incoming,
    Person,
    Why,
    origin_of,
)
from services.training.commands import orientation
from services.training.deps import Deps
from services.training.domain.orientation import (
    Aside,
    Command,
    CompleteTask,
    ReopenTask,
    SeeOrientation,
    SetTaskAside,
)
from services.training.projections import orientation_tasks
from services.training.projections.orientation_tasks import Row, Wanted

router = APIRouter(tags=["orientation"])
State = Literal["NOT_SEEN", "OPEN", "OVERDUE", "DONE", "ASIDE"]
WORDS: dict[State, str] = {
    "NOT_SEEN": "BELUM DILIHAT",
    "OPEN": "BELUM",
    "OVERDUE": "TERLAMBAT",
    "DONE": "SELESAI",
    "ASIDE": "TIDAK PERLU",
}


class DayIn(Incoming):
    on_day: Day


class AsideIn(DayIn):
    because: Aside


class OnDayIn(BaseModel):
    """`as_of`: per tanggal, today if not told."""

    model_config = ConfigDict(extra="forbid")

    as_of: Day | None = None


class TaskOut(BaseModel):
    """`state`: a list that nobody has looked at says so, before it says that nothing is done."""

    person_id: UUID
    orientation_id: UUID
    code: str
    name: str
    effective_from: date
    due_on: date
    state: State
    because: Aside | None
    settled_on: date | None

    @classmethod
    def of(cls, row: Row, day: date) -> TaskOut:
        names = {one.code: one.name for one in shipped_tasks().tasks}
        return cls(
            person_id=row.person_id,
            orientation_id=row.orientation_id,
            code=row.code,
            name=names.get(row.code, row.code),
            effective_from=row.effective_from,
            due_on=row.due_on,
            state=_state(row, day),
            because=Aside(row.because) if row.because else None,
            settled_on=row.settled_on,
        )


def _state(row: Row, day: date) -> State:
    if row.state == "DONE":
        return "DONE"
    if row.state == "ASIDE":
        return "ASIDE"
    if row.due_on < day:
        return "OVERDUE"
    return "OPEN" if row.seen_on else "NOT_SEEN"


class TasksOut(BaseModel):
    as_of: date
    provisional: bool
    tasks: list[TaskOut]


@router.get("/people/{person_id}/orientation")
async def of_person(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why, as_of: Day | None = None
) -> TasksOut:
    """A person's checklists, the longest due first."""
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, "orientation", why)
    return await _tasks(deps, token, as_of, Wanted(agency=person.agency, person_id=person_id))


@router.get("/reports/orientation-overdue")
async def overdue(
    deps: Given, who: Auditor, token: After, asked: Annotated[OnDayIn, Query()]
) -> TasksOut:
    """What is open and overdue in the agency, the longest first."""
    day = asked.as_of or deps.today()
    return await _tasks(deps, token, day, Wanted(agency=who.agency, overdue_on=day))


@router.get("/reports/orientation-overdue/workbook", response_class=Response)
async def overdue_workbook(
    deps: Given, who: Auditor, token: After, asked: Annotated[OnDayIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await overdue(deps, who, token, asked)
    head = "ID PEGAWAI,TUGAS,TMT JABATAN,TENGGAT,KEADAAN"
    rows = [
        (str(one.person_id), one.name, one.effective_from, one.due_on, WORDS[one.state])
        for one in found.tasks
    ]
    return sheet("orientasi terlambat", found.as_of, head, rows)


@router.post("/people/{person_id}/orientation/{orientation_id}/seen")
async def see(
    person_id: UUID,
    orientation_id: UUID,
    body: DayIn,
    deps: Given,
    who: Applicant,
    response: Response,
) -> Done:
    """The person, or the officer beside the person, has looked at the list."""
    command = SeeOrientation(orientation=orientation_id, on=body.on_day)
    return await _step(deps, who, person_id, command, response)


@router.post("/people/{person_id}/orientation/{orientation_id}/tasks/{code}/completion")
async def complete(
    person_id: UUID,
    orientation_id: UUID,
    code: Code,
    body: DayIn,
    deps: Given,
    who: Applicant,
    response: Response,
) -> Done:
    """A task is done."""
    command = CompleteTask(orientation=orientation_id, code=code, on=body.on_day)
    return await _step(deps, who, person_id, command, response)


@router.post("/people/{person_id}/orientation/{orientation_id}/tasks/{code}/exemption")
async def set_aside(
    person_id: UUID,
    orientation_id: UUID,
    code: Code,
    body: AsideIn,
    deps: Given,
    who: Applicant,
    response: Response,
) -> Done:
    """A task need not be done, for a reason."""
    command = SetTaskAside(
        orientation=orientation_id, code=code, because=body.because, on=body.on_day
    )
    return await _step(deps, who, person_id, command, response)


@router.post("/people/{person_id}/orientation/{orientation_id}/tasks/{code}/reopening")
async def reopen(
    person_id: UUID,
    orientation_id: UUID,
    code: Code,
    body: DayIn,
    deps: Given,
    who: Applicant,
    response: Response,
) -> Done:
    """A task was ticked by mistake."""
    command = ReopenTask(orientation=orientation_id, code=code, on=body.on_day)
    return await _step(deps, who, person_id, command, response)


async def _step(
    deps: Deps, who: Principal, person_id: UUID, command: Command, response: Response
) -> Done:
    if not may_see(who, who.agency, person_id):
        raise NotAllowed
    origin = origin_of(who, "orientation")
    done = await orientation.step(deps, who.agency, person_id, command, origin)
    return Done(token=say(response, done.token))


async def _tasks(deps: Deps, token: str | None, as_of: date | None, wanted: Wanted) -> TasksOut:
    contained = await deps.own_writes.are_in(token, orientation_tasks.table)
    day = as_of or deps.today()
    rows = await orientation_tasks.tasks_of(deps.pool, wanted)
    return TasksOut(
        as_of=day, provisional=not contained, tasks=[TaskOut.of(row, day) for row in rows]
    )
