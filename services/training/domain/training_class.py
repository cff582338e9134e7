"""The life of one class: scheduled, perhaps rescheduled, then closed or cancelled; and its seats.

Who takes a seat is decided here and nowhere else: two people who want the last one write to this
one stream, and the slower of them is decided anew by what the faster has left. A seat is taken
for an enrolment, in the transaction that opens it (`commands/classes.py`).

An enrolment is known by its person, programme and first day (`completion.py`): while somebody has
a seat, neither programme nor first day changes; cancel the class and schedule another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import assert_never
from uuid import UUID

from services.training.domain import provider
from services.training.domain.completion import Class
from services.training.domain.programme import Mode
from services.training.domain.terms import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`provider`: its external id. `price`: per person, whole rupiah. `sessions`: their days."""

    code: str
    programme: str
    provider: str
    first_day: date
    last_day: date
    location: str
    mode: Mode
    seats: int
    price: int
    sessions: tuple[date, ...]

    @property
    def of(self) -> Class:
        return Class(programme=self.programme, starts_on=self.first_day)


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleClass:
    """Schedule it, or reschedule it. `provider`: where its provider stands."""

    schedule: Schedule
    provider: provider.State
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelClass:
    """`withdrawn`: the enrolments that are withdrawn with it, every one that has a seat."""

    reason: str
    withdrawn: frozenset[UUID]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseClass:
    """It is over, and everything about it has been told."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSeat:
    """`of`: what the enrolment is for."""

    enrolment: UUID
    of: Class
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSeat:
    enrolment: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawClass:
    """It should never have been on record, if that is still what the record says."""

    schedule: Schedule
    on: date


Command = ScheduleClass | CancelClass | CloseClass | TakeSeat | FreeSeat | WithdrawClass


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScheduled:
    schedule: Schedule
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRescheduled:
    schedule: Schedule
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCancelled:
    code: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassClosed:
    code: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken:
    code: str
    enrolment: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatFreed:
    code: str
    enrolment: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassWithdrawn:
    code: str
    on: date


Event = (
    ClassScheduled
    | ClassRescheduled
    | ClassCancelled
    | ClassClosed
    | SeatTaken
    | SeatFreed
    | ClassWithdrawn
)


# What must be remembered to decide


class Phase(StrEnum):
    SCHEDULED = "SCHEDULED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`taken`: the enrolments that have a seat."""

    schedule: Schedule
    phase: Phase = Phase.SCHEDULED
    taken: frozenset[UUID] = field(default_factory=frozenset)


State = Known | None
initial: State = None


# What is refused


class UnknownClass(Refused):
    """Your agency has no class with this code."""


class ClassIsOver(Refused):
    """The class was closed or cancelled before."""


class ClassStillRuns(Refused):
    """The last day of the class has not come yet."""


class ClassMovedMeanwhile(Refused):
    """The class or its seats have changed just now; please try again."""


class NoSeatLeft(Refused):
    """Every seat of the class is taken."""


class SeatsBelowTaken(Refused):
    """More people have a seat already than the class would have."""


class FirstDayIsFixed(Refused):
    """People have a seat for this programme and first day; cancel the class, schedule another."""


class NumbersOfClassOutOfRange(Refused):
    """A class has at least one seat, and its price is not below zero."""


class ClassEndsBeforeItBegins(Refused):
    """The last day of the class lies before its first."""


class SessionOutsideClass(Refused):
    """A class has at least one session, each on a later day, from its first day to its last."""


class ClassChangedSince(Refused):
    """Somebody has changed this class since, or has a seat in it; correct it by hand."""


# The rules


def decide(command: Command, state: State) -> list[Event]:  # noqa: PLR0911 - a line for each
    match command:
        case ScheduleClass():
            return _schedule(command, state)
        case CancelClass():
            return _cancel(command, of_record(state))
        case CloseClass(on=on):
            known = of_record(state)
            if known.phase is Phase.CLOSED:
                return []
            if on < _open(known).last_day:
                raise ClassStillRuns
            return [ClassClosed(code=known.schedule.code, on=on)]
        case TakeSeat():
            return _take(command, of_record(state))
        case FreeSeat(enrolment=enrolment, on=on):
            known = of_record(state)
            if enrolment not in known.taken:
                return []
            return [SeatFreed(code=known.schedule.code, enrolment=enrolment, on=on)]
        case WithdrawClass(schedule=schedule, on=on):
            if state != Known(schedule=schedule):
                raise ClassChangedSince
            return [ClassWithdrawn(code=schedule.code, on=on)]
        case _:
            assert_never(command)


def _schedule(command: ScheduleClass, state: State) -> list[Event]:
    wanted = _sound(command.schedule)
    if state is None:
        provider.may_be_given(command.provider, wanted.first_day)
        return [ClassScheduled(schedule=wanted, on=command.on)]
    known = state.schedule
    if known == wanted:
        return []
    _open(state)
    if (known.provider, known.first_day) != (wanted.provider, wanted.first_day):
        provider.may_be_given(command.provider, wanted.first_day)
    if state.taken and known.of != wanted.of:
        raise FirstDayIsFixed
    if wanted.seats < len(state.taken):
        raise SeatsBelowTaken
    return [ClassRescheduled(schedule=wanted, on=command.on)]


def _sound(wanted: Schedule) -> Schedule:
    if wanted.seats < 1 or wanted.price < 0:
        raise NumbersOfClassOutOfRange
    if wanted.last_day < wanted.first_day:
        raise ClassEndsBeforeItBegins
    days = wanted.sessions
    rising = all(one < other for one, other in pairwise(days))
    if not (days and rising and wanted.first_day <= days[0] and days[-1] <= wanted.last_day):
        raise SessionOutsideClass
    return wanted


def _cancel(command: CancelClass, known: Known) -> list[Event]:
    if known.phase is Phase.CANCELLED:
        return []
    code = _open(known).code
    if command.withdrawn != known.taken:
        raise ClassMovedMeanwhile
    return [ClassCancelled(code=code, reason=command.reason, on=command.on)]


def _take(command: TakeSeat, known: Known) -> list[Event]:
    if command.enrolment in known.taken:
        return []
    schedule = _open(known)
    if command.of != schedule.of:
        raise ClassMovedMeanwhile
    if len(known.taken) >= schedule.seats:
        raise NoSeatLeft
    return [SeatTaken(code=schedule.code, enrolment=command.enrolment, on=command.on)]


def _open(known: Known) -> Schedule:
    if known.phase is not Phase.SCHEDULED:
        raise ClassIsOver
    return known.schedule


def of_record(state: State) -> Known:
    if state is None:
        raise UnknownClass
    return state


def evolve(state: State, event: Event) -> State:  # noqa: PLR0911 - a line for each
    match event:
        case ClassScheduled(schedule=schedule):
            return Known(schedule=schedule)
        case ClassRescheduled(schedule=schedule):
            return replace(of_record(state), schedule=schedule)
        case ClassCancelled():
            return replace(of_record(state), phase=Phase.CANCELLED)
        case ClassClosed():
            return replace(of_record(state), phase=Phase.CLOSED)
        case SeatTaken(enrolment=enrolment):
            known = of_record(state)
            return replace(known, taken=known.taken | {enrolment})
        case SeatFreed(enrolment=enrolment):
            known = of_record(state)
            return replace(known, taken=known.taken - {enrolment})
        case ClassWithdrawn():
            return None
        case _:
            assert_never(event)
