"""Proves every row of this inbox by its source's tree: what is kept here is what was said there.

The source's doors give, for each row, the hash of the part that is not shown and the path to a
checkpoint; the rest of the leaf is made of the row itself. So one byte changed in any column that
was said is noticed. When and by which way a row came is this service's own note, and not proved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from services.chassis import merkle, proof
from services.chassis.checkpoint import Checkpoint
from services.chassis.checkpoint_keys import KnownKeys
from services.chassis.doors import DoorClosed
from services.chassis.proof_doors import MOST_AT_ONCE, HttpProofs, NeverSaid

if TYPE_CHECKING:
    import asyncpg

    from services.chassis.postgres import Connection, Pool
    from services.chassis.verify_log import Say

BATCH: Final = 500
assert BATCH <= MOST_AT_ONCE


@dataclass(slots=True)
class Proving:
    """What was found of one source's rows."""

    source: str
    proved: int = 0
    later: int = 0
    """Rows that are newer than the source's newest checkpoint."""
    lost: int = 0
    """Rows beyond a fork of the source: it has lost them, and nobody can prove them."""
    checkpoint: Checkpoint | None = None
    wrong: dict[str, Any] | None = None
    unreachable: str | None = None

    @property
    def whole(self) -> bool:
        return self.wrong is None and self.unreachable is None

    def as_json(self) -> dict[str, Any]:
        claim = self.checkpoint
        return {
            "source": self.source,
            "whole": self.whole,
            "proved": self.proved,
            "later": self.later,
            "lost": self.lost,
            "checkpoint": claim and {"size": claim.size, "root": claim.root.hex()},
            "wrong": self.wrong,
            "unreachable": self.unreachable,
        }


async def verify_inbox(
    db: Connection | Pool, doors: Mapping[str, HttpProofs], known: KnownKeys, say: Say | None = None
) -> dict[str, Any]:
    """Every source's rows; `whole` when none is found that does not fit."""
    found = [await _source(db, source, door, known, say) for source, door in doors.items()]
    strangers = await db.fetchval(
        "SELECT min(source) FROM inbox WHERE source <> ALL ($1::text[])", list(doors)
    )
    if strangers is not None:
        wrong = {"what": "is of a source that is not heard"}
        found.append(Proving(strangers, wrong=wrong))
    return {"whole": all(one.whole for one in found), "sources": [one.as_json() for one in found]}


async def _source(
    db: Connection | Pool, source: str, door: HttpProofs, known: KnownKeys, say: Say | None
) -> Proving:
    proving = Proving(source)
    try:
        proving.checkpoint = known.opened(await door.checkpoint(), strangers=True)
        if proving.checkpoint.origin.rpartition("/")[2] != source:
            raise DoorClosed(f"{source}: the checkpoint is another log's")
        place = (0, 0, 0)
        while rows := await _rows(db, source, place):
            mine = await _of_the_log(db, proving, rows, place)
            await _batch(proving, door, mine)
            if proving.wrong is not None:
                break
            place = _place(rows[-1])
            if say is not None:
                say(f"{source}: {proving.proved} records proved")
    except (DoorClosed, ValueError) as error:
        proving.unreachable = f"{type(error).__name__} {error}"
    return proving


async def _rows(
    db: Connection | Pool, source: str, after: tuple[int, int, int]
) -> list[asyncpg.Record]:
    return await db.fetch(
        """
        SELECT generation, partition, psn, event_id, seq, type, schema, subject, agency,
               effective_from, recorded_at, body
          FROM inbox
         WHERE source = $1 AND (generation, partition, psn) > ($2, $3, $4)
         ORDER BY generation, partition, psn
         LIMIT $5
        """,
        source,
        *after,
        BATCH,
    )


async def _of_the_log(
    db: Connection | Pool,
    proving: Proving,
    rows: Sequence[asyncpg.Record],
    before: tuple[int, int, int],
) -> list[asyncpg.Record]:
    """The rows that the source can prove, up to the first hole."""
    stands = {
        row["generation"]: row["stands"]
        for row in await db.fetch(
            "SELECT generation, stands FROM source_lives WHERE source = $1", proving.source
        )
    }
    assert proving.checkpoint is not None
    mine = []
    for row in rows:
        generation, partition, psn = _place(row)
        last = before[2] if (generation, partition) == before[:2] else 0
        before = (generation, partition, psn)
        if psn != last + 1:
            proving.wrong = _named(row, f"follows {last}: what is between is missing")
            break
        heads = stands.get(generation)
        if heads is not None and partition < len(heads) and psn > heads[partition]:
            proving.lost += 1
        elif row["seq"] > proving.checkpoint.size:
            proving.later += 1
        else:
            mine.append(row)
    return mine


async def _batch(proving: Proving, door: HttpProofs, rows: Sequence[asyncpg.Record]) -> None:
    """Prove some rows; what is found wrong comes before a hole that was found after them."""
    claim, hole = proving.checkpoint, proving.wrong
    assert claim is not None
    while rows:
        try:
            proved = await door.proofs([_place(row) for row in rows], size=claim.size)
            break
        except NeverSaid as none:
            if not none.nth < len(rows):
                raise DoorClosed(f"{proving.source}: the answer makes no sense") from none
            rows, never = rows[: none.nth], rows[none.nth]
            hole = _named(never, "was never said")
    if rows:
        for row, one in zip(rows, proved.proofs, strict=True):
            if not _fits(row, proving.source, one.seq, one.stored_hash, one.path, claim):
                proving.wrong = _named(row, "is not what was said")
                return
            proving.proved += 1
    proving.wrong = hole


def _fits(
    row: asyncpg.Record,
    source: str,
    seq: int,
    stored_hash: bytes,
    path: Sequence[bytes],
    claim: Checkpoint,
) -> bool:
    said = proof.Said(
        service=source,
        generation=row["generation"],
        seq=row["seq"],
        event_id=row["event_id"],
        subject=row["subject"],
        agency=row["agency"],
        effective_from=row["effective_from"],
        recorded_at=row["recorded_at"],
        said_type=row["type"],
        said_schema=row["schema"],
        partition=row["partition"],
        psn=row["psn"],
        said_body=row["body"],
    )
    leaf = proof.leaf_of(stored_hash, sha256(proof.said_part(said)).digest())
    try:
        merkle.verify_inclusion(leaf, seq - 1, claim.size, path, claim.root)
    except merkle.NotIncluded:
        return False
    return bool(seq == row["seq"])


def _place(row: asyncpg.Record) -> tuple[int, int, int]:
    return row["generation"], row["partition"], row["psn"]


def _named(row: asyncpg.Record, what: str) -> dict[str, Any]:
    generation, partition, psn = _place(row)
    return {
        "what": what,
        "generation": generation,
        "partition": partition,
        "psn": psn,
        "seq": row["seq"],
        "event_id": str(row["event_id"]),
    }
