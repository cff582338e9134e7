"""360 feedback over HTTP: cycles, questionnaires and what may be shown of the answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code, Text
from services.assessment import queries
from services.assessment.asking import (
    After,
    Done,
    Employee,
    Given,
    Incoming,
    Officer,
    Person,
    Why,
    origin_of,
)
from services.assessment.commands import feedback as commands
from services.assessment.domain.berakhlak import ITEMS
from services.assessment.domain.disclosure import LEAST_ANSWERS
from services.assessment.domain.feedback_cycle import Rules
from services.assessment.domain.reporting_line import Relation
from services.assessment.projections import feedback_cycles, feedback_rounds
from services.chassis.access_log import record_read
from services.chassis.auth import may_see
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say

router = APIRouter(tags=["feedback"])


class CycleIn(Incoming):
    """Without `items` the form asks one question for each BerAKHLAK value."""

    name: Text
    line_on: Day
    opens_on: Day
    last_day: Day
    items: Annotated[dict[Code, Text], Field(max_length=50)] | None = None
    most_peers: Annotated[int, Field(ge=0, le=20)] = 3
    most_subordinates: Annotated[int, Field(ge=0, le=20)] = 2
    least_answers: Annotated[int, Field(ge=0, le=100)] = LEAST_ANSWERS

    @property
    def rules(self) -> Rules:
        return Rules(
            name=self.name,
            line_on=self.line_on,
            opens_on=self.opens_on,
            last_day=self.last_day,
            items=dict(ITEMS if self.items is None else self.items),
            most={
                Relation.PEER: self.most_peers,
                Relation.SUBORDINATE: self.most_subordinates,
            },
            least_answers=self.least_answers,
        )


class CycleOut(BaseModel):
    cycle_id: UUID
    name: str
    line_on: date
    opens_on: date
    last_day: date
    items: dict[str, str]
    closed_on: date | None

    @classmethod
    def of(cls, row: feedback_cycles.Row) -> CycleOut:
        return cls(
            cycle_id=row.cycle_id,
            name=row.name,
            line_on=row.line_on,
            opens_on=row.opens_on,
            last_day=row.last_day,
            items=orjson.loads(row.items),
            closed_on=row.closed_on,
        )


class CyclesOut(BaseModel):
    provisional: bool
    cycles: list[CycleOut]


class PortionOut(BaseModel):
    """Ask again while there is `more`; what is done stays done."""

    done: int
    more: bool


class FillingOut(BaseModel):
    """How far a cycle has come, over everybody: never by person or relation."""

    people: int
    asked: int
    answers: int


class AnswerIn(Incoming):
    """A mark from 1 to 5 for every item of the form."""

    marks: Annotated[dict[Code, Annotated[int, Field(ge=1, le=5)]], Field(max_length=50)]


class InvitationOut(BaseModel):
    """`token` stands for the asker in a form or workbook where answers are gathered."""

    cycle_id: UUID
    person_id: UUID
    relation: Relation
    token: str


class InvitationsOut(BaseModel):
    invitations: list[InvitationOut]


class GroupOut(BaseModel):
    relations: list[Relation]
    answers: int
    means: dict[str, str]


class ReportOut(BaseModel):
    """Groups of fewer than three answers are merged with others or withheld."""

    groups: list[GroupOut]
    own_marks: dict[str, int] | None
    withheld: list[Relation]


class RoundOut(BaseModel):
    """`report` is there once the cycle is closed."""

    person_id: UUID
    provisional: bool
    raters: dict[Relation, list[UUID]]
    report: ReportOut | None


@router.put("/feedback-cycles/{cycle_id}")
async def announce_cycle(
    cycle_id: UUID, body: CycleIn, deps: Given, who: Officer, response: Response
) -> Done:
    """A 360 cycle is announced, with its form and the day on which the line is read."""
    by = origin_of(who, "feedback-cycles")
    done = await commands.announce(deps, who.agency, cycle_id, body.rules, by)
    return Done(token=say(response, done.token))


@router.get("/feedback-cycles")
async def list_cycles(deps: Given, who: Person, token: After) -> CyclesOut:
    """The cycles of the agency, the latest first."""
    contained = await deps.own_writes.are_in(token, feedback_cycles.table)
    rows = await queries.feedback_cycles_of(deps, who.agency)
    return CyclesOut(provisional=not contained, cycles=[CycleOut.of(row) for row in rows])


@router.post("/feedback-cycles/{cycle_id}/rounds")
async def open_rounds(cycle_id: UUID, deps: Given, who: Officer) -> PortionOut:
    """Raters are computed from the reporting line on the cycle's day, for everybody with a seat."""
    by = origin_of(who, "feedback-rounds")
    portion = await commands.open_rounds(deps, who.agency, cycle_id, by)
    return PortionOut(done=portion.done, more=portion.more)


@router.post("/feedback-cycles/{cycle_id}/closing")
async def close_cycle(cycle_id: UUID, deps: Given, who: Officer, response: Response) -> Done:
    """The last day has passed: no more answers."""
    done = await commands.close(deps, who.agency, cycle_id, origin_of(who, "feedback-closing"))
    return Done(token=say(response, done.token))


@router.post("/feedback-cycles/{cycle_id}/reports")
async def make_reports(cycle_id: UUID, deps: Given, who: Officer) -> PortionOut:
    """Of a closed cycle: what may be shown of each person's answers."""
    by = origin_of(who, "feedback-reports")
    portion = await commands.close_rounds(deps, who.agency, cycle_id, by)
    return PortionOut(done=portion.done, more=portion.more)


@router.get("/feedback-cycles/{cycle_id}/filling")
async def filling(cycle_id: UUID, deps: Given, who: Officer) -> FillingOut:
    """How many answers have come."""
    people, asked, answers = await queries.filling_of(deps, who.agency, cycle_id)
    return FillingOut(people=people, asked=asked, answers=answers)


@router.get("/feedback-invitations")
async def list_invitations(deps: Given, who: Employee) -> InvitationsOut:
    """About whom the asker is asked just now."""
    rows = await queries.invitations_of(deps, who.agency, UUID(who.subject))
    return InvitationsOut(
        invitations=[
            InvitationOut(
                cycle_id=row.cycle_id,
                person_id=row.person_id,
                relation=Relation(row.relation),
                token=queries.token_of(deps, row),
            )
            for row in rows
        ]
    )


@router.post("/feedback-cycles/{cycle_id}/people/{person_id}/answers")
async def answer(
    cycle_id: UUID, person_id: UUID, body: AnswerIn, deps: Given, who: Employee
) -> None:
    """Somebody who was asked answers; the answer does not bear the rater's name."""
    rater = UUID(who.subject)
    await commands.answer(deps, who.agency, cycle_id, person_id, rater, body.marks)


@router.get("/feedback-cycles/{cycle_id}/people/{person_id}")
async def read_round(
    cycle_id: UUID, person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> RoundOut:
    """Who was asked about a person and, once the cycle is closed, what may be shown."""
    row = await queries.feedback_round_of(deps, cycle_id, person_id)
    if not may_see(who, row.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, "feedback", why)
    contained = await deps.own_writes.are_in(token, feedback_rounds.table)
    report = None if row.report is None else ReportOut.model_validate_json(row.report)
    return RoundOut(
        person_id=person_id,
        provisional=not contained,
        raters=orjson.loads(row.raters),
        report=report,
    )
