"""One batch of one partition, from stored entries to rows and cursor, in one transaction.

The live projector, a release and the last stretch of a rebuild all go through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg

from services.chassis import parking, unconfirmed
from services.chassis.event_codec import Place as Bound
from services.chassis.events import Seen
from services.chassis.failpoints import reach
from services.chassis.folding import At, Fold, FoldRows, Step, Trouble, touched
from services.chassis.projecting import Projection
from services.chassis.reading import Entry, InboxReader, LogReader, Place, Reader
from services.chassis.row_table import RowTable
from services.chassis.words import Unreadable, Words

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

MOST_PARKED: Final = 100
# The database refuses a value; everything else it may say is not the event's fault.
REFUSED_VALUE: Final = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    OverflowError,
)


class Overtaken(Exception):
    """Somebody else has moved this cursor, or put another table in place."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one projection has come on one partition."""

    place: Place
    psn: int
    epoch: int
    through: int | None = None
    """Where this generation of the source ends for us, if it has ended."""

    def at_most(self, batch: int) -> int:
        return batch if self.through is None else min(batch, self.through - self.psn)


@dataclass(slots=True)
class Batches:
    """Applies batches of one projection to one table under one name."""

    projection: Projection
    words: Words
    service: str | None = None
    name: str = ""
    most_parked: int = MOST_PARKED
    table: RowTable = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.name or self.projection.table
        self.table = RowTable(self.projection, self.name)

    def reader(self, source: str) -> Reader:
        return LogReader(source) if source == self.service else InboxReader(source)

    def types(self, source: str) -> list[str]:
        return self.words.types(own=source == self.service)

    async def apply(
        self,
        connection: Connection,
        cursor: Cursor,
        entries: Sequence[Entry],
        unwritable: dict[int, str] | None = None,
    ) -> Cursor:
        """Take these entries in, all or nothing. `unwritable` ones are parked unseen."""
        steps = await self._counting(connection, cursor, entries, unwritable or {})
        last = entries[-1][0]
        async with connection.transaction():
            await self._lock(connection, cursor, last)
            await self._fold(connection, cursor.place, steps)
            await reach("rows-before-cursor")
            await self._move(connection, cursor, last, len(entries))
            await reach("cursor-before-commit")
        return Cursor(cursor.place, last, cursor.epoch, cursor.through)

    async def _counting(
        self,
        connection: Connection,
        cursor: Cursor,
        entries: Sequence[Entry],
        unwritable: dict[int, str],
    ) -> list[Step]:
        """The steps, without what has been withdrawn and what counts already in an earlier life."""
        gone: frozenset[int] = frozenset()
        if cursor.through is not None:
            gone = await unconfirmed.withdrawn_at(connection, cursor.place)
        psns = [entry[0] for entry in entries]
        twins = await unconfirmed.doubles(connection, cursor.place, psns)
        if not (gone or twins):
            return await self.steps(cursor.place, entries, unwritable)
        count = [one for one in entries if one[0] not in gone and not twins.get(one[1])]
        steps = await self.steps(cursor.place, count, unwritable)
        for step in steps:
            if step.seen.event_id in twins:
                step.trouble = Trouble(unconfirmed.CONTRADICTS_TWIN, "")
        return steps

    async def release(self, connection: Connection, place: Place, subject: UUID) -> int:
        """Try a subject's queue again, in order; how many were released."""
        async with connection.transaction():
            await self._lock_any(connection, place)
            queues = await parking.waiting_psns(connection, self.name, place, [subject])
            queue = await self._stored(connection, place, queues.get(subject, []))
            fold = await self._begin(connection, queue)
            fold.waiting[subject] = queue
            fold.drain(subject)
            await self._end(connection, place, fold)
        return len(fold.released)

    async def erase_ahead(self, connection: Connection, place: Place, entry: Entry) -> None:
        """Let an erasing event act now, before its place in the order."""
        steps = await self.steps(place, [entry], {})
        async with connection.transaction():
            await self._lock_any(connection, place)
            fold = await self._begin(connection, steps)
            fold.run(steps)
            if not fold.parked:
                await self._write(connection, fold)
            await connection.execute(
                "INSERT INTO erased_ahead VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                self.name,
                *place,
                entry.psn,
            )

    # From entries to steps

    async def steps(
        self,
        place: Place,
        entries: Iterable[Sequence[Any]],
        unwritable: dict[int, str],
        *,
        keys: bool = True,
    ) -> list[Step]:
        """The events that this projection reads, decoded, with the keys that they touch."""
        own = place.source == self.service
        read = [
            (entry, reading)
            for entry in entries
            if (reading := self.words.reading(entry[2], own=own)) != "skip"
        ]
        ring = await self.words.ring({entry[4] for entry, _ in read}) if own else None
        found = []
        for entry, reading in read:
            step = Step(seen_of(place, entry))
            if entry[0] in unwritable:
                step.trouble = Trouble("unwritable", unwritable[entry[0]])
            elif reading in ("heard", "own"):
                self._decode(step, entry, ring)
            else:
                step.trouble = Trouble(reading, "")
            found.append(touched(self.projection, step) if keys else step)
        return found

    def _decode(self, step: Step, entry: Sequence[Any], ring: Any) -> None:
        _, _, type, schema, subject, _, _, _, stream, body = entry
        try:
            if step.seen.source == self.service:
                bound = Bound(subject, stream)
                step.event = self.words.own_event_of(type, schema, body, bound, ring)
            else:
                step.event = self.words.event_of(type, schema, body)
        except Unreadable as why:
            step.trouble = Trouble(why.reason, why.error)

    async def _stored(
        self, connection: Connection, place: Place, queue: Sequence[At]
    ) -> list[Step]:
        """Parked events, read again from where they are kept, the earliest generation first."""
        steps = []
        for generation in sorted({generation for generation, _ in queue}):
            here = place._replace(generation=generation)
            psns = [psn for of, psn in queue if of == generation]
            entries = await self.reader(place.source).at(connection, here, psns)
            steps += await self.steps(here, entries, {})
        for step in steps:
            step.stored = True
        return steps

    # Inside the transaction

    async def _lock(self, connection: Connection, cursor: Cursor, last: int) -> None:
        """The cursor's row is the fence: whoever holds it writes, if nothing has moved, and if the
        generation has not ended before this batch does."""
        row = await connection.fetchrow(
            """
            SELECT psn, epoch,
                   (SELECT kept[$4 + 1] FROM source_lives l
                     WHERE l.source = $2 AND l.generation = $3) AS through
              FROM projection_cursor
             WHERE projection = $1 AND source = $2 AND generation = $3 AND partition = $4
               FOR UPDATE SKIP LOCKED
            """,
            self.name,
            *cursor.place,
        )
        if row is None or (row["psn"], row["epoch"]) != (cursor.psn, cursor.epoch):
            raise Overtaken
        if row["through"] is not None and row["through"] < last:
            raise Overtaken

    async def _lock_any(self, connection: Connection, place: Place) -> None:
        await connection.execute(
            """
            SELECT FROM projection_cursor
             WHERE projection = $1 AND source = $2 AND partition = $3
             ORDER BY generation FOR UPDATE
            """,
            self.name,
            place.source,
            place.partition,
        )

    async def _move(self, connection: Connection, cursor: Cursor, last: int, applied: int) -> None:
        moved = await connection.execute(
            """
            UPDATE projection_cursor SET psn = $7, applied = applied + $8
             WHERE projection = $1 AND source = $2 AND generation = $3 AND partition = $4
               AND psn = $5 AND epoch = $6
            """,
            self.name,
            *cursor.place,
            cursor.psn,
            cursor.epoch,
            last,
            applied,
        )
        if moved != "UPDATE 1":
            raise Overtaken

    async def _fold(self, connection: Connection, place: Place, steps: list[Step]) -> None:
        if not steps:
            return
        subjects = {step.seen.subject for step in steps}
        psns = await parking.waiting_psns(connection, self.name, place, subjects)
        queues = await self._queues(connection, place, steps, psns)
        every = [*steps, *(step for queue in queues.values() for step in queue)]
        fold = await self._begin(connection, every)
        fold.waiting.update(queues)
        fold.run(steps)
        await self._end(connection, place, fold)

    async def _queues(
        self, connection: Connection, place: Place, steps: list[Step], psns: dict[UUID, list[At]]
    ) -> dict[UUID, list[Step]]:
        """The queues behind which these steps stand; read only where one may be released."""
        releasing = {s.seen.subject for s in steps if getattr(s.event, "replaces", None)}
        held = Step(steps[0].seen, trouble=Trouble("held", ""))
        return {
            subject: await self._stored(connection, place, queue)
            if subject in releasing
            else [held]
            for subject, queue in psns.items()
        }

    async def _begin(self, connection: Connection, steps: Iterable[Step]) -> _Loaded:
        fold = _Loaded(self.projection, FoldRows())
        keys = {key for step in steps for key in step.keys}
        for key, row, values in await self.table.load(connection, keys):
            dict.__setitem__(fold.rows, key, row)
            fold.before[key] = values
        return fold

    async def _end(self, connection: Connection, place: Place, fold: _Loaded) -> None:
        await self._write(connection, fold)
        await parking.release(connection, self.name, place, list(fold.released))
        if fold.parked:
            await parking.park(connection, self.name, fold.parked.values())
            if await parking.count_parked(connection, self.name) > self.most_parked:
                raise parking.TooManyParked(self.name)

    async def _write(self, connection: Connection, fold: _Loaded) -> None:
        """Each changed row once; what is gone is deleted."""
        gone = [key for key in fold.before if not dict.__contains__(fold.rows, key)]
        await self.table.delete(connection, gone)
        changed = [
            values
            for key, row in fold.rows.items()
            if (values := self.table.values_of(row)) != fold.before.get(key)
        ]
        await self.table.write(connection, changed)


@dataclass(slots=True)
class _Loaded(Fold):
    """A fold over rows from the database, with the values they had there."""

    before: dict[Any, tuple[Any, ...]] = field(default_factory=dict)


def seen_of(place: Place, entry: Sequence[Any]) -> Seen:
    return Seen(entry[1], *place, entry[0], entry[2], entry[4], entry[5], entry[6], entry[7])
