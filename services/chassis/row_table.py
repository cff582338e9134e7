"""The table of a projection: its rows loaded by key, and written once per key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from services.chassis.binary_copy import copy_rows
from services.chassis.projecting import Key, Projection

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool


class NoTable(LookupError):
    """The projection's table is not there, or not as its `Row` says; run the migrations."""


@dataclass(slots=True)
class RowTable:
    """One projection's rows in one table: the live one, or the one that is being rebuilt."""

    projection: Projection
    name: str
    columns: tuple[str, ...] = field(init=False)
    values_of: Callable[[Any], tuple[Any, ...]] = field(init=False)
    key_of: Callable[[Any], Key] = field(init=False)
    _types: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = tuple(member.name for member in fields(self.projection.Row))
        self.values_of = _tuple_getter(self.columns)
        self.key_of = _tuple_getter(self.projection.key)

    async def load(
        self, db: Connection, keys: Collection[Key]
    ) -> list[tuple[Key, Any, tuple[Any, ...]]]:
        """Every row at or under these keys: key, row, and the values as they stand."""
        await self._know_types(db)
        by_width: dict[int, list[Key]] = defaultdict(list)
        for key in keys:
            by_width[len(key)].append(key)
        found = {}
        for width, wanted in by_width.items():
            for record in await db.fetch(
                self._select(width), *map(list, zip(*wanted, strict=True))
            ):
                values = tuple(record)
                row = self.projection.Row(*values)
                found[self.key_of(row)] = (row, values)
        return [(key, row, values) for key, (row, values) in found.items()]

    async def write(self, db: Connection, rows: Collection[tuple[Any, ...]]) -> None:
        if rows:
            await db.executemany(self._upsert(), rows)

    async def delete(self, db: Connection, keys: Collection[Key]) -> None:
        if keys:
            where = " AND ".join(f"{name} = ${n}" for n, name in enumerate(self.projection.key, 1))
            await db.executemany(f"DELETE FROM {self.name} WHERE {where}", keys)  # noqa: S608

    async def copy(self, db: Connection, rows: Iterable[Any]) -> None:
        await self._know_types(db)
        types = [self._types[name] for name in self.columns]
        await copy_rows(db, self.name, self.columns, types, map(self.values_of, rows))

    def _select(self, width: int) -> str:
        key = self.projection.key[:width]
        arrays = ", ".join(f"${n}::{self._types[name]}[]" for n, name in enumerate(key, 1))
        return (
            f"SELECT {', '.join(self.columns)} FROM {self.name}"  # noqa: S608
            f" JOIN unnest({arrays}) AS wanted ({', '.join(key)}) USING ({', '.join(key)})"
        )

    def _upsert(self) -> str:
        key = self.projection.key
        marks = ", ".join(f"${n}" for n in range(1, len(self.columns) + 1))
        others = [name for name in self.columns if name not in key]
        sets = ", ".join(f"{name} = excluded.{name}" for name in others)
        return (
            f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({marks})"  # noqa: S608
            f" ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {sets}' if others else 'NOTHING'}"
        )

    async def _know_types(self, db: Connection | Pool) -> None:
        if self._types:
            return
        rows = await db.fetch(
            """
            SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
             WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
            """,
            self.name,
        )
        types = {name: type for name, type in rows}
        if not set(self.columns) <= types.keys():
            raise NoTable(self.name)
        self._types = types


def _tuple_getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """`attrgetter` that gives a tuple for a single name too."""
    if len(names) > 1:
        return attrgetter(*names)
    (name,) = names
    return lambda row: (getattr(row, name),)
