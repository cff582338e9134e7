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
from services.training.domain.total_spending import TotalSpendingRecorded

STORED_PLANS = (
    Stored(CeilingSet, name="training.budget_ceiling_set", effective="on"),
    Stored(FundsCommitted, name="training.funds_committed", effective="on"),
    Stored(CommitmentToppedUp, name="training.commitment_topped_up", effective="on"),
    Stored(FundsRealised, name="training.funds_realised", effective="on"),
    Stored(CommitmentReleased, name="training.commitment_released", effective="on"),
    Stored(MovementsTakenBack, name="training.budget_movements_taken_back", effective="on"),
    Stored(TotalSpendingRecorded, name="training.total_spending_recorded", effective="on"),
)
