"""Checkpoints are written while there is news, and never against what was claimed before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from services.chassis import failpoints, merkle, tree
from services.chassis.checkpoint import signed
from services.chassis.checkpointing import Checkpointing, ContradictsOutside, rotate
from services.chassis.failpoints import Reached
from services.chassis.outside import Outside
from services.chassis.signed_note import NotANote, UnknownSigner
from tests.support.a_place import ORIGIN, a_place
from tests.support.altering import altered
from tests.support.leaves import NOON, leaves, lengthen

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    return a_place(tmp_path)


@pytest.fixture
def checkpointing(pool: Pool, outside: Outside) -> Checkpointing:
    return Checkpointing(pool, outside)


def sizes(outside: Outside) -> list[int]:
    return [outside.known().opened(note).size for _, note in outside.folder.every()]


async def passes(pool: Pool, minutes: int = 1) -> None:
    await pool.execute(
        "UPDATE sealer SET closed_through = closed_through + $1", timedelta(minutes=minutes)
    )


async def test_only_news_is_claimed(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    assert await checkpointing.write() is None
    assert checkpointing.told() == "none yet"
    await lengthen(pool, 300)
    checkpoint = await checkpointing.write()
    assert checkpoint is not None
    assert (checkpoint.origin, checkpoint.place) == (ORIGIN, (1, 300))
    assert (checkpoint.root, checkpoint.closed_through) == (merkle.root_of(leaves(300)), NOON)
    await passes(pool)
    assert await checkpointing.write() is None
    assert outside.newest() == checkpoint
    await lengthen(pool, 301, since=300)
    await checkpointing.write()
    assert sizes(outside) == [300, 301]
    assert checkpointing.told()["size"] == 301
    assert "jenjang_checkpoint_size_events 301" in checkpointing.metrics.exposition().decode()


async def test_a_log_that_is_not_what_was_claimed_claims_nothing(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 300)
    await checkpointing.write()
    await lengthen(pool, 310, since=300)
    await altered(pool, "UPDATE log SET leaf = set_byte(leaf, 3, 1) WHERE seq = 299")
    with pytest.raises(ContradictsOutside):
        await checkpointing.write()
    assert sizes(outside) == [300]


async def test_a_shorter_log_claims_nothing_nor_does_one_in_doubt(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 30)
    await checkpointing.write()
    await pool.execute("UPDATE sealer SET seq = 29")
    with pytest.raises(ContradictsOutside):
        await checkpointing.write()
    await pool.execute("UPDATE sealer SET seq = 30, in_doubt = '[]', generation = 2")
    assert await checkpointing.write() is None
    assert sizes(outside) == [30]


async def test_a_checkpoint_that_was_altered_outside_stops_the_next(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 30)
    await checkpointing.write()
    [name] = [name for name, _ in outside.folder.every()]
    file = outside.folder.path / name
    file.write_text(file.read_text().replace("\n30\n", "\n29\n"))
    await lengthen(pool, 31, since=30)
    with pytest.raises(ValueError, match=ORIGIN):
        await checkpointing.write()


async def test_dying_before_it_is_written_leaves_the_one_before(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 300)
    failpoints.arm("before-checkpoint:raise")
    with pytest.raises(Reached):
        await checkpointing.write()
    failpoints.arm("")
    assert outside.newest() is None
    await checkpointing.write()
    assert sizes(outside) == [300]


async def test_who_comes_second_looks_again(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 30)
    other = Checkpointing(pool, outside)
    checkpoint = await other.write()
    assert checkpoint is not None
    assert not checkpointing._keep(checkpoint)
    assert await checkpointing.write() is None
    assert sizes(outside) == [30]


# A new key


async def test_a_new_key_signs_from_its_announcement_on(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 30)
    first = outside.key()
    await checkpointing.write()
    key = await rotate(checkpointing)
    assert key == outside.key().public() != first.public()
    await lengthen(pool, 31, since=30)
    await checkpointing.write()
    assert sizes(outside) == [30, 30, 31]
    late = checkpointing.last
    assert late is not None
    with pytest.raises(UnknownSigner):
        outside.known().opened(signed(late, first))
    assert outside.key_file is not None
    assert outside.key_file.stat().st_mode & 0o777 == 0o600
    assert not outside.key_file.with_name("checkpoint.key.next").exists()


async def test_an_empty_log_has_nobody_to_announce_a_key_to(checkpointing: Checkpointing) -> None:
    assert await rotate(checkpointing) is None


async def test_a_change_of_keys_that_died_goes_on(
    pool: Pool,
    checkpointing: Checkpointing,
    outside: Outside,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await lengthen(pool, 30)
    made = outside.next_key().public()

    def dies(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as within:
        within.setattr(Outside, "_believe", dies)
        with pytest.raises(ConnectionResetError):
            await rotate(checkpointing)
    assert outside.key().public() != made
    await lengthen(pool, 31, since=30)
    await checkpointing.write()
    assert outside.key().public() == made
    assert await rotate(checkpointing) not in (None, made)
    assert sizes(outside) == [30, 31, 31]


async def test_without_the_private_key_one_can_read_and_not_claim(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 30)
    await checkpointing.write()
    reader = Outside(outside.folder, None, outside.keys_file)
    assert reader.newest() == outside.newest()
    assert reader.settle() is None
    with pytest.raises(NotANote):
        reader.key()


# After a restore


async def test_a_new_generation_is_claimed_where_it_agrees_up_to_its_fork(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 300)
    await checkpointing.write()
    await lengthen(pool, 400, since=300)
    lost = await checkpointing.write()
    assert lost is not None
    await forked(pool, 350, lost.size, lost.root.hex())
    checkpoint = await checkpointing.write()
    assert checkpoint is not None
    assert checkpoint.place == (2, 351)
    assert sizes(outside) == [300, 400, 351]


async def test_a_new_generation_that_differs_before_its_fork_is_not_claimed(
    pool: Pool, checkpointing: Checkpointing, outside: Outside
) -> None:
    await lengthen(pool, 300)
    await checkpointing.write()
    await lengthen(pool, 400, since=300)
    lost = await checkpointing.write()
    assert lost is not None
    await altered(pool, "UPDATE log SET leaf = set_byte(leaf, 3, 1) WHERE seq = 299")
    await forked(pool, 350, lost.size, lost.root.hex())
    with pytest.raises(ContradictsOutside):
        await checkpointing.write()


async def forked(pool: Pool, fork: int, lost: int, root: str) -> None:
    """The log as it is after a restore to `fork` and the operator's `restored`."""
    await altered(pool, f"DELETE FROM log WHERE seq > {fork}; DELETE FROM tree_tile")
    body = f"""
        {{"generation": 2, "ended": [], "abandoned": [{{"who": "checkpoint", "generation": 1,
          "size": {lost}, "closed_through": "2026-01-05T12:00:00Z", "root": "{root}",
          "heads": null}}]}}
    """
    await pool.execute(
        f"""
        INSERT INTO log (seq, generation, event_id, stream, version, type, schema, subject, agency,
                         effective_from, recorded_at, actor, door, verified, body, leaf_format,
                         leaf)
        SELECT {fork + 1}, 2, gen_random_uuid(), 'generations', 1, 'generation.opened', 1, subject,
               agency, effective_from, recorded_at, actor, door, true, $1, 1, sha256('')
          FROM log WHERE seq = 1
        """,
        body.encode(),
    )
    await pool.execute(f"UPDATE sealer SET generation = 2, seq = {fork + 1}")
    assert await tree.root_at(pool, fork)
