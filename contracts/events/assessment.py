"""What assessment says to others: how a person performed, and what a person can do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Code, ContractEvent, Decimal2, Fact, Text
from contracts.events.terms import PerformanceRating, PointsRating

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


class AppraisedByPointsV1(Fact):
    """A year of 2014 to 2021 was appraised in points, under the law by which it was rated."""

    TYPE: ClassVar[str] = "assessment.appraised_by_points.v1"

    person_id: UUID
    year: Annotated[int, Field(ge=2014, le=2021)]
    law: Literal["PP-46-2011", "PP-30-2019"] = Field(
        description="The same points earn another word under each: 88 are BAIK or CUKUP."
    )
    points: Decimal2
    rating: PointsRating | None = Field(
        default=None, description="The word of that law for these points; null if none was told."
    )
    new_idea: bool = Field(
        default=False,
        description="A new idea or way that gave benefit: PP 30/2019 asks it for SANGAT_BAIK.",
    )
    effective_from: date = Field(description="31 December of the year.")


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
    against: Code | None = Field(
        default=None,
        description="The standard that the reported match was measured against, if it was named.",
    )
    institution: Text


class PotentialAssessedV1(Fact):
    """Potential was scored in eight aspects. `valid_until` is the first day it no longer counts."""

    TYPE: ClassVar[str] = "assessment.potential_assessed.v1"

    person_id: UUID
    assessed_on: date
    valid_until: date | None = None
    institution: Text
    method: Text
    scale: Decimal2 = Field(description="The highest score there is.")
    scores: dict[Code, Decimal2]


class PostStandardPublishedV1(Fact):
    """A post asks these levels of competency (SKJ) from a day on, until its next version."""

    TYPE: ClassVar[str] = "assessment.post_standard_published.v1"
    SUBJECT: ClassVar[str] = "standard_id"

    standard_id: UUID
    post: Code = Field(description="The code of the post, as the map of posts has it.")
    in_force_from: date
    decree_number: Text
    required: dict[Code, Annotated[int, Field(ge=1, le=5)]]


class ResultWithdrawnV1(ContractEvent):
    """A rating or a measurement told earlier does not stand: it was recorded by mistake."""

    TYPE: ClassVar[str] = "assessment.result_withdrawn.v1"

    person_id: UUID
    withdraws: UUID = Field(description="Id of the event that falls.")
    withdrawn_on: date
