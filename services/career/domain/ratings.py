"""Performance ratings: each year counts under the law by which it was rated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.career.domain.dossier import Dossier, YearRated
from services.career.domain.requirements import (
    Clause,
    Finding,
    Quantity,
    Status,
    Supplier,
    met,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What counts as good enough under one law: its words, and its points where it knows points."""

    law: str
    first_year: int
    last_year: int | None
    good: tuple[str, ...]
    others: tuple[str, ...]
    points_from: Decimal | None = None

    def covers(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def status_of(self, rated: YearRated) -> Status:
        said = []
        if rated.points is not None and self.points_from is not None:
            said.append(met(rated.points >= self.points_from))
        if rated.rating in self.good + self.others:
            said.append(met(rated.rating in self.good))
        # A word and points that contradict each other say nothing.
        return said[0] if said and len(set(said)) == 1 else Status.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsAtLeastGood:
    """Good or better in each of the last calendar years that have fully ended.

    A year without a rating, or with one whose law cannot be told, is unknown: 88 points of 2021 are
    good under one law and not under the other. A year rated under two laws must be good under both;
    two ratings under one law that differ say nothing.
    """

    clause: Clause
    years: int
    scales: tuple[Scale, ...]

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        years = range(as_of.year - self.years, as_of.year)
        by_year = {
            year: [rated for rated in dossier.all(YearRated) if rated.year == year]
            for year in years
        }
        statuses = {year: self._year(rated) for year, rated in by_year.items()}
        return self.clause.finding(
            _worst(statuses.values()),
            needed=Quantity(amount=self.years, unit="years rated good"),
            found=Quantity(
                amount=sum(status is Status.MET for status in statuses.values()),
                unit="years rated good",
            ),
            details=[said for year in years for said in _said(year, by_year[year])],
            missing_from=Supplier.ASSESSMENT,
        )

    def _year(self, ratings: list[YearRated]) -> Status:
        by_law: dict[str | None, set[Status]] = {}
        for rated in ratings:
            scale = self._scale(rated)
            status = scale.status_of(rated) if scale else Status.UNKNOWN
            by_law.setdefault(scale.law if scale else None, set()).add(status)
        agreed = [said.pop() if len(said) == 1 else Status.UNKNOWN for said in by_law.values()]
        return _worst(agreed or [Status.UNKNOWN])

    def _scale(self, rated: YearRated) -> Scale | None:
        scales = [
            scale
            for scale in self.scales
            if scale.covers(rated.year) and rated.law in (None, scale.law)
        ]
        return scales[0] if len(scales) == 1 else None


def _worst(statuses: Iterable[Status]) -> Status:
    found = set(statuses)
    return next(s for s in (Status.UNMET, Status.UNKNOWN, Status.MET) if s in found)


def _said(year: int, ratings: Sequence[YearRated]) -> list[Quantity]:
    if not ratings:
        return [Quantity(amount=None, unit=f"rating of {year}")]
    return [
        Quantity(
            amount=rated.rating if rated.rating is not None else rated.points,
            unit=f"rating of {year} under {rated.law or 'a law not named'}",
        )
        for rated in ratings
    ]
