"""The life of one account of how long a service took: its cases, without the days of an outage.

A case takes the days after the one on which it was received, up to the one on which it was
finished; days on which the service was out (a national system down, a flood) are not counted.
The distribution is kept, not the cases: nothing in here leads to a citizen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from services.assessment.domain.satisfaction_survey import Period, PeriodNotOver
from services.assessment.domain.terms import (
    ChangedSince,
    ContradictsRecord,
    NothingToCorrect,
    Refused,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    received_on: date
    finished_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """`cases`: how many cases took so many days. `outages`: the days that were not counted."""

    cases: Mapping[int, int]
    outages: tuple[date, ...]
    median: Decimal
    p90: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a unit reports of itself. Days; of the outage too, which are not counted in."""

    finished: int
    median: Decimal
    p90: int
    outage_days: int


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTimes:
    event_id: UUID
    period: Period
    cases: Sequence[Case]
    outages: Collection[date]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectTimes:
    event_id: UUID
    period: Period
    cases: Sequence[Case]
    outages: Collection[date]
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTimes:
    """The unit's own figures: it has not told the cases that they come from."""

    event_id: UUID
    period: Period
    figures: Figures
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawTimes:
    """It was recorded by mistake; `withdraws` must be the newest account."""

    withdraws: UUID
    on: date


Command = RecordTimes | CorrectTimes | ReportTimes | WithdrawTimes


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesRecorded:
    event_id: UUID
    replaces: UUID | None
    period: Period
    times: Times
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesReported:
    event_id: UUID
    period: Period
    figures: Figures
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesWithdrawn:
    """As if it had never been recorded; what was said remains readable."""

    withdraws: UUID
    period: Period
    on: date


Event = TimesRecorded | TimesReported | TimesWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotMeasured:
    pass


@dataclass(frozen=True, slots=True)
class Measured:
    event_id: UUID
    period: Period
    times: Times


@dataclass(frozen=True, slots=True)
class Reported:
    event_id: UUID
    period: Period
    figures: Figures


State = NotMeasured | Measured | Reported
initial: State = NotMeasured()


# What is refused


class NoCases(Refused):
    """A service time is computed from at least one finished case."""


class FinishedBeforeReceived(Refused):
    """A case was finished before it was received."""


class CaseOfAnotherPeriod(Refused):
    """A case belongs to the period in which it was finished."""


class FiguresImpossible(Refused):
    """There is at least one case, half of them take no longer than nine tenths, in half days."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case WithdrawTimes():
            return _withdraw(command, state)
        case ReportTimes():
            return _report(command, state)
        case RecordTimes() | CorrectTimes():
            return _measure(command, state)
        case _:
            assert_never(command)


def _withdraw(command: WithdrawTimes, state: State) -> list[Event]:
    if isinstance(state, NotMeasured) or state.event_id != command.withdraws:
        raise ChangedSince
    return [TimesWithdrawn(withdraws=command.withdraws, period=state.period, on=command.on)]


def _report(command: ReportTimes, state: State) -> list[Event]:
    _over(command.period, command.today)
    figures = command.figures
    halves = figures.median * 2 == (figures.median * 2).to_integral_value()
    if figures.finished < 1 or not 0 <= figures.median <= figures.p90 or not halves:
        raise FiguresImpossible
    match state:
        case NotMeasured():
            return [
                TimesReported(
                    event_id=command.event_id,
                    period=command.period,
                    figures=figures,
                    on=command.period.last_day,
                )
            ]
        case Reported(period=period, figures=known) if (period, known) == (
            command.period,
            figures,
        ):
            return []
        case Reported() | Measured():
            raise ContradictsRecord
        case _:
            assert_never(state)


def _measure(command: RecordTimes | CorrectTimes, state: State) -> list[Event]:
    times = _times(command)
    match command, state:
        case _, Measured(period=period, times=known) if (period, known) == (command.period, times):
            return []
        case RecordTimes(), NotMeasured():
            return [_recorded(command, times, None)]
        case RecordTimes(), Measured() | Reported():
            raise ContradictsRecord
        case CorrectTimes(), NotMeasured():
            raise NothingToCorrect
        case CorrectTimes(), Measured(event_id=replaced) | Reported(event_id=replaced):
            return [_recorded(command, times, replaced)]
        case _:
            raise AssertionError("every command meets every state above")


def _recorded(
    command: RecordTimes | CorrectTimes, times: Times, replaces: UUID | None
) -> TimesRecorded:
    return TimesRecorded(
        event_id=command.event_id,
        replaces=replaces,
        period=command.period,
        times=times,
        on=command.period.last_day,
    )


def _over(period: Period, today: date) -> None:
    if not period.first_day <= period.last_day < today:
        raise PeriodNotOver


def _times(command: RecordTimes | CorrectTimes) -> Times:
    period = command.period
    _over(period, command.today)
    if not command.cases:
        raise NoCases
    if any(case.finished_on < case.received_on for case in command.cases):
        raise FinishedBeforeReceived
    if any(not period.first_day <= c.finished_on <= period.last_day for c in command.cases):
        raise CaseOfAnotherPeriod
    outages = frozenset(command.outages)
    days = sorted(days_taken(case, outages) for case in command.cases)
    return Times(
        cases={taken: days.count(taken) for taken in sorted(set(days))},
        outages=tuple(sorted(outages)),
        median=median(days),
        p90=ninetieth(days),
    )


def days_taken(case: Case, outages: Collection[date]) -> int:
    """Calendar days from receipt to the end, without those of an outage.

    >>> case = Case(received_on=date(2025, 3, 3), finished_on=date(2025, 3, 7))
    >>> days_taken(case, {date(2025, 3, 4), date(2025, 3, 5)})
    2
    """
    out = sum(case.received_on < day <= case.finished_on for day in set(outages))
    return (case.finished_on - case.received_on) // timedelta(days=1) - out


def median(days: Sequence[int]) -> Decimal:
    """The middle of sorted days; of two in the middle, halfway."""
    low, high = days[(len(days) - 1) // 2], days[len(days) // 2]
    return Decimal(low + high) / 2


def ninetieth(days: Sequence[int]) -> int:
    """The least of the sorted days within which nine tenths of the cases were finished."""
    return days[-(-len(days) * 9 // 10) - 1]


def evolve(state: State, event: Event) -> State:
    match event:
        case TimesRecorded(event_id=event_id, period=period, times=times):
            return Measured(event_id, period, times)
        case TimesReported(event_id=event_id, period=period, figures=figures):
            return Reported(event_id, period, figures)
        case TimesWithdrawn():
            return NotMeasured()
        case _:
            assert_never(event)
