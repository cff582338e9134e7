"""Rows for COPY in PostgreSQL's binary format, spelled column by column.

A batch has few days, names and instants and each of them many times: each is spelled once. The
rest runs over whole columns; no step is taken row by row.
"""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

Spell = Callable[[Any], bytes]

ROWS: Final = 4_000
_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
_ZERO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_length: Final = struct.Struct("!i").pack
_two: Final = struct.Struct("!ih").pack
_four: Final = struct.Struct("!ii").pack
_eight: Final = struct.Struct("!iq").pack
_sixteen: Final = struct.Struct("!i16s").pack


class Unspellable(TypeError):
    """A value is not of its column's type."""


async def copy_rows(
    db: Connection,
    table: str,
    columns: Sequence[str],
    types: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Write rows by COPY; `types` are the columns' types as PostgreSQL calls them."""
    if not all(type in _SPELLED for type in types):
        await db.copy_records_to_table(table, records=rows, columns=list(columns))
        return
    await db.copy_to_table(
        table, source=_pages(types, iter(rows)), columns=list(columns), format="binary"
    )


async def copy_pages(
    db: Connection,
    table: str,
    columns: Sequence[str],
    types: Sequence[str],
    pages: AsyncIterator[Collection[Sequence[Any]]],
) -> None:
    """Write rows that come page by page; the server takes one in while the next is made."""

    async def source() -> AsyncIterator[bytes]:
        yield _BEGIN
        async for page in pages:
            yield spelled(types, page)
        yield _END

    await db.copy_to_table(table, source=source(), columns=list(columns), format="binary")


async def _pages(types: Sequence[str], rows: Iterator[Sequence[Any]]) -> AsyncIterator[bytes]:
    yield _BEGIN
    while some := list(islice(rows, ROWS)):
        yield spelled(types, some)
    yield _END


def spelled(types: Sequence[str], rows: Collection[Sequence[Any]]) -> bytes:
    """Some rows, without what stands around them in a file."""
    try:
        columns = [
            cells
            for type, column in zip(types, zip(*rows, strict=True), strict=True)
            for cells in _cells(type, column)
        ]
        wide = struct.pack("!h", len(types))
        # The columns are as long as each other; the first only says how wide a row is.
        return b"".join(chain.from_iterable(zip(repeat(wide), *columns, strict=False)))
    except (struct.error, AttributeError, TypeError) as error:
        raise Unspellable(str(error)) from None


def _cells(type: str, column: Sequence[Any]) -> list[Iterable[bytes]]:
    """The cells of a column; where it is quicker, their lengths and values apart."""
    spell = _SPELLED[type]
    if type in _UNLIKE and None not in column:
        return _UNLIKE[type](column)
    distinct = set(column)
    if 4 * len(distinct) <= len(column):
        known = {value: spell(value) for value in distinct}
        return [map(known.__getitem__, column)]
    if type in _MANY and None not in distinct:
        return _MANY[type](column)
    return [map(spell, column)]


def _texts(column: Sequence[str]) -> list[Iterable[bytes]]:
    return _blobs([*map(str.encode, column)])


def _blobs(column: Sequence[bytes]) -> list[Iterable[bytes]]:
    return [map(_length, map(len, column)), column]


_bytes_of: Final = attrgetter("bytes")


def _or_null(spell: Callable[[Any], bytes]) -> Spell:
    return lambda value: _NULL if value is None else spell(value)


def _text(value: str) -> bytes:
    said = value.encode()
    return _length(len(said)) + said


def _instant(value: datetime) -> bytes:
    return _eight(8, (value - _ZERO) // _MICROSECOND)


def _uuid(value: UUID) -> bytes:
    return _sixteen(16, value.bytes)


def _bytea(value: bytes) -> bytes:
    return _length(len(value)) + value


_SPELLED: Final[dict[str, Spell]] = {
    "text": _or_null(_text),
    "smallint": _or_null(lambda value: _two(2, value)),
    "integer": _or_null(lambda value: _four(4, value)),
    "bigint": _or_null(lambda value: _eight(8, value)),
    "date": _or_null(lambda value: _four(4, value.toordinal() - _DAY_ZERO)),
    "timestamp with time zone": _or_null(_instant),
    "uuid": _or_null(_uuid),
    "bytea": _or_null(_bytea),
    "boolean": _or_null(lambda value: b"\0\0\0\1\1" if value else b"\0\0\0\1\0"),
}
_UNLIKE: Final[dict[str, Callable[[Sequence[Any]], list[Iterable[bytes]]]]] = {
    "uuid": lambda column: [map(_sixteen, repeat(16), map(_bytes_of, column))],
    "bytea": _blobs,
}
"""Of which few are ever the same, so that nobody looks."""
_MANY: Final[dict[str, Callable[[Sequence[Any]], list[Iterable[bytes]]]]] = {
    "text": _texts,
    "integer": lambda column: [map(_four, repeat(4), column)],
    "bigint": lambda column: [map(_eight, repeat(8), column)],
}
"""How a column is spelled whose values are not the same."""
