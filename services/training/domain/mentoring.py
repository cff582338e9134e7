"""The life of one mentoring or coaching: a match, sessions, an end with an outcome.

The match's natural key is (mentor, mentee, form, competency, first day). A day has one session.
Topics and remarks are sealed; they are None once the person who is guided has been forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID, uuid5

from services.training.domain.terms import Form, Refused

_MENTORINGS = UUID("5f0b7b53-1c55-5c1f-9a8e-6f2f4b0d7c41")
GUIDING = (Form.COACHING, Form.MENTORING)
LONGEST_MINUTES = 24 * 60


class Outcome(StrEnum):
    REACHED = "REACHED"
    PARTLY_REACHED = "PARTLY_REACHED"
    BROKEN_OFF = "BROKEN_OFF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Who guides whom, in what, from when on."""

    mentor: UUID
    mentee: UUID
    form: Form
    competency: str
    since: date


def mentoring_of(match: Match) -> UUID:
    parts = (match.mentor, match.mentee, int(match.form), match.competency, match.since.isoformat())
    return uuid5(_MENTORINGS, "/".join(map(str, parts)))


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    mentoring: UUID
    match: Match
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSession:
    """`event_id` becomes the id of the event, so that it can be taken back."""

    event_id: UUID
    held_on: date
    minutes: int
    topic: str | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackSession:
    """It was recorded by mistake, and may be recorded again."""

    held_on: date
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    outcome: Outcome
    remark: str | None
    on: date


Command = Begin | RecordSession | TakeBackSession | End


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class MentoringBegun:
    mentoring: UUID
    match: Match
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHeld:
    mentoring: UUID
    event_id: UUID
    form: Form
    minutes: int
    topic: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTakenBack:
    mentoring: UUID
    withdraws: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MentoringEnded:
    mentoring: UUID
    outcome: Outcome
    remark: str | None
    on: date


Event = MentoringBegun | SessionHeld | SessionTakenBack | MentoringEnded


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    event_id: UUID
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    mentoring: UUID
    match: Match
    sessions: dict[date, Session] = field(default_factory=dict)
    ended: MentoringEnded | None = None


State = Unknown | Begun
initial: State = Unknown()


# What is refused


class NoSuchMentoring(Refused):
    """There is no mentoring with this id in your agency."""


class GuidesOneself(Refused):
    """Nobody is the own mentor."""


class NotAGuidingForm(Refused):
    """Guiding is coaching or mentoring; other forms are classes."""


class BeforeTheMatch(Refused):
    """A session or an end is not before the first day of the match."""


class SessionNotHeldYet(Refused):
    """A session is recorded after it was held, not before."""


class NotALength(Refused):
    """A session lasts at least a minute and at most a day."""


class SessionSaysOtherwise(Refused):
    """On this day a session of another length is on record; take it back first."""


class MentoringIsOver(Refused):
    """This mentoring has ended; nothing is held after its last day."""


class SessionAfterEnd(Refused):
    """There is a session on record after that day."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if isinstance(command, Begin):
        return _begin(command, state)
    if isinstance(state, Unknown):
        raise NoSuchMentoring
    match command:
        case RecordSession():
            return _record(command, state)
        case TakeBackSession(held_on=held_on, on=on):
            held = state.sessions.get(held_on)
            if held is None:
                return []
            return [SessionTakenBack(mentoring=state.mentoring, withdraws=held.event_id, on=on)]
        case End():
            return _end(command, state)
        case _:
            assert_never(command)


def _begin(command: Begin, state: State) -> list[Event]:
    match = command.match
    if match.mentor == match.mentee:
        raise GuidesOneself
    if match.form not in GUIDING:
        raise NotAGuidingForm
    if isinstance(state, Begun):
        return []
    return [MentoringBegun(mentoring=command.mentoring, match=match, on=command.on)]


def _record(command: RecordSession, state: Begun) -> list[Event]:
    if not 1 <= command.minutes <= LONGEST_MINUTES:
        raise NotALength
    if command.held_on > command.today:
        raise SessionNotHeldYet
    if command.held_on < state.match.since:
        raise BeforeTheMatch
    known = state.sessions.get(command.held_on)
    if known is not None:
        if known.minutes == command.minutes:
            return []
        raise SessionSaysOtherwise
    if state.ended is not None and command.held_on > state.ended.on:
        raise MentoringIsOver
    return [
        SessionHeld(
            mentoring=state.mentoring,
            event_id=command.event_id,
            form=state.match.form,
            minutes=command.minutes,
            topic=command.topic,
            on=command.held_on,
        )
    ]


def _end(command: End, state: Begun) -> list[Event]:
    ended = state.ended
    if ended is not None:
        if (ended.outcome, ended.on) == (command.outcome, command.on):
            return []
        raise MentoringIsOver
    if command.on < state.match.since:
        raise BeforeTheMatch
    if any(day > command.on for day in state.sessions):
        raise SessionAfterEnd
    return [
        MentoringEnded(
            mentoring=state.mentoring,
            outcome=command.outcome,
            remark=command.remark,
            on=command.on,
        )
    ]


def evolve(state: State, event: Event) -> State:
    if isinstance(event, MentoringBegun):
        return Begun(mentoring=event.mentoring, match=event.match)
    assert isinstance(state, Begun), "nothing happens before a match"
    sessions, ended = dict(state.sessions), state.ended
    match event:
        case SessionHeld(on=on, event_id=event_id, minutes=minutes):
            sessions[on] = Session(event_id=event_id, minutes=minutes)
        case SessionTakenBack(withdraws=which):
            sessions = {day: one for day, one in sessions.items() if one.event_id != which}
        case MentoringEnded():
            ended = event
        case _:
            assert_never(event)
    return Begun(mentoring=state.mentoring, match=state.match, sessions=sessions, ended=ended)
