"""A range of the own log as a bundle, for whoever keeps or checks it elsewhere."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from services.chassis import merkle, proof, tree
from services.chassis.bundle import packed
from services.chassis.bundle_log import Sides, entry, proofs_written
from services.chassis.bundle_range import sides
from services.chassis.canonical import canonical
from services.chassis.outside import Outside

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

PORTION: Final = 10_000


class NotInTheLog(ValueError):
    """There are no such events, or no checkpoint covers them yet."""


async def range_bundle(pool: Pool, service: str, outside: Outside, first: int, last: int) -> bytes:
    """Events `first` to `last`: what was said of each, and of what was stored the hash alone."""
    key, known, note, checkpoint = await asyncio.to_thread(
        lambda: (outside.key(), outside.known(), outside.folder.newest(), outside.newest())
    )
    if note is None or checkpoint is None or not 1 <= first <= last <= checkpoint.size:
        raise NotInTheLog(f"{first} to {last}")
    events, leaves = await _events(pool, service, first, last)
    left, right = sides(first, last, checkpoint.size)
    hashes = await tree.hashes_at(pool, [*left, *right])
    proofs = Sides(
        checkpoint=note,
        first=first,
        left=tuple(hashes[place] for place in left),
        right=tuple(hashes[place] for place in right),
    )
    claim = {"form": "evidence/1", "kind": "range", "source": service, "first": first, "last": last}
    members = {
        "claim.json": canonical(claim),
        "keys.json": known.text().encode(),
        f"events/{service}": events,
        f"leaves/{service}": leaves,
        f"proofs/{service}.json": proofs_written(proofs),
    }
    return packed(key.name, members, key)


async def _events(pool: Pool, service: str, first: int, last: int) -> tuple[bytes, bytes]:
    events, leaves = bytearray(), bytearray()
    for begin in range(first, last + 1, PORTION):
        rows = await pool.fetch(_ROWS, begin, min(begin + PORTION - 1, last))
        for row in rows:
            said = proof.said_part(proof.Said(service, *row[:12]))
            stored = sha256(proof.stored_part(proof.Stored(*row[12:]))).digest()
            events += entry(said, None, stored)
            leaves += proof.leaf_of(stored, sha256(said).digest())
    if len(leaves) != (last - first + 1) * merkle.HASH:
        raise NotInTheLog(f"{first} to {last}")
    return bytes(events), bytes(leaves)


_SAID = ", ".join(proof.Said._fields[1:])
_ROWS = f"""
SELECT {_SAID}, {", ".join(proof.Stored._fields)}
  FROM log WHERE seq BETWEEN $1 AND $2 ORDER BY seq
"""  # noqa: S608 - a constant of this program
