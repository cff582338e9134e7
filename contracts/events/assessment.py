"""What assessment says to others: how a person performed, and what a person can do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Code, Decimal2, Fact, Text
from contracts.events.terms import PerformanceRating

# As the quadrant of the regulation counts.
Third = Annotated[int, Field(ge=1, le=3, description="1 above, 2 as, 3 below expectation.")]


class AppraisalCompletedV1(Fact):
    """A year's performance was appraised: two marks of three, and the word the matrix gives."""

    TYPE: ClassVar[str] = "assessment.appraisal_completed.v1"

    person_id: UUID
    year: Annotated[int, Field(ge=1990, le=2100)]
    law: Literal["PermenPANRB-6-2022"]
    work_result: Third
    behaviour: Third
    rating: PerformanceRating
    effective_from: date


class CompetencyAssessedV1(Fact):
    """Levels of competency were measured. `valid_until` is the first day they no longer count."""

    TYPE: ClassVar[str] = "assessment.competency_assessed.v1"

    person_id: UUID
    assessed_on: date
    valid_until: date | None = None
    levels: dict[Code, Annotated[int, Field(ge=0, le=5)]]
    reported_jpm: Decimal2 | None = Field(
        default=None, description="Job person match in percent, as the institution reported it."
    )
    reported_category: Code | None = None
    institution: Text
