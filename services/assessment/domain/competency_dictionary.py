"""The life of one dictionary of competencies: a field's competencies, by decree and day.

There is one per agency and field. A version replaces the one before it from its day on, and the
one before stays what it was: results measured then are read with the words of then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.assessment.domain.competency_assessment import HIGHEST_LEVEL, LOWEST_LEVEL
from services.assessment.domain.terms import ContradictsRecord, NothingToCorrect, Refused


class Kind(StrEnum):
    MANAGERIAL = "managerial"
    SOCIO_CULTURAL = "socio_cultural"
    TECHNICAL = "technical"


class Certainty(StrEnum):
    """How sure an entry is: read in the instrument, recalled from it, or not sure."""

    SEEN = "seen"
    RECALLED = "recalled"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """`levels` says in words what each of the five levels means, from the first on."""

    code: str
    name: str
    kind: Kind
    certainty: Certainty
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a decree publishes for a field, from a day on."""

    field: str
    in_force_from: date
    decree: str
    competencies: tuple[Competency, ...]


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDictionary:
    event_id: UUID
    edition: Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDictionary:
    """The edition of that day was published wrongly."""

    event_id: UUID
    edition: Edition


Command = PublishDictionary | CorrectDictionary


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryPublished:
    event_id: UUID
    replaces: UUID | None
    edition: Edition

    @property
    def on(self) -> date:
        return self.edition.in_force_from


Event = DictionaryPublished


# What must be remembered to decide

State = Mapping[date, DictionaryPublished]
initial: State = {}


# What is refused


class CompetencyTwice(Refused):
    """The same competency stands in the list twice."""


class LevelNotDescribed(Refused):
    """Each competency describes all five levels."""


class EmptyDictionary(Refused):
    """A dictionary holds at least one competency."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    edition = command.edition
    _examine(edition.competencies)
    known = state.get(edition.in_force_from)
    if known is not None and known.edition == edition:
        return []
    match command:
        case PublishDictionary() if known is not None:
            raise ContradictsRecord
        case CorrectDictionary() if known is None:
            raise NothingToCorrect
        case PublishDictionary() | CorrectDictionary():
            return [
                DictionaryPublished(
                    event_id=command.event_id,
                    replaces=None if known is None else known.event_id,
                    edition=edition,
                )
            ]
        case _:
            assert_never(command)


def _examine(competencies: Sequence[Competency]) -> None:
    if not competencies:
        raise EmptyDictionary
    if len({competency.code for competency in competencies}) < len(competencies):
        raise CompetencyTwice
    wanted = HIGHEST_LEVEL - LOWEST_LEVEL + 1
    for competency in competencies:
        if len(competency.levels) != wanted or not all(competency.levels):
            raise LevelNotDescribed


def evolve(state: State, event: Event) -> State:
    return {**state, event.edition.in_force_from: event}
