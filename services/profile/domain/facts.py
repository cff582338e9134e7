"""The dated facts on a person's record: ranks, positions, education, sanctions, leave, awards.

Each has a natural key: two accounts with the same key speak of the same thing. A fuller account
adds what the earlier one left open; a different one contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from services.profile.domain.terms import (
    GOLONGAN_PNS,
    GOLONGAN_PPPK,
    Assignment,
    EmploymentKind,
    Jenjang,
    PositionClass,
    Refused,
    Severity,
)


class ContradictsRecord(Refused):
    """The record already says something else about this; send a correction that names it."""


class NumberOfAPerson(Refused):
    """A reference stays readable for ever: it cannot hold a number such as persons bear."""


class EndsBeforeItBegins(Refused):
    """The last day lies before the first."""


class NoSuchGolongan(Refused):
    """This golongan does not exist for this person's kind of employment."""


class NotEmployedByContract(Refused):
    """Only a PPPK is employed for a term."""


class NotAMonthCount(Refused):
    """Masa kerja is whole years and 0 to 11 months."""


class NotCreditPoints(Refused):
    """Angka kredit is a number from 0 to 99999 with at most three decimals."""


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


class AppealKind(StrEnum):
    """Upaya administratif: keberatan to a superior, banding administratif to the State's board."""

    OBJECTION = "OBJECTION"
    APPEAL = "APPEAL"


class AppealOutcome(StrEnum):
    UPHELD = "UPHELD"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Against a sanction; without an outcome nobody can say yet whether the sanction will stand."""

    kind: AppealKind
    on: date
    outcome: AppealOutcome | None = None
    decided_on: date | None = None
    decree_number: str | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanction:
    """Hukuman disiplin. `ends_on` is the first day after, None when it has no end."""

    kind: str
    severity: Severity
    starts_on: date
    ends_on: date | None
    law: str
    decree_number: str | None = None
    appeal: Appeal | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            raise EndsBeforeItBegins

    @property
    def key(self) -> tuple[object, ...]:
        return ("sanction", self.kind, self.starts_on)

    @property
    def begins(self) -> date:
        return self.starts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidLeave:
    """CLTN, leave outside the State's cost. `until` is the first day back."""

    starts_on: date
    until: date
    decree_number: str | None = None

    def __post_init__(self) -> None:
        _check_order(self.starts_on, self.until)

    @property
    def key(self) -> tuple[object, ...]:
        return ("leave", self.starts_on)

    @property
    def begins(self) -> date:
        return self.starts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyAssignment:
    """Tugas belajar. `released` from the post or still at work; `until` is the first day after."""

    level: int
    field: str | None
    starts_on: date
    until: date | None
    released: bool
    self_funded: bool
    decree_number: str | None = None

    def __post_init__(self) -> None:
        _check_order(self.starts_on, self.until)

    @property
    def key(self) -> tuple[object, ...]:
        return ("study", self.starts_on)

    @property
    def begins(self) -> date:
        return self.starts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """Satyalancana or another honour. `valid_until` is the first day on which it counts no more."""

    kind: str
    given_on: date
    valid_until: date | None = None
    decree_number: str | None = None

    def __post_init__(self) -> None:
        _check_order(self.given_on, self.valid_until)

    @property
    def key(self) -> tuple[object, ...]:
        return ("award", self.kind, self.given_on)

    @property
    def begins(self) -> date:
        return self.given_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The term for which a PPPK is employed; a renewal is another one. `until` is the day after."""

    starts_on: date
    until: date
    decree_number: str | None = None

    def __post_init__(self) -> None:
        _check_order(self.starts_on, self.until)

    @property
    def key(self) -> tuple[object, ...]:
        return ("contract", self.starts_on)

    @property
    def begins(self) -> date:
        return self.starts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCredit:
    """Masa kerja golongan: the years and months of service that a decree counts on its TMT."""

    years: int
    months: int
    effective_from: date
    decree_number: str | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.years <= 60 and 0 <= self.months <= 11):
            raise NotAMonthCount

    @property
    def key(self) -> tuple[object, ...]:
        return ("service", self.effective_from)

    @property
    def begins(self) -> date:
        return self.effective_from


class CreditKind(StrEnum):
    """How points came about (SIASN: pertama, integrasi, konversi); assessed before 2023."""

    FIRST = "FIRST"
    INTEGRATION = "INTEGRATION"
    CONVERSION = "CONVERSION"
    ASSESSED = "ASSESSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPoints:
    """Angka kredit of a period, main and supporting, as the PAK gives them: three decimals, never
    rounded up. `until` is the first day after the period."""

    kind: CreditKind
    main: str
    supporting: str
    starts_on: date
    until: date
    decree_number: str | None = None

    def __post_init__(self) -> None:
        _check_order(self.starts_on, self.until)
        if {points(self.main), points(self.supporting)} != {self.main, self.supporting}:
            raise NotCreditPoints

    @property
    def key(self) -> tuple[object, ...]:
        return ("credit", self.kind, self.starts_on)

    @property
    def begins(self) -> date:
        return self.starts_on

    @property
    def total(self) -> Decimal:
        return Decimal(self.main) + Decimal(self.supporting)


_POINTS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})?")


def points(said: str) -> str:
    """Points as they are kept, with three decimals; a fourth one is refused, not rounded.

    >>> points("37.5"), points("0")
    ('37.500', '0.000')
    """
    if not _POINTS.fullmatch(said):
        raise NotCreditPoints
    return f"{Decimal(said):.3f}"


def _check_order(first: date, after: date | None) -> None:
    if after is not None and after <= first:
        raise EndsBeforeItBegins


OtherFact = UnpaidLeave | StudyAssignment | Award | Contract | ServiceCredit | CreditPoints
Fact = Rank | Position | Education | Sanction | OtherFact


def check_suits(told: Fact, employments: Collection[EmploymentKind]) -> None:
    """A golongan, and a contract, go with a kind of employment the person has or has had."""
    by_contract = {one.by_contract for one in employments}
    match told:
        case Rank(golongan=golongan):
            ladder = {False: GOLONGAN_PNS, True: GOLONGAN_PPPK}
            if not any(golongan in ladder[one] for one in by_contract):
                raise NoSuchGolongan
        case Contract() if True not in by_contract:
            raise NotEmployedByContract
        case _:
            return


def fuller(known: Fact, told: Fact) -> Fact:
    """What is known together with what is told; told again, it is what is known.

    >>> known = Rank(golongan="III/b", effective_from=date(2020, 4, 1))
    >>> fuller(known, replace(known, decree_number="7")) == replace(known, decree_number="7")
    True
    """
    if type(known) is not type(told):
        raise ContradictsRecord
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


_BORNE_BY_PERSONS = re.compile(r"(?<![0-9])[0-9](?: ?[0-9]){15,17}(?![0-9])")


def check_references(fact: Fact) -> None:
    """Numbers of decrees and fields of study are told to others and never sealed.

    >>> check_references(Rank(golongan="III/b", effective_from=date(2020, 4, 1),
    ...                       decree_number="800/123/2019"))
    """
    for name in ("decree_number", "field"):
        if _BORNE_BY_PERSONS.search(getattr(fact, name, None) or ""):
            raise NumberOfAPerson
