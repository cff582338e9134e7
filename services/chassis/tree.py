"""The Merkle tree over this service's log: kept in tiles, read for proofs.

A leaf's index is its seq - 1. Tiles are filled from the log in portions, each in one transaction
and always the next ones, so whoever fills them, how often, and wherever it stopped: they are the
same. A tile that is there and differs from what the log says is an alarm, never mended here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import asyncpg

from services.chassis import merkle, proof
from services.chassis.merkle import HASH, OutsideTheTree, Place

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

WIDE: Final = 256
PORTION: Final = 64
_HEIGHT: Final = 8


class TreeContradictsLog(Exception):
    """A kept part of the tree is not what the log says, or the log lacks an event."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that an event is in the tree; `stored_hash` stands for what is not shown."""

    seq: int
    stored_hash: bytes
    path: list[bytes]

    @property
    def index(self) -> int:
        """The place of its leaf."""
        return self.seq - 1


# Asking


async def root_at(db: Connection | Pool, size: int) -> bytes:
    """The root over the first events of the log, so many of them."""
    hashes = await hashes_at(db, merkle.places_over(0, size))
    return merkle.root_at(size, hashes)


async def consistency_of(db: Connection | Pool, old: int, new: int) -> list[bytes]:
    """What shows that the log of one size is the beginning of the log of another."""
    hashes = await hashes_at(db, merkle.consistency_places(old, new))
    return merkle.consistency_path(old, new, hashes)


async def proofs_of(db: Connection | Pool, seqs: Sequence[int], size: int) -> list[Proof]:
    """For each of these events, that it is among the first `size`."""
    places = [place for seq in seqs for place in merkle.inclusion_places(seq - 1, size)]
    hashes = await hashes_at(db, places)
    stored = await _stored_hashes(db, seqs)
    return [Proof(seq, stored[seq], merkle.inclusion_path(seq - 1, size, hashes)) for seq in seqs]


async def hashes_at(db: Connection | Pool, places: Iterable[Place]) -> dict[Place, bytes]:
    """The hashes of whole subtrees. What has not been filled yet is filled first."""
    wanted = set(places)
    found = await _hashes_at(db, wanted)
    if found is None:
        await grow(db)
        found = await _hashes_at(db, wanted)
    if found is None:
        raise OutsideTheTree("the log is shorter")
    return found


async def _hashes_at(db: Connection | Pool, wanted: set[Place]) -> dict[Place, bytes] | None:
    rows = await _rows(db, {_tile_of(place) for place in wanted})
    found: dict[Place, bytes] = {}
    subtrees = {tile: merkle.whole_subtrees(row) for tile, row in rows.items()}
    for level, index in wanted:
        tile, within = _tile_of((level, index)), level % _HEIGHT
        local = index - (tile[1] * WIDE >> within)
        if (within, local) not in subtrees[tile]:
            return None
        found[level, index] = subtrees[tile][within, local]
    return found


def _tile_of(place: Place) -> Place:
    """The tile, by its level and index, that a subtree lies in."""
    level, index = place
    return level // _HEIGHT, index << level % _HEIGHT >> _HEIGHT


async def _rows(db: Connection | Pool, tiles: set[Place]) -> dict[Place, list[bytes]]:
    """The hashes of these tiles, as far as each is filled."""
    ordered = sorted(tiles)
    records = await db.fetch(
        """
        SELECT tile.level, tile.index, hashes
          FROM unnest($1::smallint[], $2::bigint[]) AS wanted (level, index)
          JOIN tree_tile AS tile USING (level, index)
        """,
        [level for level, _ in ordered],
        [index for _, index in ordered],
    )
    rows = {(record[0], record[1]): _split(record[2]) for record in records}
    for tile in ordered:
        if tile not in rows:
            rows[tile] = await _below(db, *tile, WIDE)
    return rows


async def _below(db: Connection | Pool, level: int, index: int, most: int) -> list[bytes]:
    """What a tile holds, read from under it: the log, or the roots of the tiles of a level less."""
    if level == 0:
        leaves = await db.fetchval(_LEAVES, index * WIDE, index * WIDE + most)
        return list(leaves or [])
    roots = await db.fetchval(_ROOTS, level - 1, index * WIDE, index * WIDE + most)
    return list(roots or [])


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


