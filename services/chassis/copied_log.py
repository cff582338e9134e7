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
LARGEST: Final = 64 << 20
_HEAD = Struct(">hiqiii16si").unpack_from
_VERSION = Struct(">iqi").unpack_from
_SUBJECT = Struct(">i4si16si").unpack_from
_TIMES = Struct(">iiiqi").unpack_from
_BEGIN = Struct(">hiqi").pack
_LENGTH = Struct(">i").unpack_from
_FLAG = Struct(">i1si").unpack_from
_LEAF = Struct(">ihi32s").unpack_from
_SILENT: Final[tuple[int, ...]] = (ABSENT,) * 5
_NOTHING_SAID: Final = b"\xff" * 20
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
    partition: int | None
    psn: int | None
    leaf_format: int
    leaf: bytes
    kept_leaf: bytes


def rows_in(data: bytes, service: str) -> Iterator[Row]:
    """The rows in a piece that holds whole rows only."""
    named, at, end = service.encode(), 0, len(data)
    try:
        while at < end:
            row, after = _row(data, at, named)
            if after <= at:
                raise NotACopy
            at = after
            yield row
    except (error, OverflowError):
        raise NotACopy from None
    if at != end:
        raise NotACopy


def _row(data: bytes, at: int, service: bytes) -> tuple[Row, int]:  # noqa: PLR0915 - see below
    """One row. It is long because it runs a million times: a call for each field would cost more
    than hashing the whole row."""
    count, a, seq, b, generation, c, event_id, size = _HEAD(data, at)
    at += 46
    stream = data[at : at + size]
    at += size
    d, version, type_size = _VERSION(data, at)
    at += 16
    type_ = data[at : at + type_size]
    at += type_size
    e, schema, f, subject, agency_size = _SUBJECT(data, at)
    at += 32
    agency = data[at : at + agency_size]
    at += agency_size
    g, day, h, recorded_at, actor_size = _TIMES(data, at)
    at += 24
    actor = data[at : at + actor_size]
    at += actor_size
    (door_size,) = _LENGTH(data, at)
    at += 4
    door = data[at : at + door_size]
    at += door_size
    (document_size,) = _LENGTH(data, at)
    at += 4
    document = b""
    if document_size > 0:
        document = data[at : at + document_size]
        at += document_size
    (digest_size,) = _LENGTH(data, at)
    at += 4
    digest = b""
    if digest_size > 0:
        digest = data[at : at + digest_size]
        at += digest_size
    i, verified, causation_size = _FLAG(data, at)
    at += 9
    causation = b""
    if causation_size > 0:
        causation = data[at : at + causation_size]
        at += causation_size
    (correlation_size,) = _LENGTH(data, at)
    at += 4
    correlation = b""
    if correlation_size > 0:
        correlation = data[at : at + correlation_size]
        at += correlation_size
    (body_size,) = _LENGTH(data, at)
    at += 4
    body = data[at : at + body_size]
    at += body_size
    if data[at : at + 20] == _NOTHING_SAID:
        said_sizes, said, partition, psn, at = _SILENT, b"", None, None, at + 20
    else:
        said_sizes, said, partition, psn, at = _said(data, at)
    j, leaf_format, k, kept_leaf = _LEAF(data, at)
    sizes = (count, a, b, c, d, e, f, g, h, i, j, k)
    absent = min(document_size, digest_size, causation_size, correlation_size)
    if sizes != _SIZES or absent < ABSENT or door_size < 0 or body_size < 0:
        raise NotACopy
    on = _day(day)
    stored = b"".join(
        (
            _STORED,
            _stored_lengths(
                16, len(stream), 8, type_size, 8, 16, agency_size, len(on), actor_size, door_size,
                document_size, digest_size, 1, causation_size, correlation_size, body_size,
            ),
            event_id, stream, _whole(version), type_, b"\0\0\0\0", schema, subject, agency, on,
            actor, door, document, digest, verified, causation, correlation, body,
        )
    )  # fmt: skip
    told = b"".join(
        (
            _SAID,
            _said_lengths(len(service), 8, 8, 16, 16, agency_size, len(on), 8, *said_sizes),
            service, _whole(generation), _whole(seq), event_id, subject, agency, on,
            _whole(recorded_at + _SINCE_1970), said,
        )
    )  # fmt: skip
    leaf = sha256(b"\0" + sha256(stored).digest() + sha256(told).digest()).digest()
    row = Row(
        seq, generation, event_id, stream, version, type_, recorded_at, body, partition, psn,
        leaf_format, leaf, kept_leaf,
    )  # fmt: skip
    return row, at + 42


def _said(data: bytes, at: int) -> tuple[tuple[int, ...], bytes, int | None, int | None, int]:
    """What was said: the lengths and bytes as they are hashed, and where it was said."""
    fields: list[bytes | None] = []
    for _ in range(5):
        (size,) = _LENGTH(data, at)
        at += 4
        if size < ABSENT:
            raise NotACopy
        fields.append(data[at : at + size] if size >= 0 else None)
        at += max(size, 0)
    type_, schema, partition, psn, body = fields
    # A schema and a partition are kept in four bytes and hashed in eight; neither is negative.
    wide = (type_, _widened(schema), _widened(partition), psn, body)
    return (
        tuple([ABSENT if one is None else len(one) for one in wide]),
        b"".join([one for one in wide if one is not None]),
        None if partition is None else int.from_bytes(partition),
        None if psn is None else int.from_bytes(psn),
        at,
    )


def _widened(four: bytes | None) -> bytes | None:
    return None if four is None else b"\0\0\0\0" + four


@lru_cache(maxsize=4096)
def _day(days: int) -> bytes:
    return (_2000 + timedelta(days=days)).isoformat().encode()


# A file


def pieces_of(file: BinaryIO, rows: int) -> Iterator[bytes]:
    """The rows of a copy, so many whole ones at a time, however long it is."""
    if file.read(len(START)) != START:
        raise NotACopy("it does not begin as a copy does")
    held, seq, more = b"", 1, True
    while more:
        data = file.read(4 << 20)
        held, more = held + data, bool(data)
        start = 0
        # As seq is dense, the next piece begins with the row of a seq that is known. No text and
        # no JSON holds these bytes; if others do, the piece before does not end with a row.
        while (at := held.find(_begin(seq + rows), start)) > 0:
            yield held[start:at]
            start, seq = at, seq + rows
        held = held[start:]
        if more and len(held) > LARGEST:
            break
    yield from _walked(held, rows)


def _begin(seq: int) -> bytes:
    """How a row begins."""
    return _BEGIN(len(COLUMNS), 8, seq, 4)


def _walked(held: bytes, rows: int) -> Iterator[bytes]:
    """The last rows, or those where a seq is missing, field by field; then the end."""
    at = start = count = 0
    while (after := _after(held, at)) > 0:
        at, count = after, count + 1
        if count == rows:
            yield held[start:at]
            start, count = at, 0
    if start < at:
        yield held[start:at]
    if held[at:] != END:
        raise NotACopy("it breaks off, or there is more after its end")


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
            return -1
        at += 4 + max(size, 0)
    return at if at <= len(data) else -1
