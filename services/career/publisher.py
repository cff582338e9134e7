"""What leaves career: one `match` says what each event is called outside, if it is at all."""

from __future__ import annotations

from typing import assert_never

from contracts.events.career import AppointmentDecreedV1
from services.career.domain import appointment, judgement, policy_adoption, recorded_answer
from services.career.domain.appointment import (
    AppointmentDecreed,
    AppointmentProposed,
    AppointmentWithdrawn,
)
from services.career.domain.judgement import JudgementRecorded, WaiverRecorded
from services.career.domain.policy_adoption import PolicyAdopted, PolicyApproved, PolicyDrafted
from services.career.domain.recorded_answer import AnswerRecorded
from services.chassis.events import About

Event = appointment.Event | judgement.Event | policy_adoption.Event | recorded_answer.Event


def to_contract(event: Event, about: About) -> AppointmentDecreedV1 | None:
    match event:
        case AppointmentDecreed():
            return _decreed(event)
        case AppointmentProposed() | AppointmentWithdrawn():
            return None  # nothing has been decided
        case JudgementRecorded() | WaiverRecorded():
            return None  # what officials say about a person stays with those who decide
        case PolicyDrafted() | PolicyApproved() | PolicyAdopted():
            return None  # the rulebook is asked for over HTTP
        case AnswerRecorded():
            return None  # it decides nothing; whoever asked has it
        case _:
            assert_never(event)


def _decreed(event: AppointmentDecreed) -> AppointmentDecreedV1:
    post = event.post
    return AppointmentDecreedV1(
        person_id=event.person_id,
        appointment_id=event.appointment_id,
        post_id=post.post_id,
        position_class=post.position_class.value,
        jenjang=post.jenjang.value if post.jenjang else None,
        field=post.field,
        unit_id=post.unit_id,
        assignment=post.assignment.value,
        effective_from=event.effective_from,
        decree_number=event.decree_number,
    )
