"""Public services over HTTP: satisfaction (SKM) and how long the services took."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code
from services.assessment import queries
from services.assessment.asking import After, Done, Given, Incoming, Officer, Person, origin_of
from services.assessment.commands import services as commands
from services.assessment.domain.satisfaction_survey import (
    CorrectSurvey,
    Outcome,
    Period,
    RecordSurvey,
)
from services.assessment.domain.service_times import Case, CorrectTimes, RecordTimes
from services.assessment.projections import satisfaction_surveys, service_times
from services.chassis.http import Day
from services.chassis.tokens import say

router = APIRouter(tags=["services"])

Mean = Annotated[Decimal, Field(ge=0, le=9, max_digits=7, decimal_places=6)]
Many = Annotated[int, Field(ge=0, le=2_000_000_000)]


class PeriodIn(Incoming):
    """A service of a unit, from a first to a last day."""

    unit_id: UUID
    service: Code
    first_day: Day
    last_day: Day
    correction: bool = False

    @property
    def period(self) -> Period:
        return Period(
            unit=self.unit_id,
            service=self.service,
            first_day=self.first_day,
            last_day=self.last_day,
        )


class SurveyIn(PeriodIn):
    """`means`: the mean answer, 1 to 4, of each element U1 to U9 that applies."""

    respondents: Many
    served: Many
    means: Annotated[dict[Code, Mean], Field(max_length=9)]


class CaseIn(Incoming):
    received_on: Day
    finished_on: Day


class TimesIn(PeriodIn):
    """`outages`: days on which the service was out; they are not counted."""

    cases: Annotated[list[CaseIn], Field(max_length=50_000)]
    outages: Annotated[tuple[Day, ...], Field(max_length=400)] = ()


class SurveyOut(BaseModel):
    """`ikm` and `grade` are null where fewer answered than were `needed`."""

    unit_id: UUID
    service: str
    first_day: date
    last_day: date
    respondents: int
    served: int
    needed: int
    means: dict[str, str]
    ikm: str | None
    grade: str | None
    event_id: UUID


class SurveysOut(BaseModel):
    provisional: bool
    surveys: list[SurveyOut]


class TimesOut(BaseModel):
    """Days: half of the cases took no longer than `median`, nine tenths no longer than `p90`."""

    unit_id: UUID
    service: str
    first_day: date
    last_day: date
    finished: int
    median: str
    p90: int
    outages: list[date]
    event_id: UUID


class AllTimesOut(BaseModel):
    provisional: bool
    times: list[TimesOut]


@router.post("/satisfaction-surveys")
async def record_survey(body: SurveyIn, deps: Given, who: Officer, response: Response) -> Done:
    """What the public said of a service in a period (SKM)."""
    kind = CorrectSurvey if body.correction else RecordSurvey
    command = kind(
        event_id=deps.new_id(),
        period=body.period,
        outcome=Outcome(respondents=body.respondents, served=body.served, means=body.means),
        today=deps.today(),
    )
    by = origin_of(who, "satisfaction-surveys")
    done = await commands.record_survey(deps, who.agency, command, by)
    return Done(token=say(response, done.token))


@router.get("/satisfaction-surveys")
async def list_surveys(deps: Given, who: Person, token: After) -> SurveysOut:
    """Every survey of the agency's services."""
    contained = await deps.own_writes.are_in(token, satisfaction_surveys.table)
    rows = await queries.surveys_of(deps, who.agency)
    return SurveysOut(
        provisional=not contained,
        surveys=[
            SurveyOut(
                unit_id=row.unit_id,
                service=row.service,
                first_day=row.first_day,
                last_day=row.last_day,
                respondents=row.respondents,
                served=row.served,
                needed=row.needed,
                means=orjson.loads(row.means),
                ikm=row.ikm,
                grade=row.grade,
                event_id=row.event_id,
            )
            for row in rows
        ],
    )


@router.post("/service-times")
async def record_times(body: TimesIn, deps: Given, who: Officer, response: Response) -> Done:
    """How long the cases finished in a period took."""
    kind = CorrectTimes if body.correction else RecordTimes
    command = kind(
        event_id=deps.new_id(),
        period=body.period,
        cases=[Case(received_on=c.received_on, finished_on=c.finished_on) for c in body.cases],
        outages=frozenset(body.outages),
        today=deps.today(),
    )
    done = await commands.record_times(deps, who.agency, command, origin_of(who, "service-times"))
    return Done(token=say(response, done.token))


@router.get("/service-times")
async def list_times(deps: Given, who: Person, token: After) -> AllTimesOut:
    """How long the agency's services took, period by period."""
    contained = await deps.own_writes.are_in(token, service_times.table)
    rows = await queries.times_of(deps, who.agency)
    return AllTimesOut(
        provisional=not contained,
        times=[
            TimesOut(
                unit_id=row.unit_id,
                service=row.service,
                first_day=row.first_day,
                last_day=row.last_day,
                finished=row.finished,
                median=row.median,
                p90=row.p90,
                outages=orjson.loads(row.outages),
                event_id=row.event_id,
            )
            for row in rows
        ],
    )
