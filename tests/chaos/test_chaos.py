"""Kills, pauses, outages and poison for two services at work; then every invariant is examined.

CHAOS_SEED replays a schedule, CHAOS_CYCLES makes it longer. The seed decides what is done in which
order; the moment at which a process dies is the machine's.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.chassis.cloudevents import topic_of
from tests.chaos.checks import Report, Scene, examined
from tests.chaos.faults import Run, schedule
from tests.chaos.ground import PATIENCE, SERVICES, Ground, grounded, until
from tests.chaos.ledger import Ledger
from tests.chaos.traffic import Traffic
from tests.chaos.world import PARTITIONS

pytestmark = [pytest.mark.xdist_group("chaos"), pytest.mark.slow]

CYCLES = int(os.environ.get("CHAOS_CYCLES") or 30)
SEED = int(os.environ.get("CHAOS_SEED") or time.time_ns() % 1_000_000)
LAG_BACK_TO_ZERO_WITHIN = 60.0
MOST_MIB = 400.0
THINGS = [UUID(int=n) for n in range(1, 25)]


@dataclass(frozen=True, slots=True)
class History:
    """What was done, written down as it happens."""

    path: Path

    def append(self, line: str) -> None:
        with self.path.open("a") as file:
            file.write(line + "\n")


async def test_nothing_is_lost_doubled_or_disordered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(SEED)
    told = History(tmp_path / "history.txt")
    told.append(f"chaos: seed {SEED}, {CYCLES} cycles")
    began = time.monotonic()
    try:
        async with grounded(tmp_path) as ground:
            report = await _lived_through(ground, rng, told)
            told.append(str(report))
            assert not report.broken, f"seed {SEED}: broken {sorted(report.broken)}"
            told.append(f"verdict: holds, after {time.monotonic() - began:.0f} s")
    except BaseException:
        told.append(f"verdict: BROKEN; CHAOS_SEED={SEED} replays the schedule; logs in {tmp_path}")
        raise
    finally:
        with capsys.disabled():
            print("", told.path.read_text())


async def _lived_through(ground: Ground, rng: random.Random, told: History) -> Report:
    traffic = Traffic(ground, Ledger(ground.folder / "ledger"), THINGS, rng)
    keeping = asyncio.create_task(ground.keep_up())
    working = asyncio.create_task(traffic.run())
    try:
        await until(lambda: len(traffic.ledger.lines) > 20, "the first commands are acknowledged")
        for nth, fault in enumerate(schedule(rng, CYCLES), start=1):
            began = time.monotonic()
            what = await fault(Run(ground, traffic, rng))
            took = time.monotonic() - began
            told.append(f"{nth:3} {took:5.1f} s  {fault.__name__}: {what}")
            await asyncio.sleep(rng.random())
            _still(keeping, working)
        traffic.ended.set()
        await asyncio.wait_for(working, PATIENCE)
        return await _looked_at(ground, traffic, told)
    finally:
        for task in (working, keeping):
            task.cancel()
        await asyncio.gather(working, keeping, return_exceptions=True)


def _still(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        if task.done():
            task.result()


# At rest


async def _looked_at(ground: Ground, traffic: Traffic, told: History) -> Report:
    ground.unlucky = False
    ground.children["listener", "consumer"].kill()
    async with _pools(ground) as (source, listener):
        scene = Scene(source, listener, traffic.ledger.read())
        lag = await _rest(scene)
        parked_then = await _cursors(scene)
        for service in SERVICES:
            code, said = await ground.command(service, "release")
            told.append(f"release {service}: {code} {said.splitlines()}")
        scene = replace(
            scene,
            parked_then=parked_then,
            answers=await traffic.compared(),
            topic=await _published(ground, scene),
            rebuilt=await _rebuilt(ground, scene),
        )
        mib = max(child.resident_mib() for child in ground.children.values() if child.running)
        told.append(
            f"{len(scene.ledger)} acknowledged, {traffic.again} asked again,"
            f" {len(traffic.answers)} answers kept, {len(ground.deaths)} processes died,"
            f" lag was zero after {lag:.1f} s, at most {mib:.0f} MiB each"
        )
        report = await examined(scene)
    at_rest = [f"lag was zero after {lag:.0f} s"] if lag > LAG_BACK_TO_ZERO_WITHIN else []
    at_rest += [f"a process holds {mib:.0f} MiB"] if mib > MOST_MIB else []
    return Report({**report.found, 13: at_rest})


@asynccontextmanager
async def _pools(
    ground: Ground,
) -> AsyncIterator[tuple[asyncpg.Pool[asyncpg.Record], asyncpg.Pool[asyncpg.Record]]]:
    async with (
        asyncpg.create_pool(ground.postgres.url("source"), min_size=1, max_size=2) as source,
        asyncpg.create_pool(ground.postgres.url("listener"), min_size=1, max_size=2) as listener,
    ):
        yield source, listener


async def _rest(scene: Scene) -> float:
    """Until nobody has anything left to do; how long that took. A loop that never ends is told."""
    began = time.monotonic()
    while behind := await _behind(scene):
        if time.monotonic() - began > PATIENCE:
            break
        await asyncio.sleep(0.2)
    return time.monotonic() - began if not behind else PATIENCE


async def _behind(scene: Scene) -> int:
    """How many steps are left: sealing, hearing, projecting, reacting, on either side."""
    left = 0
    for pool, other in ((scene.source, scene.listener), (scene.listener, scene.source)):
        left += await pool.fetchval("SELECT count(*) FROM tail")
        seq = await pool.fetchval("SELECT seq FROM sealer")
        said = await pool.fetchval("SELECT psn_heads FROM sealer")
        left += sum(said) - await other.fetchval("SELECT count(*) FROM inbox")
        left += sum(said) - await pool.fetchval("SELECT sum(psn)::bigint FROM relay_cursor")
        for row in await pool.fetch("SELECT projection, psn FROM projection_cursor"):
            left += seq - row["psn"] if row["projection"] == "tally" else -row["psn"]
        tables = await pool.fetchval(
            "SELECT count(DISTINCT projection) FROM projection_cursor WHERE projection <> 'tally'"
        )
        left += tables * await pool.fetchval("SELECT count(*) FROM inbox")
    reacted = await scene.listener.fetchval("SELECT sum(psn)::bigint FROM reaction_cursor")
    heard = await scene.listener.fetchval("SELECT count(*) FROM inbox")
    return int(left + heard - (reacted or 0))


async def _cursors(scene: Scene) -> list[tuple[str, int, int]]:
    rows = await scene.listener.fetch(
        "SELECT projection || '/' || partition, psn, partition FROM projection_cursor"
    )
    heads = await scene.source.fetchval("SELECT psn_heads FROM sealer")
    return [(place, psn, heads[partition]) for place, psn, partition in rows]


async def _rebuilt(ground: Ground, scene: Scene) -> dict[str, tuple[list[Any], list[Any]]]:
    found = {}
    pools = {"source": scene.source, "listener": scene.listener}
    for service, table in (("listener", "chains"), ("listener", "marks"), ("source", "tally")):
        live = await _rows(pools[service], table)
        code, said = await ground.command(service, f"rebuild {table}")
        assert code == 0, said
        found[table] = live, await _rows(pools[service], table)
    return found


async def _rows(pool: asyncpg.Pool[asyncpg.Record], table: str) -> list[Any]:
    return sorted(tuple(row) for row in await pool.fetch(f"SELECT * FROM {table}"))


async def _published(ground: Ground, scene: Scene) -> dict[int, dict[int, bytes]] | None:
    """Everything on the source's topic; the broker in memory may have lost it, Kafka may not."""
    if ground.broker.kind == "memory":
        return None
    topic = topic_of("source", ground.prefix)
    consumer = AIOKafkaConsumer(bootstrap_servers=ground.broker.bootstrap)
    await consumer.start()
    found: dict[int, dict[int, bytes]] = {number: {} for number in range(PARTITIONS)}
    try:
        places = [TopicPartition(topic, number) for number in found]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    psn = dict(record.headers).get("ce_psn") or b""
                    if psn.isdigit() and record.value is not None:
                        found[place.partition].setdefault(int(psn), record.value)
    finally:
        await consumer.stop()
    return found
