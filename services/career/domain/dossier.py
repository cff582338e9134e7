"""What is known about one person: dated facts, never opinions.

Intervals are half-open: `since` is the first day, `until` the first day after. Doors and case files
say the last day, as decrees do, and convert.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.career.domain.calendar import Spell, completed_months
from services.career.domain.terms import (
    Assignment,
    EmploymentKind,
    Jenjang,
    PositionClass,
    Severity,
)

# From profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Who the law sees: born on a day, employed in a certain way."""

    employment: EmploymentKind
    born: date | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionHeld:
    position_class: PositionClass
    since: date
    until: date | None = None
    jenjang: Jenjang | None = None
    field: str | None = None
    assignment: Assignment = Assignment.DEFINITIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class RankHeld:
    golongan: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Diploma:
    level: int  # 1 SD … 6 D-III, 7 S1/D-IV, 8 S2, 9 S3
    on: date
    recognised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanctioned:
    """A disciplinary sanction; without an end nobody can say whether it is still served."""

    code: str
    severity: Severity
    law: str
    since: date
    until: date | None = None


# From assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRated:
    """The yearly performance rating, in words or points, under the law that it names."""

    year: int
    law: str | None
    rating: str | None
    points: Decimal | None = None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyMeasured:
    """Levels per competency; a job person match counts only against the standard it names."""

    levels: tuple[tuple[str, int], ...]
    on: date
    until: date | None = None
    job_person_match: Decimal | None = None
    against: str | None = None


# From training


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFinished:
    programme: str
    on: date


# From career itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What only a human may say, said on a day; `target` when it is said about one policy only."""

    matter: str
    met: bool
    on: date
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A decree that excuses someone, on a ground which the law allows."""

    ground: str
    target: str
    decree_number: str
    on: date
    until: date | None = None


Fact = (
    Registered
    | PositionHeld
    | RankHeld
    | Diploma
    | Sanctioned
    | YearRated
    | CompetencyMeasured
    | TrainingFinished
    | Judged
    | Waived
)

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A class of position; of a functional one, one rung of its ladder."""

    position_class: PositionClass
    jenjang: Jenjang | None = None

    def covers(self, fact: PositionHeld) -> bool:
        same_class = fact.position_class is self.position_class
        return same_class and (self.jenjang is None or fact.jenjang is self.jenjang)

    def __str__(self) -> str:
        rung = f"/{self.jenjang.value}" if self.jenjang else ""
        return f"{self.position_class.value}{rung}"


@dataclass(frozen=True, slots=True)
class Dossier:
    facts: tuple[Fact, ...]

    def up_to(self, day: date) -> Dossier:
        """What had begun by that day, in the order in which it began."""
        begun = [fact for fact in self.facts if begins(fact) <= day]
        return Dossier(tuple(sorted(begun, key=lambda fact: (begins(fact), repr(fact)))))

    def all(self, kind: type[F]) -> tuple[F, ...]:
        return tuple(fact for fact in self.facts if isinstance(fact, kind))

    def last(self, kind: type[F]) -> F | None:
        """The fact of a kind that began last."""
        return max(self.all(kind), key=begins, default=None)

    def latest(self, kind: type[F]) -> tuple[F, ...]:
        """All facts of a kind that began on the last day on which one began."""
        last = self.last(kind)
        return tuple(f for f in self.all(kind) if last is not None and begins(f) == begins(last))

    def months_as(self, held: Iterable[Held], until: date) -> int:
        """Completed months in any of some classes of position, held definitively.

        >>> pengawas = Held(position_class=PositionClass.PENGAWAS)
        >>> post = PositionHeld(position_class=PositionClass.PENGAWAS, since=date(2021, 1, 1))
        >>> Dossier((post,)).months_as([pengawas], until=date(2024, 1, 1))
        36
        >>> Dossier((post,)).months_as([pengawas], until=date(2023, 12, 31))
        35
        """
        # Overlaps count once: the law counts service, not posts.
        classes = tuple(held)
        return completed_months(
            spell for fact, spell in self._spells(until) if any(h.covers(fact) for h in classes)
        )

    def _spells(self, until: date) -> list[tuple[PositionHeld, Spell]]:
        """A post without an end of its own ends where the next definitive one begins."""
        posts = [p for p in self.all(PositionHeld) if p.assignment is Assignment.DEFINITIVE]
        begins_on = sorted({post.since for post in posts})
        spells = []
        for post in posts:
            following = next((day for day in begins_on if day > post.since), until)
            end = post.until if post.until is not None else following
            spells.append((post, (post.since, min(end, until))))
        return spells


def begins(fact: Fact) -> date:
    return fact.since if isinstance(fact, PositionHeld | RankHeld | Sanctioned) else fact.on
