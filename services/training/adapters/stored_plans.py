"""Under which names the events of planning and money are stored."""

from __future__ import annotations

from services.chassis.event_codec import Stored
from services.training.domain.budget_line import (
    CeilingSet,
    CommitmentReleased,
    CommitmentToppedUp,
    FundsCommitted,
    FundsRealised,
    MovementsTakenBack,
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
from services.training.domain.total_spending import TotalSpendingRecorded
from services.training.domain.training_need import NeedMoved, NeedProposed, NeedTakenBack
from services.training.domain.training_plan import NeedsMerged, PlanLocked

STORED_PLANS = (
    Stored(CeilingSet, name="training.budget_ceiling_set", effective="on"),
    Stored(FundsCommitted, name="training.funds_committed", effective="on"),
    Stored(CommitmentToppedUp, name="training.commitment_topped_up", effective="on"),
    Stored(FundsRealised, name="training.funds_realised", effective="on"),
    Stored(CommitmentReleased, name="training.commitment_released", effective="on"),
    Stored(MovementsTakenBack, name="training.budget_movements_taken_back", effective="on"),
    Stored(TotalSpendingRecorded, name="training.total_spending_recorded", effective="on"),
    Stored(
        StudyApplied,
        name="training.study_applied",
        effective="on",
        encrypted=("plan.programme", "plan.institution"),
    ),
    Stored(StudyConditionJudged, name="training.study_condition_judged", effective="on"),
    Stored(StudyGranted, name="training.study_granted", effective="on", encrypted=("because",)),
    Stored(StudyRejected, name="training.study_rejected", effective="on", encrypted=("reason",)),
    Stored(StudyWithdrawn, name="training.study_withdrawn", effective="on"),
    Stored(StudyBegun, name="training.study_begun", effective="on"),
    Stored(
        StudyProgressReported,
        name="training.study_progress_reported",
        effective="on",
        encrypted=("report",),
    ),
    Stored(StudyExtended, name="training.study_extended", effective="on"),
    Stored(StudyEnded, name="training.study_ended", effective="on"),
    Stored(ReturnReported, name="training.study_return_reported", effective="on"),
    Stored(LeftUnderBond, name="training.study_left_under_bond", effective="on"),
    Stored(RepaymentDemanded, name="training.study_repayment_demanded", effective="on"),
    Stored(RepaymentReceived, name="training.study_repayment_received", effective="on"),
    Stored(NeedProposed, name="training.need_proposed", effective="on"),
    Stored(NeedMoved, name="training.need_moved", effective="on", encrypted=("words",)),
    Stored(NeedTakenBack, name="training.need_taken_back", effective="on"),
    Stored(NeedsMerged, name="training.needs_merged", effective="on"),
    Stored(PlanLocked, name="training.plan_locked", effective="on"),
)
