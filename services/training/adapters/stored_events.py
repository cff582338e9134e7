"""Under which names training's events are stored. A name never changes, whatever the class does."""

from __future__ import annotations

from services.chassis.event_codec import EventCodec, Raw, Stored
from services.chassis.receipt import STORED_RECEIPTS
from services.training.adapters.stored_delivery import STORED_DELIVERY
from services.training.adapters.stored_following import STORED_FOLLOWING
from services.training.adapters.stored_plans import STORED_PLANS
from services.training.domain.enrolment import (
    CompletionRevoked,
    CompletionTakenBack,
    EnrolmentOpened,
    EnrolmentWithdrawn,
    TrainingFailed,
    TrainingFinished,
)
from services.training.domain.programme import ProgrammeDefined, ProgrammeWithdrawn


def in_clear(raw: Raw) -> Raw:
    """Before schema 2 the words of a completion were not sealed; they read the same."""
    return raw


def without_mark(raw: Raw) -> Raw:
    """Before schema 3 neither a mark nor a certificate's link was told."""
    untold = {"certificate_link": None, "mark": None}
    return {**raw, "completion": {**raw["completion"], **untold}}


def failed_without_mark(raw: Raw) -> Raw:
    return {**raw, "mark": None}


def outside_schedule(raw: Raw) -> Raw:
    """Before schema 2 no enrolment was in a class of the agency's schedule."""
    return {**raw, "class_code": None}


def without_delivery(raw: Raw) -> Raw:
    """Before schema 2 the catalogue did not tell what a programme teaches, how, and its price."""
    return {**raw, "offer": {**raw["offer"], "delivery": None}}


CODEC = EventCodec(
    [
        Stored(EnrolmentOpened, name="training.enrolment_opened", schema=2, effective="on"),
        Stored(
            TrainingFinished,
            name="training.finished",
            schema=3,
            effective="on",
            encrypted=(
                "completion.title",
                "completion.certificate_number",
                "completion.certificate_sha256",
                "completion.certificate_link",
                "completion.mark",
            ),
        ),
        Stored(
            TrainingFailed, name="training.failed", schema=2, effective="on", encrypted=("mark",)
        ),
        Stored(EnrolmentWithdrawn, name="training.enrolment_withdrawn", effective="on"),
        Stored(CompletionRevoked, name="training.completion_revoked", effective="on"),
        Stored(ProgrammeDefined, name="training.programme_defined", schema=2, effective="on"),
        Stored(CompletionTakenBack, name="training.completion_taken_back", effective="on"),
        Stored(ProgrammeWithdrawn, name="training.programme_withdrawn", effective="on"),
        *STORED_DELIVERY,
        *STORED_PLANS,
        *STORED_FOLLOWING,
        *STORED_RECEIPTS,
    ],
    upcasters={
        ("training.enrolment_opened", 1): outside_schedule,
        ("training.finished", 1): in_clear,
        ("training.finished", 2): without_mark,
        ("training.failed", 1): failed_without_mark,
        ("training.programme_defined", 1): without_delivery,
    },
)
