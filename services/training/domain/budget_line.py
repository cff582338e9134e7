"""The life of one budget line: a ceiling set by decree, what is committed under it, what is paid.

On no day is more committed than that day's ceiling, nor more paid for a commitment than it holds.
What is told late is checked against every day it touches. Amounts are whole rupiah.

A commitment, a payment and a decree are recognised by their numbers when they are told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import assert_never
from uuid import UUID

from services.training.domain.terms import Refused


class Purpose(StrEnum):
    """What money is committed for."""

    CLASS = "CLASS"
    NEED = "NEED"
    STUDY = "STUDY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Which line of the year's budget (program, kegiatan, sub kegiatan, sumber dana)."""

    year: int
    programme: str
    activity: str
    sub_activity: str
    fund: str


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCeiling:
    """The line's first ceiling, or another one from a day on; each has its decree."""

    event_id: UUID
    line: Line
    amount: int
    decree_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`number` is the commitment's own (contract, order); `reference` what it is for."""

    event_id: UUID
    number: str
    purpose: Purpose
    reference: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    event_id: UUID
    number: str
    document: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Realise:
    """Paid; `document` is the payment order."""

    event_id: UUID
    number: str
    document: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is committed and not paid returns to the line."""

    event_id: UUID
    number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackMovements:
    """They were recorded by mistake, all of these at once."""

    withdraws: tuple[UUID, ...]
    on: date


Command = SetCeiling | Commit | TopUp | Realise | Release | TakeBackMovements


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingSet:
    event_id: UUID
    line: Line
    amount: int
    decree_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsCommitted:
    event_id: UUID
    line: Line
    number: str
    purpose: Purpose
    reference: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentToppedUp:
    event_id: UUID
    line: Line
    number: str
    document: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsRealised:
    event_id: UUID
    line: Line
    number: str
    document: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentReleased:
    """`amount` is what was left of it."""

    event_id: UUID
    line: Line
    number: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementsTakenBack:
    line: Line
    withdraws: tuple[UUID, ...]
    on: date


Movement = CeilingSet | FundsCommitted | CommitmentToppedUp | FundsRealised | CommitmentReleased
Event = Movement | MovementsTakenBack


# What must be remembered to decide: every movement that stands

State = tuple[Movement, ...]
initial: State = ()


# What is refused


class NoCeilingYet(Refused):
    """This budget line has no ceiling on that day."""


class AmountNotPositive(Refused):
    """An amount is at least one rupiah, and a ceiling is not below zero."""


class AboveCeiling(Refused):
    """More would be committed than the ceiling of the line allows on some day."""


class CeilingBelowCommitted(Refused):
    """More is committed already than the new ceiling would allow."""


class AboveCommitment(Refused):
    """More would be paid than the commitment holds; top it up first."""


class NoSuchCommitment(Refused):
    """There is no commitment with this number on this line."""


class PurposeUnknown(Refused):
    """Your agency has no class, need or study assignment of this name to commit money for."""


class NumberSaysOtherwise(Refused):
    """Under this number something else is on record already."""


class LineChangedSince(Refused):
    """Other movements rest on this one; correct it by hand."""


# The rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """`ceiling` is None before the first one."""

    ceiling: int | None
    committed: int
    realised: int


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case SetCeiling():
            return _set_ceiling(command, state)
        case Commit():
            return _commit(command, state)
        case TopUp():
            return _top_up(command, state)
        case Realise():
            return _realise(command, state)
        case Release():
            return _release(command, state)
        case TakeBackMovements():
            return _take_back(command, state)
        case _:
            assert_never(command)


def _set_ceiling(command: SetCeiling, state: State) -> list[Event]:
    if command.amount < 0:
        raise AmountNotPositive
    told = CeilingSet(
        event_id=command.event_id,
        line=command.line,
        amount=command.amount,
        decree_number=command.decree_number,
        on=command.on,
    )
    for known in state:
        if isinstance(known, CeilingSet) and known.decree_number == told.decree_number:
            return _nothing_if((known.amount, known.on) == (told.amount, told.on))
    return _within(state, told, CeilingBelowCommitted)


def _commit(command: Commit, state: State) -> list[Event]:
    told = FundsCommitted(
        event_id=command.event_id,
        line=_line(state),
        number=command.number,
        purpose=command.purpose,
        reference=command.reference,
        amount=_positive(command.amount),
        on=command.on,
    )
    if (known := _commitment(state, command.number)) is not None:
        same = (known.purpose, known.reference, known.amount, known.on)
        return _nothing_if(same == (told.purpose, told.reference, told.amount, told.on))
    if balance((*state, told), told.on).ceiling is None:
        raise NoCeilingYet
    return _within(state, told, AboveCeiling)


def _top_up(command: TopUp, state: State) -> list[Event]:
    told = CommitmentToppedUp(
        event_id=command.event_id,
        line=_line(state),
        number=command.number,
        document=command.document,
        amount=_positive(command.amount),
        on=command.on,
    )
    return _once(state, told, AboveCeiling)


def _realise(command: Realise, state: State) -> list[Event]:
    told = FundsRealised(
        event_id=command.event_id,
        line=_line(state),
        number=command.number,
        document=command.document,
        amount=_positive(command.amount),
        on=command.on,
    )
    return _once(state, told, AboveCommitment)


def _once(
    state: State, told: CommitmentToppedUp | FundsRealised, refusal: type[Refused]
) -> list[Event]:
    """A document moves money of a commitment once."""
    if _commitment(state, told.number) is None:
        raise NoSuchCommitment
    for known in state:
        if type(known) is type(told) and (known.number, known.document) == (
            told.number,
            told.document,
        ):
            return _nothing_if((known.amount, known.on) == (told.amount, told.on))
    return _within(state, told, refusal)


def _release(command: Release, state: State) -> list[Event]:
    if _commitment(state, command.number) is None:
        raise NoSuchCommitment
    own = [one for one in state if not isinstance(one, CeilingSet) and one.number == command.number]
    left = balance(own, date.max)
    remaining = left.committed - left.realised
    if remaining == 0:
        return []
    told = CommitmentReleased(
        event_id=command.event_id,
        line=_line(state),
        number=command.number,
        amount=remaining,
        on=command.on,
    )
    # Released on an earlier day than it was paid, a commitment would have held too little.
    return _within(state, told, AboveCommitment)


def _take_back(command: TakeBackMovements, state: State) -> list[Event]:
    falling = tuple(one.event_id for one in state if one.event_id in command.withdraws)
    if not falling:
        return []
    if not stands_without(state, falling):
        raise LineChangedSince
    return [MovementsTakenBack(line=_line(state), withdraws=falling, on=command.on)]


def stands_without(state: State, falling: Iterable[UUID]) -> bool:
    """Whether what is left would still keep every limit."""
    gone = frozenset(falling)
    return limits_kept(tuple(one for one in state if one.event_id not in gone))


def _within(state: State, told: Movement, refusal: type[Refused]) -> list[Event]:
    """Only the ceiling and the commitment that the movement touches can have been broken by it."""
    if not (_ceiling_kept((*state, told)) and _commitment_kept(_of_number(state, told))):
        raise refusal
    return [told]


def _of_number(state: State, told: Movement) -> list[Movement]:
    if isinstance(told, CeilingSet):
        return []
    number = told.number
    own = (one for one in state if not isinstance(one, CeilingSet) and one.number == number)
    return [*own, told]


def limits_kept(movements: State) -> bool:
    """Whether on every day the ceiling covers the commitments, and they cover the payments."""
    numbers: dict[str, list[Movement]] = {}
    for one in movements:
        if not isinstance(one, CeilingSet):
            numbers.setdefault(one.number, []).append(one)
    return _ceiling_kept(movements) and all(map(_commitment_kept, numbers.values()))


def _ceiling_kept(movements: Iterable[Movement]) -> bool:
    return all(day.committed <= (day.ceiling or 0) for day in _day_by_day(movements))


def _commitment_kept(own: Iterable[Movement]) -> bool:
    return all(0 <= day.realised <= day.committed for day in _day_by_day(own))


def _day_by_day(movements: Iterable[Movement]) -> Iterator[Balance]:
    """What stands at the end of each day on which something moved."""
    ceiling: int | None = None
    committed = realised = 0
    for _, moved in groupby(sorted(movements, key=_day), key=_day):
        for one in moved:
            match one:
                case FundsRealised():
                    realised += one.amount
                case FundsCommitted() | CommitmentToppedUp():
                    committed += one.amount
                case CommitmentReleased():
                    committed -= one.amount
                case CeilingSet():
                    ceiling = one.amount
                case _:
                    assert_never(one)
        yield Balance(ceiling=ceiling, committed=committed, realised=realised)


_day = attrgetter("on")


def balance(movements: Iterable[Movement], day: date) -> Balance:
    """What stands at the end of a day. A ceiling told later for the same day counts."""
    nothing = Balance(ceiling=None, committed=0, realised=0)
    return [nothing, *_day_by_day(one for one in movements if one.on <= day)][-1]


def _line(state: State) -> Line:
    if not state:
        raise NoCeilingYet
    return state[0].line


def _commitment(state: State, number: str) -> FundsCommitted | None:
    found = (one for one in state if isinstance(one, FundsCommitted) and one.number == number)
    return next(found, None)


def _positive(amount: int) -> int:
    if amount < 1:
        raise AmountNotPositive
    return amount


def _nothing_if(same: bool) -> list[Event]:
    if not same:
        raise NumberSaysOtherwise
    return []


def evolve(state: State, event: Event) -> State:
    if isinstance(event, MovementsTakenBack):
        return tuple(one for one in state if one.event_id not in event.withdraws)
    return (*state, event)
