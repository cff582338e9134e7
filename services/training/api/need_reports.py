"""The needs of a year, one need's steps, and the plan as it was locked (HCDP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.chassis.access_log import record_read
from services.chassis.auth import Principal, may_see
from services.chassis.problems import NotAllowed
from services.chassis.workbook_writing import Written, written
from services.training import queries
from services.training.api.budget import Year
from services.training.api.sheets import download, sheet
from services.training.asking import After, Auditor, Given, Person, Why
from services.training.commands import needs as commands
from services.training.deps import Deps
from services.training.domain.training_need import Bearer, Stage
from services.training.domain.training_plan import PlanIsOpen
from services.training.projections import training_needs, training_plans
from services.training.projections.training_needs import Row, Wanted

router = APIRouter(tags=["training needs"])


class OriginOut(BaseModel):
    cause: str
    reference: str
    evaluator: UUID | None


class NeedOut(BaseModel):
    """`locked`: it stands in the locked plan. `merged_into`: another row is this need."""

    need_id: UUID
    year: int
    bearer: Bearer
    whose: UUID
    competency: str
    stage: Stage
    origins: list[OriginOut]
    gap: int
    priority: int
    form: int
    jp: int
    cost: int
    people: int
    provider: str
    quarter: int
    line_id: UUID | None
    since: date
    merged_into: UUID | None
    locked: bool

    @classmethod
    def of(cls, row: Row) -> NeedOut:
        own = {"origins": orjson.loads(row.origins), "locked": row.locked_by is not None}
        rest = cls.model_fields.keys() - own
        return cls(**own, **{name: getattr(row, name) for name in rest})


class NeedsOut(BaseModel):
    year: int
    locked: bool
    provisional: bool
    needs: list[NeedOut]


class StepOut(BaseModel):
    """`words` are null where none were said, and once the person has been forgotten."""

    happened_on: date
    stage: Stage
    by: str
    words: str | None


class TotalOut(BaseModel):
    """What the agency needs in one competency."""

    competency: str
    needs: int
    people: int
    jp: int
    cost: int


class PlanOut(BaseModel):
    """The plan as it was locked: the same for ever."""

    year: int
    decree_number: str
    locked_on: date
    people: list[NeedOut]
    units: list[NeedOut]
    agency: list[TotalOut]


class NeedsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    year: Year
    stage: Stage | None = None
    whose: UUID | None = None


class ListIn(NeedsIn):
    limit: Annotated[int, Field(ge=1, le=100_000)] = 1_000


class OwnNeedsOut(BaseModel):
    person_id: UUID
    provisional: bool
    needs: list[NeedOut]


class PlanIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    year: Year


ALL = 1_000_000
HEAD = (
    "ID KEBUTUHAN,UNTUK,ID PEGAWAI/UNIT,KOMPETENSI,TAHAP,ASAL,RUJUKAN,KESENJANGAN,PRIORITAS,"
    "JENIS DIKLAT ID,JP,BIAYA,ORANG,JUMLAH BIAYA,PENYELENGGARA,TRIWULAN"
)


@router.get("/training-needs")
async def listed(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[ListIn, Query()]
) -> NeedsOut:
    """The needs of a plan year, the most urgent first."""
    return await _listed(deps, who, token, why, asked, limit=asked.limit)


@router.get("/training-needs/workbook", response_class=Response)
async def listed_workbook(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[NeedsIn, Query()]
) -> Response:
    """All of them as a workbook."""
    found = await _listed(deps, who, token, why, asked)
    return sheet("kebutuhan", deps.today(), HEAD, [_cells(one) for one in found.needs])


@router.get("/people/{person_id}/training-needs")
async def of_person(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> OwnNeedsOut:
    """A person's needs of every year, each with where it comes from."""
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    contained = await deps.own_writes.are_in(token, training_needs.table)
    rows = await _read(deps, who, why, Wanted(agency=person.agency, whose=person_id))
    told = [NeedOut.of(row) for row in rows]
    return OwnNeedsOut(person_id=person_id, provisional=not contained, needs=told)


