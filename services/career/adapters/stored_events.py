"""Under which names career's events are stored. A name never changes, whatever the class does."""

from __future__ import annotations

from services.career.domain.appointment import (
    AppointmentDecreed,
    AppointmentProposed,
    AppointmentWithdrawn,
)
from services.career.domain.judgement import JudgementRecorded, WaiverRecorded
from services.career.domain.policy_adoption import PolicyAdopted, PolicyApproved, PolicyDrafted
from services.chassis.event_codec import EventCodec, Stored

CODEC = EventCodec(
    [
        Stored(JudgementRecorded, name="career.judgement_recorded", effective="on"),
        Stored(WaiverRecorded, name="career.waiver_recorded", effective="on"),
        Stored(AppointmentProposed, name="career.appointment_proposed", effective="on"),
        Stored(AppointmentDecreed, name="career.appointment_decreed", effective="effective_from"),
        Stored(AppointmentWithdrawn, name="career.appointment_withdrawn", effective="on"),
        Stored(PolicyDrafted, name="career.policy_drafted", effective="on"),
        Stored(PolicyApproved, name="career.policy_approved", effective="on"),
        Stored(PolicyAdopted, name="career.policy_adopted", effective="on"),
    ]
)
