"""The life of one yearly appraisal: completed once, then perhaps corrected.

There is one appraisal per person and year. Its rating is computed from the marks by the law of
that year, so a rating that arrives with the marks must agree with them. A correction is a new
event that names the one it replaces; nothing is overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID, uuid5

from services.assessment.domain.ratings import Law, Marks, Rating, law_of, rating_of
from services.assessment.domain.terms import (
    ChangedSince,
    ContradictsRecord,
    NothingToCorrect,
    Refused,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is said of one year: the law, the marks under it, and the word that follows."""

    law: Law
    marks: Marks
    rating: Rating


_APPRAISALS = UUID("7c0a6f7e-2c51-5a39-9b0e-5f6f0f1d3b62")


def appraisal_of(person: UUID, year: int) -> UUID:
    """The appraisal of a person in a year; its natural key is (person, year)."""
    return uuid5(_APPRAISALS, f"{person}/{year}")


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAppraisal:
    """`event_id` becomes the id of the event, so that a correction can name it.

    `rating` is the word that came with the marks, if one did; `today` is the day of asking.
    """

    event_id: UUID
    year: int
    law: Law | None
    marks: Marks
    rating: Rating | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAppraisal:
    event_id: UUID
    year: int
    law: Law | None
    marks: Marks
    rating: Rating | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAppraisal:
    """It was recorded by mistake; `withdraws` must be the newest account of it."""

    withdraws: UUID
    year: int
    on: date


Told = CompleteAppraisal | CorrectAppraisal
Command = Told | WithdrawAppraisal


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalCompleted:
    """`on` is the last day of the year appraised: from then on the rating counts."""

    event_id: UUID
    year: int
    account: Account
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalCorrected:
    event_id: UUID
    replaces: UUID
    year: int
    account: Account
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalWithdrawn:
    """As if it had never been recorded; what was said remains readable."""

    withdraws: UUID
    year: int
    on: date


Event = AppraisalCompleted | AppraisalCorrected | AppraisalWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotAppraised:
    pass


@dataclass(frozen=True, slots=True)
class Appraised:
    event_id: UUID
    account: Account


State = NotAppraised | Appraised
initial: State = NotAppraised()


# What is refused


class YearAhead(Refused):
    """A year that has not begun cannot have been appraised."""


class RatingContradictsMarks(Refused):
    """The rating given does not follow from the marks given, by the law of that year."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case CompleteAppraisal():
            return _complete(command, state)
        case CorrectAppraisal():
            return _correct(command, state)
        case WithdrawAppraisal():
            return _withdraw(command, state)
        case _:
            assert_never(command)


def _withdraw(command: WithdrawAppraisal, state: State) -> list[Event]:
    if not isinstance(state, Appraised) or state.event_id != command.withdraws:
        raise ChangedSince
    return [AppraisalWithdrawn(withdraws=command.withdraws, year=command.year, on=command.on)]


def _complete(command: CompleteAppraisal, state: State) -> list[Event]:
    account = _account(command)
    match state:
        case NotAppraised():
            return [
                AppraisalCompleted(
                    event_id=command.event_id,
                    year=command.year,
                    account=account,
                    on=_last_day(command.year),
                )
            ]
        case Appraised(account=known) if known == account:
            return []
        case Appraised():
            raise ContradictsRecord
        case _:
            assert_never(state)


def _correct(command: CorrectAppraisal, state: State) -> list[Event]:
    account = _account(command)
    match state:
        case NotAppraised():
            raise NothingToCorrect
        case Appraised(account=known) if known == account:
            return []
        case Appraised(event_id=replaced):
            return [
                AppraisalCorrected(
                    event_id=command.event_id,
                    replaces=replaced,
                    year=command.year,
                    account=account,
                    on=_last_day(command.year),
                )
            ]
        case _:
            assert_never(state)


def _account(command: Told) -> Account:
    if command.year > command.today.year:
        raise YearAhead
    law = law_of(command.year, command.law)
    rating = rating_of(law, command.marks)
    if command.rating is not None and command.rating != rating:
        raise RatingContradictsMarks
    return Account(law=law, marks=command.marks, rating=rating)


def _last_day(year: int) -> date:
    return date(year, 12, 31)


def evolve(state: State, event: Event) -> State:
    match event:
        case AppraisalCompleted(event_id=event_id, account=account):
            return Appraised(event_id, account)
        case AppraisalCorrected(event_id=event_id, account=account):
            return Appraised(event_id, account)
        case AppraisalWithdrawn():
            return NotAppraised()
        case _:
            assert_never(event)
