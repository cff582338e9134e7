"""Training needs over HTTP: proposed, looked at, merged, and locked as a year's plan."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field, model_validator

from contracts.envelope import Code, Text
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say
from services.training.api.budget import Rupiah, Year
from services.training.asking import (
    After,
    Applicant,
    Done,
    Given,
    Incoming,
    Judging,
    Officer,
    Official,
    origin_of,
)
from services.training.commands import needs
from services.training.domain.terms import Form
from services.training.domain.training_need import (
    Ask,
    Bearer,
    Cause,
    Key,
    NeedOrigin,
    Priority,
    Stage,
)
from services.training.projections import training_needs

router = APIRouter(tags=["training needs"])


class NeedIn(Incoming):
    """Of a person or of a unit. `reference`: the gap, result, survey or decree it comes from."""

    year: Year
    person_id: UUID | None = None
    unit_id: UUID | None = None
    competency: Code
    cause: Cause
    reference: Code
    evaluator: UUID | None = None
    gap: Annotated[int, Field(ge=1, le=5)]
    priority: Priority
    form: Annotated[int, Field(ge=1, le=25, description="SIASN's jenisDiklat.")]
    jp: Annotated[int, Field(ge=1, le=10_000)]
    cost: Rupiah
    people: Annotated[int, Field(ge=1, le=100_000)] = 1
    provider: Text
    quarter: Annotated[int, Field(ge=1, le=4)]
    line_id: UUID | None = None

    @model_validator(mode="after")
    def _of_one(self) -> NeedIn:
        if (self.person_id is None) == (self.unit_id is None):
            raise ValueError("name either a person or a unit")
        return self

    @property
    def key(self) -> Key:
        whose = self.person_id or self.unit_id
        assert whose is not None, "checked when the body was read"
        bearer = Bearer.PERSON if self.person_id else Bearer.UNIT
        return Key(year=self.year, bearer=bearer, whose=whose, competency=self.competency)

    @property
    def ask(self) -> Ask:
        return Ask(
            gap=self.gap,
            priority=self.priority,
            form=Form(self.form),
            jp=self.jp,
            cost=self.cost,
            people=self.people,
            provider=self.provider,
            quarter=self.quarter,
            line=self.line_id,
        )

    @property
    def origin(self) -> NeedOrigin:
        return NeedOrigin(cause=self.cause, reference=self.reference, evaluator=self.evaluator)


class NoteIn(Incoming):
    """`words`: a note, such as of the meeting about it."""

    words: Text | None = None


class WordsIn(Incoming):
    words: Text


class MergeIn(Incoming):
    into: UUID


class LockIn(Incoming):
    decree_number: Code
    on_day: Day


class NeedDone(Done):
    need_id: UUID


@router.post("/training-needs")
async def propose(body: NeedIn, deps: Given, who: Applicant, response: Response) -> NeedDone:
    """Propose a need; who names the same need again adds where it comes from."""
    own = str(body.person_id) == who.subject and body.cause is Cause.OWN_WISH
    if who.role == "employee" and not own:
        raise NotAllowed
    by = origin_of(who, "training-needs")
    need_id, done = await needs.propose(deps, who.agency, body.key, body.origin, body.ask, by)
    return NeedDone(token=say(response, done.token), need_id=need_id)


@router.post("/training-needs/{need_id}/verification")
async def verify(
    need_id: UUID, body: NoteIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The need is what its origin says."""
    by = origin_of(who, "training-needs")
    return _done(
        response, await needs.move(deps, who.agency, need_id, Stage.VERIFIED, body.words, by)
    )


@router.post("/training-needs/{need_id}/validation")
async def validate(
    need_id: UUID, body: NoteIn, deps: Given, who: Judging, response: Response
) -> Done:
    """The need may stand in the plan."""
    by = origin_of(who, "training-needs")
    return _done(
        response, await needs.move(deps, who.agency, need_id, Stage.VALIDATED, body.words, by)
    )


@router.post("/training-needs/{need_id}/return")
async def give_back(
    need_id: UUID, body: WordsIn, deps: Given, who: Judging, response: Response
) -> Done:
    """Something is missing or wrong; say what."""
    by = origin_of(who, "training-needs")
    return _done(
        response, await needs.move(deps, who.agency, need_id, Stage.RETURNED, body.words, by)
    )


@router.post("/training-needs/{need_id}/rejection")
async def reject(
    need_id: UUID, body: WordsIn, deps: Given, who: Judging, response: Response
) -> Done:
    """The need will not stand in the plan; say why."""
    by = origin_of(who, "training-needs")
    return _done(
        response, await needs.move(deps, who.agency, need_id, Stage.REJECTED, body.words, by)
    )


@router.post("/training-needs/{need_id}/merge")
async def merge(
    need_id: UUID, body: MergeIn, deps: Given, who: Officer, response: Response
) -> Done:
    """This row is the same need as another one."""
    by = origin_of(who, "training-needs")
    return _done(response, await needs.merge(deps, who.agency, need_id, body.into, by))


@router.post("/training-plans/{year}/lock")
async def lock(
    year: Annotated[int, Path(ge=2000, le=2100)],
    body: LockIn,
    deps: Given,
    who: Official,
    token: After,
    response: Response,
) -> Done:
    """Lock the year's plan by decree, with every need that has been validated."""
    await deps.own_writes.are_in(token, training_needs.table)
    by = origin_of(who, "training-plans")
    done = await needs.lock(deps, who.agency, year, body.decree_number, body.on_day, by)
    return _done(response, done)


def _done(response: Response, done: Executed[Any]) -> Done:
    return Done(token=say(response, done.token))
