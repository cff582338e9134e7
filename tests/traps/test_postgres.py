"""What PostgreSQL does that a log on top of it must know: each shaped the tail, the sealer or a
service's settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from deploy.local.postgres import Postgres
from tests.support.eventually import eventually

STANDBYS = "synchronous_standby_names"
Connect = Callable[[], Awaitable[asyncpg.Connection]]


@asynccontextmanager
async def connecting(url: str) -> AsyncIterator[Connect]:
    opened: list[asyncpg.Connection] = []

    async def connect() -> asyncpg.Connection:
        opened.append(await asyncpg.connect(url))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.terminate()


@pytest.fixture
async def connect(database: str) -> AsyncIterator[Connect]:
    async with connecting(database) as connect:
        yield connect


@pytest.fixture
async def connect_alone(own_postgres: Postgres) -> AsyncIterator[Connect]:
    async with connecting(own_postgres.url()) as connect:
        yield connect


async def test_0_twenty_thousand_advisory_locks_exhaust_shared_memory(
    connect_alone: Connect,
) -> None:
    connection = await connect_alone()
    with pytest.raises(asyncpg.OutOfMemoryError, match="out of shared memory"):
        await connection.execute("SELECT pg_advisory_xact_lock(n) FROM generate_series(1, 20000) n")


async def test_1_a_reader_by_sequence_loses_what_commits_late(connect: Connect) -> None:
    early, late, reader = await connect(), await connect(), await connect()
    await reader.execute("CREATE TABLE said (pos bigint GENERATED ALWAYS AS IDENTITY, who text)")
    slow = early.transaction()
    await slow.start()
    await early.execute("INSERT INTO said (who) VALUES ('first')")
    await late.execute("INSERT INTO said (who) VALUES ('second')")
    read = await reader.fetch("SELECT pos, who FROM said ORDER BY pos")
    await slow.commit()
    read += await reader.fetch("SELECT pos, who FROM said WHERE pos > $1", read[-1]["pos"])
    assert [row["who"] for row in read] == ["second"]


async def test_1_waiting_for_the_oldest_transaction_does_not_cure_it(connect: Connect) -> None:
    """A position may be taken long before the transaction gets its number."""
    early, late, reader = await connect(), await connect(), await connect()
    await reader.execute("CREATE TABLE said (pos bigint, who text, xid xid8)")
    await reader.execute("CREATE SEQUENCE position")
    await reader.execute("SELECT nextval('position')")  # now and then one is logged, by a number
    put = "INSERT INTO said VALUES ($1, $2, pg_current_xact_id())"
    settled = (
        "SELECT pos, who FROM said WHERE pos > $1"
        " AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY pos"
    )
    slow = early.transaction()
    await slow.start()
    first = await early.fetchval("SELECT nextval('position')")
    await late.execute(put, await late.fetchval("SELECT nextval('position')"), "second")
    # The watermark is the cluster's (trap 3): other tests' transactions may hold it back a while.
    read = await eventually(lambda: reader.fetch(settled, 0), within=60)
    await early.execute(put, first, "first")
    await slow.commit()
    all_settled = "SELECT max(xid) < pg_snapshot_xmin(pg_current_snapshot()) FROM said"
    await eventually(lambda: reader.fetchval(all_settled), within=60)
    read += await reader.fetch(settled, read[-1]["pos"])
    assert [row["who"] for row in read] == ["second"]


async def test_2_a_paused_transaction_keeps_its_locks_unless_told_otherwise(
    connect: Connect,
) -> None:
    paused, other = await connect(), await connect()
    await other.execute("CREATE TABLE row (x int); INSERT INTO row VALUES (0)")
    await other.execute("SET lock_timeout = '150ms'")
    await paused.execute("BEGIN; UPDATE row SET x = 1")
    with pytest.raises(asyncpg.LockNotAvailableError):
        await other.execute("UPDATE row SET x = 2")
    await paused.execute("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
    await other.execute("SET lock_timeout = '5s'")
    await other.execute("UPDATE row SET x = 2")
    assert await other.fetchval("SELECT x FROM row") == 2


async def test_3_an_idle_writer_elsewhere_holds_back_the_watermark_here(
    databases: Callable[[], str],
) -> None:
    elsewhere, here = await asyncpg.connect(databases()), await asyncpg.connect(databases())
    try:
        idle = elsewhere.transaction()
        await idle.start()
        held = await elsewhere.fetchval("SELECT pg_current_xact_id()::text::bigint")
        await here.execute("SELECT pg_current_xact_id()")
        watermark = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        assert await here.fetchval(watermark) <= held
        await idle.rollback()
    finally:
        elsewhere.terminate()
        here.terminate()


async def test_4_a_custom_setting_is_an_empty_string_after_its_first_transaction(
    connect: Connect,
) -> None:
    connection = await connect()
    asked = "SELECT current_setting('app.reader', true)"
    assert await connection.fetchval(asked) is None
    async with connection.transaction():
        await connection.execute("SET LOCAL app.reader = 'somebody'")
    assert await connection.fetchval(asked) == ""


async def test_5_commits_that_notify_queue_behind_each_other(connect_alone: Connect) -> None:
    """A commit that waits for its flush (here: for a standby that never comes) lets every other
    commit with NOTIFY wait for it, and none without: this is what destroys group commit.
    """
    admin, first, second, third = [await connect_alone() for _ in range(4)]
    await first.execute("SET synchronous_commit = on")
    for session in (admin, second, third):
        await session.execute("SET synchronous_commit = local")

    async def waits_for(session: asyncpg.Connection, event: str) -> bool:
        asked = "SELECT wait_event FROM pg_stat_activity WHERE pid = $1"
        return bool(await admin.fetchval(asked, session.get_server_pid()) == event)

    await first.execute("CREATE TABLE said ()")
    await admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    await admin.execute("SELECT pg_reload_conf()")
    await eventually(lambda: admin.fetchval("SELECT current_setting($1) <> ''", STANDBYS))

    async def begun() -> asyncio.Task[str] | None:
        """Each session hears of the new setting in its own time; until the checkpointer has, a
        commit does not wait.
        """
        task = asyncio.create_task(first.execute("INSERT INTO said DEFAULT VALUES; NOTIFY news"))
        while not task.done():
            if await waits_for(first, "SyncRep"):
                return task
            await asyncio.sleep(0.02)
        return None

    flushing = await eventually(begun, within=60)
    assert flushing is not None
    queued = asyncio.create_task(second.execute("NOTIFY news"))
    await eventually(lambda: waits_for(second, "object"), within=60)
    await asyncio.wait_for(third.execute("INSERT INTO said DEFAULT VALUES"), timeout=60)
    assert not queued.done()
    await admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
    await admin.execute("SELECT pg_reload_conf()")
    await asyncio.wait_for(asyncio.gather(flushing, queued), timeout=60)
