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
from services.assessment.api.sheets import sheet
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
    """Days: half of the cases took no longer than `median`, nine tenths no longer than `p90`.
    `reported`: the unit's own figures, without the cases and the days of the outage."""

    unit_id: UUID
    service: str
    first_day: date
    last_day: date
    finished: int
    median: str
    p90: int
    outages: list[date]
    outage_days: int
    reported: bool
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
                outage_days=row.outage_days,
                reported=row.reported,
                event_id=row.event_id,
            )
            for row in rows
        ],
    )


@router.get("/satisfaction-surveys/workbook", response_class=Response)
async def surveys_workbook(deps: Given, who: Person, token: After) -> Response:
    """The same as a workbook."""
    found = await list_surveys(deps, who, token)
    codes = await queries.unit_codes(deps, who.agency)
    elements = sorted({element for one in found.surveys for element in one.means})
    head = "KODE UNOR,LAYANAN,PERIODE MULAI,PERIODE SELESAI,RESPONDEN,DILAYANI,MINIMUM,IKM,MUTU"
    rows = [
        (
            *(codes.get(one.unit_id, str(one.unit_id)), one.service, one.first_day, one.last_day),
            *(one.respondents, one.served, one.needed, one.ikm, one.grade),
            *(one.means.get(element) for element in elements),
        )
        for one in found.surveys
    ]
    return sheet("skm", deps.today(), ",".join([head, *elements]), rows)


@router.get("/service-times/workbook", response_class=Response)
async def times_workbook(deps: Given, who: Person, token: After) -> Response:
    """The same as a workbook."""
    found = await list_times(deps, who, token)
    codes = await queries.unit_codes(deps, who.agency)
    head = "KODE UNOR,LAYANAN,PERIODE MULAI,PERIODE SELESAI,VOLUME,MEDIAN HARI,P90 HARI"
    rows = [
        (
            *(codes.get(one.unit_id, str(one.unit_id)), one.service, one.first_day, one.last_day),
            *(one.finished, one.median, one.p90, one.outage_days),
            "laporan unit" if one.reported else "dihitung dari perkara",
        )
        for one in found.times
    ]
    return sheet("waktu layanan", deps.today(), f"{head},HARI GANGGUAN,ASAL", rows)
