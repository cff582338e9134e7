"""Under which names the events of what follows a position or a year are stored."""

from __future__ import annotations

from services.chassis.event_codec import Stored
from services.training.domain.leadership_duty import DeadlineSet
from services.training.domain.mentoring import (
    MentoringBegun,
    MentoringEnded,
    SessionHeld,
    SessionTakenBack,
)
from services.training.domain.orientation import (
    OrientationClosed,
    OrientationMoved,
    OrientationOpened,
    OrientationSeen,
    TaskCompleted,
    TaskReopened,
    TaskSetAside,
)

STORED_FOLLOWING = (
    Stored(DeadlineSet, name="training.leadership_deadline_set", effective="on"),
    Stored(MentoringBegun, name="training.mentoring_begun", effective="on"),
    Stored(
        SessionHeld, name="training.mentoring_session_held", effective="on", encrypted=("topic",)
    ),
    Stored(SessionTakenBack, name="training.mentoring_session_taken_back", effective="on"),
    Stored(MentoringEnded, name="training.mentoring_ended", effective="on", encrypted=("remark",)),
    Stored(OrientationOpened, name="training.orientation_opened", effective="on"),
    Stored(OrientationMoved, name="training.orientation_moved", effective="on"),
    Stored(OrientationClosed, name="training.orientation_closed", effective="on"),
    Stored(OrientationSeen, name="training.orientation_seen", effective="on"),
    Stored(TaskCompleted, name="training.orientation_task_completed", effective="on"),
    Stored(TaskSetAside, name="training.orientation_task_set_aside", effective="on"),
    Stored(TaskReopened, name="training.orientation_task_reopened", effective="on"),
)
