"""Competency: how well what was measured fits what the target asks (job person match, JPM)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.career.domain.calendar import months_later
from services.career.domain.dossier import CompetencyMeasured, Dossier
from services.career.domain.requirements import (
    Citation,
    Clause,
    Finding,
    Quantity,
    RestsOn,
    Status,
    Supplier,
    met,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A category from so many percent up."""

    category: str
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPersonMatch:
    """A valid measurement against the target's standard, in at least a given category.

    Computed from the levels when all of them are known; a figure that the institution reports
    counts only if it says against which standard it was measured. The latest valid measurement
    counts; two of one day that differ say nothing.
    """

    clause: Clause
    standard: str
    required: tuple[tuple[str, int], ...]
    bands: tuple[Band, ...]  # highest first; below the last is `lowest`
    lowest: str
    category: str
    cap_at_required: bool
    valid_months: int

    def examine(self, dossier: Dossier, as_of: date) -> Finding:
        valid = [m for m in dossier.all(CompetencyMeasured) if as_of < self._valid_until(m)]
        last = max(valid, key=lambda measured: measured.on, default=None)
        match = self._agreed([m for m in valid if last is not None and m.on == last.on])
        return self.clause.finding(
            Status.UNKNOWN if match is None else met(match >= self._needed()),
            needed=Quantity(amount=self._needed(), unit="percent"),
            found=Quantity(amount=_printed(match), unit="percent"),
            details=self._details(last, match),
            missing_from=Supplier.ASSESSMENT,
        )

    def match_of(self, measured: CompetencyMeasured) -> Decimal | None:
        """Exact, never rounded before it is compared: 79.99… is not 80."""
        levels = dict(measured.levels)
        if all(code in levels for code, _ in self.required):
            return _match(levels, self.required, capped=self.cap_at_required)
        return measured.job_person_match if measured.against == self.standard else None

    def _agreed(self, measured: Sequence[CompetencyMeasured]) -> Decimal | None:
        """The match, unless measurements of one day disagree on whether it suffices."""
        matches = [self.match_of(one) for one in measured]
        known = [match for match in matches if match is not None]
        suffices = {match >= self._needed() for match in known}
        return min(known) if len(known) == len(matches) and len(suffices) == 1 else None

    def category_of(self, match: Decimal) -> str:
        return next((b.category for b in self.bands if match >= b.at_least), self.lowest)

    def _needed(self) -> Decimal:
        return next(band.at_least for band in self.bands if band.category == self.category)

    def _valid_until(self, measured: CompetencyMeasured) -> date:
        """The institution may name an earlier end, not a later one."""
        end = months_later(measured.on, self.valid_months)
        return end if measured.until is None else min(measured.until, end)

    def _details(
        self, measured: CompetencyMeasured | None, match: Decimal | None
    ) -> Sequence[Quantity]:
        if measured is None:
            return ()
        levels = dict(measured.levels)
        gaps = [
            Quantity(amount=levels[code] - required, unit=f"gap in {code}")
            for code, required in self.required
            if levels.get(code, required) < required
        ]
        return (
            Quantity(
                amount=self.category_of(match) if match is not None else None, unit="category"
            ),
            Quantity(amount=measured.on, unit="measured on"),
            Quantity(amount=self._valid_until(measured), unit="valid until"),
            *gaps,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Numbers that the law leaves to an agency, set by its own decree; None leaves one as it is.

    A band that the decree does not name stays where the law has it.
    """

    requirement: str
    layer: str
    cites: Citation
    bands: tuple[Band, ...] | None = None
    cap_at_required: bool | None = None
    valid_months: int | None = None

    def applied_to(self, measure: JobPersonMatch) -> JobPersonMatch:
        named = ("bands", "cap_at_required", "valid_months")
        own = [name for name in named if getattr(self, name) is not None]
        kept = tuple(r for r in measure.clause.rests_on if r.value not in own)
        added = tuple(RestsOn(value=name, layer=self.layer, cites=self.cites) for name in own)
        return replace(
            measure,
            clause=replace(measure.clause, rests_on=kept + added),
            bands=_set_bands(measure.bands, self.bands or ()),
            cap_at_required=(
                measure.cap_at_required if self.cap_at_required is None else self.cap_at_required
            ),
            valid_months=self.valid_months or measure.valid_months,
        )


def _set_bands(law: Sequence[Band], own: Sequence[Band]) -> tuple[Band, ...]:
    named = {band.category for band in own}
    together = [*own, *(band for band in law if band.category not in named)]
    return tuple(sorted(together, key=lambda band: band.at_least, reverse=True))


def _match(
    levels: Mapping[str, int], required: Sequence[tuple[str, int]], *, capped: bool
) -> Decimal:
    achieved = sum(min(levels[c], need) if capped else levels[c] for c, need in required)
    return Decimal(achieved) * 100 / Decimal(sum(need for _, need in required))


def _printed(match: Decimal | None) -> Decimal | None:
    """Two decimals for the reader; half up, as offices print it."""
    return None if match is None else match.quantize(Decimal("0.01"), ROUND_HALF_UP)
