"""The sealer: everything once, in order, and never a time closed twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from services.chassis import failpoints, postgres
from services.chassis.event_store import EventStore
from services.chassis.events import About
from services.chassis.mapping import MappingFailed
from services.chassis.sealing import ClockJumped, Fenced, PartitionsChanged, Sealer
from tests.support.counter import SUBJECTS, Counted, Event, Hidden
from tests.support.eventually import eventually
from tests.support.log_checks import check_log
from tests.support.saying import CountedV1, a_sealer, an_append, fill, to_contract

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


@asynccontextmanager
async def running(sealer: Sealer) -> AsyncIterator[None]:
    task = asyncio.create_task(sealer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def closed_through(pool: Pool) -> Any:
    return await pool.fetchval("SELECT closed_through FROM sealer")


async def test_what_is_sealed_is_dense_and_said_in_final_bytes(store: EventStore) -> None:
    stored = await fill(store)
    sealer = a_sealer(store)
    assert await sealer.take_over() == 1
    assert await sealer.seal_once() == stored
    rows = await check_log(store.pool)
    assert [row["seq"] for row in rows] == list(range(1, stored + 1))
    said = [row for row in rows if row["said_type"]]
    assert len(said) == 9
    assert said[0]["said_body"] == (
        b'{"by":1,"counter_id":"00000000-0000-0000-0000-000000000001","step":"0"}'
    )
    assert (said[0]["said_type"], said[0]["said_schema"]) == ("sample.counted.v1", 1)
    assert await store.pool.fetchval("SELECT count(*) FROM tail") == 0
    assert await sealer.seal_once() == 0


async def test_a_stream_reads_the_same_before_during_and_after_sealing(store: EventStore) -> None:
    await fill(store, streams=1, each=4)
    before = await store.load("counter-0")
    sealer = a_sealer(store)
    await sealer.take_over()
    for _ in range(4):
        assert await sealer.seal_once(limit=1) == 1
        assert await store.load("counter-0") == before
    assert [recorded.about.version for recorded in before] == [1, 2, 3, 4]


async def test_an_idle_sealer_closes_time_and_never_the_same_time_twice(store: EventStore) -> None:
    sealer = a_sealer(store)
    await sealer.take_over()
    closed = []
    for _ in range(3):
        await sealer.tick()
        closed.append(await closed_through(store.pool))
    await fill(store)
    await sealer.seal_once()
    rows = await check_log(store.pool)
    assert closed == sorted(set(closed))
    assert min(row["recorded_at"] for row in rows) > closed[-1]
    assert await closed_through(store.pool) == rows[-1]["recorded_at"]


async def test_a_clock_that_goes_back_neither_reopens_nor_repeats_a_time(
    store: EventStore,
) -> None:
    sealer = a_sealer(store)
    await sealer.take_over()
    ahead = await store.pool.fetchval(
        "UPDATE sealer SET closed_through = now() + interval '1 hour' RETURNING closed_through"
    )
    await fill(store, streams=1, each=1, hidden=False)
    await sealer.seal_once()
    await sealer.tick()
    [row] = await check_log(store.pool)
    assert row["recorded_at"] == ahead + timedelta(microseconds=1)
    assert await closed_through(store.pool) == ahead + timedelta(microseconds=2)


async def test_a_clock_that_jumps_forward_stops_sealing_until_it_is_mended(
    store: EventStore,
) -> None:
    slow = 0.0
    sealer = a_sealer(store, steady=lambda: time.monotonic() - slow)
    await sealer.take_over()
    await sealer.tick()
    stored = await fill(store)
    before = await closed_through(store.pool)
    slow = 3600.0  # seen from steady time, the database's clock has gone an hour ahead
    with pytest.raises(ClockJumped):
        await sealer.seal_once()
    with pytest.raises(ClockJumped):
        await sealer.tick()
    assert await closed_through(store.pool) == before
    assert await check_log(store.pool) == []
    slow = 0.0
    assert await sealer.seal_once() == stored


async def test_a_clock_jump_seen_while_waiting_stops_the_take_over(store: EventStore) -> None:
    slow = 0.0
    first, waiting = a_sealer(store), a_sealer(store, steady=lambda: time.monotonic() - slow)
    await first.take_over()
    assert await waiting.take_over() is None
    slow = 3600.0
    with pytest.raises(ClockJumped):
        await waiting.take_over(force=True)


async def test_one_sealer_at_a_time_and_the_next_waits_for_the_lease(store: EventStore) -> None:
    first, second = a_sealer(store), a_sealer(store, lease=timedelta(milliseconds=200))
    assert await first.take_over() == 1
    assert await second.take_over() is None
    await asyncio.sleep(0.25)
    assert await second.take_over() == 2
    await second.let_go()
    assert await first.take_over() == 3


async def test_a_sealer_woken_after_its_lease_has_done_nothing(store: EventStore) -> None:
    zombie, successor = a_sealer(store), a_sealer(store)
    await zombie.take_over()
    stored = await fill(store)
    await successor.take_over(force=True)
    closed = await closed_through(store.pool)
    with pytest.raises(Fenced):
        await zombie.seal_once()
    with pytest.raises(Fenced):
        await zombie.tick()
    assert await closed_through(store.pool) == closed
    assert await successor.seal_once() == stored
    await check_log(store.pool)


async def test_a_sealer_paused_in_the_middle_of_a_batch_is_cut_off_and_undone(
    migrated: str, store: EventStore
) -> None:
    """It stands still with the sealer's row locked and the batch written; the server ends its
    session, the successor seals the same events, and the sleeper's commit fails."""
    stored = await fill(store)
    sleeper: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        migrated,
        server_settings={
            **postgres.limits("publisher"),
            "idle_in_transaction_session_timeout": "300ms",
        },
    )
    first, successor = a_sealer(store), a_sealer(store)
    epoch = await first.take_over()
    transaction = sleeper.transaction()
    await transaction.start()
    await sleeper.execute("UPDATE sealer SET renewed_at = now() WHERE epoch = $1", epoch)
    await sleeper.execute("DELETE FROM tail")
    assert await successor.take_over(force=True) == 2  # waited for the server to end the session
    assert await successor.seal_once() == stored
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await transaction.commit()
    await check_log(store.pool)
    await sleeper.close()


