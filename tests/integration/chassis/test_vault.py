"""Keys in the database: one per subject, whoever asks first; and none, ever, for the forgotten."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.chassis.settings import CannotStart
from services.chassis.vault import SubjectForgotten, Unreadable, Vault, kek_id

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

OLD, NEW = b"o" * 32, b"n" * 32
FORGET = "UPDATE subject_key SET wrapped = NULL, forgotten_at = now() WHERE subject = $1"


async def test_a_text_is_opened_by_another_process(pool: Pool) -> None:
    subject = uuid4()
    sealed = await Vault(pool, [NEW]).seal(subject, "s", "note", 1, "text")
    assert await Vault(pool, [NEW]).open(subject, "s", "note", 1, sealed) == "text"


async def test_twenty_at_once_make_one_key(pool: Pool) -> None:
    subjects = [UUID(int=number) for number in range(40)]
    rings = await asyncio.gather(
        *(Vault(pool, [NEW]).keyring(subjects, make=True) for _ in range(20))
    )
    assert len({tuple(ring.keys[subject] for subject in subjects) for ring in rings}) == 1
    assert await pool.fetchval("SELECT count(*) FROM subject_key") == 40


async def test_asking_makes_no_key(pool: Pool) -> None:
    ring = await Vault(pool, [NEW]).keyring([uuid4()])
    assert ring.keys == {}
    assert await pool.fetchval("SELECT count(*) FROM subject_key") == 0


async def test_a_new_wrapping_key_opens_what_the_old_one_wrapped(pool: Pool) -> None:
    first, second = uuid4(), uuid4()
    sealed = await Vault(pool, [OLD]).seal(first, "s", "note", 1, "text")
    rotated = Vault(pool, [NEW, OLD])
    assert await rotated.open(first, "s", "note", 1, sealed) == "text"
    await rotated.seal(second, "s", "note", 1, "text")
    rows = await pool.fetch("SELECT subject, kek_id FROM subject_key")
    assert dict(map(tuple, rows)) == {first: kek_id(OLD), second: kek_id(NEW)}
    with pytest.raises(Unreadable, match=kek_id(OLD)):
        await Vault(pool, [NEW]).keyring([first])


async def test_keys_are_wrapped_anew_and_the_old_wrapping_key_is_not_needed_any_more(
    pool: Pool,
) -> None:
    subjects, gone = [uuid4() for _ in range(3)], uuid4()
    old = Vault(pool, [OLD])
    texts = [await old.seal(one, "s", "note", 1, f"text {one}") for one in [*subjects, gone]]
    await pool.execute(FORGET, gone)
    vault = Vault(pool, [NEW, OLD])
    assert [await vault.rewrap(2), await vault.rewrap(2), await vault.rewrap(2)] == [2, 1, 0]
    alone = Vault(pool, [NEW])
    for one, sealed in zip(subjects, texts, strict=False):
        assert await alone.open(one, "s", "note", 1, sealed) == f"text {one}"
    assert await alone.open(gone, "s", "note", 1, texts[-1]) is None


async def test_a_wrapped_key_cannot_be_given_to_another_subject(pool: Pool) -> None:
    first, second = uuid4(), uuid4()
    await Vault(pool, [NEW]).keyring([first, second], make=True)
    await pool.execute(
        "UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key WHERE subject = $1)"
        " WHERE subject = $2",
        first,
        second,
    )
    with pytest.raises(Unreadable):
        await Vault(pool, [NEW]).keyring([second])


async def test_the_forgotten_never_get_a_key_again(pool: Pool) -> None:
    subject = uuid4()
    vault = Vault(pool, [NEW], remembered_seconds=0)
    sealed = await vault.seal(subject, "s", "note", 1, "text")
    await pool.execute(FORGET, subject)
    assert await vault.open(subject, "s", "note", 1, sealed) is None
    with pytest.raises(SubjectForgotten):
        await vault.seal(subject, "s", "note", 1, "again")
    assert await pool.fetchval("SELECT count(*) FROM forgotten_subject") == 1
    for way_back in (
        "UPDATE subject_key SET wrapped = '\\x00', forgotten_at = NULL WHERE subject = $1",
        "DELETE FROM subject_key WHERE subject = $1",
    ):
        with pytest.raises(asyncpg.RaiseError, match="never gets a key again"):
            await pool.execute(way_back, subject)


async def test_one_can_be_forgotten_before_anything_was_sealed(pool: Pool) -> None:
    subject = uuid4()
    await pool.execute(
        "INSERT INTO subject_key (subject, kek_id, forgotten_at) VALUES ($1, '', now())", subject
    )
    with pytest.raises(SubjectForgotten):
        await Vault(pool, [NEW]).seal(subject, "s", "note", 1, "text")


async def test_forgetting_is_noticed_when_the_memory_ends(pool: Pool) -> None:
    clock = [0.0]
    vault = Vault(pool, [NEW], remembered=2, remembered_seconds=60, now=lambda: clock[0])
    subjects = [uuid4() for _ in range(3)]
    await vault.keyring(subjects, make=True)
    assert len(vault._recent.held) == 2
    remembered = next(iter(vault._recent.held))
    await pool.execute(FORGET, remembered)
    assert (await vault.keyring([remembered])).keys
    clock[0] = 60.0
    assert not (await vault.keyring([remembered])).keys


async def test_without_a_wrapping_key_there_is_no_vault(pool: Pool) -> None:
    with pytest.raises(CannotStart):
        Vault(pool, [])
