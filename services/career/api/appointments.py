"""Appointments over HTTP: proposed, decreed by a named official, or withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from contracts.envelope import Code, Text
from services.career import commands, queries
from services.career.api.asking import (
    Done,
    Given,
    IdempotencyKey,
    Incoming,
    Officer,
    Official,
    Reader,
    Why,
    answering,
    origin_of,
    read_of,
    record_of,
)
from services.career.api.eligibility import PolicyNotInForce
from services.career.deps import Deps
from services.career.domain import appointment
from services.career.domain.appointment import Advice, Decree, Post, Propose, Withdraw
from services.career.domain.rulebook import NotInForce
from services.career.domain.terms import Assignment, Jenjang, Office, PositionClass
from services.career.domain.terms import Official as NamedOfficial
from services.career.queries import Question
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.problems import NotFound, Problem
from services.chassis.tokens import say

router = APIRouter(tags=["appointments"])


class UnknownPost(Problem):
    """This post is not on the map of posts, or belongs to another agency."""

    status = 422


class ProposalIn(Incoming):
    person_id: UUID
    post_id: UUID
    assignment: Assignment = Assignment.DEFINITIVE


class DecreeIn(Incoming):
    """`against_advice_because` is needed where the rulebook does not say yes."""

    decree_number: Text
    effective_from: Day
    office: Office
    against_advice_because: Code | None = None


class WithdrawalIn(Incoming):
    reason_code: Code


class ProposalDone(Done):
    appointment_id: UUID


class DecreeDone(Done):
    """What the rulebook said when the official decided."""

    status: Literal["ELIGIBLE", "NOT_ELIGIBLE", "NEEDS_REVIEW", "NOT_APPLICABLE"]
    answer_sha256: str


class AppointmentOut(BaseModel):
    appointment_id: UUID
    person_id: UUID
    state: Literal["PROPOSED", "DECREED", "WITHDRAWN"]
    post_id: UUID | None = None
    decree_number: str | None = None
    effective_from: date | None = None
    reason_code: str | None = None


@router.post("/appointments", status_code=201)
async def propose(
    body: ProposalIn, deps: Given, who: Officer, response: Response, key: IdempotencyKey = None
) -> ProposalDone:
    """Propose somebody for a post."""
    agency = await record_of(deps, who, body.person_id)
    appointment_id = deps.new_id()
    command = Propose(
        person_id=body.person_id,
        post=await _post(deps, agency, body.post_id, body.assignment),
        proposed_by=who.subject,
        on=deps.today(),
    )

    def out(done: Executed[Any]) -> ProposalDone:
        return ProposalDone(token=done.token, appointment_id=appointment_id)

    done = await commands.about_appointment(
        deps, appointment_id, body.person_id, agency, command,
        origin_of(who, "appointments"), answering(who, "appointments", key, body, out, 201),
    )  # fmt: skip
    say(response, done.token)
    return out(done)


@router.post("/appointments/{appointment_id}/decree")
async def decree(
    appointment_id: UUID, body: DecreeIn, deps: Given, who: Official, response: Response
) -> DecreeDone:
    """A named official decides; what the rulebook says about that day is kept with the decision."""
    state, person_id, agency = await queries.appointment_of(deps, appointment_id)
    await record_of(deps, who, person_id)
    advice = await _advice(deps, person_id, _post_of(state), body.effective_from)
    command = Decree(
        appointment_id=appointment_id,
        decree_number=body.decree_number,
        effective_from=body.effective_from,
        decided_by=NamedOfficial(person=who.subject, office=body.office),
        advice=advice,
        against_advice_because=body.against_advice_because,
    )
    done = await commands.about_appointment(
        deps, appointment_id, person_id, agency, command,
        origin_of(who, "decree", body.decree_number),
    )  # fmt: skip
    return DecreeDone(
        token=say(response, done.token),
        status=advice.status.value,
        answer_sha256=advice.answer_sha256,
    )


@router.post("/appointments/{appointment_id}/withdrawal")
async def withdraw(
    appointment_id: UUID, body: WithdrawalIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The proposal is taken back."""
    _, person_id, agency = await queries.appointment_of(deps, appointment_id)
    await record_of(deps, who, person_id)
    command = Withdraw(reason_code=body.reason_code, withdrawn_by=who.subject, on=deps.today())
    done = await commands.about_appointment(
        deps, appointment_id, person_id, agency, command, origin_of(who, "withdrawal")
    )
    return Done(token=say(response, done.token))


@router.get("/appointments/{appointment_id}")
async def one(appointment_id: UUID, deps: Given, who: Reader, why: Why) -> AppointmentOut:
    """How it stands with an appointment."""
    state, person_id, _ = await queries.appointment_of(deps, appointment_id)
    await read_of(deps, who, person_id, "appointment", why)
    return _out(appointment_id, person_id, state)


def _out(appointment_id: UUID, person_id: UUID, state: appointment.State) -> AppointmentOut:
    match state:
        case appointment.Proposed(post=post):
            return AppointmentOut(
                appointment_id=appointment_id,
                person_id=person_id,
                state="PROPOSED",
                post_id=post.post_id,
            )
        case appointment.Decreed():
            return AppointmentOut(
                appointment_id=appointment_id,
                person_id=person_id,
                state="DECREED",
                post_id=state.post.post_id,
                decree_number=state.decree_number,
                effective_from=state.effective_from,
            )
        case appointment.Withdrawn(reason_code=reason):
            return AppointmentOut(
                appointment_id=appointment_id,
                person_id=person_id,
                state="WITHDRAWN",
                reason_code=reason,
            )
        case appointment.Unknown():
            raise NotFound


async def _post(deps: Deps, agency: str, post_id: UUID, assignment: Assignment) -> Post:
    row = await queries.post(deps, post_id)
    if row is None or row.agency != agency:
        raise UnknownPost
    return Post(
        post_id=row.post_id,
        position_class=PositionClass(row.position_class),
        jenjang=Jenjang(row.jenjang) if row.jenjang else None,
        field=row.field,
        unit_id=row.unit_id,
        assignment=assignment,
    )


def _post_of(state: appointment.State) -> Post:
    """The post of a life that is still open; of any other the rules will say what is wrong."""
    match state:
        case appointment.Proposed(post=post) | appointment.Decreed(post=post):
            return post
        case appointment.Withdrawn():
            raise appointment.AlreadyWithdrawn
        case appointment.Unknown():
            raise NotFound


async def _advice(deps: Deps, person_id: UUID, post: Post, day: date) -> Advice:
    policy = post.position_class.value.lower().replace("_", "-")
    question = Question(person_id=person_id, policy=policy, as_of=day)
    try:
        return queries.advice_of(await queries.explain_eligibility(deps, question))
    except NotInForce:
        raise PolicyNotInForce from None
