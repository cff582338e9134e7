"""Rebuild: career's dossier from a filled inbox, while the live table could be read.

Beside it stand a COPY of the very rows that come of it, and reading the inbox without doing
anything. What was rebuilt is compared, row by row, with what the history said would come of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from contracts import registry
from services.career.main import SERVICE
from services.career.projections import dossier_facts
from services.chassis.heads import Heads, note_heads
from services.chassis.heard import Heard
from services.chassis.rebuilding import Rebuild
from services.chassis.row_table import RowTable
from services.chassis.words import Dictionary
from tests.benchmarks.ground import Ground
from tests.benchmarks.history import BEGAN, EachKey, History, digest_of
from tests.benchmarks.measuring import Line, Run, Target, Wrong, interleaved

COPIED: Final = "COPY of the final rows alone"
READ: Final = "read of the inbox alone"
PER_SECOND, GOAL = 100_000, 150_000
PAGE: Final = 10_000


async def bench(ground: Ground) -> AsyncIterator[Line]:
    name = await ground.migrated(SERVICE)
    bench = _Bench(ground, name, History(ground.size.rebuild))
    await bench.fill()
    floors = {COPIED: bench.copied, READ: bench.read}
    compared = await interleaved(min(5, ground.size.rounds), bench.ours, floors)
    rate = compared.line("", "", COPIED).ours.median
    wanted = Target(f"≥ {PER_SECOND:,}/s (goal {GOAL:,}/s)", rate >= PER_SECOND)
    yield compared.line("rebuild", "inbox → dossier_facts", COPIED, wanted)
    yield compared.line("rebuild", "inbox → dossier_facts", READ)
    await ground.drop(name)


@dataclass(slots=True)
class _Bench:
    ground: Ground
    database: str
    history: History
    expected: dict[EachKey, bytes] = field(default_factory=dict)

    async def fill(self) -> None:
        async with self.ground.connection(self.database) as connection:
            await connection.execute("SELECT inbox_parts_through($1)", self.history.events)
            await connection.copy_records_to_table(
                "inbox", records=self.history.records(), columns=Heard._fields
            )
            for source, heads in self.history.heads.items():
                await note_heads(connection, Heads(source, 1, BEGAN, tuple(heads)))
            await connection.execute("VACUUM ANALYZE inbox")
            await connection.execute("CHECKPOINT")
        self.expected = {key: row.digest() for key, row in self.history.rows.items()}
        self.history.rows.clear()

    async def ours(self) -> Run:
        known = {contract.TYPE for contract in registry.ALL}
        dictionary = Dictionary(decode=registry.decode, known=known, codec=SERVICE.codec)
        async with self.ground.pool(self.database, "operator", 4) as pool:
            rebuild = Rebuild(dossier_facts, pool, dictionary, SERVICE.name)
            with self.ground.stopwatch() as watch:
                taken = await rebuild.run()
            wrong = await self._looked_over(pool)
        return watch.run(self.history.said, wrong + Wrong(missed=self.history.said - taken))

    async def _looked_over(self, pool: Any) -> Wrong:
        """Every row of the oracle and no other; one that says something else is out of order."""
        found, other = set(), 0
        async with pool.acquire() as connection, connection.transaction():
            async for row in connection.cursor(_ROWS, prefetch=PAGE):
                key = (row[0], row[1], row[2])
                found.add(key)
                other += self.expected.get(key) != digest_of(tuple(row)[3:])
            parked = await connection.fetchval("SELECT count(*) FROM parked")
        return Wrong(
            len(self.expected.keys() - found) + parked, len(found - self.expected.keys()), other
        )

    async def copied(self) -> Run:
        table = RowTable(dossier_facts, "copied")
        columns = ", ".join(table.columns)
        async with self.ground.connection(self.database) as connection:
            found_rows = await connection.fetch(f"SELECT {columns} FROM dossier_facts")
            rows = [tuple(row) for row in found_rows]
            await connection.execute("DROP TABLE IF EXISTS copied")
            await connection.execute("CREATE TABLE copied (LIKE dossier_facts INCLUDING DEFAULTS)")
            with self.ground.stopwatch() as watch:
                await connection.copy_records_to_table(
                    "copied", records=rows, columns=table.columns
                )
            found = await connection.fetchval("SELECT count(*) FROM copied")
            await connection.execute("DROP TABLE copied")
        return watch.run(self.history.said, Wrong(missed=len(rows) - found))

    async def read(self) -> Run:
        read = 0
        async with self.ground.connection(self.database) as connection:
            with self.ground.stopwatch() as watch:
                for source, heads in self.history.heads.items():
                    for partition, head in enumerate(heads):
                        for after in range(0, head, PAGE):
                            page = await connection.fetch(_PAGE, source, partition, after, PAGE)
                            read += len(page)
        return watch.run(self.history.said, Wrong(missed=self.history.said - read))


_ROWS: Final = """
SELECT source, partition, event_id,
       psn, person_id, kind, payload, effective_from, until, superseded_psn
  FROM dossier_facts
"""

_PAGE: Final = """
SELECT psn, event_id, type, schema, subject, agency, effective_from, recorded_at, body
  FROM inbox
 WHERE source = $1 AND generation = 1 AND partition = $2 AND psn > $3 AND psn <= $3 + $4
 ORDER BY psn
"""
