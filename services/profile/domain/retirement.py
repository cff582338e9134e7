"""When service ends by age: the post says at which, the law from which day."""

from __future__ import annotations

from datetime import date


def pension_from(born: date, retirement_age: int) -> date:
    """TMT pensiun: the first of the month after the one in which the age is reached.

    >>> pension_from(date(1968, 2, 29), 58)
    datetime.date(2026, 3, 1)
    """
    year = born.year + retirement_age
    return date(year + 1, 1, 1) if born.month == 12 else date(year, born.month + 1, 1)


def months_left(pension_starts: date, as_of: date) -> int:
    """Whole months of service left; none for whoever should have gone already.

    >>> months_left(date(2026, 3, 1), date(2026, 1, 15))
    1
    >>> months_left(date(2026, 3, 1), date(2027, 1, 1))
    0
    """
    months = (pension_starts.year - as_of.year) * 12 + pension_starts.month - as_of.month
    return max(0, months - (as_of.day > pension_starts.day))


def full_years(born: date, on: date) -> int:
    """
    >>> full_years(date(1970, 3, 2), date(2026, 3, 1))
    55
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
