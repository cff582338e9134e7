"""The life of one 360 cycle: announced with its form and its day, then closed.

The line is read on `line_on`, whatever happens to people afterwards. Each person rated has a
round of its own (`feedback_round.py`), opened and closed with the cycle's rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never
from uuid import UUID

from services.assessment.domain.berakhlak import VALUES
from services.assessment.domain.disclosure import LEAST_ANSWERS
from services.assessment.domain.reporting_line import Relation
from services.assessment.domain.terms import ContradictsRecord, Refused

MOST_ITEMS: Final = 12
LOWEST_MARK, HIGHEST_MARK = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`items`: each item's text by its code; a code begins with a BerAKHLAK value (`BP`, `BP.2`).

    `most`: how many of each relation are asked at most. `last_day` is the last day to answer.
    """

    name: str
    line_on: date
    opens_on: date
    last_day: date
    items: Mapping[str, str]
    most: Mapping[Relation, int]
    least_answers: int


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceCycle:
    cycle: UUID
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCycle:
    today: date


Command = AnnounceCycle | CloseCycle


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleAnnounced:
    cycle: UUID
    rules: Rules

    @property
    def on(self) -> date:
        return self.rules.opens_on


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleClosed:
    cycle: UUID
    on: date


Event = CycleAnnounced | CycleClosed


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotAnnounced:
    pass


@dataclass(frozen=True, slots=True)
class Announced:
    cycle: UUID
    rules: Rules


@dataclass(frozen=True, slots=True)
class Closed:
    rules: Rules


State = NotAnnounced | Announced | Closed
initial: State = NotAnnounced()


# What is refused


class NoSuchCycle(Refused):
    """There is no feedback cycle with this id."""


class TooManyItems(Refused):
    """A form has between one and twelve items: a longer one is not answered with care."""


class ItemWithoutValue(Refused):
    """Each item belongs to one of the seven BerAKHLAK values, and each value has an item."""


class GroupsTooSmall(Refused):
    """No group of fewer than three answers may ever be shown."""


class CycleEndsBeforeItOpens(Refused):
    """The last day to answer lies before the first, or the line is read on a later day."""


class CycleStillRunning(Refused):
    """The last day to answer has not passed yet."""


class CycleIsClosed(Refused):
    """This feedback cycle is closed."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case AnnounceCycle():
            return _announce(command, state)
        case CloseCycle():
            return _close(command, state)
        case _:
            assert_never(command)


def _announce(command: AnnounceCycle, state: State) -> list[Event]:
    _examine(command.rules)
    match state:
        case NotAnnounced():
            return [CycleAnnounced(cycle=command.cycle, rules=command.rules)]
        case Announced(rules=known) | Closed(rules=known) if known == command.rules:
            return []
        case Announced() | Closed():
            raise ContradictsRecord
        case _:
            assert_never(state)


def _close(command: CloseCycle, state: State) -> list[Event]:
    match state:
        case NotAnnounced():
            raise NoSuchCycle
        case Announced(rules=rules) if command.today <= rules.last_day:
            raise CycleStillRunning
        case Announced(cycle=cycle):
            return [CycleClosed(cycle=cycle, on=command.today)]
        case Closed():
            return []
        case _:
            assert_never(state)


def _examine(rules: Rules) -> None:
    if not 1 <= len(rules.items) <= MOST_ITEMS:
        raise TooManyItems
    if {code.partition(".")[0] for code in rules.items} != VALUES.keys():
        raise ItemWithoutValue
    if rules.least_answers < LEAST_ANSWERS:
        raise GroupsTooSmall
    if rules.last_day < rules.opens_on or rules.line_on > rules.opens_on:
        raise CycleEndsBeforeItOpens


def evolve(state: State, event: Event) -> State:
    match event:
        case CycleAnnounced(cycle=cycle, rules=rules):
            return Announced(cycle, rules)
        case CycleClosed():
            return Closed(state.rules) if isinstance(state, Announced) else state
        case _:
            assert_never(event)
