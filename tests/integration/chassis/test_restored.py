"""A service restored from yesterday's backup, between a real broker and a listener that knows more.

Two cases: nothing of its own was lost, and something was. The control skips the check and shows
what would become of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from services.chassis.checkpoint import Checkpoint
from services.chassis.generations import fork_of, lives_of
from services.chassis.in_doubt import HistoryInDoubt, doubts_of
from services.chassis.kafka import Kafka
from services.chassis.reconciling import reconcile
from services.chassis.restoring import NoSuchGeneration, withdraw
from services.chassis.sealing_gate import GateClosed, InDoubt
from services.chassis.tree import root_at
from tests.integration.chassis.restored_world import WITHIN, Source, World, a_world
from tests.support.counter import DAY
from tests.support.eventually import eventually
from tests.support.log_checks import check_log
from tests.support.saying import PARTITIONS
from tests.support.servers import SharedBroker


@pytest_asyncio.fixture
async def world(
    databases: Callable[[], str], broker: SharedBroker, topic_prefix: str
) -> AsyncIterator[World]:
    kafka = Kafka(broker.bootstrap, broker.kind, PARTITIONS)  # type: ignore[arg-type]
    async with a_world(databases, kafka, topic_prefix) as made, made.hearer.up():
        yield made


@pytest_asyncio.fixture
async def quiet(databases: Callable[[], str]) -> AsyncIterator[World]:
    """Without a broker: everything is fetched at the doors."""
    async with a_world(databases, Kafka("127.0.0.1:1", "memory", PARTITIONS), "q.") as made:
        made.hearer.hears_kafka = False
        async with made.hearer.up():
            yield made


async def in_doubt(source: Source) -> list[dict[str, Any]]:
    """The sealer refuses, once the listener has said what it holds."""
    await source.sealer.take_over(force=True)
    with pytest.raises(InDoubt):
        await source.seal()
    return await doubts_of(source.store.pool)


async def closed_through(source: Source) -> Any:
    return await source.store.pool.fetchval("SELECT closed_through FROM sealer")


async def test_nothing_of_its_own_was_lost_and_it_goes_on_by_itself(world: World) -> None:
    async with world.source() as source:
        await source.say(1, 2, 3)
        await world.hearer.values(1, 2, 3)
    yesterday = world.backup()
    async with world.source() as source:
        await source.seal()
        await source.sealer.tick()
        announced = await closed_through(source)

        async def heard() -> bool:
            found = await world.hearer.pool.fetchval("SELECT max(closed_through) FROM source_heads")
            return bool(found >= announced)

        await eventually(heard, within=WITHIN)
    async with world.source(yesterday) as source:
        await source.say(4)
        assert await world.hearer.values(1, 2, 3, 4) == [1, 2, 3, 4]
        rows = await check_log(source.store.pool)
        assert {row["generation"] for row in rows} == {1}
        assert rows[-1]["recorded_at"] > announced, "time goes on after every announcement"
        assert not (await source.restored())["restored"]
    assert (await reconciled(world, yesterday))["whole"]


async def reconciled(world: World, database: str) -> dict[str, Any]:
    async with world.source(database):
        return await reconcile(world.hearer.pool, {"sample": world.hearer})


async def test_something_was_lost(world: World) -> None:
    hearer = world.hearer
    async with world.source() as source:
        await source.say(1, 2)
        await source.count(3)  # not sealed when the backup is made: it will be said again
    yesterday = world.backup()
    async with world.source() as source:
        await source.seal()
        await source.say(4, 5)
        await hearer.values(1, 2, 3, 4, 5)
        known_at = (await check_log(source.store.pool))[-1]["recorded_at"]
        before = await hearer.as_of(known_at)
        announced = await closed_through(source)
    async with world.source(yesterday) as source:
        assert (await in_doubt(source))[0]["what"] == "ahead"
        with pytest.raises(HistoryInDoubt):
            await source.count(6)
        await hearer.told("in_doubt")
        done = await source.restored()
        assert (done["generation"], done["ended"]["generation"]) == (2, 1)
        assert (await source.restored())["restored"] is False
        await source.say(7)
        assert await hearer.values(1, 2, 3, 4, 5, 7) == [1, 2, 3, 4, 5, 7]
        await hearer.told("unconfirmed")  # 4 and 5; 3 has been said again, and counts once
        assert await hearer.as_of(known_at) == before
        rows = await check_log(source.store.pool)
        assert [row["generation"] for row in rows] == [1, 1, 2, 2, 2]
        assert rows[2]["recorded_at"] > announced
        assert await fork_of(source.store.pool, 2) == 2
        report = await reconcile(hearer.pool, {"sample": hearer})
        states = [one["state"] for one in report["sources"][0]["lost"]]
        assert states == ["confirmed", "unconfirmed", "unconfirmed"]
        assert not report["whole"]
        await let_go(world, source)
        assert await hearer.values(1, 2, 3, 7) == [1, 2, 3, 7]
        assert (await reconcile(hearer.pool, {"sample": hearer}))["whole"]


async def let_go(world: World, source: Source) -> None:
    """The operator says that the rest is not coming back."""
    with pytest.raises(NoSuchGeneration):
        await withdraw(source.store, 2, [], "demo", DAY)
    assert (await withdraw(source.store, 1, [], "demo", DAY))["withdrawn"]
    await source.seal()
    assert not (await withdraw(source.store, 1, [], "demo", DAY))["withdrawn"]

    async def noted() -> bool:
        return bool(
            await world.hearer.pool.fetchval(
                "SELECT count(*) = 2 FROM unconfirmed WHERE withdrawn_at IS NOT NULL"
            )
        )

    await eventually(noted, within=WITHIN)
    assert await world.hearer.reasons() == {"unconfirmed"}
    assert await world.hearer.remove() == 2
    assert await world.hearer.reasons() == set()


async def test_the_control_without_the_check_loses_what_was_acknowledged(quiet: World) -> None:
    """The same story, sealed unchecked: the listener and the source part for good."""
    async with quiet.source() as source:
        await source.count(1, 2)
        await source.seal()
    yesterday = quiet.backup()
    async with quiet.source() as source:
        await source.count(3, 4)
        await source.seal()
        await quiet.hearer.values(1, 2, 3, 4)
    async with quiet.source(yesterday) as source:
        await source.count(5)
        assert await source.seal_unchecked() == 1, "nobody stops it"
        said = await source.store.pool.fetchval("SELECT max(psn) FROM log")
        held = await quiet.hearer.pool.fetchrow(
            "SELECT event_id FROM inbox WHERE psn = $1 AND partition = 0", said
        )
        own = await source.store.pool.fetchval("SELECT event_id FROM log WHERE psn = $1", said)
        assert held is None or held["event_id"] != own
        assert 5 not in await quiet.hearer.now(), "acknowledged, sealed, and never reflected"
        report = await reconcile(quiet.hearer.pool, {"sample": quiet.hearer})
        assert report["sources"][0]["different"], "one position, two records"


async def test_an_incident_stops_the_source_until_restored(quiet: World) -> None:
    """Somebody sealed unchecked all the same: the listener's next look tells the source."""
    async with quiet.source() as source:
        await source.count(1, 2)
        await source.seal()
    yesterday = quiet.backup()
    async with quiet.source() as source:
        await source.count(3)
        await source.seal()
        await quiet.hearer.values(1, 2, 3)
    quiet.hearer.source = None
    async with quiet.source(yesterday) as source:
        quiet.hearer.source = None  # nobody looks while it goes wrong
        await source.count(5)
        await source.seal_unchecked()
        quiet.hearer.source = source

        async def told() -> bool:
            """The listener looks further back once it knows of the doubt."""
            return any(one.get("agreed") == 2 for one in await doubts_of(source.store.pool))

        await eventually(told, within=WITHIN)
        (against, *_) = await doubts_of(source.store.pool)
        assert (against["who"], against["what"]) == ("listener:listener", "different")
        with pytest.raises(HistoryInDoubt):
            await source.count(6)
        await source.sealer.take_over(force=True)
        with pytest.raises(InDoubt):
            await source.seal()
        done = await source.restored()
        assert (done["generation"], done["said_again"]) == (2, 1)
        assert sum(done["ended"]["heads"]) == 2, "the last place on which both agree"
        await source.count(7)
        await source.seal()
        assert await quiet.hearer.values(1, 2, 3, 5, 7) == [1, 2, 3, 5, 7]
        await quiet.hearer.told("unconfirmed")
        rows = await check_log(source.store.pool)
        assert [row["type"] for row in rows][-3:] == [
            "generation.opened", "record.restated", "counted",
        ]  # fmt: skip
        assert rows[-2]["event_id"] == rows[-4]["event_id"]
        assert rows[-2]["said_body"] == rows[-4]["said_body"]


