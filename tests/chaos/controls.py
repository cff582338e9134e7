"""The guards switched off, one each: the same checks must name what that breaks.

Nothing here is patched from outside: each control is a small subclass that leaves its guard out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg
from aiokafka.errors import KafkaError

from services.chassis import failpoints, postgres
from services.chassis.answering import Once
from services.chassis.batch import Batches, Cursor
from services.chassis.bell import Bell
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow, said_headers
from services.chassis.deciding import execute
from services.chassis.event_store import EventStore
from services.chassis.events import Origin, Seen
from services.chassis.heads import note_heads, said_heads
from services.chassis.heard import Raw
from services.chassis.inbox import Counts, Inbox
from services.chassis.projecting import Projection
from services.chassis.projector import Projector
from services.chassis.reacting import Reaction, Reactions
from services.chassis.reactor import Reactor
from services.chassis.reading import Entry, InboxReader, LogReader, Place, Reader
from services.chassis.relay import Relay, _Leg, _Round
from services.chassis.sealing import Sealer, _Turn
from services.chassis.words import Dictionary
from tests.chaos import listener as hearing
from tests.chaos import world
from tests.chaos.checks import Report, Scene, examined
from tests.chaos.ledger import Line

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

THING = UUID(int=3)


# The guards, left out


class RowsFirst(Batches):
    """Rows are committed first, the cursor follows in a transaction of its own."""

    async def apply(
        self,
        connection: Connection,
        cursor: Cursor,
        entries: Sequence[Entry],
        unwritable: dict[int, str] | None = None,
    ) -> Cursor:
        steps = await self.steps(cursor.place, entries, unwritable or {})
        async with connection.transaction():
            await self._fold(connection, cursor.place, steps)
        await failpoints.reach("rows-before-cursor")
        async with connection.transaction():
            await self._move(connection, cursor, entries[-1][0], len(entries))
        return Cursor(cursor.place, entries[-1][0], cursor.epoch)


class PastHoles(InboxReader):
    """Whatever is there is taken in, whether or not something is missing before it."""

    async def after(
        self, db: Connection | Pool, place: Place, psn: int, limit: int, types: Sequence[str]
    ) -> list[Any]:
        there = await db.fetch(
            "SELECT psn FROM inbox WHERE source = $1 AND generation = $2 AND partition = $3"
            " AND psn > $4 ORDER BY psn LIMIT $5",
            *place,
            psn,
            limit,
        )
        return [tuple(one) for one in await self.at(db, place, [row["psn"] for row in there])]


class WithoutPrefix(Batches):
    def reader(self, source: str) -> Reader:
        return LogReader(source) if source == self.service else PastHoles(source)


class WithoutDedupe(Inbox):
    """Every record is written as often as it comes."""

    async def _write(self, connection: Connection, records: list[Any]) -> Counts:
        await connection.copy_records_to_table(
            "inbox", records=records, columns=type(records[0])._fields
        )
        return Counts(stored=len(records))


class WithoutFence(Sealer):
    """Seals in whatever epoch there is, once it has ever been its turn."""

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[_Turn]:
        self.epoch = await self.pool.fetchval("SELECT epoch FROM sealer")
        async with super()._turn() as turn:
            yield turn


class CursorFirst(Relay):
    """The cursor moves when a batch was handed over, not when it was acknowledged."""

    async def _send(self, producer: Any, legs: Sequence[_Leg]) -> _Round | None:
        if legs:
            await self._move(self._epoch(), 1, legs)
        return await super()._send(producer, legs)


def react_without_once(event: world.MarkedV1, seen: Seen) -> Reaction | None:
    """The command gets an id of its own each time it is given."""
    reaction = hearing.react(event, seen)
    if reaction is None:
        return None
    run = reaction.run

    async def again(deps: Any, once: Once, origin: Origin) -> None:
        await run(deps, replace(once, id=str(uuid4())), origin)

    return Reaction(rule=reaction.rule, run=again)


# A small world without processes


@dataclass(slots=True)
class Wire:
    """A broker in memory that keeps everything, and may refuse what it is sent."""

    refuses: bool = False
    topic: dict[int, dict[int, bytes]] = field(
        default_factory=lambda: {n: {} for n in range(world.PARTITIONS)}
    )

    def create_batch(self) -> WireBatch:
        return WireBatch()

    async def send_batch(
        self, batch: WireBatch, topic: str, *, partition: int
    ) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self.refuses:
            future.set_exception(KafkaError("refused"))
        else:
            self.topic[partition].update(batch.records)
            future.set_result(None)
        return future

    async def stop(self) -> None:
        return None


@dataclass(slots=True)
class WireBatch:
    records: dict[int, bytes] = field(default_factory=dict)

    def append(
        self, *, timestamp: int, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> object:
        self.records[int(dict(headers)["ce_psn"])] = value
        return self

    def close(self) -> None:
        return None


@dataclass(slots=True)
class Small:
    """Both services in this process, step by step; each part may be replaced by a control."""

    source: Pool
    listener: Pool
    sealers: dict[str, Sealer]
    inbox: Inbox
    reactions: Reactions = hearing.REACTIONS
    batches: type[Batches] = Batches
    wire: Wire = field(default_factory=Wire)
    relay: type[Relay] = Relay
    ledger: list[Line] = field(default_factory=list)
    said: int = 0

    async def marks(self, *values: int) -> None:
        store = EventStore(self.source, world.SOURCE_CODEC, service="source")
        for value in values:
            step = f"step-{len(self.ledger)}"
            executed = await execute(
                store,
                world.ADDING,
                f"thing-{THING}",
                value,
                subject=THING,
                agency="demo",
                origin=Origin(actor="tester", door="marks", document=step),
            )
            self.ledger.append(Line(THING, step, value, executed.token))

    async def publish(self, *, fails: bool = False) -> None:
        """What was sealed goes to the wire; or the wire refuses, once, and it is tried again."""
        self.wire.refuses = fails
        relay = self._a_relay()
        if fails:
            with suppress(KafkaError):
                await relay.send_until_superseded(self.wire, once=True)
            self.wire.refuses = False
        await relay.send_until_superseded(self.wire, once=True)

    def _a_relay(self) -> Relay:
        async def factory() -> Any:
            return self.wire

        sealer = self.sealers["source"]
        return self.relay(self.source, "source", factory, "topic", epoch=lambda: sealer.epoch)

    async def records(self) -> list[Raw]:
        """Everything the source has said, as Kafka brings it."""
        rows = map(
            SaidRow._make,
            await self.source.fetch(
                f"SELECT {SAID_COLUMNS} FROM log WHERE psn IS NOT NULL ORDER BY seq"
            ),
        )
        return [
            Raw("source", "kafka", row.partition, row.psn, said_headers("source", row), row.body)
            for row in rows
        ]

    async def hear(self, records: Sequence[Raw]) -> None:
        heads = await said_heads(self.source, "source")
        assert heads is not None
        self.inbox.learn(heads)
        await note_heads(self.listener, heads)
        await self.inbox.record(records)

    def projector(self, projection: Projection, pool: Pool, service: str) -> Projector:
        codec = world.SOURCE_CODEC if service == "source" else world.LISTENER_CODEC
        projector = Projector(projection, pool, Dictionary(codec=codec), service)
        projector.batches = self.batches(projection, projector.batches.words, service)
        return projector

    async def project(self) -> None:
        for projection in (world.CHAINS, world.MARKS):
            await self.projector(projection, self.listener, "listener").catch_up()

    async def react(self) -> None:
        await Reactor(
            self.reactions, self.listener, Dictionary(), self._deps(), service="listener"
        ).catch_up()

    def _deps(self) -> Any:
        @dataclass(frozen=True)
        class OnlyStore:
            store: EventStore

        store = EventStore(self.listener, world.LISTENER_CODEC, service="listener")
        return OnlyStore(store)

    async def rest(self) -> Report:
        """The other half of the circle, as it should be; then every invariant."""
        for sealer in self.sealers.values():
            await sealer.seal_once()
        with suppress(asyncpg.PostgresError):
            await self._back()
        for projection in (world.TALLY, world.ECHOES):
            projector = Projector(
                projection, self.source, Dictionary(codec=world.SOURCE_CODEC), "source"
            )
            await projector.catch_up()
        return await examined(Scene(self.source, self.listener, self.ledger, topic=self.wire.topic))

    async def _back(self) -> None:
        """The source hears the listener."""
        heads = await said_heads(self.listener, "listener")
        assert heads is not None
        inbox = Inbox(self.source)
        inbox.learn(heads)
        await note_heads(self.source, heads)
        rows = await self.listener.fetch(
            f"SELECT {SAID_COLUMNS} FROM log WHERE psn IS NOT NULL ORDER BY seq"
        )
        for row in map(SaidRow._make, rows):
            headers = said_headers("listener", row)
            await inbox.record([Raw("listener", "door", row.partition, None, headers, row.body)])


def a_sealer(pool: Pool, service: str, kind: type[Sealer] = Sealer) -> Sealer:
    codec, says = {
        "source": (world.SOURCE_CODEC, world.marked),
        "listener": (world.LISTENER_CODEC, world.echoed),
    }[service]
    return kind(pool, service, codec, says, world.PARTITIONS, appended=Bell())


async def crashes(work: Callable[[], Awaitable[None]], failpoint: str) -> None:
    """Do it, die at a named place, and do it again as the next process would."""
    failpoints.arm(f"{failpoint}:raise")
    try:
        with suppress(failpoints.Reached):
            await work()
    finally:
        failpoints.arm("")
    await work()


@asynccontextmanager
async def opened(url: str, who: str) -> AsyncIterator[Pool]:
    async with postgres.pool(f"{url}?chaos.process={who}", role="all", size=4) as pool:
        yield pool
