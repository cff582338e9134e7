"""A source whose database can be set back to an earlier state, and a listener that hears it by a
real broker and asks at its real doors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from deploy.local.postgres import psql
from services.chassis import auth, postgres
from services.chassis.doors import HttpDoors, log_doors
from services.chassis.event_store import EventStore
from services.chassis.fetching import Fetching
from services.chassis.hearing import Hearing
from services.chassis.inbox import Inbox
from services.chassis.kafka import Kafka
from services.chassis.mapping import Mapping
from services.chassis.problems import Problem, answer_to
from services.chassis.projecting import Key, Rows, Seen, provisional_reasons
from services.chassis.projector import Projector
from services.chassis.relay import Relay
from services.chassis.removing import Removing
from services.chassis.restoring import restored
from services.chassis.sealing import Sealer
from services.chassis.sealing_gate import GateClosed, SealingGate
from services.chassis.telemetry import Metrics
from services.chassis.words import Dictionary
from tests.support import counter
from tests.support.eventually import eventually
from tests.support.saying import PARTITIONS, CountedV1, an_append, to_contract

if TYPE_CHECKING:
    from services.chassis.checkpoint import Checkpoint
    from services.chassis.postgres import Pool

MIGRATIONS = Path(postgres.__file__).parent / "migrations"
THING = UUID(int=1)
STREAM = f"counter-{THING}"
MAPPING = Mapping("sample", counter.CODEC, to_contract, PARTITIONS)
DICTIONARY = Dictionary(known={CountedV1.TYPE})
PRIME = 2**31 - 1
WITHIN = 12.0


@dataclass(slots=True)
class Row:
    thing: UUID
    event_id: UUID
    by: int
    recorded_at: datetime
    nth: int


def touches(event: CountedV1, seen: Seen) -> Iterable[Key]:
    yield (seen.subject,)


def fold(rows: Rows[Row], event: CountedV1, seen: Seen) -> None:
    nth = len(rows.under(seen.subject)) + 1
    key = (seen.subject, seen.event_id)
    rows[key] = Row(seen.subject, seen.event_id, event.by, seen.recorded_at, nth)


counts: Any = SimpleNamespace(
    table="counts", key=("thing", "event_id"), reads=(CountedV1,), Row=Row, touches=touches,
    fold=fold,
)  # fmt: skip
DDL = """
    CREATE TABLE counts (thing uuid, event_id uuid, by int NOT NULL, recorded_at timestamptz,
                         nth int NOT NULL, PRIMARY KEY (thing, event_id))
"""


@dataclass(slots=True, repr=False)
class Source:
    """One life of the source's database, with everything that runs on it."""

    store: EventStore
    doors: HttpDoors
    kafka: Kafka
    topic: str
    newest: Callable[[], Checkpoint | None]
    sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        gate = SealingGate(expected=("listener",), newest=self.newest, wait_seconds=20)
        self.sealer = self.a_sealer(gate=gate)

    def a_sealer(self, **more: Any) -> Sealer:
        return Sealer(self.store.pool, "sample", counter.CODEC, to_contract, PARTITIONS, **more)

    async def count(self, *values: int) -> None:
        version = await self.store.head(STREAM)
        events: list[counter.Event] = [
            counter.Counted(step=f"{version + nth}", by=value) for nth, value in enumerate(values)
        ]
        await self.store.append([an_append(STREAM, version, events, THING)])

    async def seal(self) -> int:
        """As the sealer's own loop does it: take over, pass the gate, seal."""
        if self.sealer.epoch is None:
            await self.sealer.take_over(force=True)
        gate = self.sealer._gate
        assert gate is not None
        if gate._passed is None:
            with pytest.raises(GateClosed):
                await self.sealer.tick()
            await gate.pass_through(self.store.pool, self.sealer.epoch)
        return await self.sealer.seal_once()

    async def seal_unchecked(self) -> int:
        """The control: nobody asks whether the log is whole."""
        sealer = self.a_sealer()
        await sealer.take_over(force=True)
        return await sealer.seal_once()

    async def relay(self) -> int:
        producer = self.kafka.producer()
        await producer.start()
        try:
            epoch = await self.store.pool.fetchval("SELECT epoch FROM sealer")
            relay = Relay(self.store.pool, "sample", _never, self.topic, epoch=lambda: epoch)
            return await relay.send_until_superseded(producer, once=True)
        finally:
            await producer.stop()

    async def say(self, *values: int) -> None:
        await self.count(*values)
        await self.seal()
        await self.relay()

    async def restored(self) -> dict[str, Any]:
        done = await restored(self.store, MAPPING, self.newest(), "demo")
        if done["restored"]:
            self.sealer.epoch = None  # it is fenced, and takes over again
        return done

    async def heads(self) -> list[int]:
        found: list[int] = await self.store.pool.fetchval("SELECT psn_heads FROM sealer")
        return found


