"""How many JP an effort earns: the rule of its form, and which part of the rule spoke.

A JP is 45 minutes. The numbers are data (`forms.json`, or the agency's own by decree), because the
national table has not been seen; here is only how they are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.training.domain.terms import Form, Refused


class Measure(StrEnum):
    """What the JP of a form are counted by."""

    HOURS = "HOURS"
    DAYS = "DAYS"
    SESSIONS = "SESSIONS"
    ACTIVITIES = "ACTIVITIES"
    LENGTH = "LENGTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An activity of at most so many days (None: of any length)."""

    up_to_days: int | None
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForMissingHours:
    """When the certificate tells no hours: so many JP for so many days, and never more."""

    days: int
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`jp`: for each day, session or activity; `international`: where that is more.

    `per_month`: how many sessions of a month count; `steps`: for LENGTH, the shortest first.
    """

    by: Measure
    jp: int | None = None
    international: int | None = None
    per_month: int | None = None
    steps: tuple[Step, ...] = ()
    missing_hours: ForMissingHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRule:
    """A rule with what it rests on: a source and how certain it is, or the agency's decree."""

    form: Form
    name: str
    group: str
    rule: Rule
    verification: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What somebody has done, as far as it is known. `hours` are of 45 minutes."""

    hours: int | None = None
    days: int | None = None
    sessions: tuple[date, ...] = ()
    activities: int | None = None
    international: bool = False


class Spoke(StrEnum):
    """Which part of the rule gave the number."""

    CERTIFICATE_HOURS = "CERTIFICATE_HOURS"
    MISSING_HOURS = "MISSING_HOURS"
    PER_DAY = "PER_DAY"
    PER_DAY_INTERNATIONAL = "PER_DAY_INTERNATIONAL"
    PER_SESSION = "PER_SESSION"
    PER_ACTIVITY = "PER_ACTIVITY"
    BY_LENGTH = "BY_LENGTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    jp: int
    spoke: Spoke
    by: FormRule


class EffortNotTold(Refused):
    """What the JP of this form are counted by has not been told."""


class RuleIncomplete(Refused):
    """This rule lacks a number that it counts by, or has one that is not its own."""


def earned(rule: FormRule, effort: Effort) -> Earned:
    """The JP of an effort under a rule."""
    jp, spoke = _counted(rule.rule, effort)
    return Earned(jp=jp, spoke=spoke, by=rule)


def _counted(rule: Rule, effort: Effort) -> tuple[int, Spoke]:
    match rule.by:
        case Measure.HOURS:
            return _by_hours(rule, effort)
        case Measure.DAYS:
            return _by_days(rule, effort)
        case Measure.SESSIONS:
            counted = counting_sessions(effort.sessions, rule.per_month)
            return len(counted) * (rule.jp or 0), Spoke.PER_SESSION
        case Measure.ACTIVITIES:
            return _told(effort.activities) * (rule.jp or 0), Spoke.PER_ACTIVITY
        case Measure.LENGTH:
            days = _told(effort.days)
            fits = (
                one.jp for one in rule.steps if one.up_to_days is None or days <= one.up_to_days
            )
            return next(fits), Spoke.BY_LENGTH


def _by_hours(rule: Rule, effort: Effort) -> tuple[int, Spoke]:
    if effort.hours is not None:
        return _told(effort.hours), Spoke.CERTIFICATE_HOURS
    if rule.missing_hours is None:
        raise EffortNotTold
    known = rule.missing_hours
    shared = _told(effort.days) * known.jp // known.days
    return min(known.jp, shared), Spoke.MISSING_HOURS


def _by_days(rule: Rule, effort: Effort) -> tuple[int, Spoke]:
    days = _told(effort.days)
    if effort.international and rule.international is not None:
        return days * rule.international, Spoke.PER_DAY_INTERNATIONAL
    return days * (rule.jp or 0), Spoke.PER_DAY


def _told(number: int | None) -> int:
    if number is None or number < 1:
        raise EffortNotTold
    return number


def counting_sessions(sessions: Iterable[date], per_month: int | None) -> tuple[date, ...]:
    """The sessions that count, the earliest of each month first; a day has one session."""
    counted: list[date] = []
    for day in sorted(set(sessions)):
        same_month = [one for one in counted if (one.year, one.month) == (day.year, day.month)]
        if per_month is None or len(same_month) < per_month:
            counted.append(day)
    return tuple(counted)


def checked(rule: Rule) -> Rule:
    """The rule, if it has the numbers that it counts by and no others."""
    numbers = {
        Measure.HOURS: rule.jp is None,
        Measure.DAYS: rule.jp is not None,
        Measure.SESSIONS: rule.jp is not None,
        Measure.ACTIVITIES: rule.jp is not None,
        Measure.LENGTH: rule.jp is None,
    }
    own = (
        (rule.international is None or rule.by is Measure.DAYS)
        and (rule.per_month is None or rule.by is Measure.SESSIONS)
        and bool(rule.steps) == (rule.by is Measure.LENGTH)
        and (rule.missing_hours is None or rule.by is Measure.HOURS)
    )
    if not (numbers[rule.by] and own and _above_zero(rule) and _rising(rule.steps)):
        raise RuleIncomplete
    return rule


def _above_zero(rule: Rule) -> bool:
    missing = rule.missing_hours
    told = [rule.jp, rule.international, rule.per_month, *(one.jp for one in rule.steps)]
    told += [missing.days, missing.jp] if missing else []
    return all(one is None or one > 0 for one in told)


def _rising(steps: tuple[Step, ...]) -> bool:
    """Each step reaches further than the one before, and the last one takes every length."""
    limits = [one.up_to_days for one in steps]
    reached = [one for one in limits[:-1] if one is not None]
    return not limits or (
        limits[-1] is None
        and len(reached) == len(limits) - 1
        and all(one > 0 for one in reached)
        and reached == sorted(set(reached))
    )
