"""What officials have said about one person: judgements, and decrees that excuse from a rule.

Nothing is changed afterwards: a correction is a word of its own that names the one it replaces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import assert_never
from uuid import UUID

from services.career.domain.terms import Official, Refused, named, reference


class Matter(Enum):
    """What the law leaves to an official; the related field is judged for one target at a time."""

    INTEGRITY = "integrity"
    HEALTH = "health"
    RELATED_FIELD = "related_field"
    COMPETENCY = "competency"  # before 2020: the performance team's word


class Ground(Enum):
    """On which a decree may excuse: kept as the law names them."""

    SEKOLAH_KADER = "sekolah_kader"
    REMOTE_AREA = "remote_area"


FOR_ONE_TARGET = (Matter.RELATED_FIELD, Matter.COMPETENCY)

# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordJudgement:
    event_id: UUID
    matter: Matter
    target: str | None
    met: bool
    on: date
    decided_by: Official
    document_number: str | None
    replaces: UUID | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWaiver:
    event_id: UUID
    ground: Ground
    target: str
    decree_number: str
    on: date
    until: date | None
    decided_by: Official
    replaces: UUID | None
    today: date


Command = RecordJudgement | RecordWaiver

# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementRecorded:
    event_id: UUID
    matter: Matter
    target: str | None
    met: bool
    on: date
    decided_by: Official
    document_number: str | None
    replaces: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRecorded:
    event_id: UUID
    ground: Ground
    target: str
    decree_number: str
    on: date
    until: date | None
    decided_by: Official
    replaces: UUID | None


Event = JudgementRecorded | WaiverRecorded

# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Words:
    """Those that stand, and those that were replaced."""

    standing: tuple[Event, ...] = ()
    replaced: frozenset[UUID] = frozenset()


State = Words
initial: State = Words()

# What is refused


class SaidOfTheFuture(Refused):
    """Nobody can judge a day that has not come."""


class TargetMissing(Refused):
    """This judgement is made for one target: say which."""


class NothingToReplace(Refused):
    """There is no such word about this person."""


class AlreadyReplaced(Refused):
    """That word was replaced before; name the one that stands."""


class ReplacesAnotherKind(Refused):
    """A judgement replaces a judgement of the same matter, a waiver a waiver on the same ground."""


class EndsBeforeItBegins(Refused):
    """The last day lies before the first."""


class DecreeNumberMissing(Refused):
    """A waiver rests on a decree: give its number."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    event = _said(command)
    if any(event.event_id == word.event_id or _same(event, word) for word in state.standing):
        return []
    if command.on > command.today:
        raise SaidOfTheFuture
    _check_replaced(event, state)
    return [event]


def _said(command: Command) -> Event:
    named(command.decided_by)
    match command:
        case RecordJudgement():
            if (command.matter in FOR_ONE_TARGET) != (command.target is not None):
                raise TargetMissing
            return JudgementRecorded(
                event_id=command.event_id,
                matter=command.matter,
                target=command.target,
                met=command.met,
                on=command.on,
                decided_by=command.decided_by,
                document_number=command.document_number,
                replaces=command.replaces,
            )
        case RecordWaiver():
            if command.until is not None and command.until <= command.on:
                raise EndsBeforeItBegins
            if not command.decree_number.strip():
                raise DecreeNumberMissing
            return WaiverRecorded(
                event_id=command.event_id,
                ground=command.ground,
                target=command.target,
                decree_number=reference(command.decree_number),
                on=command.on,
                until=command.until,
                decided_by=command.decided_by,
                replaces=command.replaces,
            )
        case _:
            assert_never(command)


def _same(event: Event, word: Event) -> bool:
    """The same said again, under another id."""
    if isinstance(event, JudgementRecorded) and isinstance(word, JudgementRecorded):
        return replace(event, event_id=word.event_id) == word
    if isinstance(event, WaiverRecorded) and isinstance(word, WaiverRecorded):
        return replace(event, event_id=word.event_id) == word
    return False


def _check_replaced(event: Event, state: State) -> None:
    if event.replaces is None:
        return
    if event.replaces in state.replaced:
        raise AlreadyReplaced
    earlier = next((w for w in state.standing if w.event_id == event.replaces), None)
    if earlier is None:
        raise NothingToReplace
    if _kind(earlier) != _kind(event):
        raise ReplacesAnotherKind


def _kind(event: Event) -> Matter | Ground:
    return event.matter if isinstance(event, JudgementRecorded) else event.ground


def evolve(state: State, event: Event) -> State:
    if event.replaces is None:
        return Words((*state.standing, event), state.replaced)
    standing = tuple(word for word in state.standing if word.event_id != event.replaces)
    return Words((*standing, event), state.replaced | {event.replaces})
