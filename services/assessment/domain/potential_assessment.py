"""The life of one potential assessment: eight aspects as an institution scored them.

There is one per person, day and institution (PermenPANRB 3/2020; 20/2025 art. 17). The scale is
the institution's own and is named with the scores; weighing them is the talent model's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID, uuid5

from services.assessment.domain.competency_assessment import NeverValid, NotYetAssessed
from services.assessment.domain.ratings import MOST_DECIMALS, decimals_of
from services.assessment.domain.terms import (
    ChangedSince,
    ContradictsRecord,
    NothingToCorrect,
    Refused,
)

ASPECTS: Final[Mapping[str, str]] = {
    "intellectual": "Kemampuan intelektual",
    "interpersonal": "Kemampuan interpersonal",
    "self_awareness": "Kesadaran diri",
    "critical_thinking": "Berpikir kritis dan strategis",
    "problem_solving": "Pemecahan masalah",
    "emotional": "Kecerdasan emosional",
    "growth_mindset": "Kemampuan belajar cepat dan mengembangkan diri",
    "motivation": "Motivasi dan komitmen",
}
_HIGHEST_SCALE: Final = Decimal(1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Potential:
    """`scale` is the highest score there is. `valid_until` is the first day it no longer counts."""

    assessed_on: date
    institution: str
    method: str
    scale: Decimal
    scores: Mapping[str, Decimal]
    valid_until: date | None


_ASSESSMENTS = UUID("6a0c3a52-35d6-5f5e-9a1f-2f8a8a3a6b19")


def potential_of(person: UUID, assessed_on: date, institution: str) -> UUID:
    """One assessment; its natural key is (person, day, institution)."""
    return uuid5(_ASSESSMENTS, f"{person}/{assessed_on.isoformat()}/{institution}")


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPotential:
    event_id: UUID
    potential: Potential
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectPotential:
    event_id: UUID
    potential: Potential
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPotential:
    """It was recorded by mistake; `withdraws` must be the newest account of it."""

    withdraws: UUID
    on: date


Told = RecordPotential | CorrectPotential
Command = Told | WithdrawPotential


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class PotentialAssessed:
    event_id: UUID
    replaces: UUID | None
    potential: Potential

    @property
    def on(self) -> date:
        return self.potential.assessed_on


@dataclass(frozen=True, slots=True, kw_only=True)
class PotentialWithdrawn:
    """As if it had never been recorded; what was said remains readable."""

    withdraws: UUID
    assessed_on: date
    institution: str
    on: date


Event = PotentialAssessed | PotentialWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotAssessed:
    pass


@dataclass(frozen=True, slots=True)
class Assessed:
    event_id: UUID
    potential: Potential


State = NotAssessed | Assessed
initial: State = NotAssessed()


# What is refused


class AspectMissing(Refused):
    """Potential is scored in eight aspects: one is missing, or another is none of them."""


class ScoreBeyondScale(Refused):
    """A score lies between 0 and the highest of its scale, with at most six decimals."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if isinstance(command, WithdrawPotential):
        return _withdraw(command, state)
    _examine(command.potential, command.today)
    match state:
        case Assessed(potential=known) if known == command.potential:
            return []
        case NotAssessed():
            return _first(command)
        case Assessed(event_id=replaced):
            return _again(command, replaced)
        case _:
            assert_never(state)


def _withdraw(command: WithdrawPotential, state: State) -> list[Event]:
    if not isinstance(state, Assessed) or state.event_id != command.withdraws:
        raise ChangedSince
    return [
        PotentialWithdrawn(
            withdraws=command.withdraws,
            assessed_on=state.potential.assessed_on,
            institution=state.potential.institution,
            on=command.on,
        )
    ]


def _first(command: Told) -> list[Event]:
    match command:
        case RecordPotential(event_id=event_id, potential=potential):
            return [PotentialAssessed(event_id=event_id, replaces=None, potential=potential)]
        case CorrectPotential():
            raise NothingToCorrect
        case _:
            assert_never(command)


def _again(command: Told, replaced: UUID) -> list[Event]:
    match command:
        case RecordPotential():
            raise ContradictsRecord
        case CorrectPotential(event_id=event_id, potential=potential):
            return [PotentialAssessed(event_id=event_id, replaces=replaced, potential=potential)]
        case _:
            assert_never(command)


def _examine(potential: Potential, today: date) -> None:
    if potential.assessed_on > today:
        raise NotYetAssessed
    if potential.scores.keys() != ASPECTS.keys():
        raise AspectMissing
    numbers = (potential.scale, *potential.scores.values())
    if not all(n.is_finite() and decimals_of(n) <= MOST_DECIMALS for n in numbers):
        raise ScoreBeyondScale
    if not all(0 <= n <= potential.scale <= _HIGHEST_SCALE for n in numbers):
        raise ScoreBeyondScale
    if potential.valid_until is not None and potential.valid_until <= potential.assessed_on:
        raise NeverValid


def evolve(state: State, event: Event) -> State:
    match event:
        case PotentialAssessed(event_id=event_id, potential=potential):
            return Assessed(event_id, potential)
        case PotentialWithdrawn():
            return NotAssessed()
        case _:
            assert_never(event)
