"""What is spelled here for COPY is what the driver would have written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.chassis.binary_copy import Unspellable, copy_rows

TYPES = (
    *("text", "integer", "bigint", "uuid", "date", "timestamp with time zone"),
    *("bytea", "boolean", "smallint", "numeric"),
)
COLUMNS = tuple(f"c{n}" for n in range(len(TYPES)))
Row = tuple[Any, ...]


def row(n: int) -> Row:
    return (
        f"é{n}",
        -n,
        2**40 + n,
        UUID(int=n),
        date(1, 1, 1 + n % 28),
        datetime(1999, 12, 31, 23, 59, 59, n, tzinfo=UTC),
        bytes([n % 256]) * (n % 5),
        n % 2 == 0,
        n - 7,
    )


unlike = [row(n) for n in range(50)]
alike = [row(1)] * 50
empty: list[Row] = [(None,) * 9] * 3


@pytest.mark.parametrize("rows", [[], unlike, alike, empty, [*unlike, *empty, *alike] * 100])
async def test_rows_arrive_as_they_were(database: str, rows: list[Row]) -> None:
    connection = await asyncpg.connect(database)
    try:
        await _made(connection, TYPES[:9])
        await copy_rows(connection, "copied", COLUMNS[:9], TYPES[:9], rows)
        found = await connection.fetch("SELECT * FROM copied ORDER BY ctid")
        assert [tuple(one) for one in found] == rows
    finally:
        await connection.close()


async def test_a_type_unknown_here_is_left_to_the_driver(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await _made(connection, TYPES)
        await copy_rows(connection, "copied", COLUMNS, TYPES, [(*row(1), 7)])
        (found,) = await connection.fetch("SELECT * FROM copied")
        assert tuple(found) == (*row(1), 7)
    finally:
        await connection.close()


@pytest.mark.parametrize("odd", [(7, 1), ("x", "y"), ("x", 2**31), ("x", 1, 2)])
async def test_a_value_of_another_type_is_refused(database: str, odd: Row) -> None:
    connection = await asyncpg.connect(database)
    try:
        await _made(connection, TYPES[:2])
        with pytest.raises((Unspellable, ValueError)):
            await copy_rows(connection, "copied", COLUMNS[:2], TYPES[:2], [odd])
        assert await connection.fetchval("SELECT count(*) FROM copied") == 0
    finally:
        await connection.close()


async def _made(connection: Any, types: tuple[str, ...]) -> None:
    columns = ", ".join(f"{name} {type}" for name, type in zip(COLUMNS, types, strict=False))
    await connection.execute(f"CREATE TEMP TABLE copied ({columns})")
