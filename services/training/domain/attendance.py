"""Who was there: one enrolment's presence, session by session of its class.

Told again the same, it changes nothing; told otherwise, it is a correction. What was recorded by
mistake is taken back, and what stood before stands again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.training.domain.terms import Refused

# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttendance:
    """`sessions`: the days of the class, of which `session` is the number, from 1."""

    event_id: UUID
    enrolment: UUID
    session: int
    present: bool
    sessions: tuple[date, ...]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackAttendance:
    enrolment: UUID
    withdraws: tuple[UUID, ...]
    on: date


Command = RecordAttendance | TakeBackAttendance


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRecorded:
    event_id: UUID
    enrolment: UUID
    session: int
    present: bool
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceTakenBack:
    enrolment: UUID
    withdraws: tuple[UUID, ...]
    on: date


Event = AttendanceRecorded | AttendanceTakenBack

# What must be remembered to decide: everything recorded that stands, in the order it was recorded

State = tuple[AttendanceRecorded, ...]
initial: State = ()


# What is refused


class NoSuchSession(Refused):
    """The class has no session with this number."""


class SessionToCome(Refused):
    """The day of this session has not come yet."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if isinstance(command, TakeBackAttendance):
        standing = {one.event_id for one in state}
        falling = tuple(one for one in command.withdraws if one in standing)
        if not falling:
            return []
        told = AttendanceTakenBack(enrolment=command.enrolment, withdraws=falling, on=command.on)
        return [told]
    if not 1 <= command.session <= len(command.sessions):
        raise NoSuchSession
    day = command.sessions[command.session - 1]
    if day > command.today:
        raise SessionToCome
    recorded = AttendanceRecorded(
        event_id=command.event_id,
        enrolment=command.enrolment,
        session=command.session,
        present=command.present,
        on=day,
    )
    last = presence(state).get(command.session)
    return [] if last is command.present else [recorded]


def presence(state: State) -> dict[int, bool]:
    """Session by session, as it was told last."""
    return {one.session: one.present for one in state}


def evolve(state: State, event: Event) -> State:
    if isinstance(event, AttendanceTakenBack):
        return tuple(one for one in state if one.event_id not in event.withdraws)
    return (*state, event)