async def test_a_death_before_the_commit_seals_nothing(store: EventStore) -> None:
    stored = await fill(store)
    sealer = a_sealer(store)
    await sealer.take_over()
    closed = await closed_through(store.pool)
    failpoints.arm("sealed-before-commit:raise")
    try:
        with pytest.raises(failpoints.Reached):
            await sealer.seal_once()
    finally:
        failpoints.arm("")
    assert await check_log(store.pool) == []
    assert await closed_through(store.pool) == closed
    assert await sealer.seal_once() == stored
    await check_log(store.pool)


async def test_a_late_commit_is_sealed_later_and_nothing_is_lost(store: EventStore) -> None:
    sealer = a_sealer(store)
    await sealer.take_over()
    async with store.transaction() as slow:
        early = an_append("early", 0, [Counted(step="a", by=1)], SUBJECTS[0])
        await store.append([early], connection=slow)  # the smaller pos, committed last
        await fill(store, streams=1)
        assert await sealer.seal_once() == 4
    assert await sealer.seal_once() == 1
    rows = await check_log(store.pool)
    assert rows[-1]["stream"] == "early"


def refuse_hidden(event: Event, about: About) -> CountedV1 | None:
    if isinstance(event, Hidden):
        raise KeyError("not mapped")
    return to_contract(event, about)


async def test_an_event_that_cannot_be_mapped_stops_sealing_and_not_the_doors(
    store: EventStore,
) -> None:
    first = await fill(store)
    broken = a_sealer(store, to_contract=refuse_hidden)
    await broken.take_over()
    with pytest.raises(MappingFailed, match=r"hidden .*: KeyError"):
        await broken.seal_once()
    assert await check_log(store.pool) == []
    second = await fill(store)  # doors go on
    mended = a_sealer(store)
    await mended.take_over(force=True)
    assert await mended.seal_once() == first + second
    await check_log(store.pool)


