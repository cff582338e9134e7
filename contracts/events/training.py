"""What training says to others: what a person has learned."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Code, ContractEvent, Fact, Text


class TrainingFinishedV1(Fact):
    """A programme was finished and its JP (jam pelajaran) earned."""

    TYPE: ClassVar[str] = "training.finished.v1"
    SCHEMA: ClassVar[int] = 2

    person_id: UUID
    enrolment_id: UUID
    programme: Code
    finished_on: date
    jp: Annotated[int, Field(ge=0, le=10_000)]
    provider: Text
    certificate_number: Text | None = None
    evidence: Literal["ATTENDED", "PASSED", "CERTIFIED", "SELF_DECLARED"] = Field(
        description="As the first revision could say it; read `shown_by` where it is told."
    )
    shown_by: Literal["ATTENDED", "PASSED", "OBSERVED", "DEMONSTRATED"] | None = Field(
        default=None, description="What is vouched for; null: not told."
    )


class CompletionRevokedV1(ContractEvent):
    """A completion told earlier does not stand, since the day given."""

    TYPE: ClassVar[str] = "training.completion_revoked.v1"

    person_id: UUID
    revokes: UUID = Field(description="Id of the training.finished event that falls.")
    revoked_on: date
    reason_code: Code
