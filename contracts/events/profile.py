"""What profile says to others: who a person is, on record, and the posts and units there are.

No name, NIP or NIK is in here: a person is an id, an identifier is a keyed digest.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import Code, ContractEvent, Digest, Fact, Text
from contracts.events.terms import (
    Assignment,
    EmploymentKind,
    Golongan,
    Jenjang,
    PositionClass,
    Severity,
)


class Identifier(BaseModel):
    """A number the State gave a person, as a keyed digest: comparable, not readable."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["NIP", "NI_PPPK", "NIP_LAMA"]
    digest: Digest


class PersonRegisteredV1(Fact):
    """A person entered the record of an agency. Whoever hears of a move counts the person with
    the agency of the envelope from `registered_on` on."""

    TYPE: ClassVar[str] = "profile.person_registered.v1"
    SCHEMA: ClassVar[int] = 2

    person_id: UUID
    birth_date: date
    sex: Literal["M", "F"]
    employment_kind: EmploymentKind
    identifiers: list[Identifier]
    registered_on: date
    moved_from: Code | None = Field(
        default=None, description="The agency served until `registered_on`; null without a move."
    )


class RankGrantedV1(Fact):
    """A person was given a rank (pangkat, golongan ruang)."""

    TYPE: ClassVar[str] = "profile.rank_granted.v1"

    person_id: UUID
    golongan: Golongan
    effective_from: date
    decree_number: Text | None = None


class PositionAssignedV1(Fact):
    """A person took up a position. `until` is the first day after, null while it lasts."""

    TYPE: ClassVar[str] = "profile.position_assigned.v1"

    person_id: UUID
    post_id: UUID
    position_class: PositionClass
    jenjang: Jenjang | None = None
    field: Code | None = None
    unit_id: UUID
    assignment: Assignment
    effective_from: date
    until: date | None = None
    decree_number: Text | None = None
    caused_by: UUID | None = Field(
        default=None, description="Id of the event elsewhere that led to this, such as a decree."
    )


class EducationRecordedV1(Fact):
    """A level of education was completed: 1 SD … 7 S1/D-IV, 8 S2, 9 S3."""

    TYPE: ClassVar[str] = "profile.education_recorded.v1"

    person_id: UUID
    level: Annotated[int, Field(ge=1, le=9)]
    field: Text | None = None
    completed_on: date
    recognised: bool


class SanctionImposedV1(Fact):
    """A disciplinary sanction. `ends_on` is the first day after, null when it has no end."""

    TYPE: ClassVar[str] = "profile.sanction_imposed.v1"
    SCHEMA: ClassVar[int] = 2

    person_id: UUID
    kind: Code
    severity: Severity
    starts_on: date
    ends_on: date | None = None
    law: Code
    decree_number: Text | None = None
    on_appeal: bool = Field(
        default=False, description="Appealed and not decided: whether it stands is not yet known."
    )


class UnpaidLeaveGrantedV1(Fact):
    """Leave outside the State's cost (CLTN). `until` is the first day back."""

    TYPE: ClassVar[str] = "profile.unpaid_leave_granted.v1"

    person_id: UUID
    starts_on: date
    until: date
    decree_number: Text | None = None


class StudyAssignedV1(Fact):
    """A study assignment, released from the post or not. `until` is the first day after."""

    TYPE: ClassVar[str] = "profile.study_assigned.v1"

    person_id: UUID
    level: Annotated[int, Field(ge=1, le=9)]
    field: Text | None = None
    starts_on: date
    until: date | None = None
    released: bool
    self_funded: bool
    decree_number: Text | None = None


class AwardGivenV1(Fact):
    """An honour. `valid_until` is the first day on which it counts no more, null if for ever."""

    TYPE: ClassVar[str] = "profile.award_given.v1"

    person_id: UUID
    kind: Code
    given_on: date
    valid_until: date | None = None
    decree_number: Text | None = None


class FactWithdrawnV1(ContractEvent):
    """A fact about a person does not stand and nothing replaces it: a mistake, or cancelled."""

    TYPE: ClassVar[str] = "profile.fact_withdrawn.v1"

    person_id: UUID
    withdraws: UUID = Field(description="Id of the event that falls, a registration included.")
    withdrawn_on: date


class PersonForgottenV1(ContractEvent):
    """A person was forgotten: every listener destroys what names them, at once and for ever."""

    TYPE: ClassVar[str] = "profile.person_forgotten.v1"
    ERASES: ClassVar[bool] = True

    person_id: UUID
    forgotten_on: date
    ground: Code


class WorkUnitDefinedV1(ContractEvent):
    """A work unit (unit kerja) exists, under another or at the top."""

    TYPE: ClassVar[str] = "profile.work_unit_defined.v1"
    SUBJECT: ClassVar[str] = "unit_id"

    unit_id: UUID
    code: Code
    name: Text
    parent_id: UUID | None = None


class PostDefinedV1(ContractEvent):
    """A post exists on the map of posts, whoever holds it."""

    TYPE: ClassVar[str] = "profile.post_defined.v1"
    SUBJECT: ClassVar[str] = "post_id"

    post_id: UUID
    code: Code
    name: Text
    position_class: PositionClass
    jenjang: Jenjang | None = None
    eselon: Code | None = None
    unit_id: UUID
    field: Code | None = None
    retirement_age: Annotated[int, Field(ge=50, le=70)]
    needed: Annotated[int, Field(ge=0)]


class WorkUnitWithdrawnV1(ContractEvent):
    """A work unit was defined by mistake: it does not exist."""

    TYPE: ClassVar[str] = "profile.work_unit_withdrawn.v1"
    SUBJECT: ClassVar[str] = "unit_id"

    unit_id: UUID
    withdrawn_on: date


class PostWithdrawnV1(ContractEvent):
    """A post was put on the map by mistake: it does not exist."""

    TYPE: ClassVar[str] = "profile.post_withdrawn.v1"
    SUBJECT: ClassVar[str] = "post_id"

    post_id: UUID
    withdrawn_on: date