async def test_a_checkpoint_outside_is_enough_to_notice(quiet: World) -> None:
    """No listener has heard of the loss, nothing was said about it: the place outside knows."""
    kept: list[Checkpoint] = []
    quiet.newest = lambda: kept[-1] if kept else None
    quiet.hearer.source = None
    async with quiet.source() as source:
        await source.count(1)
        await source.seal_unchecked()
    yesterday = quiet.backup()
    async with quiet.source() as source:
        await source.count(2)
        await source.seal_unchecked()
        kept.append(await checkpoint_of(source))
    async with quiet.source(yesterday) as source:
        source.sealer._gate.expected = ()  # type: ignore[union-attr]
        against = await in_doubt(source)
        assert against[0] == {"who": "checkpoint", "what": "ahead", "generation": 1, "size": 2}
        await source.restored()
        lives = await lives_of(source.store.pool)
        (lost,) = [one for one in lives.abandoned if one.root is not None]
        assert (lost.size, lost.root) == (2, kept[0].root.hex())
        await source.count(3)
        assert await source.seal() == 1, "the abandoned checkpoint is known now"
        kept.append(await checkpoint_of(source))
        await source.sealer.take_over(force=True)
        await source.count(4)
        assert await source.seal() == 1
    async with quiet.source(quiet.database) as source:
        # The old database comes back by mistake: somebody opened a generation without it.
        assert (await in_doubt(source))[0]["generation"] == 2


