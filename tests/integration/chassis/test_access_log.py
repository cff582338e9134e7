"""Readings of others' records stay written down."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.chassis.access_log import Purpose, reads_of, record_read
from services.chassis.auth import Principal
from services.chassis.vault import Vault

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

READER = UUID(int=7)
WHO = Principal(subject=str(READER), role="auditor", agency="demo", scope="agency")


async def test_a_reading_says_who_what_and_why(pool: Pool) -> None:
    subject, vault = uuid4(), Vault(pool, [bytes(32)])
    await record_read(pool, WHO, subject, "record", Purpose("yearly audit", "request-1", vault))
    (read,) = await reads_of(pool, subject, vault=vault)
    assert (read.who, read.role, read.agency) == (str(READER), "auditor", "demo")
    assert (read.what, read.why) == ("record", "yearly audit")


async def test_why_is_sealed_and_not_kept_about_the_forgotten(pool: Pool) -> None:
    subject, gone, vault = uuid4(), uuid4(), Vault(pool, [bytes(32)])
    async with pool.acquire() as connection:
        await vault.forget(connection, [gone])
    for one in (subject, gone):
        await record_read(pool, WHO, one, "record", Purpose("about Rati", None, vault))
    rows = await pool.fetch("SELECT whose, why, sealed_why FROM access_log")
    assert {row["whose"]: row["sealed_why"] is None for row in rows} == {subject: False, gone: True}
    assert "Rati" not in str(rows)
    async with pool.acquire() as connection:
        await vault.forget(connection, [subject])
    vault.drop([subject])
    (read,) = await reads_of(pool, subject, vault=vault)
    assert (read.what, read.why) == ("record", None)


async def test_why_a_list_was_read_passes_for_it_may_name_any_of_them(pool: Pool) -> None:
    others, vault = [uuid4(), uuid4()], Vault(pool, [bytes(32)], remembered_seconds=0)
    await record_read(pool, WHO, others, "list", Purpose("about Rati", None, vault))
    (read,) = await reads_of(pool, others[0], vault=vault)
    assert read.why == "about Rati"
    async with pool.acquire() as connection:
        await vault.forget_passing(connection)
    for one in others:
        (read,) = await reads_of(pool, one, vault=vault)
        assert (read.who, read.what, read.why) == (str(READER), "list", None)


async def test_a_list_is_a_reading_of_everybody_on_it_but_oneself(pool: Pool) -> None:
    others = [uuid4() for _ in range(3)]
    await record_read(pool, WHO, [READER, *others], "list")
    assert [len(await reads_of(pool, one)) for one in others] == [1, 1, 1]
    assert await reads_of(pool, READER) == []


async def test_ones_own_record_is_ones_own_business(pool: Pool) -> None:
    await record_read(pool, WHO, READER, "record")
    await record_read(pool, WHO, [], "list")
    assert await pool.fetchval("SELECT count(*) FROM access_log") == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE access_log SET who = 'nobody'", "DELETE FROM access_log", "TRUNCATE access_log"],
)
async def test_nothing_in_it_is_changed_or_removed(pool: Pool, statement: str) -> None:
    await record_read(pool, WHO, uuid4(), "record")
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await pool.execute(statement)
