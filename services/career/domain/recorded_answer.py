"""The life of one recorded answer: it was given once, and stays as it was given.

An answer that somebody may want proved is written down when it is given: what was asked, on which
basis, from which events, and the hash of what was answered. So nobody can later leave out an event
that it rested on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.career.domain.terms import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, by the three clocks. Without a policy, what was known and no more.

    `known_on` is the day of `known_at` where the agency is; one of `basis` and `known_at` is there.
    """

    policy: str | None
    as_of: date
    basis: str | None
    known_at: str | None
    known_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered: the rest can be computed again from the events."""

    status: str | None
    versions: tuple[str, ...]
    events: int
    events_sha256: str
    answer_sha256: str
    provisional: bool


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer:
    answer_id: UUID
    person_id: UUID
    asked: Asked
    answered: Answered
    asked_by: str
    on: date


Command = RecordAnswer

# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecorded:
    answer_id: UUID
    person_id: UUID
    asked: Asked
    answered: Answered
    asked_by: str
    on: date


Event = AnswerRecorded

# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class State:
    given: AnswerRecorded | None = None


initial = State()

# What is refused


class AnsweredOtherwise(Refused):
    """Under this id another answer was recorded."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    event = AnswerRecorded(
        answer_id=command.answer_id,
        person_id=command.person_id,
        asked=command.asked,
        answered=command.answered,
        asked_by=command.asked_by,
        on=command.on,
    )
    if state.given is None:
        return [event]
    if _said(state.given) != _said(event):
        raise AnsweredOtherwise
    return []


def _said(event: AnswerRecorded) -> object:
    """What was answered to what. Who asked for it again, and when, makes no other answer of it."""
    return event.person_id, event.asked, replace(event.answered, provisional=False)


def evolve(state: State, event: Event) -> State:
    return State(event)
