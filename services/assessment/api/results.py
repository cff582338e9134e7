"""Assessment over HTTP: yearly ratings, and competencies as institutions measured them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from contracts.envelope import Code, Text
from services.assessment import queries
from services.assessment.asking import (
    After,
    Assessor,
    Done,
    Given,
    Incoming,
    Officer,
    Person,
    Why,
    origin_of,
)
from services.assessment.commands import record as commands
from services.assessment.deps import Deps
from services.assessment.domain.appraisal import CompleteAppraisal, CorrectAppraisal
from services.assessment.domain.competency_assessment import (
    CorrectAssessment,
    RecordAssessment,
    Report,
)
from services.assessment.domain.ratings import (
    Characters,
    Expectation,
    Law,
    Marks,
    Points,
    Quadrant,
    Rating,
)
from services.assessment.projections import appraisals, competency_results
from services.assessment.projections.identity_index import Bearer
from services.chassis.access_log import Purpose, record_read
from services.chassis.auth import Principal, may_see
from services.chassis.http import Day
from services.chassis.origins import OriginOut, origins_of
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say

router = APIRouter(tags=["assessment"])

# Yearly ratings

Third = Annotated[int, Field(ge=1, le=3, description="1 above, 2 as, 3 below expectation.")]
Score = Annotated[Decimal, Field(ge=0, le=120, max_digits=9, decimal_places=6)]


class MarksIn(Incoming):
    """Two marks from 2022, points from 2014, the characters of a DP3 before; 2021 names its law.

    `rating`, if given, must agree with the marks.
    """

    law: Law | None = None
    work_result: Third | None = None
    behaviour: Third | None = None
    score: Score | None = None
    new_idea: bool = False
    characters: Annotated[dict[Code, Score], Field(max_length=20)] | None = None
    rating: Rating | None = None

    @model_validator(mode="after")
    def _one_kind_of_marks(self) -> MarksIn:
        axes = (self.work_result is not None, self.behaviour is not None)
        kinds = (any(axes), self.score is not None, self.characters is not None)
        if axes not in ((True, True), (False, False)) or sum(kinds) != 1:
            raise ValueError("give work_result and behaviour, or score, or characters")
        return self

    @property
    def marks(self) -> Marks:
        if self.work_result is not None and self.behaviour is not None:
            return Quadrant(
                work_result=Expectation(self.work_result), behaviour=Expectation(self.behaviour)
            )
        if self.characters is not None:
            return Characters(scores=self.characters)
        assert self.score is not None, "the validator has seen one kind of marks"
        return Points(score=self.score, new_idea=self.new_idea)


class AppraisalIn(MarksIn):
    year: Annotated[int, Field(ge=1990, le=2100)]


class AppraisalOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    year: int
    law: str
    rating: str
    work_result: int | None
    behaviour: int | None
    score: str | None
    characters: dict[str, str] | None
    event_id: UUID
    corrections: int
    origin: OriginOut | None = None

    @field_validator("characters", mode="before")
    @classmethod
    def _of_json(cls, told: object) -> object:
        return orjson.loads(told) if isinstance(told, str) else told


class AppraisalsOut(BaseModel):
    """`provisional`: what was asked to be in here is not in here yet."""

    person_id: UUID
    provisional: bool
    appraisals: list[AppraisalOut]


@router.post("/people/{person_id}/appraisals")
async def complete_appraisal(
    person_id: UUID, body: AppraisalIn, deps: Given, who: Officer, response: Response
) -> Done:
    """A year's performance was rated."""
    person = await commands.person_of(deps, who.agency, person_id)
    command = CompleteAppraisal(
        event_id=deps.new_id(),
        year=body.year,
        law=body.law,
        marks=body.marks,
        rating=body.rating,
        today=deps.today(),
    )
    done = await commands.complete_appraisal(deps, command, person, origin_of(who, "appraisals"))
    return Done(token=say(response, done.token))


