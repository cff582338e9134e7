"""What leaves training: one `match` says what each event is called outside, if it is at all."""

from __future__ import annotations

from typing import Literal, assert_never

from contracts.events.training import CompletionRevokedV1, TrainingFinishedV1
from services.chassis.events import About
from services.chassis.receipt import FileImported, ImportUndone
from services.training.domain import (
    attendance,
    budget_line,
    enrolment,
    jp_setting,
    leadership_duty,
    mentoring,
    nomination,
    orientation,
    programme,
    provider,
    study_events,
    total_spending,
    training_class,
    training_need,
    training_plan,
)
from services.training.domain.attendance import AttendanceRecorded, AttendanceTakenBack
from services.training.domain.budget_line import (
    CeilingSet,
    CommitmentReleased,
    CommitmentToppedUp,
    FundsCommitted,
    FundsRealised,
    MovementsTakenBack,
)
from services.training.domain.enrolment import (
    CompletionRevoked,
    CompletionTakenBack,
    EnrolmentOpened,
    EnrolmentWithdrawn,
    TrainingFailed,
    TrainingFinished,
)
from services.training.domain.jp_setting import JpRuleSet
from services.training.domain.leadership_duty import DeadlineSet
from services.training.domain.mentoring import (
    MentoringBegun,
    MentoringEnded,
    SessionHeld,
    SessionTakenBack,
)
from services.training.domain.nomination import (
    Nominated,
    NominationApproved,
    NominationRefused,
    NominationWithdrawn,
    NomineeEnrolled,
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
from services.training.domain.programme import ProgrammeDefined, ProgrammeWithdrawn
from services.training.domain.provider import (
    ProviderDefined,
    ProviderEnded,
    ProviderResumed,
    ProviderSuspended,
    ProviderWithdrawn,
)
from services.training.domain.study_events import (
    LeftUnderBond,
    RepaymentDemanded,
    RepaymentReceived,
    ReturnReported,
    StudyApplied,
    StudyBegun,
    StudyConditionJudged,
    StudyEnded,
    StudyExtended,
    StudyGranted,
    StudyProgressReported,
    StudyRejected,
    StudyWithdrawn,
)
from services.training.domain.terms import Evidence, RevocationReason
from services.training.domain.total_spending import TotalSpendingRecorded
from services.training.domain.training_class import (
    ClassCancelled,
    ClassClosed,
    ClassRescheduled,
    ClassScheduled,
    ClassWithdrawn,
    SeatFreed,
    SeatTaken,
)
from services.training.domain.training_need import NeedMoved, NeedProposed, NeedTakenBack
from services.training.domain.training_plan import NeedsMerged, PlanLocked

Event = (
    enrolment.Event
    | programme.Event
    | jp_setting.Event
    | provider.Event
    | training_class.Event
    | nomination.Event
    | attendance.Event
    | orientation.Event
    | mentoring.Event
    | leadership_duty.Event
    | budget_line.Event
    | total_spending.Event
    | study_events.Event
    | training_need.Event
    | training_plan.Event
    | FileImported
    | ImportUndone
)
Said = TrainingFinishedV1 | CompletionRevokedV1


# The first revision had no word for what is seen at work: the least that is true stands for it.
AS_FIRST_SAID: dict[Evidence, Literal["ATTENDED", "PASSED"]] = {
    Evidence.ATTENDED: "ATTENDED",
    Evidence.PASSED: "PASSED",
    Evidence.OBSERVED: "ATTENDED",
    Evidence.DEMONSTRATED: "ATTENDED",
}


def to_contract(event: Event, about: About) -> Said | None:  # noqa: PLR0911, PLR0912 - a line per event
    match event:
        case TrainingFinished():
            return _finished(event, about)
        case CompletionRevoked(revokes=revokes, on=on, reason=reason):
            return CompletionRevokedV1(
                person_id=about.subject, revokes=revokes, revoked_on=on, reason_code=reason.value
            )
        case CompletionTakenBack(withdraws=withdraws, on=on):
            return CompletionRevokedV1(
                person_id=about.subject,
                revokes=withdraws,
                revoked_on=on,
                reason_code=RevocationReason.RECORDED_IN_ERROR.value,
            )
        case EnrolmentOpened() | EnrolmentWithdrawn() | TrainingFailed():
            return None  # nobody else's business
        case ProgrammeDefined() | ProgrammeWithdrawn() | JpRuleSet():
            return None  # the catalogue is asked for over HTTP
        case ProviderDefined() | ProviderSuspended() | ProviderResumed() | ProviderEnded():
            return None
        case ProviderWithdrawn() | ClassScheduled() | ClassRescheduled() | ClassCancelled():
            return None
        case ClassClosed() | ClassWithdrawn() | SeatTaken() | SeatFreed():
            return None
        case Nominated() | NominationApproved() | NominationRefused() | NominationWithdrawn():
            return None  # nothing has been learned yet
        case NomineeEnrolled() | AttendanceRecorded() | AttendanceTakenBack():
            return None
        case CeilingSet() | FundsCommitted() | CommitmentToppedUp() | FundsRealised():
            return None  # money is between the agency and its auditors
        case CommitmentReleased() | MovementsTakenBack() | TotalSpendingRecorded():
            return None
        case StudyApplied() | StudyConditionJudged() | StudyRejected() | StudyWithdrawn():
            return None  # nothing follows from an application
        case StudyGranted() | StudyBegun() | StudyProgressReported() | StudyExtended():
            return None  # the fact is profile's to tell
        case StudyEnded() | ReturnReported() | LeftUnderBond():
            return None
        case RepaymentDemanded() | RepaymentReceived():
            return None  # money is between the agency and its auditors
        case NeedProposed() | NeedMoved() | NeedTakenBack() | NeedsMerged() | PlanLocked():
            return None  # the plan is asked for over HTTP
        case OrientationOpened() | OrientationMoved() | OrientationClosed() | OrientationSeen():
            return None  # between a person and whoever guides the person
        case TaskCompleted() | TaskSetAside() | TaskReopened() | DeadlineSet():
            return None
        case MentoringBegun() | SessionHeld() | SessionTakenBack() | MentoringEnded():
            return None  # the JP of a year are asked for over HTTP
        case FileImported() | ImportUndone():
            return None  # between the officer and this service
        case _:
            assert_never(event)


def _finished(event: TrainingFinished, about: About) -> TrainingFinishedV1:
    completion = event.completion
    return TrainingFinishedV1(
        person_id=about.subject,
        enrolment_id=event.enrolment,
        programme=event.of.programme,
        finished_on=event.on,
        jp=completion.jp,
        provider=completion.provider,
        certificate_number=None,  # it is sealed, and nothing that is sealed is said
        evidence=AS_FIRST_SAID[completion.evidence],
        shown_by=completion.evidence.value,
        replaces=event.replaces,
    )
