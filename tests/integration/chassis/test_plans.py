"""A plan that was made while a table was empty is kept when it is full (decision 0016)."""

from __future__ import annotations

import pytest

from services.chassis import postgres

DDL = """
CREATE TABLE thing (id int PRIMARY KEY, said text NOT NULL);
INSERT INTO thing VALUES (1, 'once');
ANALYZE thing;
"""


async def plan_kept(url: str, role: postgres.Role) -> str:
    """The plan with which a long-lived connection reads one row of a table that has grown."""
    async with postgres.pool(url, role=role, size=1) as pool, pool.acquire() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute("PREPARE one (int) AS SELECT said FROM thing WHERE id = $1")
        rows = await connection.fetch("EXPLAIN EXECUTE one (1)")
        return str(rows[0][0])


@pytest.mark.parametrize("role", ["api", "consumer", "publisher", "all"])
async def test_a_plan_made_on_an_empty_table_uses_the_index(
    database: str, role: postgres.Role
) -> None:
    async with postgres.pool(database, role="operator", size=1) as pool:
        await pool.execute(DDL)
    assert "Index Scan" in await plan_kept(database, role)


async def test_without_the_setting_the_whole_table_would_be_read(database: str) -> None:
    async with postgres.pool(database, role="operator", size=1) as pool:
        await pool.execute(DDL)
    assert "Seq Scan" in await plan_kept(database, "operator")
