"""A log of bare leaves: as long as a test of the tree needs, and cheap."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
COLUMNS = (
    *("seq", "generation", "event_id", "stream", "version", "type", "schema", "subject"),
    *("agency", "effective_from", "recorded_at", "actor", "door", "verified", "body"),
    *("leaf_format", "leaf"),
)


def leaf(seq: int) -> bytes:
    return sha256(b"\0" + str(seq).encode()).digest()


def leaves(size: int) -> list[bytes]:
    return [leaf(seq) for seq in range(1, size + 1)]


async def lengthen(pool: Pool, size: int, *, since: int = 0) -> None:
    """Seal bare events until the log has this size; the sealer's row says so."""
    nobody, day = UUID(int=0), date(2026, 1, 5)
    records = [
        (
            *(seq, 1, UUID(int=seq), f"s-{seq}", 1, "counted", 1, nobody),
            *("demo", day, NOON, "tester", "test", True, b"{}"),
            *(1, leaf(seq)),
        )
        for seq in range(since + 1, size + 1)
    ]
    async with pool.acquire() as connection, connection.transaction():
        await connection.copy_records_to_table("log", records=records, columns=COLUMNS)
        await connection.execute(
            """
            INSERT INTO sealer (epoch, generation, seq, closed_through, psn_heads, holder,
                                renewed_at)
            VALUES (1, 1, $1, $2, '{0,0,0,0}', 'test', now())
                ON CONFLICT (one) DO UPDATE SET seq = excluded.seq
            """,
            size,
            NOON,
        )
