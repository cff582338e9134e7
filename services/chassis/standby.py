"""The table beside the live one: made alike, filled without indexes, then put in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

_INDEX: Final = re.compile(r"^CREATE (UNIQUE )?INDEX (\S+) ON (ONLY )?\S+ ")


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

    async def index(self, connection: Connection) -> None:
        """The live table's indexes, after the rows are there."""
        for nth, (definition, constraint) in enumerate(await self._indexes(connection, self.live)):
            index = f"{self.name}_{nth}"
            await connection.execute(
                _INDEX.sub(
                    lambda found: f"CREATE {found[1] or ''}INDEX {index} ON {self.name} ",  # noqa: B023
                    definition,
                )
            )
            if constraint is not None:
                kind = "PRIMARY KEY" if constraint == "p" else "UNIQUE"
                await connection.execute(
                    f"ALTER TABLE {self.name} ADD CONSTRAINT {index} {kind} USING INDEX {index}"
                )
        await connection.execute(f"ANALYZE {self.name}")

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
            await connection.execute(f"ALTER INDEX {self.name}_{nth} RENAME TO {name}")
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
