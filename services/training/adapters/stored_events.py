"""Under which names training's events are stored. A name never changes, whatever the class does."""

from __future__ import annotations

from services.chassis.event_codec import EventCodec, Raw, Stored
from services.chassis.receipt import STORED_RECEIPTS
from services.training.adapters.stored_delivery import STORED_DELIVERY
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


CODEC = EventCodec(
    [
        Stored(EnrolmentOpened, name="training.enrolment_opened", effective="on"),
        Stored(
            TrainingFinished,
            name="training.finished",
            schema=2,
            effective="on",
            encrypted=(
                "completion.title",
                "completion.certificate_number",
                "completion.certificate_sha256",
            ),
        ),
        Stored(TrainingFailed, name="training.failed", effective="on"),
        Stored(EnrolmentWithdrawn, name="training.enrolment_withdrawn", effective="on"),
        Stored(CompletionRevoked, name="training.completion_revoked", effective="on"),
        Stored(ProgrammeDefined, name="training.programme_defined", effective="on"),
        Stored(CompletionTakenBack, name="training.completion_taken_back", effective="on"),
        Stored(ProgrammeWithdrawn, name="training.programme_withdrawn", effective="on"),
        *STORED_DELIVERY,
        *STORED_PLANS,
        *STORED_RECEIPTS,
    ],
    upcasters={("training.finished", 1): in_clear},
)
