"""Keeps one projection up to date: whole prefixes, batch by batch, from every source it reads.

Any number of processes may run the same projector: the cursor's row decides who writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from services.chassis import parking
from services.chassis.batch import MOST_PARKED, REFUSED_VALUE, Batches, Cursor, Overtaken
from services.chassis.bell import Bell, Patience
from services.chassis.cursors import BEGIN, DUE
from services.chassis.news import News
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.progress import Progress
from services.chassis.projecting import Projection
from services.chassis.reading import Place
from services.chassis.telemetry import Metrics, log, said_of
from services.chassis.words import Dictionary, Words

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

BATCH: Final = 2_000
POLL_SECONDS: Final = 0.2
CALM_SECONDS: Final = 0.5
NEW_PARTITIONS_SECONDS: Final = 5.0
STANDING_SECONDS: Final = 5.0
_log = log("chassis.projector")


@dataclass(slots=True)
class Projector:
    """One projection of one service."""

    projection: Projection
    pool: Pool
    dictionary: Dictionary
    service: str | None = None
    metrics: Metrics = field(default_factory=Metrics)
    news: News = field(default_factory=News)
    batch: int = BATCH
    most_parked: int = MOST_PARKED
    name: str = ""
    progress: Progress = field(default_factory=Progress)
    standing: bool = False
    """True while too much is parked: nothing is projected until somebody has looked."""
    batches: Batches = field(init=False)
    _erased: float = 0.0
    _looked: float = 0.0
    _lives: int = -1
    _more: bool = False
    _bell: Bell = field(init=False)
    _patience: Patience = field(default_factory=lambda: Patience(POLL_SECONDS, CALM_SECONDS))

    def __post_init__(self) -> None:
        words = Words(self.projection.reads, self.dictionary)
        self.batches = Batches(
            self.projection, words, self.service, self.name, most_parked=self.most_parked
        )
        self.name = self.batches.name
        self._bell = self.news.bell(self._concerns)
        self.progress.serve(self.name, self._bell)

    @property
    def sources(self) -> list[str]:
        """Every source it reads; the service itself, if it reads its own events."""
        words = self.batches.words
        own = [self.service] if self.service is not None and words.own else []
        return [*sorted(words.sources()), *own]

    def _concerns(self, source: str, type: str) -> bool:
        """What is not read waits until the next look: then the cursor passes it."""
        own = source == self.service
        words = self.batches.words
        reads = words.own if own else source in words.sources()
        return bool(reads) and (
            self.progress.is_wanted(self.name) or words.reading(type, own=own) != "skip"
        )

    async def run(self) -> None:
        """Until cancelled. What can be released by this release is, before anything else."""
        await self._persist(self._release_cured)
        while True:
            ticket = self._bell.ticket()
            moved = await self._persist(self.step)
            if moved:
                self._patience.was_busy()
            if not moved or not self._more:
                await self._bell.heard_since(ticket, self._patience.seconds)

    async def _persist(self, work: Any) -> bool:
        try:
            moved: bool = await work()
            self.standing = False
        except parking.TooManyParked:
            self.standing = True
            _log.exception("too many parked", projection=self.name, most=self.most_parked)
            await asyncio.sleep(STANDING_SECONDS)
        except OUT_OF_REACH as error:
            _log.warning("not projected", projection=self.name, exc_info=error)
            await asyncio.sleep(1)
        else:
            return moved
        return False

    async def step(self) -> bool:
        """One batch on every partition that has something; whether anything was there."""
        async with self.pool.acquire() as connection:
            await self._look_for_partitions(connection)
            cursors = await self.due(connection)
            self._more = False
            for cursor in cursors:
                await self.advance(connection, cursor)
            await self._erase_ahead(connection)
        return bool(cursors)

    async def catch_up(self) -> None:
        """Until nothing more is there to take in (tests, rebuilds)."""
        while await self.step() or await self._has_more():
            pass

    async def _has_more(self) -> bool:
        """A generation that has just been finished lets the next one begin."""
        async with self.pool.acquire() as connection:
            return await self.begin_cursors(connection) > 0

    # Where there is something to do

    async def _look_for_partitions(self, connection: Connection) -> None:
        """They appear when a source is heard of for the first time; now and then for the case that
        another process has heard of it."""
        now, lives = asyncio.get_running_loop().time(), self.news.lives
        if lives != self._lives or now - self._looked >= NEW_PARTITIONS_SECONDS:
            await self.begin_cursors(connection)
            self._looked, self._lives = now, lives

    async def begin_cursors(self, connection: Connection) -> int:
        """A cursor for every partition of every generation whose turn it is; how many are new."""
        done = await connection.execute(BEGIN, self.name, self.sources, self.service)
        return int(done.rpartition(" ")[2])

    async def due(self, connection: Connection) -> list[Cursor]:
        """The cursors whose very next position is there."""
        rows = await connection.fetch(DUE, self.name, self.service or "")
        found: dict[tuple[str, int], Cursor] = {}
        for row in rows:
            # A later life of a source goes on where the earlier one ended: the earliest first.
            found.setdefault((row[0], row[2]), Cursor(Place(*row[:3]), row[3], row[4], row[5]))
        return list(found.values())

    # One partition

    async def advance(self, connection: Connection, cursor: Cursor) -> None:
        """A batch; when the database refuses a value in it, half of it, down to the one event."""
        reader = self.batches.reader(cursor.place.source)
        types = self.batches.types(cursor.place.source)
        most = cursor.at_most(self.batch)
        entries = await reader.after(connection, cursor.place, cursor.psn, most, types)
        if not entries:
            return
        self._more = self._more or len(entries) >= most
        try:
            moved = await self._halving(connection, cursor, entries)
        except Overtaken:
            return
        self.progress.come(self.name, moved.place, moved.psn)
        if moved.psn == moved.through:
            self._lives = -1  # the next life of this source may begin

    async def _halving(
        self, connection: Connection, cursor: Cursor, entries: Sequence[Any]
    ) -> Cursor:
        try:
            return await self.batches.apply(connection, cursor, entries)
        except REFUSED_VALUE as error:
            refused = said_of(error)
        if len(entries) == 1:
            unwritable = {entries[0][0]: refused}
            return await self.batches.apply(connection, cursor, entries, unwritable)
        middle = len(entries) // 2
        cursor = await self._halving(connection, cursor, entries[:middle])
        return await self._halving(connection, cursor, entries[middle:])

    # Erasing acts on arrival

    async def _erase_ahead(self, connection: Connection) -> None:
        """What erases is not kept waiting by holes and queues; it acts again in its place."""
        erasing = self.batches.words.erasing
        now = asyncio.get_running_loop().time()
        if not erasing or now - self._erased < POLL_SECONDS:
            return
        self._erased = now
        rows = await connection.fetch(
            """
            SELECT i.source, i.generation, i.partition, i.psn
              FROM projection_cursor c
              JOIN inbox i ON i.source = c.source AND i.generation = c.generation
               AND i.partition = c.partition AND i.psn > c.psn AND i.type = ANY ($2)
              LEFT JOIN erased_ahead e ON e.projection = c.projection AND e.source = i.source
               AND e.generation = i.generation AND e.partition = i.partition AND e.psn = i.psn
             WHERE c.projection = $1 AND e.psn IS NULL
             ORDER BY 1, 2, 3, 4 LIMIT 100
            """,
            self.name,
            list(erasing),
        )
        for *place, psn in rows:
            here = Place(*place)
            for entry in await self.batches.reader(here.source).at(connection, here, [psn]):
                await self.batches.erase_ahead(connection, here, entry)

    # Releasing

    async def _release_cured(self) -> bool:
        return await self.release(parking.CURED_BY_RELEASE) > 0

    async def release(self, reasons: Iterable[str] | None = None) -> int:
        """Try again what stands aside, subject by subject; how many events were released."""
        released = 0
        wanted = None if reasons is None else list(reasons)
        async with self.pool.acquire() as connection:
            for place, subject in await parking.subjects_parked(connection, self.name, wanted):
                try:
                    released += await self.batches.release(connection, place, subject)
                except REFUSED_VALUE as error:
                    _log.warning("still parked", projection=self.name, exc_info=error)
        if released:
            _log.info("released", projection=self.name, events=released)
        return released

    async def measure(self, connection: Connection) -> None:
        """Bring the gauges up to date."""
        self.metrics.parked.labels(self.name).set(await parking.count_parked(connection, self.name))
