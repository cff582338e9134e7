"""Whether a year's JP suffice: a target that must be reached, or a right that is referred to.

One JP is a lesson of 45 minutes. A PNS must reach 20 in a year (PP 11/2017 art. 203(4)); a PPPK has
a right to 24 (PerLAN 15/2020), and what goes beyond it is kept as it is. Which of the two speaks is
decided by the employment on the day of the question, for the whole year: the law divides no year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.training.domain.terms import Form


class TargetKind(StrEnum):
    MINIMUM = "minimum"
    ENTITLEMENT_MAX = "entitlement_max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """JP of a year for some kinds of employment, from a day on, with what it rests on."""

    employment: frozenset[str]
    in_force_from: date
    jp: int
    kind: TargetKind
    instrument: str
    article: str | None
    verification: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`missing` is zero where the target is reached, or where there is none."""

    jp: int
    target: Target | None
    missing: int

    @property
    def reached(self) -> bool | None:
        return None if self.target is None else self.missing == 0


def target_of(targets: Sequence[Target], employment: str, year: int) -> Target | None:
    """The target that holds at the end of a year; none before the first law that names one."""
    last_day = date(year, 12, 31)
    known = [
        one for one in targets if employment in one.employment and one.in_force_from <= last_day
    ]
    return max(known, key=lambda one: one.in_force_from, default=None)


def standing(jp: int, target: Target | None) -> Standing:
    """
    >>> pns = Target(
    ...     employment=frozenset({"PNS"}), in_force_from=date(2017, 4, 7), jp=20,
    ...     kind=TargetKind.MINIMUM, instrument="PP-11-2017", article="203(4)",
    ...     verification="seen", source="S34",
    ... )
    >>> standing(18, pns).missing
    2
    """
    missing = 0 if target is None else max(target.jp - jp, 0)
    return Standing(jp=jp, target=target, missing=missing)


def total(by_form: Mapping[Form, int]) -> int:
    return sum(by_form.values())
