"""The life of one post's competency standard (SKJ): what level the post asks, by decree and day.

It names each of the nine standard competencies and the technical ones of its field. A version
holds from its day until the next one; older results stay comparable to the version of their time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID, uuid5

from services.assessment.domain.competency_assessment import (
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    STANDARD_COMPETENCIES,
    CompetencyMissing,
    LevelOutOfRange,
)
from services.assessment.domain.competency_dictionary import CompetencyTwice
from services.assessment.domain.terms import ContradictsRecord, NothingToCorrect, Refused

_STANDARDS = UUID("a7a4f6b8-6b0d-5a5a-8a0c-52f0ce4a3d17")


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    competency: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a decree asks of a post from a day on."""

    post: str
    in_force_from: date
    decree: str
    required: tuple[Required, ...]


def standard_of(agency: str, post: str) -> UUID:
    """The standard of a post of an agency; its natural key is the post's code."""
    return uuid5(_STANDARDS, f"{agency}/{post}")


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishStandard:
    """`known`: the technical competencies in the dictionaries in force on the version's day."""

    event_id: UUID
    version: Version
    known: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectStandard:
    """The version of that day was published wrongly."""

    event_id: UUID
    version: Version
    known: frozenset[str]


Command = PublishStandard | CorrectStandard


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardPublished:
    event_id: UUID
    replaces: UUID | None
    version: Version

    @property
    def on(self) -> date:
        return self.version.in_force_from


Event = StandardPublished


# What must be remembered to decide

State = Mapping[date, StandardPublished]
initial: State = {}


# What is refused


class CompetencyNotInDictionary(Refused):
    """A competency stands in no dictionary in force on the day of this standard."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    version = command.version
    _examine(version.required, command.known)
    known = state.get(version.in_force_from)
    if known is not None and known.version == version:
        return []
    match command:
        case PublishStandard() if known is not None:
            raise ContradictsRecord
        case CorrectStandard() if known is None:
            raise NothingToCorrect
        case PublishStandard() | CorrectStandard():
            return [
                StandardPublished(
                    event_id=command.event_id,
                    replaces=None if known is None else known.event_id,
                    version=version,
                )
            ]
        case _:
            assert_never(command)


def _examine(required: Sequence[Required], known: frozenset[str]) -> None:
    codes = {one.competency for one in required}
    if len(codes) < len(required):
        raise CompetencyTwice
    if codes - STANDARD_COMPETENCIES.keys() - known:
        raise CompetencyNotInDictionary
    if STANDARD_COMPETENCIES.keys() - codes:
        raise CompetencyMissing
    if not all(LOWEST_LEVEL <= one.level <= HIGHEST_LEVEL for one in required):
        raise LevelOutOfRange


def evolve(state: State, event: Event) -> State:
    return {**state, event.version.in_force_from: event}