async def test_a_running_sealer_raises_the_alarm_and_goes_on_when_it_is_mended(
    store: EventStore,
) -> None:
    broken = True

    def mapping(event: Event, about: About) -> CountedV1 | None:
        return refuse_hidden(event, about) if broken else to_contract(event, about)

    stored = await fill(store)
    sealer = a_sealer(store, to_contract=mapping, retry_seconds=0.05)
    async with running(sealer):
        await eventually(lambda: sealer.stopped == "MappingFailed", within=5)
        broken = False
        await eventually(lambda: sealer.stopped is None, within=5)

        async def sealed() -> bool:
            return len(await check_log(store.pool)) == stored

        await eventually(sealed, within=5)


async def test_a_running_sealer_survives_its_connections(store: EventStore) -> None:
    sealer = a_sealer(store, retry_seconds=0.1)
    async with running(sealer):
        for _ in range(3):
            await store.pool.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                """
            )
            await asyncio.sleep(0.05)

        async def filled() -> bool:
            try:
                await fill(store)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                return False
            return True

        await eventually(filled, within=5)

        async def sealed() -> bool:
            return len(await check_log(store.pool)) == 12

        await eventually(sealed, within=5)


async def test_a_contract_that_names_another_subject_is_not_said(store: EventStore) -> None:
    def astray(event: Event, about: About) -> CountedV1 | None:
        return CountedV1(counter_id=SUBJECTS[9], step="a", by=1)

    await fill(store, streams=1)
    sealer = a_sealer(store, to_contract=astray)
    await sealer.take_over()
    with pytest.raises(MappingFailed):
        await sealer.seal_once()


async def test_the_number_of_partitions_never_changes(store: EventStore) -> None:
    await a_sealer(store).take_over()
    with pytest.raises(PartitionsChanged):
        await a_sealer(store, partitions=8).take_over(force=True)
    assert await store.pool.fetchval("SELECT epoch FROM sealer") == 1


async def test_a_tail_that_was_emptied_leaves_nothing_to_wade_through(store: EventStore) -> None:
    await fill(store, streams=50)
    sealer = a_sealer(store)
    await sealer.take_over()
    await sealer.seal_once()
    assert await store.pool.fetchval("SELECT pg_relation_size('tail')") > 0

    async def swept() -> bool:
        await sealer.tidy()  # which passes by when the server is sweeping there itself
        size: int = await store.pool.fetchval("SELECT pg_relation_size('tail')")
        return size == 0

    await eventually(swept)


async def test_the_log_is_insert_only(store: EventStore) -> None:
    await fill(store)
    sealer = a_sealer(store)
    await sealer.take_over()
    await sealer.seal_once()
    for statement in ("UPDATE log SET agency = 'x'", "DELETE FROM log", "TRUNCATE log"):
        with pytest.raises(asyncpg.RaiseError, match="insert-only"):
            await store.pool.execute(statement)


async def test_the_next_part_of_the_log_is_there_before_it_is_needed(store: EventStore) -> None:
    sealer = a_sealer(store)
    await sealer.take_over()
    await store.pool.execute("UPDATE sealer SET seq = 4999998")
    await fill(store)
    await sealer.seal_once()
    parts = await store.pool.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'log'::regclass"
    )
    assert {part[0] for part in parts} == {"log_0", "log_1", "log_2"}
    assert await store.pool.fetchval("SELECT count(*) FROM log_1") > 0
    assert len(await store.load("counter-0")) == 4


@pytest.mark.parametrize(
    "fault",
    [
        "DELETE FROM log WHERE seq = 5",
        "UPDATE log SET agency = 'other' WHERE seq = 5",
        "UPDATE log SET said_body = '{}' WHERE seq = 5",
        "UPDATE log SET version = version + 1 WHERE seq = 5",
        "UPDATE log SET recorded_at = recorded_at - interval '1 second' WHERE seq = 5",
        "UPDATE log SET psn = psn + 1 WHERE psn = 2",
    ],
)
async def test_the_checks_of_the_log_can_fail(store: EventStore, fault: str) -> None:
    await fill(store)
    sealer = a_sealer(store)
    await sealer.take_over()
    await sealer.seal_once()
    await check_log(store.pool)
    await store.pool.execute("ALTER TABLE log DISABLE TRIGGER log_is_insert_only")
    await store.pool.execute(fault)
    with pytest.raises(AssertionError):
        await check_log(store.pool)
