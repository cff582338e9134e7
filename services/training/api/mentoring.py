"""Mentoring and coaching over HTTP: who guides whom, sessions, how it ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import Code, Text
from services.chassis.access_log import record_read
from services.chassis.auth import Principal, may_see
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say
from services.training import queries
from services.training.api.sheets import sheet
from services.training.asking import (
    After,
    Applicant,
    Auditor,
    Done,
    Given,
    Incoming,
    Officer,
    Person,
    Why,
    origin_of,
)
from services.training.commands import mentoring
from services.training.deps import Deps
from services.training.domain.mentoring import Match, Outcome
from services.training.domain.terms import Form
from services.training.projections import mentoring_sessions, mentorings
from services.training.projections.identity_index import Bearer
from services.training.projections.mentorings import Listed, Wanted

router = APIRouter(tags=["mentoring"])


class MatchIn(Incoming):
    """`form`: 14 coaching, 15 mentoring."""

    mentor_id: UUID
    mentee_id: UUID
    form: Literal[14, 15]
    competency: Code
    since: Day

    @property
    def match(self) -> Match:
        return Match(
            mentor=self.mentor_id,
            mentee=self.mentee_id,
            form=Form(self.form),
            competency=self.competency,
            since=self.since,
        )


class SessionIn(Incoming):
    held_on: Day
    minutes: Annotated[int, Field(ge=1, le=1440)]
    topic: Text | None = None


class HeldOnIn(Incoming):
    held_on: Day


class EndIn(Incoming):
    outcome: Outcome
    remark: Text | None = None
    on_day: Day


class MentoringDone(Done):
    mentoring_id: UUID


class MentoringOut(BaseModel):
    mentoring_id: UUID
    mentor_id: UUID
    mentee_id: UUID
    form: int
    competency: str
    since: date
    ended_on: date | None
    outcome: Outcome | None
    sessions: int
    minutes: int

    @classmethod
    def of(cls, listed: Listed) -> MentoringOut:
        row = listed.row
        return cls(
            mentoring_id=row.mentoring_id,
            mentor_id=row.mentor_id,
            mentee_id=row.mentee_id,
            form=row.form,
            competency=row.competency,
            since=row.since,
            ended_on=row.ended_on,
            outcome=Outcome(row.outcome) if row.outcome else None,
            sessions=listed.sessions,
            minutes=listed.minutes,
        )


class MentoringsOut(BaseModel):
    provisional: bool
    mentorings: list[MentoringOut]


class RunningIn(BaseModel):
    """`running_on`: only what had begun and was not over on that day."""

    model_config = ConfigDict(extra="forbid")

    running_on: Day | None = None


@router.post("/mentorings")
async def begin(body: MatchIn, deps: Given, who: Officer, response: Response) -> MentoringDone:
    """Somebody guides somebody else from a day on."""
    origin = origin_of(who, "mentorings")
    mentoring_id, done = await mentoring.begin(deps, who.agency, body.match, origin)
    return MentoringDone(token=say(response, done.token), mentoring_id=mentoring_id)


@router.post("/mentorings/{mentoring_id}/sessions")
async def record_session(
    mentoring_id: UUID, body: SessionIn, deps: Given, who: Applicant, response: Response
) -> Done:
    """A session was held; the mentor, the one who is guided, or an officer says so."""
    guided = await _taking_part(deps, who, mentoring_id)
    done = await mentoring.record_session(
        deps,
        mentoring_id,
        guided,
        held_on=body.held_on,
        minutes=body.minutes,
        topic=body.topic,
        origin=origin_of(who, "mentorings"),
    )
    return Done(token=say(response, done.token))


@router.post("/mentorings/{mentoring_id}/sessions/taking-back")
async def take_back_session(
    mentoring_id: UUID, body: HeldOnIn, deps: Given, who: Applicant, response: Response
) -> Done:
    """A session was recorded by mistake."""
    guided = await _taking_part(deps, who, mentoring_id)
    origin = origin_of(who, "mentorings")
    done = await mentoring.take_back_session(deps, mentoring_id, guided, body.held_on, origin)
    return Done(token=say(response, done.token))


@router.post("/mentorings/{mentoring_id}/end")
async def end(
    mentoring_id: UUID, body: EndIn, deps: Given, who: Applicant, response: Response
) -> Done:
    """It is over, with an outcome."""
    guided = await _taking_part(deps, who, mentoring_id)
    done = await mentoring.end(
        deps,
        mentoring_id,
        guided,
        outcome=body.outcome,
        remark=body.remark,
        on=body.on_day,
        origin=origin_of(who, "mentorings"),
    )
    return Done(token=say(response, done.token))


@router.get("/mentorings")
async def listed(
    deps: Given, who: Auditor, token: After, asked: Annotated[RunningIn, Query()]
) -> MentoringsOut:
    """Who guides whom in the agency."""
    return await _listed(deps, token, Wanted(agency=who.agency, running_on=asked.running_on))


@router.get("/mentorings/workbook", response_class=Response)
async def listed_workbook(
    deps: Given, who: Auditor, token: After, asked: Annotated[RunningIn, Query()]
) -> Response:
    """The same as a workbook."""
    found = await listed(deps, who, token, asked)
    head = "PEMBIMBING (ID),YANG DIBIMBING (ID),BENTUK,KOMPETENSI,MULAI,SELESAI,HASIL,SESI,MENIT"
    rows = [
        (
            *(str(one.mentor_id), str(one.mentee_id)),
            "coaching" if one.form == Form.COACHING else "mentoring",
            *(one.competency, one.since, one.ended_on),
            one.outcome.value if one.outcome else None,
            *(one.sessions, one.minutes),
        )
        for one in found.mentorings
    ]
    return sheet("mentoring", asked.running_on or deps.today(), head, rows)


@router.get("/people/{person_id}/mentorings")
async def of_person(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> MentoringsOut:
    """Where a person guides, or is guided."""
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, "mentorings", why)
    return await _listed(deps, token, Wanted(agency=person.agency, person_id=person_id))


async def _taking_part(deps: Deps, who: Principal, mentoring_id: UUID) -> Bearer:
    guided, match = await mentoring.guided_of(deps, who.agency, mentoring_id)
    if not any(may_see(who, guided.agency, one) for one in (match.mentor, match.mentee)):
        raise NotAllowed
    return guided


async def _listed(deps: Deps, token: str | None, wanted: Wanted) -> MentoringsOut:
    contained = await deps.own_writes.are_in(token, mentorings.table, mentoring_sessions.table)
    found = await mentorings.mentorings_of(deps.pool, wanted)
    return MentoringsOut(
        provisional=not contained, mentorings=[MentoringOut.of(one) for one in found]
    )
