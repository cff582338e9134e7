"""Who reads a log by position loses or disorders events; who empties the tail does not.

Cases A, B and C are controls: each must show its fault, or the schedules prove nothing about D.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest_asyncio

from services.chassis import postgres
from services.chassis.append_arguments import Append
from services.chassis.event_store import Conflict, EventStore
from services.chassis.sealing import Fenced, Sealer
from tests.support.counter import CODEC, SUBJECTS, Counted
from tests.support.eventually import eventually
from tests.support.log_checks import check_log
from tests.support.saying import a_sealer, an_append

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

INSERT = "INSERT INTO said (stream, version) VALUES ($1, $2)"


@dataclass
class Three:
    """Two writers and a reader."""

    one: asyncpg.Connection[asyncpg.Record]
    two: asyncpg.Connection[asyncpg.Record]
    reader: asyncpg.Connection[asyncpg.Record]


@pytest_asyncio.fixture
async def three(migrated: str) -> AsyncIterator[Three]:
    connections = [await asyncpg.connect(migrated) for _ in range(3)]
    await connections[0].execute(
        """
        CREATE TABLE said (
            pos     bigint GENERATED ALWAYS AS IDENTITY,
            xid     xid8 NOT NULL DEFAULT pg_current_xact_id(),
            stream  text,
            version integer
        )
        """
    )
    yield Three(*connections)
    for connection in connections:
        await connection.close()


async def heard_by_position(
    reader: asyncpg.Connection[asyncpg.Record], filtered: str, after: int
) -> list[asyncpg.Record]:
    return await reader.fetch(
        f"SELECT pos, stream, version FROM said WHERE pos > $1 {filtered} ORDER BY pos",
        after,
    )


async def nothing_is_under_way(reader: asyncpg.Connection[asyncpg.Record]) -> bool:
    """Is everything that was said here below the watermark?"""
    settled: bool = await reader.fetchval(
        "SELECT max(xid) < pg_snapshot_xmin(pg_current_snapshot()) FROM said"
    )
    return settled


async def test_case_a_a_reader_by_position_loses_what_commits_late(three: Three) -> None:
    late = three.one.transaction()
    await late.start()
    await three.one.execute(INSERT, "late", 1)
    await three.two.execute(INSERT, "early", 1)
    heard = await heard_by_position(three.reader, "", 0)
    await late.commit()
    heard += await heard_by_position(three.reader, "", heard[-1]["pos"])
    assert [row["stream"] for row in heard] == ["early"], "the control must lose the late one"


async def test_case_b_the_usual_filter_on_transactions_loses_it_too(three: Three) -> None:
    settled = "AND xid < pg_snapshot_xmin(pg_current_snapshot())"
    first, second = three.one.transaction(), three.two.transaction()
    await second.start()
    await three.two.execute("SELECT pg_current_xact_id()")
    await first.start()
    await three.one.execute(INSERT, "late", 1)
    await three.two.execute(INSERT, "early", 1)
    await second.commit()
    # The watermark is the cluster's: a transaction in another database may hold it back a while.
    heard = await eventually(lambda: heard_by_position(three.reader, settled, 0), within=60)
    await first.commit()
    await eventually(lambda: nothing_is_under_way(three.reader), within=60)
    heard += await heard_by_position(three.reader, settled, heard[-1]["pos"])
    assert [row["stream"] for row in heard] == ["early"], "the control must lose the late one"


async def test_case_c_a_cursor_of_transaction_and_position_turns_a_stream_round(
    three: Three,
) -> None:
    writer = three.two.transaction()
    await writer.start()
    await three.two.execute("SELECT pg_current_xact_id()")  # it wrote before it read the stream
    await three.one.execute(INSERT, "s", 1)
    assert await three.two.fetchval("SELECT max(version) FROM said WHERE stream = 's'") == 1
    await three.two.execute(INSERT, "s", 2)
    await writer.commit()
    await eventually(lambda: nothing_is_under_way(three.reader), within=60)
    heard = await three.reader.fetch(
        """
        SELECT version FROM said WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY xid, pos
        """
    )
    assert [row["version"] for row in heard] == [2, 1], "the control must turn them round"


# Case D: the same schedules, sealed


async def begin_early(connection: Connection) -> None:
    """Take a transaction id before anything is written."""
    await connection.execute("SELECT pg_current_xact_id()")


async def sealed_streams(store: EventStore) -> list[tuple[str, int]]:
    return [(row["stream"], row["version"]) for row in await check_log(store.pool)]


async def test_case_d_what_commits_late_is_sealed_later(store: EventStore) -> None:
    sealer = a_sealer(store)
    await sealer.take_over()
    async with store.transaction() as late:
        await store.append(
            [an_append("late", 0, [Counted(step="a", by=1)], UUID(int=1))], connection=late
        )
        await store.append([an_append("early", 0, [Counted(step="a", by=1)], UUID(int=2))])
        await sealer.seal_once()
        assert await sealed_streams(store) == [("early", 1)]
    await sealer.seal_once()
    assert await sealed_streams(store) == [("early", 1), ("late", 1)]


async def test_case_d_whoever_had_its_transaction_id_first(store: EventStore) -> None:
    sealer = a_sealer(store)
    await sealer.take_over()
    async with store.pool.acquire() as one, store.pool.acquire() as two:
        second = two.transaction()
        await second.start()
        await begin_early(two)
        first = one.transaction()
        await first.start()
        await store.append(
            [an_append("late", 0, [Counted(step="a", by=1)], UUID(int=1))], connection=one
        )
        await store.append(
            [an_append("early", 0, [Counted(step="a", by=1)], UUID(int=2))], connection=two
        )
        await second.commit()
        await sealer.seal_once()
        await first.commit()
    await sealer.seal_once()
    assert await sealed_streams(store) == [("early", 1), ("late", 1)]


async def test_case_d_a_stream_keeps_its_order(store: EventStore) -> None:
    sealer = a_sealer(store)
    await sealer.take_over()
    async with store.transaction() as writer:
        await begin_early(writer)
        await store.append([an_append("s", 0, [Counted(step="a", by=1)], UUID(int=1))])
        await store.append(
            [an_append("s", 1, [Counted(step="b", by=1)], UUID(int=1))], connection=writer
        )
        await sealer.seal_once()
    await sealer.seal_once()
    assert await sealed_streams(store) == [("s", 1), ("s", 2)]


# And all at once

SEED = 20250601
STREAMS = [f"s-{n}" for n in range(30)]


@dataclass
class Ledger:
    """What was acknowledged and what was taken back."""

    acknowledged: set[UUID] = field(default_factory=set)
    aborted: set[UUID] = field(default_factory=set)


class TakenBack(Exception):
    """A writer changes its mind."""


async def write_at_random(store: EventStore, ledger: Ledger, chance: random.Random) -> None:
    for _ in range(30):
        chosen = chance.sample(STREAMS, chance.choice([1, 1, 1, 2, 3]))
        versions = {stream: await store.head(stream) for stream in chosen}
        appends = [
            an_append(stream, version, [Counted(step="a", by=1)], chance.choice(SUBJECTS))
            for stream, version in versions.items()
        ]
        ids = {event_id for append in appends for event_id, _, _ in append.events}
        try:
            if chance.random() < 0.4:
                await store.append(appends)
            else:
                await write_slowly(store, appends, chance)
        except TakenBack:
            ledger.aborted |= ids
        except Conflict:
            continue
        else:
            ledger.acknowledged |= ids


async def write_slowly(store: EventStore, appends: list[Append], chance: random.Random) -> None:
    async with store.transaction() as connection:
        if chance.random() < 0.5:
            await begin_early(connection)
            await asyncio.sleep(chance.random() * 0.01)
        await store.append(appends, connection=connection)
        await asyncio.sleep(chance.random() * 0.01)
        if chance.random() < 0.2:
            raise TakenBack


async def seal_at_random(store: EventStore, chance: random.Random) -> None:
    sealer: Sealer = a_sealer(store, lease=timedelta(milliseconds=50))
    while True:
        try:
            if sealer.epoch is None or chance.random() < 0.05:
                await sealer.take_over(force=chance.random() < 0.3)
            elif chance.random() < 0.1:
                await sealer.tick()
            else:
                await sealer.seal_once(limit=chance.choice([1, 5, 200]))
        except Fenced:
            sealer.epoch = None
        await asyncio.sleep(chance.random() * 0.01)


async def test_twenty_writers_and_three_sealers_lose_nothing(migrated: str) -> None:
    """Early transaction ids, pauses, aborts, sealers that fight: everything once and in order."""
    chance, ledger = random.Random(SEED), Ledger()
    async with postgres.pool(migrated, role="all", size=30) as pool:
        store = EventStore(pool, CODEC, service="sample")
        sealers = [
            asyncio.create_task(seal_at_random(store, random.Random(chance.random())))
            for _ in range(3)
        ]
        await asyncio.gather(
            *(write_at_random(store, ledger, random.Random(chance.random())) for _ in range(20))
        )
        for task in sealers:
            task.cancel()
        outcomes = await asyncio.gather(*sealers, return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes), outcomes
        last = a_sealer(store)
        await last.take_over(force=True)
        while await last.seal_once():
            pass
        rows = await check_log(pool)
    assert {row["event_id"] for row in rows} == ledger.acknowledged, f"seed {SEED}"
    assert len(rows) == len(ledger.acknowledged) > 300
    assert len(ledger.aborted) > 10
