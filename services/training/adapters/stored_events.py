"""Under which names training's events are stored. A name never changes, whatever the class does."""

from __future__ import annotations

from services.chassis.event_codec import EventCodec, Stored
from services.chassis.receipt import STORED_IMPORT
from services.training.domain.enrolment import (
    CompletionRevoked,
    EnrolmentOpened,
    EnrolmentWithdrawn,
    TrainingFailed,
    TrainingFinished,
)
from services.training.domain.programme import ProgrammeDefined

CODEC = EventCodec(
    [
        Stored(EnrolmentOpened, name="training.enrolment_opened", effective="on"),
        Stored(TrainingFinished, name="training.finished", effective="on"),
        Stored(TrainingFailed, name="training.failed", effective="on"),
        Stored(EnrolmentWithdrawn, name="training.enrolment_withdrawn", effective="on"),
        Stored(CompletionRevoked, name="training.completion_revoked", effective="on"),
        Stored(ProgrammeDefined, name="training.programme_defined", effective="on"),
        STORED_IMPORT,
    ]
)
