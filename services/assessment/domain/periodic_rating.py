"""The life of one periodic rating: a month or a quarter of a year, rated by the matrix.

The yearly rating stands beside it and is not computed from it: the superior gives both
(PermenPANRB 6/2022), so what arrives is kept, never derived.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID, uuid5

from services.assessment.domain.appraisal import RatingContradictsMarks
from services.assessment.domain.ratings import (
    Law,
    MarksOfAnotherLaw,
    Quadrant,
    Rating,
    laws_of,
    rating_of,
)
from services.assessment.domain.terms import (
    ChangedSince,
    ContradictsRecord,
    NothingToCorrect,
    Refused,
)

_PERIODS = UUID("3c1f3b0e-64a5-5d0b-8c0a-0f3f0c6f2e57")


class Length(StrEnum):
    """SIASN numbers them 1 and 2."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"


_MONTHS_OF = {Length.MONTH: 1, Length.QUARTER: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The `number`-th month or quarter of a year, counted from one."""

    year: int
    length: Length
    number: int


def periodic_rating_of(person: UUID, period: Period) -> UUID:
    """One rating; its natural key is (person, year, kind of period, number)."""
    return uuid5(_PERIODS, f"{person}/{period.year}/{period.length}/{period.number}")


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePeriod:
    """`rating` is the word that came with the marks, if one did; `today` is the day of asking."""

    event_id: UUID
    period: Period
    marks: Quadrant
    rating: Rating | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectPeriod:
    event_id: UUID
    period: Period
    marks: Quadrant
    rating: Rating | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPeriod:
    """It was recorded by mistake; `withdraws` must be the newest account of it."""

    withdraws: UUID
    on: date


Told = RatePeriod | CorrectPeriod
Command = Told | WithdrawPeriod


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRated:
    """`on` is the last day of the period."""

    event_id: UUID
    replaces: UUID | None
    period: Period
    marks: Quadrant
    rating: Rating
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRatingWithdrawn:
    """As if it had never been recorded; what was said remains readable."""

    withdraws: UUID
    period: Period
    on: date


Event = PeriodRated | PeriodRatingWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotRated:
    pass


@dataclass(frozen=True, slots=True)
class Rated:
    newest: PeriodRated


State = NotRated | Rated
initial: State = NotRated()


# What is refused


class NoSuchPeriod(Refused):
    """A year has twelve months and four quarters, counted from one."""


class PeriodAhead(Refused):
    """A period that has not begun cannot have been rated."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if isinstance(command, WithdrawPeriod):
        return _withdraw(command, state)
    rating = _rating(command)
    match command, state:
        case _, Rated(newest=known) if (known.marks, known.rating) == (command.marks, rating):
            return []
        case RatePeriod(), NotRated():
            return [_rated(command, rating, None)]
        case RatePeriod(), Rated():
            raise ContradictsRecord
        case CorrectPeriod(), NotRated():
            raise NothingToCorrect
        case CorrectPeriod(), Rated(newest=known):
            return [_rated(command, rating, known.event_id)]
        case _:
            raise AssertionError("every command meets every state above")


def _withdraw(command: WithdrawPeriod, state: State) -> list[Event]:
    if not isinstance(state, Rated) or state.newest.event_id != command.withdraws:
        raise ChangedSince
    return [
        PeriodRatingWithdrawn(
            withdraws=command.withdraws, period=state.newest.period, on=command.on
        )
    ]


def _rated(command: Told, rating: Rating, replaces: UUID | None) -> PeriodRated:
    return PeriodRated(
        event_id=command.event_id,
        replaces=replaces,
        period=command.period,
        marks=command.marks,
        rating=rating,
        on=last_day(command.period),
    )


def _rating(command: Told) -> Rating:
    period = command.period
    if not 1 <= period.number <= 12 // _MONTHS_OF[period.length]:
        raise NoSuchPeriod
    if first_day(period) > command.today:
        raise PeriodAhead
    if Law.PERMENPANRB_6_2022 not in laws_of(period.year):
        raise MarksOfAnotherLaw
    rating = rating_of(Law.PERMENPANRB_6_2022, command.marks)
    if command.rating is not None and command.rating != rating:
        raise RatingContradictsMarks
    return rating


def first_day(period: Period) -> date:
    months = _MONTHS_OF[period.length]
    return date(period.year, months * (period.number - 1) + 1, 1)


def last_day(period: Period) -> date:
    """The day up to which the period was rated.

    >>> last_day(Period(year=2024, length=Length.QUARTER, number=1))
    datetime.date(2024, 3, 31)
    """
    month = _MONTHS_OF[period.length] * period.number
    return date(period.year, month, monthrange(period.year, month)[1])


def evolve(state: State, event: Event) -> State:
    match event:
        case PeriodRated():
            return Rated(event)
        case PeriodRatingWithdrawn():
            return NotRated()
        case _:
            assert_never(event)
