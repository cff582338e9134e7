"""The table beside the live one: made alike, filled without indexes, then put in its place."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

_INDEX: Final = re.compile(r"^CREATE (UNIQUE )?INDEX (\S+) ON (ONLY )?\S+ ")


async def side_by_side(*works: Coroutine[Any, Any, None]) -> None:
    """Until all are done; the first error is raised when none goes on any more."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@dataclass(slots=True)
class Standby:
    """The next table of a projection. Its name is also the name its cursors go by until then."""

    live: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"{self.live}__next"

    async def begin(self, connection: Connection) -> None:
        """Empty and without history, whatever an earlier attempt has left behind."""
        async with connection.transaction():
            await connection.execute(
                f"""
                DROP TABLE IF EXISTS {self.name};
                CREATE TABLE {self.name} (LIKE {self.live} INCLUDING ALL EXCLUDING INDEXES)
                """
            )
            for table in ("projection_cursor", "parked", "erased_ahead"):
                await connection.execute(
                    f"DELETE FROM {table} WHERE projection = $1",  # noqa: S608 - ours
                    self.name,
                )

    async def index(self, pool: Pool) -> None:
        """The live table's indexes, after the rows are there: two at a time."""
        async with pool.acquire() as connection:
            wanted = [*enumerate(await self._indexes(connection, self.live))]
        left = iter(wanted)

        async def build() -> None:
            async with pool.acquire() as connection:
                for nth, (definition, _) in left:
                    await connection.execute(self._here(definition, nth))

        await side_by_side(build(), build())
        async with pool.acquire() as connection:
            for nth, (_, constraint) in wanted:
                if constraint is not None:
                    kind, index = "PRIMARY KEY" if constraint == "p" else "UNIQUE", self._index(nth)
                    await connection.execute(
                        f"ALTER TABLE {self.name} ADD CONSTRAINT {index} {kind} USING INDEX {index}"
                    )
            await connection.execute(f"ANALYZE {self.name}")

    def _index(self, nth: int) -> str:
        return f"{self.name}_{nth}"

    def _here(self, definition: str, nth: int) -> str:
        """An index of the live table as one of this table."""
        return _INDEX.sub(
            lambda found: f"CREATE {found[1] or ''}INDEX {self._index(nth)} ON {self.name} ",
            definition,
        )

    async def take_over(self, connection: Connection) -> None:
        """Inside a transaction that holds the cursors: the names, the cursors, a new epoch."""
        names = [
            found[2]
            for definition, _ in await self._indexes(connection, self.live)
            if (found := _INDEX.match(definition))
        ]
        await connection.execute(
            f"DROP TABLE {self.live}; ALTER TABLE {self.name} RENAME TO {self.live}"
        )
        for nth, name in enumerate(names):
            await connection.execute(f"ALTER INDEX {self._index(nth)} RENAME TO {name}")
        epoch = await connection.fetchval(
            "SELECT coalesce(max(epoch), 0) + 1 FROM projection_cursor WHERE projection = $1",
            self.live,
        )
        for table in ("projection_cursor", "parked", "erased_ahead"):
            await connection.execute(
                f"DELETE FROM {table} WHERE projection = $1",  # noqa: S608
                self.live,
            )
            await connection.execute(
                f"UPDATE {table} SET projection = $1 WHERE projection = $2",  # noqa: S608
                self.live,
                self.name,
            )
        await connection.execute(
            "UPDATE projection_cursor SET epoch = $2 WHERE projection = $1", self.live, epoch
        )

    async def _indexes(self, connection: Connection, table: str) -> list[tuple[str, str | None]]:
        """Definitions in a fixed order, with the kind of constraint that each one carries."""
        rows = await connection.fetch(
            """
            SELECT pg_get_indexdef(indexrelid), c.contype::text
              FROM pg_index i
              LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
             WHERE i.indrelid = to_regclass($1)
             ORDER BY indexrelid
            """,
            table,
        )
        return [tuple(row) for row in rows]
