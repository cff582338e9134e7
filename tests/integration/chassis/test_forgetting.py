"""Forgetting in one service: by a command, by what others say, and again after a restore."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.chassis.forgetting import PASSING, Forgetting, NoForgottenList
from services.chassis.forgotten_list import ForgottenList
from services.chassis.problems import Busy
from services.chassis.settings import CannotStart
from services.chassis.vault import SubjectForgotten, Vault
from tests.support.eventually import eventually

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

KEK = b"k" * 32


@pytest.fixture
def listed(tmp_path: Path) -> ForgottenList:
    return ForgottenList(tmp_path / "outside", "sample")


@pytest_asyncio.fixture
async def forgetting(pool: Pool, listed: ForgottenList) -> Forgetting:
    return Forgetting(pool, Vault(pool, [KEK]), listed)


async def forget(forgetting: Forgetting, *subjects: UUID) -> list[UUID]:
    async with forgetting.pool.acquire() as connection, connection.transaction():
        return await forgetting.forget(connection, subjects)


async def test_the_key_is_gone_the_subject_listed_and_no_key_ever_made(
    forgetting: Forgetting, listed: ForgottenList
) -> None:
    subject, stranger = uuid4(), uuid4()
    sealed = await forgetting.vault.seal(subject, "s", "note", 1, "text")
    assert sorted(await forget(forgetting, subject, stranger)) == sorted([subject, stranger])
    assert await forgetting.vault.open(subject, "s", "note", 1, sealed) is None
    for gone in (subject, stranger):
        with pytest.raises(SubjectForgotten):
            await forgetting.vault.seal(gone, "s", "note", 1, "again")
    assert set(listed.read()) == {subject, stranger}
    assert await forget(forgetting, subject) == []


async def test_what_the_service_keeps_beside_is_emptied_and_its_keys_destroyed(
    pool: Pool, listed: ForgottenList
) -> None:
    subject, beside = uuid4(), uuid4()
    vault = Vault(pool, [KEK])
    sealed = await vault.seal(beside, "s", "note", 1, "text")

    async def clears(_: object, subjects: object) -> list[UUID]:
        assert subjects == [subject]
        return [beside]

    await forget(Forgetting(pool, vault, listed, clears), subject)
    assert await vault.open(beside, "s", "note", 1, sealed) is None
    assert set(listed.read()) == {subject, beside}


async def test_whoever_dies_before_the_commit_leaves_somebody_listed_and_the_next_start_ends_it(
    forgetting: Forgetting, listed: ForgottenList
) -> None:
    subject = uuid4()
    sealed = await forgetting.vault.seal(subject, "s", "note", 1, "text")
    async with forgetting.pool.acquire() as connection:
        begun = connection.transaction()
        await begun.start()
        await forgetting.forget(connection, [subject])
        await begun.rollback()
    fresh = Forgetting(forgetting.pool, Vault(forgetting.pool, [KEK]), listed)
    assert await fresh.vault.open(subject, "s", "note", 1, sealed) == "text"
    assert listed.read() == (subject,)
    fresh.vault.drop([subject])
    assert await fresh.again() == 1
    assert await fresh.vault.open(subject, "s", "note", 1, sealed) is None
    assert await fresh.again() == 0


async def test_without_a_list_outside_nobody_is_forgotten_by_command(pool: Pool) -> None:
    careless = Forgetting(pool, Vault(pool, [KEK]), None)
    with pytest.raises(NoForgottenList):
        await forget(careless, uuid4())
    assert await pool.fetchval("SELECT count(*) FROM subject_key") == 0


async def test_a_lost_list_is_written_again_from_the_database(
    forgetting: Forgetting, listed: ForgottenList
) -> None:
    subject = uuid4()
    await forget(forgetting, subject)
    listed.path.unlink()
    assert await forgetting.again() == 0
    assert listed.read() == (subject,)


async def test_an_altered_list_keeps_the_process_from_starting(
    forgetting: Forgetting, listed: ForgottenList
) -> None:
    await forget(forgetting, uuid4())
    listed.path.write_bytes(listed.path.read_bytes().replace(b"forgotten", b"forgiven!"))
    with pytest.raises(CannotStart, match="altered"):
        await forgetting.again()


async def test_another_process_lets_go_of_a_destroyed_key(
    pool: Pool, forgetting: Forgetting
) -> None:
    subject = uuid4()
    sealed = await forgetting.vault.seal(subject, "s", "note", 1, "text")
    other = Forgetting(pool, Vault(pool, [KEK]), forgetting.listed)
    assert await other.vault.open(subject, "s", "note", 1, sealed) == "text"
    await forget(forgetting, subject)
    assert await other.vault.open(subject, "s", "note", 1, sealed) == "text", "still remembered"
    await other.watch()
    assert await other.vault.open(subject, "s", "note", 1, sealed) is None


async def test_what_others_say_is_heeded_once_and_again_in_its_place(
    pool: Pool, forgetting: Forgetting, listed: ForgottenList
) -> None:
    subject, asked = uuid4(), []

    async def clears(_: object, subjects: object) -> list[UUID]:
        asked.append(subjects)
        return []

    forgetting.clears = clears
    sealed = await forgetting.vault.seal(subject, "s", "note", 1, "text")
    said = "INSERT INTO erased_subjects VALUES (0, $1, 1, now())"
    await pool.execute(said, subject)
    assert [await forgetting.heed(), await forgetting.heed()] == [1, 0]
    assert await forgetting.vault.open(subject, "s", "note", 1, sealed) is None
    await pool.execute("UPDATE erased_subjects SET times = 2")
    assert [await forgetting.heed(), await forgetting.heed()] == [1, 0]
    await pool.execute("UPDATE erased_subjects SET times = 1")  # built anew
    assert await forgetting.heed() == 0
    assert asked == [[subject], [subject]]
    assert listed.read() == (subject,)


async def test_while_it_lives_a_process_heeds_wipes_and_says_once_more_until_it_is_taken(
    pool: Pool, forgetting: Forgetting, listed: ForgottenList
) -> None:
    subject = uuid4()
    tried: list[int] = []
    await forgetting.vault.keyring([subject], make=True)
    wrapped = await pool.fetchval("SELECT wrapped FROM subject_key")
    await pool.execute("INSERT INTO erased_subjects VALUES (0, $1, 1, now())", subject)

    async def says() -> None:
        tried.append(len(tried))
        if len(tried) < 2:
            raise Busy

    running = asyncio.create_task(forgetting.run(says=says))
    try:
        await eventually(lambda: len(tried) == 2, within=15)
    finally:
        running.cancel()
    assert listed.read() == (subject,)
    assert wrapped not in await _pages(pool)


async def test_passing_keys_go_with_whoever_is_forgotten_and_after_a_while(
    pool: Pool, forgetting: Forgetting, listed: ForgottenList
) -> None:
    lasting, old, young = uuid4(), uuid4(), uuid4()
    for subject, passing in ((lasting, False), (old, True), (young, True)):
        await forgetting.vault.seal(subject, "s", "note", 1, "text", passing=passing)
    await pool.execute(
        "UPDATE subject_key SET created_at = now() - $2::interval WHERE subject = ANY ($1)",
        [lasting, old],
        PASSING,
    )
    await forgetting._sweep()
    assert await _with_keys(pool) == {lasting, young}
    await forget(forgetting, uuid4())
    assert await _with_keys(pool) == {lasting}
    assert old not in listed.read()


async def test_nothing_of_a_destroyed_key_stays_in_the_pages_of_its_table(
    pool: Pool, forgetting: Forgetting
) -> None:
    subject = uuid4()
    await forgetting.vault.keyring([subject], make=True)
    wrapped = await pool.fetchval("SELECT wrapped FROM subject_key")
    assert wrapped in await _pages(pool), "the search finds it while it is there"
    await forget(forgetting, subject)
    assert wrapped in await _pages(pool), "an update leaves the old row behind"
    await forgetting.wipe()
    assert wrapped not in await _pages(pool)


async def test_a_transaction_that_still_sees_the_key_only_puts_the_wiping_off(
    pool: Pool, forgetting: Forgetting
) -> None:
    subject = uuid4()
    await forgetting.vault.keyring([subject], make=True)
    wrapped = await pool.fetchval("SELECT wrapped FROM subject_key")
    async with pool.acquire() as reader, reader.transaction(isolation="repeatable_read"):
        await reader.fetchval("SELECT txid_current()")
        await forget(forgetting, subject)
        await forgetting.wipe()
        assert wrapped in await _pages(pool), "somebody may still read it"
        await forgetting.wipe()

    async def wiped() -> bool:
        await forgetting.wipe()
        return wrapped not in await _pages(pool)

    await eventually(wiped)  # others of this server may be in the middle of something, too


async def test_a_process_that_died_before_wiping_wipes_when_it_starts_again(
    pool: Pool, forgetting: Forgetting
) -> None:
    subject = uuid4()
    await forgetting.vault.keyring([subject], make=True)
    wrapped = await pool.fetchval("SELECT wrapped FROM subject_key")
    await forget(forgetting, subject)
    started = replace(forgetting, _traces=False, _unseen_from=None)
    await started.again()
    await started.wipe()
    assert wrapped not in await _pages(pool)


async def _with_keys(pool: Pool) -> set[UUID]:
    rows = await pool.fetch("SELECT subject FROM subject_key WHERE wrapped IS NOT NULL")
    return {row["subject"] for row in rows}


async def _pages(pool: Pool) -> bytes:
    await pool.execute("CHECKPOINT")
    content: bytes = await pool.fetchval(
        "SELECT pg_read_binary_file(pg_relation_filepath('subject_key'))"
    )
    return content
