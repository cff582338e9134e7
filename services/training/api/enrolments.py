"""Enrolments over HTTP: who takes part in what, and with what success."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import Text
from services.chassis.http import Day
from services.chassis.tokens import say
from services.training.adapters.completion_report import ProgrammeCode, Sha256
from services.training.asking import (
    Done,
    EnrolmentDone,
    Given,
    Incoming,
    Officer,
    Organiser,
    origin_of,
)
from services.training.commands import classes, enrolments
from services.training.domain.completion import Class, Completion
from services.training.domain.terms import Evidence, Form, RevocationReason

router = APIRouter(tags=["enrolments"])


class EnrolmentIn(Incoming):
    """`starts_on`, the first day of the class, tells one class of a programme from another."""

    person_id: UUID
    programme: ProgrammeCode
    starts_on: Day


class CompletionIn(Incoming):
    finished_on: Day
    jp: Annotated[int, Field(ge=1, le=10_000)]
    title: Text
    form: Annotated[int, Field(ge=1, le=25)]
    provider: Text
    evidence: Evidence
    certificate_number: Text | None = None
    certificate_date: Day | None = None
    certificate_sha256: Sha256 | None = None

    @property
    def completion(self) -> Completion:
        return Completion(
            on=self.finished_on,
            jp=self.jp,
            title=self.title,
            form=Form(self.form),
            provider=self.provider,
            evidence=self.evidence,
            certificate_number=self.certificate_number,
            certificate_date=self.certificate_date,
            certificate_sha256=self.certificate_sha256,
        )


class DayIn(Incoming):
    on_day: Day


class RevocationIn(Incoming):
    on_day: Day
    reason: RevocationReason


@router.post("/enrolments")
async def enrol(
    body: EnrolmentIn, deps: Given, who: Organiser, response: Response
) -> EnrolmentDone:
    """A person is to take part in a class of a programme."""
    of = Class(programme=body.programme, starts_on=body.starts_on)
    enrolment_id, done = await enrolments.enrol(
        deps, who.agency, body.person_id, of, origin_of(who, "enrolments")
    )
    return EnrolmentDone(token=say(response, done.token), enrolment_id=enrolment_id)


@router.post("/enrolments/{enrolment_id}/completion")
async def complete(
    enrolment_id: UUID, body: CompletionIn, deps: Given, who: Officer, response: Response
) -> Done:
    """An officer has seen the certificate."""
    learner = await enrolments.learner_of(deps, who.agency, enrolment_id)
    done = await enrolments.record_completion(
        deps, enrolment_id, learner, body.completion, origin_of(who, "completion")
    )
    return Done(token=say(response, done.token))


@router.post("/enrolments/{enrolment_id}/failure")
async def fail(
    enrolment_id: UUID, body: DayIn, deps: Given, who: Officer, response: Response
) -> Done:
    """The training was not passed."""
    learner = await enrolments.learner_of(deps, who.agency, enrolment_id)
    done = await enrolments.record_failure(
        deps, enrolment_id, learner, body.on_day, origin_of(who, "failure")
    )
    return Done(token=say(response, done.token))


@router.post("/enrolments/{enrolment_id}/withdrawal")
async def withdraw(
    enrolment_id: UUID, body: DayIn, deps: Given, who: Organiser, response: Response
) -> Done:
    """The person will not take part."""
    learner = await enrolments.learner_of(deps, who.agency, enrolment_id)
    done = await classes.leave(
        deps, enrolment_id, learner, body.on_day, origin_of(who, "withdrawal")
    )
    return Done(token=say(response, done.token))


@router.post("/enrolments/{enrolment_id}/revocation")
async def revoke(
    enrolment_id: UUID, body: RevocationIn, deps: Given, who: Officer, response: Response
) -> Done:
    """A completion recorded before does not count."""
    learner = await enrolments.learner_of(deps, who.agency, enrolment_id)
    done = await enrolments.revoke_completion(
        deps, enrolment_id, learner, body.on_day, body.reason, origin_of(who, "revocation")
    )
    return Done(token=say(response, done.token))
