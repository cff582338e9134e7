"""The dated facts on a person's record: ranks, positions, education, sanctions.

Each has a natural key: two accounts with the same key speak of the same thing. A fuller account
adds what the earlier one left open; a different one contradicts it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from services.profile.domain.terms import (
    Assignment,
    Jenjang,
    PositionClass,
    Refused,
    Severity,
)


class ContradictsRecord(Refused):
    """The record already says something else about this; send a correction that names it."""


class EndsBeforeItBegins(Refused):
    """The last day lies before the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Pangkat, as golongan ruang of a PNS or golongan of a PPPK, from its TMT."""

    golongan: str
    effective_from: date
    decree_number: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        return ("rank", self.effective_from)

    @property
    def begins(self) -> date:
        return self.effective_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A post held from its TMT. `until` is the first day after, None while it lasts."""

    post_id: UUID
    position_class: PositionClass
    jenjang: Jenjang | None
    field: str | None
    unit_id: UUID
    assignment: Assignment
    effective_from: date
    until: date | None = None
    decree_number: str | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.effective_from:
            raise EndsBeforeItBegins

    @property
    def key(self) -> tuple[object, ...]:
        return ("position", self.post_id, self.assignment, self.effective_from)

    @property
    def begins(self) -> date:
        return self.effective_from

    @property
    def definitive(self) -> bool:
        return self.assignment is Assignment.DEFINITIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Education:
    """A level completed: 1 SD, 2 SMP, 3 SMA, 4 D-I, 5 D-II, 6 D-III, 7 S1/D-IV, 8 S2, 9 S3.

    Some sources know only the year: then the day is its last one, and an exact day replaces it.
    """

    level: int
    field: str | None
    completed_on: date
    year_only: bool = False
    recognised: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        return ("education", self.level, self.completed_on.year)

    @property
    def begins(self) -> date:
        return self.completed_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """Hukuman disiplin. `ends_on` is the first day after, None when it has no end."""

    kind: str
    severity: Severity
    starts_on: date
    ends_on: date | None
    law: str
    decree_number: str | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise EndsBeforeItBegins

    @property
    def key(self) -> tuple[object, ...]:
        return ("sanction", self.kind, self.starts_on)

    @property
    def begins(self) -> date:
        return self.starts_on


Fact = Rank | Position | Education | Sanction
F = TypeVar("F", Rank, Position, Education, Sanction)


def fuller(known: F, told: F) -> F:
    """What is known together with what is told; told again, it is what is known.

    >>> known = Rank(golongan="III/b", effective_from=date(2020, 4, 1))
    >>> fuller(known, replace(known, decree_number="7")).decree_number
    '7'
    """
    if isinstance(known, Education) and isinstance(told, Education):
        known, told = _on_the_better_day(known, told)
    added: dict[str, object] = {}
    for field in fields(known):
        before, now = getattr(known, field.name), getattr(told, field.name)
        if before is None and now is not None:
            added[field.name] = now
        elif now is not None and now != before:
            raise ContradictsRecord
    return replace(known, **added) if added else known  # type: ignore[arg-type]  # same fields


def _on_the_better_day(known: Education, told: Education) -> tuple[Education, Education]:
    better = told if known.year_only else known
    day = {"completed_on": better.completed_on, "year_only": better.year_only}
    if known.year_only or told.year_only:
        return replace(known, **day), replace(told, **day)  # type: ignore[arg-type]  # two fields
    return known, told
