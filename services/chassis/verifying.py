"""The operator's verification of the log in this database, and its copy for elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from services.chassis.copied_log import COLUMNS, END, START
from services.chassis.log_verifier import LogCheck, Wrong
from services.chassis.merkle import HASH
from services.chassis.outside import Outside
from services.chassis.tree import WIDE
from services.chassis.verify_log import PIECE, Report, Say, Verifying, claims_in

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

_ALL: Final = f"SELECT {', '.join(COLUMNS)} FROM log ORDER BY seq"  # noqa: S608 - ours
_SOME: Final = f"""
SELECT {", ".join(COLUMNS)} FROM log WHERE seq > $1 AND seq <= $2 ORDER BY seq
"""  # noqa: S608


async def export_log(pool: Pool, file: Path) -> int:
    """Write the log to a file as PostgreSQL copies it, in one snapshot; how many events."""
    async with pool.acquire() as connection:
        status = await connection.copy_from_query(_ALL, output=file, format="binary")
    return int(status.rpartition(" ")[2])


async def verify_log(
    pool: Pool, service: str, outside: Outside | None, *, workers: int = 0, say: Say | None = None
) -> Report:
    """The log, the tree kept beside it, and every checkpoint outside, in one snapshot."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        return await verified(connection, service, outside, workers=workers, say=say)


async def verified(
    connection: Connection,
    service: str,
    outside: Outside | None,
    *,
    workers: int = 0,
    say: Say | None = None,
) -> Report:
    """The same within a transaction."""
    claims, wrong = claims_in(outside.folder, outside.known()) if outside else ([], None)
    if wrong is not None:
        return Report(service, wrong=wrong)
    tiles = _Tiles(connection)
    verifying = Verifying(service, claims, workers=workers, say=say)
    report = await verifying.run(_pieces(connection), tiles.compare)
    wrong = report.wrong
    if wrong is None:
        wrong = await _beside(connection, report.events) or tiles.wrong
    elif wrong.checkpoint and tiles.wrong and tiles.wrong.seq >= wrong.seq:
        # The tree remembers which event was another one when the checkpoint was written.
        wrong = replace(tiles.wrong, checkpoint=wrong.checkpoint)
    if wrong is not None and wrong.event_id is None:
        wrong = replace(wrong, event_id=await _id_of(connection, wrong.seq))
    return replace(report, wrong=wrong)


async def _pieces(connection: Connection) -> AsyncIterator[bytes]:
    """Whole rows, as they are copied, until some are missing or all were seen."""
    head = await connection.fetchval("SELECT coalesce((SELECT seq FROM sealer), 0)")
    for after in range(0, head, PIECE):
        piece = bytearray()

        async def more(data: bytes, piece: bytearray = piece) -> None:
            piece.extend(data)

        upto = min(after + PIECE, head)
        await connection.copy_from_query(_SOME, after, upto, output=more, format="binary")
        rows = bytes(piece[len(START) : -len(END)])
        if not rows:
            return
        yield rows


async def _beside(connection: Connection, events: int) -> Wrong | None:
    """What the log holds beside the events that were sealed, or lacks of them."""
    sealed = await connection.fetchval("SELECT coalesce((SELECT seq FROM sealer), 0)")
    if events < sealed:
        return Wrong("is missing", events + 1)
    seq = await connection.fetchval("SELECT min(seq) FROM log WHERE seq < 1 OR seq > $1", sealed)
    return None if seq is None else Wrong("was never sealed", seq)


async def _id_of(connection: Connection, seq: int) -> str | None:
    found = await connection.fetchval("SELECT event_id FROM log WHERE seq = $1", seq)
    return None if found is None else str(found)


class _Tiles:
    """Compares the tree kept in the database with the one that grows while the log is checked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.wrong: Wrong | None = None

    async def compare(self, check: LogCheck) -> None:
        for height, first, row in check.grown:
            if self.wrong is None and row and height % 8 == 0:
                await self._hashes(height // 8, first, row)
            if self.wrong is None and row and height % 8 == 0 and height:
                await self._roots(height // 8 - 1, first, row)

    async def _hashes(self, level: int, first: int, row: list[bytes]) -> None:
        tiles = await self._connection.fetch(
            "SELECT index, hashes FROM tree_tile WHERE level = $1 AND index >= $2 AND index <= $3",
            level,
            first // WIDE,
            (first + len(row) - 1) // WIDE,
        )
        kept = {tile["index"]: tile["hashes"] for tile in tiles}
        for nth, hashed in enumerate(row, start=first):
            tile, at = kept.get(nth // WIDE), nth % WIDE * HASH
            if tile is not None and tile[at : at + HASH] != hashed:
                await self._found(level, nth)
                return

    async def _roots(self, level: int, first: int, row: list[bytes]) -> None:
        tiles = await self._connection.fetch(
            "SELECT index, root FROM tree_tile WHERE level = $1 AND index >= $2 AND index < $3",
            level,
            first,
            first + len(row),
        )
        for tile in tiles:
            if tile["root"] != row[tile["index"] - first]:
                await self._found(level + 1, tile["index"])
                return

    async def _found(self, level: int, index: int) -> None:
        seq = (index << 8 * level) + 1
        what = "is not what the tree kept beside the log says"
        self.wrong = Wrong(what, seq, await _id_of(self._connection, seq))
