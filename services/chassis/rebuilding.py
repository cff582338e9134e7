"""Building a read model anew beside the one that is being read, and putting it in its place.

Everything comes from the service's own database: its log and its inbox. The same `fold` runs from
the beginning, in memory, partition by partition, and is written by COPY. Then the last
stretch is taken in as the live projector would, and the tables change places in one transaction
with the cursors. A crash before that leaves the live table as it was; the next rebuild begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import asyncpg

from services.chassis.batch import REFUSED_VALUE, Overtaken
from services.chassis.failpoints import reach
from services.chassis.filling import Filling, SomeWithdrawn, TooMuchToHold
from services.chassis.projecting import Projection
from services.chassis.projector import Projector
from services.chassis.reading import Place
from services.chassis.standby import Standby, side_by_side
from services.chassis.telemetry import Metrics, log
from services.chassis.uncollected import uncollected
from services.chassis.words import Dictionary

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

SHORT_STRETCH: Final = 2_000
MOST_ROWS: Final = 3_000_000
HANDS: Final = 2
PATIENCE_SECONDS: Final = 60.0
_log = log("chassis.rebuilding")


class RebuildRunning(Exception):
    """Somebody else is rebuilding this projection."""


class InboxIncomplete(Exception):
    """The inbox lacks records that the live read model has seen; they must be fetched first."""


@dataclass(slots=True)
class Rebuild:
    """One rebuild of one projection."""

    projection: Projection
    pool: Pool
    dictionary: Dictionary
    service: str | None = None
    metrics: Metrics = field(default_factory=Metrics)
    standby: Standby = field(init=False)
    projector: Projector = field(init=False)

    def __post_init__(self) -> None:
        self.standby = Standby(self.projection.table)
        self.projector = Projector(
            self.projection,
            self.pool,
            self.dictionary,
            self.service,
            self.metrics,
            name=self.standby.name,
        )

    async def run(self) -> int:
        """Rebuild; how many events went in. The live table serves until the last moment."""
        async with self._alone():
            async with self.pool.acquire() as connection:
                await self.standby.begin(connection)
            taken = await self._fill()
            await reach("rows-before-cursor")
            await self._put_in_place()
        _log.info("rebuilt", projection=self.projection.table, events=taken)
        return taken

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """One rebuild of a projection at a time; the end of the session lets go of it."""
        async with self.pool.acquire() as guard:
            name = f"rebuild {self.projection.table}"
            if not await guard.fetchval(
                "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name
            ):
                raise RebuildRunning(self.projection.table)
            try:
                yield
            finally:
                await guard.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", name)

    # The long stretch

    async def _fill(self) -> int:
        async with self.pool.acquire() as connection:
            places = await self._places(connection)
        hands = [self._hand() for _ in range(HANDS)]
        left, done = iter(places), 0

        def finished() -> None:
            nonlocal done
            done += 1
            self.metrics.rebuild.labels(self.projection.table).set(done / len(places))

        with uncollected():
            await side_by_side(*(hand.work(left, finished) for hand in hands))
        await self.standby.index(self.pool)
        if any(hand.slow for hand in hands):
            # Batch by batch, as the live projector would: slower, and it bisects and parks.
            await self.projector.catch_up()
        return sum(hand.taken for hand in hands)

    def _hand(self) -> _Hand:
        filling = Filling(self.projection, self.projector.batches, most_rows=MOST_ROWS)
        return _Hand(filling, self.pool)

    async def _places(self, connection: Connection) -> list[Place]:
        """Every partition, in its first generation; later ones go on with its rows and wait."""
        await self.projector.begin_cursors(connection)
        rows = await connection.fetch(
            """
            SELECT source, min(generation), partition FROM projection_cursor
             WHERE projection = $1 GROUP BY source, partition ORDER BY source, partition
            """,
            self.standby.name,
        )
        return [Place(*row) for row in rows]

    # The last stretch

    async def _put_in_place(self) -> None:
        """Catch up, then change places; whoever reads waits for a moment at most."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_SECONDS
        while True:
            await self.projector.catch_up()
            try:
                async with self.pool.acquire() as connection:
                    if await self._behind(connection) <= SHORT_STRETCH:
                        await self._change_places(connection)
                        return
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, Overtaken):
                _log.info("places not changed yet", projection=self.projection.table)
            if loop.time() > until:
                raise InboxIncomplete(self.projection.table)
            await asyncio.sleep(0.1)

    async def _behind(self, connection: Connection) -> int:
        """How many events the live table has that the new one has not."""
        found = await connection.fetchval(
            """
            SELECT coalesce(sum(greatest(live.psn - coalesce(next.psn, 0), 0)), 0)
              FROM projection_cursor live
              LEFT JOIN projection_cursor next
                ON next.projection = $2 AND next.source = live.source
               AND next.generation = live.generation AND next.partition = live.partition
             WHERE live.projection = $1
            """,
            self.projection.table,
            self.standby.name,
        )
        return int(found)

    async def _change_places(self, connection: Connection) -> None:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '1s'")
            # The live projector's order: first the cursors, then the table.
            await connection.execute(
                """
                SELECT FROM projection_cursor WHERE projection = ANY ($1)
                 ORDER BY projection, source, generation, partition FOR UPDATE
                """,
                [self.projection.table, self.standby.name],
            )
            while cursors := await self.projector.due(connection):
                for cursor in cursors:
                    await self.projector.advance(connection, cursor)
            if await self._behind(connection):
                raise Overtaken
            await self.standby.take_over(connection)
            await reach("cursor-before-commit")


@dataclass(slots=True)
class _Hand:
    """Takes in one partition after the other: while it waits for the server, another one folds."""

    filling: Filling
    pool: Pool
    taken: int = 0
    slow: bool = False

    async def work(self, left: Iterator[Place], finished: Callable[[], None]) -> None:
        async with self.pool.acquire() as connection:
            for place in left:
                with self._slowly(place):
                    taken = await self.filling.take(connection, place)
                    await self.filling.write(connection, taken)
                    self.taken += taken.psn
                finished()

    @contextmanager
    def _slowly(self, place: Place) -> Iterator[None]:
        """A partition whose rows the database refuses is left for the slow way."""
        try:
            yield
        except (*REFUSED_VALUE, TypeError, TooMuchToHold, SomeWithdrawn) as error:
            _log.warning("taken in slowly", partition=place.partition, exc_info=error)
            self.slow = True
