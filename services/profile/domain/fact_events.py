"""How the dated facts of a person are told: one event each, which may replace an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from services.profile.domain.facts import (
    Award,
    Contract,
    CreditPoints,
    Education,
    Fact,
    Position,
    Rank,
    Sanction,
    ServiceCredit,
    StudyAssignment,
    UnpaidLeave,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankGranted:
    event_id: UUID
    rank: Rank
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.rank.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionAssigned:
    event_id: UUID
    position: Position
    caused_by: UUID | None = None
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.position.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationRecorded:
    event_id: UUID
    education: Education
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.education.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionImposed:
    event_id: UUID
    sanction: Sanction
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.sanction.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionAppealed:
    """The sanction as it is while an appeal is open, and as the appeal leaves it."""

    event_id: UUID
    sanction: Sanction
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.sanction.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidLeaveGranted:
    event_id: UUID
    leave: UnpaidLeave
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.leave.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyAssigned:
    event_id: UUID
    study: StudyAssignment
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.study.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardGiven:
    event_id: UUID
    award: Award
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.award.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSigned:
    event_id: UUID
    contract: Contract
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.contract.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCredited:
    event_id: UUID
    credit: ServiceCredit
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.credit.begins


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPointsGiven:
    event_id: UUID
    credit: CreditPoints
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.credit.begins


FactEvent = (
    RankGranted
    | PositionAssigned
    | EducationRecorded
    | SanctionImposed
    | SanctionAppealed
    | UnpaidLeaveGranted
    | StudyAssigned
    | AwardGiven
    | ContractSigned
    | ServiceCredited
    | CreditPointsGiven
)


def event_of(  # noqa: PLR0911 - a line for each
    fact: Fact, event_id: UUID, replaces: UUID | None, caused_by: UUID | None = None
) -> FactEvent:
    """How a fact is told."""
    match fact:
        case Rank():
            return RankGranted(event_id=event_id, rank=fact, replaces=replaces)
        case Position():
            return PositionAssigned(
                event_id=event_id, position=fact, caused_by=caused_by, replaces=replaces
            )
        case Education():
            return EducationRecorded(event_id=event_id, education=fact, replaces=replaces)
        case Sanction():
            return SanctionImposed(event_id=event_id, sanction=fact, replaces=replaces)
        case UnpaidLeave():
            return UnpaidLeaveGranted(event_id=event_id, leave=fact, replaces=replaces)
        case StudyAssignment():
            return StudyAssigned(event_id=event_id, study=fact, replaces=replaces)
        case Award():
            return AwardGiven(event_id=event_id, award=fact, replaces=replaces)
        case Contract():
            return ContractSigned(event_id=event_id, contract=fact, replaces=replaces)
        case ServiceCredit():
            return ServiceCredited(event_id=event_id, credit=fact, replaces=replaces)
        case CreditPoints():
            return CreditPointsGiven(event_id=event_id, credit=fact, replaces=replaces)
        case _:
            assert_never(fact)


def fact_of(event: FactEvent) -> Fact:  # noqa: PLR0911 - a line for each
    """What was told."""
    match event:
        case RankGranted(rank=rank):
            return rank
        case PositionAssigned(position=position):
            return position
        case EducationRecorded(education=education):
            return education
        case SanctionImposed(sanction=sanction) | SanctionAppealed(sanction=sanction):
            return sanction
        case UnpaidLeaveGranted(leave=leave):
            return leave
        case StudyAssigned(study=study):
            return study
        case AwardGiven(award=award):
            return award
        case ContractSigned(contract=contract):
            return contract
        case ServiceCredited(credit=service):
            return service
        case CreditPointsGiven(credit=credit):
            return credit
        case _:
            assert_never(event)
