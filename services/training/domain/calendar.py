"""Months as decrees count them, and working days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day.

    >>> months_later(date(2024, 8, 31), 6)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_and_days(since: date, until: date) -> tuple[int, int]:
    """Completed months, the anniversary day included, and the days beyond them.

    >>> months_and_days(date(2023, 3, 1), date(2025, 3, 1))
    (24, 0)
    >>> months_and_days(date(2023, 3, 1), date(2025, 2, 28))
    (23, 27)
    """
    months = (until.year - since.year) * 12 + until.month - since.month
    months -= months_later(since, months) > until
    return months, (until - months_later(since, months)).days


def working_days_later(day: date, count: int) -> date:
    """So many working days on, Monday to Friday; public holidays are not known here.

    >>> working_days_later(date(2026, 8, 28), 15)
    datetime.date(2026, 9, 18)
    """
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def pension_from(born_month: date, retirement_age: int) -> date:
    """TMT pensiun: the first of the month after the one in which the age is reached.

    >>> pension_from(date(1968, 12, 1), 58)
    datetime.date(2027, 1, 1)
    """
    return months_later(born_month.replace(day=1), 12 * retirement_age + 1)
