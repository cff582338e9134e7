"""Pools with limits, and migrations that run once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from services.chassis import postgres
from services.chassis.postgres import EditedMigration, WrongMigrationName, migrate

FIRST = "CREATE TABLE first (n int); INSERT INTO first VALUES (1)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "sample" / "migrations"
    made.mkdir(parents=True)
    (made / "0001_first.sql").write_text(FIRST)
    (made / "0002_second.sql").write_text("ALTER TABLE first ADD COLUMN m int")
    return made


async def rows(url: str, question: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(question)
    finally:
        await connection.close()


async def test_a_migration_runs_once_and_in_order(database: str, folder: Path) -> None:
    assert await migrate(database, folder) == ["sample/0001_first.sql", "sample/0002_second.sql"]
    assert await migrate(database, folder) == []
    (folder / "0003_third.sql").write_text("INSERT INTO first VALUES (2, 3)")
    assert await migrate(database, folder) == ["sample/0003_third.sql"]
    assert [tuple(row) for row in await rows(database, "SELECT * FROM first")] == [
        (1, None),
        (2, 3),
    ]


async def test_processes_that_start_together_run_each_migration_once(
    database: str, folder: Path
) -> None:
    ran = await asyncio.gather(*(migrate(database, folder) for _ in range(5)))
    assert sorted(ran, key=len)[-1] == ["sample/0001_first.sql", "sample/0002_second.sql"]
    assert sum(map(len, ran)) == 2


async def test_an_edited_migration_is_refused(database: str, folder: Path) -> None:
    await migrate(database, folder)
    (folder / "0001_first.sql").write_text(FIRST + ";")
    with pytest.raises(EditedMigration, match=r"sample/0001_first\.sql"):
        await migrate(database, folder)


async def test_a_migration_that_fails_leaves_nothing_behind(database: str, folder: Path) -> None:
    (folder / "0003_third.sql").write_text("INSERT INTO absent VALUES (1)")
    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate(database, folder)
    assert await rows(database, "SELECT * FROM migration") == []


@pytest.mark.parametrize("name", ["4_short.sql", "0002_again.sql", "0004-dash.sql"])
async def test_a_migration_has_a_number_of_its_own(database: str, folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1")
    with pytest.raises(WrongMigrationName):
        await migrate(database, folder)


@pytest.mark.parametrize("role", ["api", "consumer", "publisher", "operator", "all"])
async def test_every_role_lets_go_of_its_locks(
    databases: Callable[[], str], role: postgres.Role
) -> None:
    async with postgres.pool(databases(), role=role, size=1) as pool:
        for setting in (
            "idle_in_transaction_session_timeout",
            "lock_timeout",
            "client_connection_check_interval",
        ):
            assert await pool.fetchval("SELECT current_setting($1)", setting) != "0"


async def test_a_connection_let_go_in_the_middle_of_a_transaction_is_clean_again(
    database: str,
) -> None:
    async with postgres.pool(database, role="api", size=1) as pool:
        await pool.execute("CREATE TABLE t (n int)")

        async def give_up() -> None:
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute("INSERT INTO t VALUES (1)")
                raise TimeoutError

        with pytest.raises(TimeoutError):
            await give_up()
        assert await pool.fetchval("SELECT count(*) FROM t") == 0
