"""Counting years and months as decrees do: on the calendar, the anniversary day included."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

Spell = tuple[date, date]
"""Half-open: the first day, and the first day after."""


def months_between(since: date, until: date) -> int:
    """Completed months from one day to another.

    >>> months_between(date(2023, 3, 1), date(2025, 3, 1)), months_between(date(2023, 3, 1), date(2025, 2, 28))
    (24, 23)
    """  # noqa: E501
    return _months_and_days(since, until)[0]


def completed_months(spells: Iterable[Spell]) -> int:
    """Spells that overlap or touch are one; separate ones are laid end to end and truncated once.

    >>> completed_months([(date(2021, 2, 1), date(2021, 2, 16)), (date(2022, 1, 1), date(2022, 1, 14))])
    1
    >>> completed_months([(date(2021, 1, 1), date(2022, 1, 1)), (date(2022, 1, 1), date(2023, 1, 1))])
    24
    """  # noqa: E501
    merged = _merged(spells)
    if not merged:
        return 0
    begin = end = merged[0][0]
    for since, until in merged:
        months, days = _months_and_days(since, until)
        end = months_later(end, months) + timedelta(days=days)
    return months_between(begin, end)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or the month's last day; `date.max` at most.

    >>> months_later(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _merged(spells: Iterable[Spell]) -> list[Spell]:
    merged: list[Spell] = []
    for since, until in sorted(spell for spell in spells if spell[0] < spell[1]):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def _months_and_days(since: date, until: date) -> tuple[int, int]:
    months = 12 * (until.year - since.year) + until.month - since.month - (until.day < since.day)
    return months, (until - months_later(since, months)).days