async def _stored_hashes(db: Connection | Pool, seqs: Sequence[int]) -> dict[int, bytes]:
    rows = await db.fetch(
        f"SELECT seq, {', '.join(proof.Stored._fields)} FROM log WHERE seq = ANY ($1::bigint[])",  # noqa: S608
        list(seqs),
    )
    return {row[0]: sha256(proof.stored_part(proof.Stored(*row[1:]))).digest() for row in rows}


# Growing


async def grow(db: Connection | Pool) -> int:
    """Fill every tile that the log has events for; how many of the lowest level there were."""
    filled = 0
    while portion := await grow_once(db):
        filled += portion
    return filled


async def grow_once(db: Connection | Pool) -> int:
    """Fill the next tiles, at most a portion; how many of the lowest level."""
    async with _one(db) as connection, connection.transaction():
        seq, first = await _stands(connection)
        count = min(seq // WIDE - first, PORTION)
        if count <= 0:
            return 0
        leaves = await _below(connection, 0, first, count * WIDE)
        if len(leaves) != count * WIDE:
            raise TreeContradictsLog(f"the log has no {count * WIDE} events after {first * WIDE}")
        tiles = [leaves[at : at + WIDE] for at in range(0, len(leaves), WIDE)]
        await _keep(connection, 0, first, tiles)
        await _grow_above(connection, 0, first, first + count)
        return count


@asynccontextmanager
async def _one(db: Connection | Pool) -> AsyncIterator[Connection]:
    """A connection of the pool, or the one that is given."""
    if isinstance(db, asyncpg.Pool):
        async with db.acquire() as connection:
            yield connection
    else:
        yield db


async def _stands(connection: Connection) -> tuple[int, int]:
    """How long the log is, and which tile of the lowest level comes next."""
    row = await connection.fetchrow(_STANDS)
    assert row is not None
    return row["seq"], row["first"]


async def _grow_above(connection: Connection, level: int, first: int, end: int) -> None:
    """The tiles over these, where the last one that they need has come."""
    first, end = first // WIDE, end // WIDE
    if first == end:
        return
    tiles = [await _below(connection, level + 1, index, WIDE) for index in range(first, end)]
    await _keep(connection, level + 1, first, tiles)
    await _grow_above(connection, level + 1, first, end)


async def _keep(
    connection: Connection, level: int, first: int, tiles: Sequence[Sequence[bytes]]
) -> None:
    roots = [merkle.root_of(tile) for tile in tiles]
    hashes = [b"".join(tile) for tile in tiles]
    await connection.execute(_KEEP, level, first, roots, hashes)
    kept = await connection.fetch(_KEPT, level, first, first + len(tiles))
    if [(row[0], row[1]) for row in kept] != list(zip(roots, hashes, strict=True)):
        raise TreeContradictsLog(f"level {level}, tile {first} and after")


async def check_edge(db: Connection | Pool) -> None:
    """Raise if the newest tile of any level is not what lies under it. The whole of the tree is
    checked by `verify-log`; this is for every start."""
    rows = await db.fetch(_EDGE)
    for row in rows:
        below = await _below(db, row["level"], row["index"], WIDE)
        whole = (merkle.root_of(below), b"".join(below)) == (row["root"], row["hashes"])
        if not whole:
            raise TreeContradictsLog(f"level {row['level']}, tile {row['index']}")


_LEAVES = "SELECT array_agg(leaf ORDER BY seq) FROM log WHERE seq > $1 AND seq <= $2"

_ROOTS = """
SELECT array_agg(root ORDER BY index) FROM tree_tile
 WHERE level = $1 AND index >= $2 AND index < $3
"""

_STANDS = """
SELECT coalesce((SELECT seq FROM sealer), 0) AS seq,
       coalesce((SELECT index FROM tree_tile WHERE level = 0 ORDER BY index DESC LIMIT 1), -1) + 1
           AS first
"""

_KEEP = """
INSERT INTO tree_tile (level, index, root, hashes)
SELECT $1, $2 + nth - 1, root, hashes
  FROM unnest($3::bytea[], $4::bytea[]) WITH ORDINALITY AS tile (root, hashes, nth)
 ORDER BY nth
    ON CONFLICT DO NOTHING
"""

_KEPT = """
SELECT root, hashes FROM tree_tile
 WHERE level = $1 AND index >= $2 AND index < $3
 ORDER BY index
"""

_EDGE = """
SELECT level, index, root, hashes
  FROM generate_series(0, 7) AS height
 CROSS JOIN LATERAL (
       SELECT level, index, root, hashes FROM tree_tile
        WHERE level = height
        ORDER BY index DESC LIMIT 1
       ) AS newest
 ORDER BY level
"""
