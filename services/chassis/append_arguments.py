"""What an append tells the database: the calls of its two functions, and their arguments.

The driver looks into every element of an array for arrays inside, at a third of a microsecond
each, unless it is text or bytes. So ids, numbers and days travel as one text for each column,
which the server turns into an array.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.chassis.event_codec import EncodedEvent
from services.chassis.events import Origin

APPEND_ONE: Final = """
SELECT append_to_stream(
       $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
       $12::text::uuid[], $13, $14::text::integer[], $15::text::date[], $16)
"""
APPEND_MANY: Final = """
SELECT append_to_streams(
       $1, $2, $3::text::bigint[], $4::text::bigint[],
       $5, $6::text::bigint[], $7::text::uuid[], $8, $9, $10, $11::text::text[], $12::text::text[],
       $13::text::boolean[], $14::text::uuid[], $15::text::uuid[],
       $16::text::uuid[], $17, $18::text::integer[], $19::text::date[], $20)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Some events for one stream, from one origin: each with its id and its day."""

    stream: str
    expected_version: int
    subject: UUID
    agency: str
    origin: Origin
    events: Sequence[tuple[UUID, Any, date]]

    @property
    def reached(self) -> int:
        return self.expected_version + len(self.events)


@dataclass(frozen=True, slots=True)
class Encoded:
    """An append whose events are bytes already: nothing is asked of a vault in a transaction."""

    append: Append
    bodies: Sequence[EncodedEvent]


def of_one(encoded: Encoded) -> tuple[Any, ...]:
    """The arguments of `APPEND_ONE`."""
    append, origin, bodies = encoded.append, encoded.append.origin, encoded.bodies
    return (
        append.stream,
        append.expected_version,
        append.subject,
        append.agency,
        origin.actor,
        origin.door,
        origin.document,
        origin.sha256,
        origin.verified,
        origin.causation,
        origin.correlation,
        _array(event_id.hex for event_id, _, _ in append.events),
        [body.type for body in bodies],
        _array(str(body.schema) for body in bodies),
        _array(_day(day) for _, _, day in append.events),
        [body.body for body in bodies],
    )


def of_many(heads: Sequence[tuple[str, int, int]], encoded: Sequence[Encoded]) -> tuple[Any, ...]:
    """The arguments of `APPEND_MANY` after the first: each head (stream, expected, reached), then
    a column per field with a row per event."""
    streams, expected, reached = zip(*heads, strict=True)
    rows = [row for one in encoded for row in _rows(one)]
    columns: list[Any] = list(zip(*rows, strict=True))
    for nth in _WRITTEN:
        columns[nth] = _array(columns[nth])
    return (streams, _array(map(str, expected)), _array(map(str, reached)), *columns)


# Which of the columns below are made of what must be written out.
_WRITTEN: Final = (1, 2, 6, 7, 8, 9, 10, 11, 13, 14)


def _rows(encoded: Encoded) -> Iterable[tuple[Any, ...]]:
    append, origin = encoded.append, encoded.append.origin
    subject, verified = append.subject.hex, "t" if origin.verified else "f"
    document, digest = _quoted(origin.document), _quoted(origin.sha256)
    causation, correlation = _id(origin.causation), _id(origin.correlation)
    for nth, ((event_id, _, day), body) in enumerate(
        zip(append.events, encoded.bodies, strict=True), start=1
    ):
        yield (
            append.stream,
            str(append.expected_version + nth),
            subject,
            append.agency,
            origin.actor,
            origin.door,
            document,
            digest,
            verified,
            causation,
            correlation,
            event_id.hex,
            body.type,
            str(body.schema),
            _day(day),
            body.body,
        )


def _array(elements: Iterable[str]) -> str:
    return f"{{{','.join(elements)}}}"


def _id(value: UUID | None) -> str:
    return "NULL" if value is None else value.hex


def _day(day: date) -> str:
    return date.isoformat(day)


def _quoted(text: str | None) -> str:
    """A text as an element of an array.

    >>> _quoted(None), _quoted('a "b", {c}')
    ('NULL', '"a \\\\"b\\\\", {c}"')
    """
    if text is None:
        return "NULL"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