async def _never() -> Any:
    raise AssertionError("no other producer is needed")


@dataclass(slots=True, repr=False)
class Hearer:
    """The listener; its doors lead to whichever life of the source there is."""

    pool: Pool
    kafka: Kafka
    prefix: str
    source: Source | None = None
    hears_kafka: bool = True
    metrics: Metrics = field(default_factory=Metrics)
    inbox: Inbox = field(init=False)
    fetching: Fetching = field(init=False)
    hearing: Hearing = field(init=False)

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.pool, metrics=self.metrics)
        self.hearing = Hearing(
            "listener", ("sample",), self.kafka, self.inbox, topic_prefix=self.prefix
        )
        self.fetching = Fetching(
            self.pool,
            self.inbox,
            {"sample": self},
            self.metrics,
            subscription=self.hearing,
            every=0.1,
        )
        self.inbox.ask = self.fetching.ask

    async def heads(self, holding: Any = None) -> Any:
        if self.source is None:
            raise ConnectionError("down")
        return await self.source.doors.heads(holding)

    async def said(self, *asked: Any) -> Any:
        if self.source is None:
            raise ConnectionError("down")
        return await self.source.doors.said(*asked)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        parts = [self.fetching.run, *([self.hearing.run] if self.hears_kafka else [])]
        tasks = [asyncio.create_task(part()) for part in parts]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def values(self, *expected: int) -> list[int]:
        """What the read model holds, in the order in which it was taken in."""

        async def look() -> bool:
            await Projector(counts, self.pool, DICTIONARY).catch_up()
            return await self.now() == list(expected)

        await eventually(look, within=WITHIN, every=0.1)
        return await self.now()

    async def now(self) -> list[int]:
        rows = await self.pool.fetch("SELECT by FROM counts ORDER BY nth")
        return [row["by"] for row in rows]

    async def as_of(self, instant: datetime) -> list[tuple[Any, ...]]:
        rows = await self.pool.fetch(
            "SELECT by, event_id, recorded_at FROM counts WHERE recorded_at <= $1 ORDER BY nth",
            instant,
        )
        return [tuple(row) for row in rows]

    async def reasons(self) -> set[str]:
        found = await provisional_reasons(self.pool, "counts", ["sample"], [THING])
        return {reason.kind for reason in found}

    async def told(self, *kinds: str) -> None:
        async def look() -> bool:
            return await self.reasons() == set(kinds)

        await eventually(look, within=WITHIN, every=0.1)

    async def remove(self) -> int:
        return await Removing(self.pool, (counts,), DICTIONARY).once()


@dataclass(slots=True, repr=False)
class World:
    """Databases, a broker, and the listener between two lives of its source."""

    make: Callable[[], str]
    kafka: Kafka
    prefix: str
    hearer: Hearer
    database: str
    newest: Callable[[], Checkpoint | None] = lambda: None

    @asynccontextmanager
    async def source(self, database: str | None = None) -> AsyncIterator[Source]:
        """The source is up, on its database or on one that was restored."""
        key = auth.new_service_key("listener")
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(
                postgres.pool(database or self.database, role="all", size=6)
            )
            app = FastAPI()
            app.state.verifier = auth.Verifier(
                "sample", {key["kid"]: auth.trusted_key(auth.public_part(key))}
            )
            app.include_router(log_doors("sample", lambda _: pool))
            app.add_exception_handler(Problem, _problem)
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://sample",
                auth=auth.ServiceTokens(key, "listener").auth_for("sample"),
            )
            await stack.enter_async_context(client)
            store = EventStore(pool, counter.CODEC, service="sample")
            topic = f"{self.prefix}sample.events"
            if self.hearer.hears_kafka:
                await self.kafka.ensure_topic(topic)
            source = Source(store, HttpDoors("sample", client), self.kafka, topic, self.newest)
            self.hearer.source = source
            try:
                yield source
            finally:
                self.hearer.source = None

    def backup(self) -> str:
        """A copy of the source's database as it stands; nobody may be connected to it."""
        copy = self.make()
        server, _, name = copy.rpartition("/")
        live = self.database.rpartition("/")[2]
        psql(f"{server}/postgres", f"DROP DATABASE {name}")
        psql(f"{server}/postgres", f"CREATE DATABASE {name} TEMPLATE {live}")
        return copy


async def _problem(_: Any, error: Exception) -> Any:
    assert isinstance(error, Problem)
    return answer_to(error)


@asynccontextmanager
async def a_world(make: Callable[[], str], kafka: Kafka, prefix: str) -> AsyncIterator[World]:
    database, listening = make(), make()
    await postgres.migrate(database, MIGRATIONS)
    await postgres.migrate(listening, MIGRATIONS)
    async with postgres.pool(listening, role="all", size=6) as pool:
        await pool.execute(DDL)
        hearer = Hearer(pool, kafka, prefix)
        yield World(make, kafka, prefix, hearer, database)
