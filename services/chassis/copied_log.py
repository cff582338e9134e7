"""A log as PostgreSQL copies it out, read without a database and without its decoding.

The form is `COPY (SELECT … FROM log ORDER BY seq) TO … (FORMAT binary)` with the columns in the
order of `COLUMNS`: what `export-log` writes, and what anybody can write with psql. A field is
preceded by its length; numbers are big-endian, days and instants count from the year 2000. The
bytes of a field are what the leaf is made of, so each event's leaf is computed from them directly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from struct import Struct, error
from typing import BinaryIO, Final, NamedTuple

COLUMNS: Final = (
    *("seq", "generation", "event_id", "stream", "version", "type", "schema", "subject", "agency"),
    *("effective_from", "recorded_at", "actor", "door", "document", "sha256", "verified"),
    *("causation", "correlation", "body", "said_type", "said_schema", "partition", "psn"),
    *("said_body", "leaf_format", "leaf"),
)
START: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"

_STORED: Final = b"jenjang/stored/1\0"
_SAID: Final = b"jenjang/said/1\0"
_SINCE_1970: Final = 946_684_800_000_000
_2000: Final = date(2000, 1, 1)
_SIZES: Final = (len(COLUMNS), 8, 4, 16, 8, 4, 16, 4, 8, 1, 2, 32)
ABSENT: Final = -1
_NEVER: Final = -2
LARGEST: Final = 64 << 20
_HEAD = Struct(">hiqiii16si").unpack_from
_VERSION = Struct(">iqi").unpack_from
_SUBJECT = Struct(">i4si16si").unpack_from
_TIMES = Struct(">iiiqi").unpack_from
_LENGTH = Struct(">i").unpack_from
_FLAG = Struct(">i1s").unpack_from
_LEAF = Struct(">ihi32s").unpack_from
_HEAD_SIZE, _LEAF_SIZE, _FLAG_SIZE = 46, 42, 5
_stored_lengths = Struct(">16q").pack
_said_lengths = Struct(">13q").pack
_whole = Struct(">q").pack


class NotACopy(ValueError):
    """The bytes are not a log in the form in which it is copied."""


class Row(NamedTuple):
    """What is checked of one event; `leaf` is computed, `kept_leaf` stands in the log."""

    seq: int
    generation: int
    event_id: bytes
    stream: bytes
    version: int
    type: bytes
    recorded_at: int
    body: bytes
    partition: bytes | None
    psn: bytes | None
    leaf_format: int
    leaf: bytes
    kept_leaf: bytes


def rows_in(data: bytes, service: str) -> Iterator[Row]:
    """The rows in a piece that holds whole rows only."""
    named, at = service.encode(), 0
    try:
        while at < len(data):
            row, at = _row(data, at, named)
            yield row
    except (error, OverflowError, IndexError):
        raise NotACopy from None


def _row(data: bytes, at: int, service: bytes) -> tuple[Row, int]:
    count, a, seq, b, generation, c, event_id, size = _HEAD(data, at)
    at += _HEAD_SIZE
    stream, at = data[at : at + size], at + size
    d, version, size = _VERSION(data, at)
    at += 16
    type_, at = data[at : at + size], at + size
    e, schema, f, subject, size = _SUBJECT(data, at)
    at += 32
    agency, at = data[at : at + size], at + size
    g, day, h, recorded_at, size = _TIMES(data, at)
    at += 24
    actor, at = data[at : at + size], at + size
    door, at = _field(data, at)
    document, at = _field(data, at)
    digest, at = _field(data, at)
    i, verified = _FLAG(data, at)
    causation, at = _field(data, at + _FLAG_SIZE)
    correlation, at = _field(data, at)
    body, at = _field(data, at)
    said_type, at = _field(data, at)
    said_schema, at = _field(data, at)
    partition, at = _field(data, at)
    psn, at = _field(data, at)
    said_body, at = _field(data, at)
    j, leaf_format, k, kept_leaf = _LEAF(data, at)
    if (count, a, b, c, d, e, f, g, h, i, j, k) != _SIZES or door is None or body is None:
        raise NotACopy
    on = _day(day)
    stored = b"".join(
        (
            _STORED,
            _stored_lengths(
                *(16, len(stream), 8, len(type_), 8, 16, len(agency), len(on)),
                *(len(actor), len(door)),
                -1 if document is None else len(document),
                -1 if digest is None else len(digest),
                1,
                -1 if causation is None else 16,
                -1 if correlation is None else 16,
                len(body),
            ),
            *(event_id, stream, _whole(version), type_, b"\0\0\0\0", schema, subject, agency, on),
            *(actor, door, document or b"", digest or b"", verified, causation or b""),
            *(correlation or b"", body),
        )
    )
    said = b"".join(
        (
            _SAID,
            _said_lengths(
                *(len(service), 8, 8, 16, 16, len(agency), len(on), 8),
                -1 if said_type is None else len(said_type),
                -1 if said_schema is None else 8,
                -1 if partition is None else 8,
                -1 if psn is None else 8,
                -1 if said_body is None else len(said_body),
            ),
            *(service, _whole(generation), _whole(seq), event_id, subject, agency, on),
            *(_whole(recorded_at + _SINCE_1970), said_type or b"", _widened(said_schema)),
            *(_widened(partition), psn or b"", said_body or b""),
        )
    )
    leaf = sha256(b"\0" + sha256(stored).digest() + sha256(said).digest()).digest()
    return (
        Row(
            *(seq, generation, event_id, stream, version, type_, recorded_at, body),
            *(partition, psn, leaf_format, leaf, kept_leaf),
        ),
        at + _LEAF_SIZE,
    )


def _field(data: bytes, at: int) -> tuple[bytes | None, int]:
    size = _LENGTH(data, at)[0]
    if size < 0:
        if size != ABSENT:
            raise NotACopy
        return None, at + 4
    return data[at + 4 : at + 4 + size], at + 4 + size


def _widened(four: bytes | None) -> bytes:
    """A four-byte number in eight; a schema or a partition is never negative."""
    return b"" if four is None else b"\0\0\0\0" + four


@lru_cache(maxsize=4096)
def _day(days: int) -> bytes:
    return (_2000 + timedelta(days=days)).isoformat().encode()


# A file


def pieces_of(file: BinaryIO, rows: int) -> Iterator[bytes]:
    """The rows of a copy, so many whole ones at a time, however long it is."""
    if file.read(len(START)) != START:
        raise NotACopy("it does not begin as a copy does")
    held, ended = b"", False
    while not ended:
        more = file.read(4 << 20)
        held += more
        at = start = count = 0
        while (after := _after(held, at)) > 0:
            at, count = after, count + 1
            if count == rows:
                yield held[start:at]
                start, count = at, 0
        if start < at:
            yield held[start:at]
        held, ended = held[at:], after == 0
        if after == _NEVER or (not ended and (not more or len(held) > LARGEST)):
            raise NotACopy("it breaks off")
    if held != END or file.read(1):
        raise NotACopy("there is more after its end")


def _after(data: bytes, at: int) -> int:
    """Where the row that begins here is over; -1 when it is not whole, 0 at the end of all."""
    if len(data) < at + 2:
        return -1
    if data[at : at + 2] == END:
        return 0
    at += 2
    for _ in COLUMNS:
        if len(data) < at + 4:
            return -1
        size = _LENGTH(data, at)[0]
        if size < ABSENT:
            return _NEVER
        at += 4 + max(size, 0)
    return at if at <= len(data) else -1
