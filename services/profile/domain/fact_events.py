"""How the dated facts of a person are told: one event each, which may replace an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from services.profile.domain.facts import Education, Fact, Position, Rank, Sanction


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


FactEvent = RankGranted | PositionAssigned | EducationRecorded | SanctionImposed


def event_of(
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
        case _:
            assert_never(fact)


def fact_of(event: FactEvent) -> Fact:
    """What was told."""
    match event:
        case RankGranted(rank=rank):
            return rank
        case PositionAssigned(position=position):
            return position
        case EducationRecorded(education=education):
            return education
        case SanctionImposed(sanction=sanction):
            return sanction
        case _:
            assert_never(event)
