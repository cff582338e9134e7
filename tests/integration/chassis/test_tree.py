"""The tree kept beside the log is the tree over the log, whoever fills it and however often."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import asyncpg
import pytest

from services.chassis import merkle, proof, tree
from services.chassis.event_store import EventStore
from services.chassis.merkle import OutsideTheTree
from tests.support.altering import altered
from tests.support.leaves import leaf, leaves, lengthen
from tests.support.saying import a_sealer, fill

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

LONG = 256 * 256 + 3 * 256 + 77  # two levels of tiles, and a beginning of each above


async def tiles_of(pool: Pool) -> list[tuple[int, int, bytes, bytes]]:
    rows = await pool.fetch("SELECT level, index, root, hashes FROM tree_tile ORDER BY 1, 2")
    return [tuple(row) for row in rows]


async def test_proofs_of_a_log_of_any_length_lead_to_its_root(pool: Pool) -> None:
    await lengthen(pool, LONG)
    every = leaves(LONG)
    hashes = merkle.whole_subtrees(every)
    sizes = (1, 255, 256, 257, 65_535, 65_536, 65_537, LONG)
    for size in sizes:
        assert await tree.root_at(pool, size) == merkle.root_at(size, hashes)
        for old in (0, 1, size // 2, size - 1, size):
            assert await tree.consistency_of(pool, old, size) == merkle.consistency_path(
                old, size, hashes
            )
        seqs = sorted({1, size // 3 + 1, size})
        for one in await tree.proofs_of(pool, seqs, size):
            root = merkle.root_at(size, hashes)
            merkle.verify_inclusion(leaf(one.seq), one.index, size, one.path, root)
    assert [row[:2] for row in await tiles_of(pool)][-2:] == [(0, 258), (1, 0)]


async def test_an_event_of_the_real_sealer_is_proved_by_its_said_part_alone(
    store: EventStore,
) -> None:
    await fill(store)
    sealer = a_sealer(store)
    await sealer.take_over()
    size = await sealer.seal_once()
    root = await tree.root_at(store.pool, size)
    for one in await tree.proofs_of(store.pool, range(1, size + 1), size):
        row = await store.pool.fetchrow("SELECT * FROM log WHERE seq = $1", one.seq)
        assert row is not None
        said = proof.Said("sample", *(row[name] for name in proof.Said._fields[1:]))
        hashed = proof.leaf_of(one.stored_hash, sha256(proof.said_part(said)).digest())
        merkle.verify_inclusion(hashed, one.index, size, one.path, root)


async def test_filling_in_portions_by_several_at_once_and_again_gives_the_same(pool: Pool) -> None:
    await lengthen(pool, 300)
    await tree.grow(pool)
    await lengthen(pool, 40 * 256, since=300)
    await asyncio.gather(*(tree.grow(pool) for _ in range(4)))
    await tree.check_edge(pool)
    assert await tree.grow(pool) == 0
    every = leaves(40 * 256)
    assert await tiles_of(pool) == [
        (0, n, merkle.root_of(tile), b"".join(tile))
        for n in range(40)
        for tile in [every[n * 256 : n * 256 + 256]]
    ]


async def test_filling_that_dies_in_the_middle_goes_on_from_there(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lengthen(pool, 30 * 256)
    monkeypatch.setattr(tree, "PORTION", 10)
    assert await tree.grow_once(pool) == 10

    async def dies(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as within:
        within.setattr(tree, "_grow_above", dies)
        with pytest.raises(ConnectionResetError):
            await tree.grow_once(pool)
    assert len(await tiles_of(pool)) == 10
    assert await tree.grow(pool) == 20
    await tree.check_edge(pool)
    assert await tree.root_at(pool, 30 * 256) == merkle.root_of(leaves(30 * 256))


async def test_what_is_longer_than_the_log_is_not_in_the_tree(pool: Pool) -> None:
    assert await tree.root_at(pool, 0) == merkle.NOTHING
    with pytest.raises(OutsideTheTree):
        await tree.root_at(pool, 1)
    await lengthen(pool, 600)
    with pytest.raises(OutsideTheTree):
        await tree.root_at(pool, 601)


async def test_a_tile_is_never_changed_and_one_that_was_is_noticed(pool: Pool) -> None:
    await lengthen(pool, 600)
    await tree.grow(pool)
    with pytest.raises(asyncpg.RaiseError):
        await pool.execute("UPDATE tree_tile SET root = hashes")
    await altered(pool, "UPDATE tree_tile SET hashes = set_byte(hashes, 40, 1) WHERE index = 1")
    with pytest.raises(tree.TreeContradictsLog):
        await tree.check_edge(pool)


async def test_a_tile_that_was_planted_is_noticed_when_its_turn_comes(pool: Pool) -> None:
    await lengthen(pool, 600)
    await pool.execute(
        "INSERT INTO tree_tile VALUES (1, 0, sha256(''), decode(repeat('00', 8192), 'hex'))"
    )
    await lengthen(pool, 256 * 256, since=600)
    with pytest.raises(tree.TreeContradictsLog):
        await tree.grow(pool)


async def test_a_log_that_lacks_an_event_grows_no_tree(pool: Pool) -> None:
    await lengthen(pool, 600)
    await altered(pool, "DELETE FROM log WHERE seq = 7")
    with pytest.raises(tree.TreeContradictsLog):
        await tree.grow(pool)
