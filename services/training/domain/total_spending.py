"""One year's total spending of a government, and the share of it that apparatus development gets.

The share is shown beside the floor of the budget guidelines; it is no verdict, because the floor
itself has not been seen in the official text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from uuid import UUID

from services.training.domain.terms import Refused


class Government(StrEnum):
    PROVINCE = "PROVINCE"
    DISTRICT = "DISTRICT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The least share, in percent, from a budget year on."""

    government: Government
    percent: Decimal
    from_year: int
    instrument: str
    verification: str
    source: str


# Regulations 9.6, product 8.3: both the numbers and their year are uncertain.
FLOORS = (
    Floor(
        government=Government.PROVINCE,
        percent=Decimal("0.34"),
        from_year=2019,
        instrument="Pedoman penyusunan APBD",
        verification="uncertain",
        source="regulations-9.6",
    ),
    Floor(
        government=Government.DISTRICT,
        percent=Decimal("0.16"),
        from_year=2019,
        instrument="Pedoman penyusunan APBD",
        verification="uncertain",
        source="regulations-9.6",
    ),
)


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTotalSpending:
    """What the budget document says; another document may say more or less from a later day on."""

    event_id: UUID
    year: int
    government: Government
    total: int
    document: str
    on: date


Command = RecordTotalSpending


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalSpendingRecorded:
    event_id: UUID
    year: int
    government: Government
    total: int
    document: str
    on: date


Event = TotalSpendingRecorded
State = tuple[TotalSpendingRecorded, ...]
initial: State = ()


# What is refused


class TotalNotPositive(Refused):
    """The total spending of a year is at least one rupiah."""


class DocumentSaysOtherwise(Refused):
    """This document is on record with another total."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if command.total < 1:
        raise TotalNotPositive
    told = TotalSpendingRecorded(
        event_id=command.event_id,
        year=command.year,
        government=command.government,
        total=command.total,
        document=command.document,
        on=command.on,
    )
    for known in state:
        if known.document == told.document:
            if (known.government, known.total, known.on) != (told.government, told.total, told.on):
                raise DocumentSaysOtherwise
            return []
    return [told]


def evolve(state: State, event: Event) -> State:
    return (*state, event)


def floor_of(government: Government, year: int) -> Floor | None:
    """The floor of a budget year; None before the first one known."""
    known = [one for one in FLOORS if one.government is government and one.from_year <= year]
    return max(known, key=lambda one: one.from_year, default=None)


def share(part: int, total: int) -> Decimal:
    """A part of the total in percent, to three decimals.

    >>> share(17_340_000_000, 6_422_222_222_222)
    Decimal('0.270')
    """
    exact = Decimal(100) * part / Decimal(total)
    return exact.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