async def checkpoint_of(source: Source) -> Checkpoint:
    pool = source.store.pool
    (row,) = await pool.fetch("SELECT generation, seq, closed_through FROM sealer")
    return Checkpoint(
        origin="test/sample",
        size=row["seq"],
        root=await root_at(pool, row["seq"]),
        generation=row["generation"],
        closed_through=row["closed_through"],
    )


async def test_dying_in_the_middle_of_restored_changes_nothing(
    quiet: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with quiet.source() as source:
        await source.count(1)
        await source.seal()
    yesterday = quiet.backup()
    async with quiet.source() as source:
        await source.count(2)
        await source.seal()
        await quiet.hearer.values(1, 2)
    async with quiet.source(yesterday) as source:
        doubts = await in_doubt(source)
        await source.store.pool.execute(
            "ALTER TABLE relay_cursor ADD CONSTRAINT dies CHECK (generation < 2) NOT VALID"
        )
        with pytest.raises(asyncpg.CheckViolationError):
            await source.restored()
        assert await doubts_of(source.store.pool) == doubts
        with pytest.raises(HistoryInDoubt):
            await source.count(3)
        await source.store.pool.execute("ALTER TABLE relay_cursor DROP CONSTRAINT dies")
        assert (await source.restored())["restored"]
        await source.count(3)
        await source.seal()
        assert await quiet.hearer.values(1, 2, 3) == [1, 2, 3]


async def test_another_database_under_a_living_sealer_closes_the_gate(quiet: World) -> None:
    """Same epoch, same name, other life: what was passed before does not count."""
    async with quiet.source() as source:
        await source.count(1)
        await source.seal()
        await source.store.pool.execute(
            "CREATE TABLE copy (LIKE sealer INCLUDING ALL);"
            "INSERT INTO copy SELECT * FROM sealer;"
            "ALTER TABLE sealer RENAME TO gone; ALTER TABLE copy RENAME TO sealer"
        )
        await source.count(2)
        sealer, gate = source.sealer, source.sealer._gate
        assert gate is not None
        quiet.hearer.source = None
        gate.wait_seconds = 0.1
        with pytest.raises(GateClosed):
            await sealer.seal_once()
