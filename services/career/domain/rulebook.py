"""Which requirements were in force on a day, and in which text.

The national text must know the day: before its first version, asking is an error, never a default.
An agency may be silent: before its first decree it adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.career.domain.competency import JobPersonMatch, Setting
from services.career.domain.eligibility import Rules
from services.career.domain.requirements import Requirement
from services.career.domain.terms import EmploymentKind


class NotInForce(LookupError):
    """No version of this policy was in force on that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text of one layer, from the day it came into force until the day after its last.

    `switched_off` are uncertain rows that count only where an agency switches them on.
    """

    layer: str
    in_force_from: date
    until: date | None = None
    requirements: tuple[Requirement, ...]
    switched_off: tuple[Requirement, ...] = ()
    switches_on: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    asked_of: tuple[EmploymentKind, ...] = tuple(EmploymentKind)

    def covers(self, day: date) -> bool:
        return self.in_force_from <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The versions of one policy in one layer; no day is covered twice."""

    policy: str
    layer: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version | None:
        return next((version for version in self.versions if version.covers(day)), None)


def in_force(national: Layer, agency: Layer | None, day: date) -> tuple[Version, ...]:
    """The national version of a day, and the agency's if it had one."""
    law = national.on(day)
    if law is None:
        raise NotInForce(f"{national.policy} says nothing about {day}")
    own = agency.on(day) if agency else None
    return (law, own) if own else (law,)


def named_in_vain(national: Layer, agency: Layer) -> tuple[str, ...]:
    """The rows that an agency sets or switches on, and that no national version has."""
    there = {
        row.clause.id
        for version in national.versions
        for row in (*version.requirements, *version.switched_off)
    }
    named = {
        name
        for version in agency.versions
        for name in (*version.switches_on, *(one.requirement for one in version.settings))
    }
    return tuple(sorted(named - there))


def rules(policy: str, versions: Sequence[Version]) -> Rules:
    """The requirements of the layers together, national first, with the numbers agencies set."""
    law = versions[0]
    switched_on = {name for version in versions for name in version.switches_on}
    settings = [setting for version in versions for setting in version.settings]
    rows = [
        *law.requirements,
        *(row for row in law.switched_off if row.clause.id in switched_on),
        *(row for version in versions[1:] for row in version.requirements),
    ]
    return Rules(
        policy=policy,
        requirements=tuple(_set(row, settings) for row in rows),
        asked_of=law.asked_of,
    )


def _set(row: Requirement, settings: Sequence[Setting]) -> Requirement:
    for setting in settings:
        if isinstance(row, JobPersonMatch) and setting.requirement == row.clause.id:
            row = setting.applied_to(row)
    return row