@router.post("/people/{person_id}/appraisals/{year}/correction")
async def correct_appraisal(
    person_id: UUID, year: int, body: MarksIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The rating of a year was recorded wrongly."""
    person = await commands.person_of(deps, who.agency, person_id)
    command = CorrectAppraisal(
        event_id=deps.new_id(),
        year=year,
        law=body.law,
        marks=body.marks,
        rating=body.rating,
        today=deps.today(),
    )
    done = await commands.complete_appraisal(deps, command, person, origin_of(who, "correction"))
    return Done(token=say(response, done.token))


@router.get("/people/{person_id}/appraisals")
async def list_appraisals(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> AppraisalsOut:
    """How a person was rated, year by year."""
    person = await visible(deps, who, person_id, "appraisals", why)
    contained = await deps.own_writes.are_in(token, appraisals.table)
    rows = await queries.appraisals_of(deps, person)
    origins = await origins_of(deps.pool, [row.event_id for row in rows])
    return AppraisalsOut(
        person_id=person_id,
        provisional=not contained,
        appraisals=[
            AppraisalOut.model_validate(row).model_copy(
                update={"origin": origins.get(row.event_id)}
            )
            for row in rows
        ],
    )


async def visible(deps: Deps, who: Principal, person_id: UUID, what: str, why: Purpose) -> Bearer:
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, what, why)
    return person


# Competencies


class AssessmentIn(Incoming):
    """`valid_until` is the last day on which the result counts, as reports name it.

    `against` is the standard by which `jpm` was computed, as policies are named: "administrator".
    """

    assessed_on: Day
    institution: Text
    levels: Annotated[dict[Code, Annotated[int, Field(ge=1, le=5)]], Field(max_length=9)]
    valid_until: Day | None = None
    jpm: Annotated[Decimal, Field(ge=0, le=1000, max_digits=10, decimal_places=6)] | None = None
    category: Code | None = None
    against: Code | None = None
    method: Text | None = None
    assessor: Text | None = None
    correction: bool = False

    @property
    def report(self) -> Report:
        last_day = self.valid_until
        return Report(
            assessed_on=self.assessed_on,
            institution=self.institution,
            levels=self.levels,
            valid_until=None if last_day is None else last_day + timedelta(days=1),
            jpm=self.jpm,
            category=self.category,
            against=self.against,
            method=self.method,
            assessor=self.assessor,
        )


class ResultOut(BaseModel):
    """`valid_until` is the last day on which the result counts."""

    assessed_on: date
    institution: str
    levels: dict[str, int]
    valid_until: date | None
    jpm: str | None
    category: str | None
    against: str | None
    method: str | None
    assessor: str | None
    event_id: UUID
    origin: OriginOut | None

    @classmethod
    def of(
        cls,
        row: competency_results.Row,
        assessors: Mapping[UUID, str],
        origins: Mapping[UUID, OriginOut],
    ) -> ResultOut:
        end = row.valid_until
        return cls(
            assessed_on=row.assessed_on,
            institution=row.institution,
            levels=orjson.loads(row.levels),
            valid_until=None if end is None else end - timedelta(days=1),
            jpm=row.jpm,
            category=row.category,
            against=row.against,
            method=row.method,
            assessor=assessors.get(row.event_id),
            event_id=row.event_id,
            origin=origins.get(row.event_id),
        )


class ResultsOut(BaseModel):
    person_id: UUID
    provisional: bool
    results: list[ResultOut]


@router.post("/people/{person_id}/competency-assessments")
async def record_assessment(
    person_id: UUID, body: AssessmentIn, deps: Given, who: Assessor, response: Response
) -> Done:
    """An institution has measured a person, or corrects what it reported."""
    person = await commands.person_of(deps, who.agency, person_id)
    kind = CorrectAssessment if body.correction else RecordAssessment
    command = kind(event_id=deps.new_id(), report=body.report, today=deps.today())
    origin = origin_of(who, "competency-assessments")
    done = await commands.record_assessment(deps, command, person, origin)
    return Done(token=say(response, done.token))


@router.get("/people/{person_id}/competency-assessments")
async def list_results(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> ResultsOut:
    """What a person was measured to be able to do."""
    person = await visible(deps, who, person_id, "competency results", why)
    contained = await deps.own_writes.are_in(token, competency_results.table)
    rows = await queries.results_of(deps, person)
    assessors = await queries.assessors_of(deps, rows)
    origins = await origins_of(deps.pool, [row.event_id for row in rows])
    return ResultsOut(
        person_id=person_id,
        provisional=not contained,
        results=[ResultOut.of(row, assessors, origins) for row in rows],
    )
