"""Under which names career's events are stored. A name never changes, whatever the class does."""

from __future__ import annotations

from services.career.domain.appointment import (
    AppointmentDecreed,
    AppointmentProposed,
    AppointmentWithdrawn,
)
from services.career.domain.judgement import JudgementRecorded, WaiverRecorded
from services.career.domain.policy_adoption import PolicyAdopted, PolicyApproved, PolicyDrafted
from services.career.domain.recorded_answer import AnswerRecorded
from services.chassis.event_codec import EventCodec, Raw, Stored


def in_clear(raw: Raw) -> Raw:
    """Before schema 2 officials' words were not sealed; they read the same."""
    return raw


CODEC = EventCodec(
    [
        Stored(
            JudgementRecorded,
            name="career.judgement_recorded",
            schema=2,
            effective="on",
            encrypted=("document_number",),
        ),
        Stored(WaiverRecorded, name="career.waiver_recorded", effective="on"),
        Stored(AppointmentProposed, name="career.appointment_proposed", effective="on"),
        Stored(
            AppointmentDecreed,
            name="career.appointment_decreed",
            schema=2,
            effective="effective_from",
            encrypted=("against_advice_because",),
        ),
        Stored(
            AppointmentWithdrawn,
            name="career.appointment_withdrawn",
            schema=2,
            effective="on",
            encrypted=("reason_code",),
        ),
        Stored(PolicyDrafted, name="career.policy_drafted", effective="on"),
        Stored(PolicyApproved, name="career.policy_approved", effective="on"),
        Stored(PolicyAdopted, name="career.policy_adopted", effective="on"),
        Stored(AnswerRecorded, name="career.answer_recorded", effective="on"),
    ],
    upcasters=dict.fromkeys(
        (
            ("career.judgement_recorded", 1),
            ("career.appointment_decreed", 1),
            ("career.appointment_withdrawn", 1),
        ),
        in_clear,
    ),
)