async def _listed(
    deps: Deps, who: Principal, token: str | None, why: Why, asked: NeedsIn, *, limit: int = ALL
) -> NeedsOut:
    tables = (training_needs.table, training_plans.table)
    contained = await deps.own_writes.are_in(token, *tables)
    wanted = Wanted(
        agency=who.agency,
        year=asked.year,
        stage=asked.stage and asked.stage.value,
        whose=asked.whose,
        limit=limit,
    )
    rows = await _read(deps, who, why, wanted)
    plan = await training_plans.plan_of(deps.pool, who.agency, asked.year)
    return NeedsOut(
        year=asked.year,
        locked=plan is not None,
        provisional=not contained,
        needs=[NeedOut.of(row) for row in rows],
    )


@router.get("/training-needs/{need_id}/steps")
async def steps(need_id: UUID, deps: Given, who: Person, why: Why) -> list[StepOut]:
    """Everything that was said about a need, in order; a person reads about the own one."""
    need = await commands.need_of(deps, who.agency, need_id)
    if not may_see(who, who.agency, need.key.whose):
        raise NotAllowed
    if need.key.bearer is Bearer.PERSON:
        await record_read(deps.pool, who, need.key.whose, "training need", why)
    return [StepOut(**step) for step in await commands.steps_of(deps, need_id)]


@router.get("/reports/hcdp")
async def plan(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[PlanIn, Query()]
) -> PlanOut:
    """The year's plan as it was locked: of people, of units, and of the agency as a whole."""
    await deps.own_writes.are_in(token, training_needs.table, training_plans.table)
    lock = await training_plans.plan_of(deps.pool, who.agency, asked.year)
    if lock is None:
        raise PlanIsOpen
    rows = await _read(deps, who, why, Wanted(agency=who.agency, year=asked.year, locked=True))
    told = [NeedOut.of(row) for row in rows]
    return PlanOut(
        year=asked.year,
        decree_number=lock.decree_number,
        locked_on=lock.locked_on,
        people=[one for one in told if one.bearer is Bearer.PERSON],
        units=[one for one in told if one.bearer is Bearer.UNIT],
        agency=_totals(told),
    )


@router.get("/reports/hcdp/workbook", response_class=Response)
async def plan_workbook(
    deps: Given, who: Auditor, token: After, why: Why, asked: Annotated[PlanIn, Query()]
) -> Response:
    """The same as a workbook; whenever it is asked for, the same bytes."""
    found = await plan(deps, who, token, why, asked)
    on_top = Top(found.decree_number, found.locked_on)
    totals = [(one.competency, one.needs, one.people, one.jp, one.cost) for one in found.agency]
    sheets = {
        "individu": on_top.over(HEAD, [_cells(one) for one in found.people]),
        "unit": on_top.over(HEAD, [_cells(one) for one in found.units]),
        "instansi": on_top.over("KOMPETENSI,KEBUTUHAN,ORANG,JP,BIAYA", totals),
    }
    return download(f"hcdp-{found.year}.xlsx", written(sheets))


@dataclass(frozen=True, slots=True)
class Top:
    """What every sheet of the plan begins with."""

    decree_number: str
    locked_on: date

    def over(self, head: str, rows: Sequence[Sequence[Written]]) -> list[Sequence[Written]]:
        decree = ("DITETAPKAN DENGAN", self.decree_number)
        return [decree, ("PER TANGGAL", self.locked_on), (), tuple(head.split(",")), *rows]


async def _read(deps: Deps, who: Principal, why: Why, wanted: Wanted) -> list[Row]:
    rows = await training_needs.needs(deps.pool, wanted)
    people = {row.whose for row in rows if row.bearer == Bearer.PERSON}
    await record_read(deps.pool, who, sorted(people), "training needs", why)
    return rows


def _totals(told: Sequence[NeedOut]) -> list[TotalOut]:
    found: dict[str, TotalOut] = {}
    for one in told:
        total = found.setdefault(
            one.competency,
            TotalOut(competency=one.competency, needs=0, people=0, jp=0, cost=0),
        )
        total.needs += 1
        total.people += one.people
        total.jp += one.jp * one.people
        total.cost += one.cost * one.people
    return [found[code] for code in sorted(found)]


def _cells(one: NeedOut) -> tuple[Any, ...]:
    causes = ", ".join(sorted({origin.cause for origin in one.origins}))
    references = ", ".join(origin.reference for origin in one.origins)
    return (
        *(str(one.need_id), one.bearer.value, str(one.whose), one.competency, one.stage.value),
        *(causes, references, one.gap, one.priority, one.form, one.jp, one.cost, one.people),
        *(one.cost * one.people, one.provider, one.quarter),
    )
