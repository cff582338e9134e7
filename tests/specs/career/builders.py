"""A dossier in which everything is in order, for specs that take one thing away."""

from __future__ import annotations

from datetime import date

from services.career.domain.dossier import (
    CompetencyMeasured,
    Diploma,
    Dossier,
    Fact,
    Judged,
    PositionHeld,
    Registered,
    YearRated,
)
from services.career.domain.requirements import Citation, Clause
from services.career.domain.terms import STANDARD_COMPETENCIES, EmploymentKind, PositionClass

LAW = Citation(instrument="PP-11-2017", article="54", verification="seen", source="S13")


def clause(id: str, kind: str = "any", layer: str = "national") -> Clause:
    return Clause(id=id, kind=kind, layer=layer, cites=LAW)


def pengawas(since: date, until: date | None = None) -> PositionHeld:
    return PositionHeld(position_class=PositionClass.PENGAWAS, since=since, until=until)


def in_order(*more: Fact) -> Dossier:
    """Fit to become administrator in 2026."""
    early = date(2010, 1, 1)
    judged = [
        Judged(matter=matter, target=target, met=True, on=early)
        for matter, target in (
            ("integrity", None),
            ("health", None),
            ("related_field", "administrator"),
        )
    ]
    rated = [
        YearRated(year=y, law="PermenPANRB-6-2022", rating="BAIK", on=date(y, 12, 31))
        for y in (2022, 2023, 2024, 2025)
    ]
    return Dossier(
        (
            Registered(employment=EmploymentKind.PNS, born=date(1980, 1, 1), on=early),
            Diploma(level=7, on=early),
            pengawas(date(2020, 1, 1)),
            CompetencyMeasured(
                levels=tuple((code, 3) for code in STANDARD_COMPETENCIES), on=date(2025, 1, 1)
            ),
            *judged,
            *rated,
            *more,
        )
    )
