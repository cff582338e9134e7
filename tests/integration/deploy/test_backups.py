"""One service is set back to a moment with PostgreSQL's own tools while another works."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy.local import postgres as local
from deploy.local.backups import Backups
from deploy.local.children import Sorry, free_port
from deploy.local.postgres import FORGETFUL, Postgres, psql
from deploy.local.restore import moment_of
from services.chassis import postgres
from services.chassis.checkpoint import Checkpoint
from services.chassis.event_store import EventStore
from services.chassis.in_doubt import HistoryInDoubt
from services.chassis.mapping import Mapping
from services.chassis.restoring import restored
from services.chassis.sealing import Sealer
from services.chassis.sealing_gate import GateClosed, InDoubt, SealingGate
from services.chassis.tree import root_at
from tests.support import counter
from tests.support.eventually import eventually
from tests.support.log_checks import check_log
from tests.support.saying import PARTITIONS, a_sealer, fill, to_contract

MIGRATIONS = Path(postgres.__file__).parent / "migrations"


@pytest.fixture
def backups(tmp_path: Path) -> Iterator[Backups]:
    made = Backups(tmp_path / "backups")
    yield made
    local.forget(made.folder)


@pytest.fixture
def server(tmp_path: Path, backups: Backups) -> Iterator[Postgres]:
    settings = {**FORGETFUL, **backups.settings(), "full_page_writes": "on"}
    running = Postgres(tmp_path / "data", free_port(), tmp_path / "postgres.log", settings=settings)
    running.start(within=120)
    yield running
    running.stop()
    local.forget(running.folder)


def gated(store: EventStore, newest: Checkpoint) -> Sealer:
    return a_sealer(store, gate=SealingGate(newest=lambda: newest, wait_seconds=0))


@pytest.mark.slow
async def test_one_service_is_set_back_while_another_works(
    server: Postgres, backups: Backups
) -> None:
    for name in ("sample", "other"):
        psql(server.url(), f"CREATE ROLE {name} LOGIN")
        psql(server.url(), f"CREATE DATABASE {name} OWNER {name}")
    url = server.url("sample", user="sample")
    await postgres.migrate(url, MIGRATIONS)
    psql(server.url("other", user="other"), "CREATE TABLE worked (nth int)")
    async with postgres.pool(url, role="all", size=4) as pool:
        store = EventStore(pool, counter.CODEC, service="sample")
        sealer = a_sealer(store)
        await sealer.take_over()
        await fill(store, streams=2)
        await sealer.seal_once()
        with pytest.raises(Sorry, match="No backup"):
            backups.before(datetime.now(UTC))
        await asyncio.to_thread(backups.make, server.url())
        await fill(store, streams=1)
        await sealer.seal_once()
        at_that_moment = [dict(row) for row in await check_log(pool)]
        moment: datetime = await pool.fetchval("SELECT clock_timestamp()")
        await fill(store, streams=1)
        await sealer.seal_once()
        newest = await a_checkpoint(pool)
        await _work(server)
        working = asyncio.create_task(_keep_working(server))
        kept = await asyncio.to_thread(backups.restore, server.url, "sample", "sample", moment)
        working.cancel()
        # The same pool, under which the database became another one.
        log = [dict(row) for row in await eventually(lambda: log_within_reach(pool))]
        assert log == at_that_moment
        await it_goes_on_after_restored(store, newest)
    assert int(psql(server.url("other"), "SELECT count(*) FROM worked")) > 1
    assert psql(server.url(), f"SELECT 1 FROM pg_database WHERE datname = '{kept}'") == "1"


async def log_within_reach(pool: asyncpg.Pool[asyncpg.Record]) -> list[asyncpg.Record]:
    """Nothing, as long as a connection to the database as it was has not been given up yet."""
    try:
        return await check_log(pool)
    except postgres.OUT_OF_REACH:
        return []


async def it_goes_on_after_restored(store: EventStore, newest: Checkpoint) -> None:
    sealer = gated(store, newest)
    await sealer.take_over(force=True)
    gate = sealer._gate
    assert gate is not None
    with pytest.raises(GateClosed):
        await sealer.tick()
    with pytest.raises(InDoubt):
        await gate.pass_through(store.pool, sealer.epoch)
    with pytest.raises(HistoryInDoubt):
        await fill(store, streams=1)
    mapping = Mapping("sample", counter.CODEC, to_contract, PARTITIONS)
    done = await restored(store, mapping, newest, "demo")
    assert (done["generation"], done["abandoned"][0]["size"]) == (2, newest.size)
    await sealer.take_over(force=True)
    await gate.pass_through(store.pool, sealer.epoch)
    await fill(store, streams=1)
    assert await sealer.seal_once() == 4
    rows = await check_log(store.pool)
    assert rows[-1]["recorded_at"] > newest.closed_through


async def a_checkpoint(pool: asyncpg.Pool[asyncpg.Record]) -> Checkpoint:
    (row,) = await pool.fetch("SELECT generation, seq, closed_through FROM sealer")
    return Checkpoint(
        origin="test/sample",
        size=row["seq"],
        root=await root_at(pool, row["seq"]),
        generation=row["generation"],
        closed_through=row["closed_through"],
    )


async def _work(server: Postgres) -> None:
    connection = await asyncpg.connect(server.url("other", user="other"))
    try:
        await connection.execute("INSERT INTO worked VALUES (1)")
    finally:
        await connection.close()


async def _keep_working(server: Postgres) -> None:
    while True:
        await _work(server)
        await asyncio.sleep(0.2)


def test_the_backup_taken_last_before_the_moment_is_used(tmp_path: Path) -> None:
    backups = Backups(tmp_path)
    for name in ("20260101T000000000000Z", "20260102T000000000000Z"):
        (backups.place / "base" / name).mkdir(parents=True)
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert backups.before(noon).name == "20260101T000000000000Z"
    assert backups.before(noon + timedelta(days=3)).name == "20260102T000000000000Z"


@pytest.mark.parametrize("text", ["yesterday", "2026-11-22T09:30:00"])
def test_a_moment_needs_a_time_zone(text: str) -> None:
    with pytest.raises(Sorry):
        moment_of(text)
