"""Real processes, killed or suspended at named places: the database is never in between."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import pytest

from services.chassis.event_store import EventStore
from tests.support.eventually import eventually
from tests.support.log_checks import check_log
from tests.support.saying import a_sealer, fill

ROOT = Path(__file__).parents[3]


async def started(url: str, deed: str, failpoint: str = "") -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.sealing_process", url, deed),
        cwd=ROOT,
        env={**os.environ, "FAILPOINT": failpoint},
        stdout=PIPE,
        stderr=DEVNULL,
    )


def is_suspended(process: Process) -> bool:
    state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "T"


async def said_by(process: Process) -> str:
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return output.decode()


async def test_a_sealer_suspended_past_its_lease_and_woken_seals_nothing_twice(
    migrated: str, store: EventStore
) -> None:
    """It sleeps with the batch written and the sealer's row locked, just before its commit."""
    stored = await fill(store)
    sleeper = await started(migrated, "seal", "sealed-before-commit:stop")
    await eventually(lambda: is_suspended(sleeper), within=60)
    successor = a_sealer(store)
    assert await successor.take_over(force=True) == 2
    assert await successor.seal_once() == stored
    closed = await store.pool.fetchval("SELECT closed_through FROM sealer")
    sleeper.send_signal(signal.SIGCONT)
    assert "cut off" in await said_by(sleeper)
    assert len(await check_log(store.pool)) == stored
    assert await store.pool.fetchval("SELECT closed_through FROM sealer") == closed


async def test_a_sealer_killed_before_its_commit_has_sealed_nothing(
    migrated: str, store: EventStore
) -> None:
    stored = await fill(store)
    victim = await started(migrated, "seal", "sealed-before-commit:kill")
    await said_by(victim)
    assert victim.returncode == -signal.SIGKILL
    assert await check_log(store.pool) == []
    successor = a_sealer(store)
    assert await successor.take_over(force=True) == 2
    assert await successor.seal_once() == stored
    await check_log(store.pool)


@pytest.mark.parametrize("point", ["after-insert", "before-commit"])
async def test_a_writer_killed_before_its_commit_has_written_nothing(
    migrated: str, store: EventStore, point: str
) -> None:
    victim = await started(migrated, "write", f"{point}:kill")
    await said_by(victim)
    assert victim.returncode == -signal.SIGKILL
    assert await store.pool.fetchval("SELECT count(*) FROM tail") == 0
    assert await fill(store, streams=1, each=3) == 3
    assert len(await store.load("counter-0")) == 3
