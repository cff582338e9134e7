"""Under which names the events of what is offered, and how it is delivered, are stored."""

from __future__ import annotations

from services.chassis.event_codec import Stored
from services.training.domain.attendance import AttendanceRecorded, AttendanceTakenBack
from services.training.domain.jp_setting import JpRuleSet
from services.training.domain.nomination import (
    Nominated,
    NominationApproved,
    NominationRefused,
    NominationWithdrawn,
    NomineeEnrolled,
)
from services.training.domain.provider import (
    ProviderDefined,
    ProviderEnded,
    ProviderResumed,
    ProviderSuspended,
    ProviderWithdrawn,
)
from services.training.domain.training_class import (
    ClassCancelled,
    ClassClosed,
    ClassRescheduled,
    ClassScheduled,
    ClassWithdrawn,
    SeatFreed,
    SeatTaken,
)

STORED_DELIVERY = (
    Stored(JpRuleSet, name="training.jp_rule_set", effective="on"),
    Stored(ProviderDefined, name="training.provider_defined", effective="on"),
    Stored(ProviderSuspended, name="training.provider_suspended", effective="on"),
    Stored(ProviderResumed, name="training.provider_resumed", effective="on"),
    Stored(ProviderEnded, name="training.provider_ended", effective="on"),
    Stored(ProviderWithdrawn, name="training.provider_withdrawn", effective="on"),
    Stored(ClassScheduled, name="training.class_scheduled", effective="on"),
    Stored(ClassRescheduled, name="training.class_rescheduled", effective="on"),
    Stored(ClassCancelled, name="training.class_cancelled", effective="on"),
    Stored(ClassClosed, name="training.class_closed", effective="on"),
    Stored(ClassWithdrawn, name="training.class_withdrawn", effective="on"),
    Stored(SeatTaken, name="training.seat_taken", effective="on"),
    Stored(SeatFreed, name="training.seat_freed", effective="on"),
    Stored(Nominated, name="training.nominated", effective="on"),
    Stored(NominationApproved, name="training.nomination_approved", effective="on"),
    Stored(
        NominationRefused,
        name="training.nomination_refused",
        effective="on",
        encrypted=("reason",),
    ),
    Stored(NominationWithdrawn, name="training.nomination_withdrawn", effective="on"),
    Stored(NomineeEnrolled, name="training.nominee_enrolled", effective="on"),
    Stored(AttendanceRecorded, name="training.attendance_recorded", effective="on"),
    Stored(AttendanceTakenBack, name="training.attendance_taken_back", effective="on"),
)
