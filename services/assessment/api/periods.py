"""Periodic ratings over HTTP: the months and quarters of a year."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.assessment import queries
from services.assessment.api.results import Third, visible
from services.assessment.asking import (
    After,
    Done,
    Given,
    Incoming,
    Officer,
    Person,
    Why,
    origin_of,
)
from services.assessment.commands import record as commands
from services.assessment.domain.periodic_rating import CorrectPeriod, Length, Period, RatePeriod
from services.assessment.domain.ratings import Expectation, Quadrant, Rating
from services.assessment.projections import periodic_ratings
from services.chassis.origins import OriginOut, origins_of
from services.chassis.tokens import say

router = APIRouter(tags=["assessment"])


class PeriodIn(Incoming):
    """The `number`-th month or quarter of a year. `rating`, if given, must agree with the marks."""

    year: Annotated[int, Field(ge=1990, le=2100)]
    length: Length
    number: Annotated[int, Field(ge=1, le=12)]
    work_result: Third
    behaviour: Third
    rating: Rating | None = None
    correction: bool = False


class PeriodOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    year: int
    length: str
    number: int
    last_day: date
    rating: str
    work_result: int
    behaviour: int
    event_id: UUID
    origin: OriginOut | None = None


class PeriodsOut(BaseModel):
    person_id: UUID
    provisional: bool
    periods: list[PeriodOut]


@router.post("/people/{person_id}/periodic-appraisals")
async def rate_period(
    person_id: UUID, body: PeriodIn, deps: Given, who: Officer, response: Response
) -> Done:
    """A month or a quarter was rated, or its rating is corrected."""
    person = await commands.person_of(deps, who.agency, person_id)
    kind = CorrectPeriod if body.correction else RatePeriod
    command = kind(
        event_id=deps.new_id(),
        period=Period(year=body.year, length=body.length, number=body.number),
        marks=Quadrant(
            work_result=Expectation(body.work_result), behaviour=Expectation(body.behaviour)
        ),
        rating=body.rating,
        today=deps.today(),
    )
    by = origin_of(who, "periodic-appraisals")
    done = await commands.rate_period(deps, command, person, by)
    return Done(token=say(response, done.token))


@router.get("/people/{person_id}/periodic-appraisals")
async def list_periods(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> PeriodsOut:
    """How a person was rated in the months and quarters of a year."""
    person = await visible(deps, who, person_id, "periodic appraisals", why)
    contained = await deps.own_writes.are_in(token, periodic_ratings.table)
    rows = await queries.periodic_ratings_of(deps, person)
    origins = await origins_of(deps.pool, [row.event_id for row in rows])
    return PeriodsOut(
        person_id=person_id,
        provisional=not contained,
        periods=[
            PeriodOut.model_validate(row).model_copy(update={"origin": origins.get(row.event_id)})
            for row in rows
        ],
    )
