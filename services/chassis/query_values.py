"""Days and instants as a question names them: one form each, nothing guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, WithJsonSchema

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
FIRST, LAST = 1900, 2199
T = TypeVar("T", date, datetime)


def day(value: object) -> date:
    """A calendar day, YYYY-MM-DD.

    >>> day("2025-05-31")
    datetime.date(2025, 5, 31)
    """
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ValueError("must be a day, YYYY-MM-DD")
    if isinstance(value, str):
        if not DAY.fullmatch(value):
            raise ValueError("must be a day, YYYY-MM-DD")
        value = _existing(date, value, "must be a day that exists, YYYY-MM-DD")
    if not FIRST <= value.year <= LAST:
        raise ValueError(f"must lie between {FIRST} and {LAST}")
    return value


def instant(value: object) -> datetime:
    """An instant with its offset from UTC (RFC 3339), as UTC.

    >>> instant("2025-06-02T08:00:00+07:00").isoformat()
    '2025-06-02T01:00:00+00:00'
    """
    if isinstance(value, str):
        if not INSTANT.fullmatch(value):
            raise ValueError(
                "must be an instant with its offset, like 2025-06-02T08:00:00+07:00 (+ is %2B)"
            )
        value = _existing(datetime, value, "must be an instant that exists")
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("must be an instant with its offset from UTC")
    if not FIRST <= value.year <= LAST:
        raise ValueError(f"must lie between {FIRST} and {LAST}")
    return value.astimezone(UTC)


def _existing(kind: type[T], text: str, otherwise: str) -> T:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        raise ValueError(otherwise) from None


Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[
    datetime, BeforeValidator(instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
