"""What each source last said about itself: its last positions, and through when time is closed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from services.chassis.telemetry import said_of

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

KEPT: Final = 300


class Heads(NamedTuple):
    """One snapshot of a source: the last psn of every partition, at one instant."""

    source: str
    generation: int
    closed_through: datetime
    heads: tuple[int, ...]

    def holds(self, generation: int, partition: int, psn: int) -> bool:
        """Whether the source has said a record at this position."""
        return (
            generation == self.generation
            and partition < len(self.heads)
            and psn <= self.heads[partition]
        )


async def note_heads(db: Connection | Pool, heads: Heads, *, own: bool = False) -> None:
    """Keep them for `known_through`, and that the source was in reach."""
    await db.execute(
        """
        WITH noted AS (
            INSERT INTO source_heads (source, asked_at, generation, closed_through, heads, own)
            VALUES ($1, clock_timestamp(), $2, $3, $4, $5)
        ), contact AS (
            INSERT INTO source_contact (source, last_ok) VALUES ($1, clock_timestamp())
                ON CONFLICT (source) DO UPDATE SET last_ok = excluded.last_ok, last_error = NULL
        )
        DELETE FROM source_heads
         WHERE source = $1
           AND asked_at < (SELECT asked_at FROM source_heads WHERE source = $1
                            ORDER BY asked_at DESC OFFSET $6 LIMIT 1)
        """,
        heads.source,
        heads.generation,
        heads.closed_through,
        list(heads.heads),
        own,
        KEPT,
    )


async def note_silence(db: Connection | Pool, source: str, error: BaseException) -> None:
    """The source did not answer."""
    await db.execute(
        """
        INSERT INTO source_contact (source, last_error) VALUES ($1, $2)
            ON CONFLICT (source) DO UPDATE SET last_error = excluded.last_error
        """,
        source,
        said_of(error),
    )


async def newest_heads(
    db: Connection | Pool, source: str, generation: int | None = None
) -> Heads | None:
    """What the source told last, of any generation or of this one."""
    row = await db.fetchrow(
        """
        SELECT source, generation, closed_through, heads FROM source_heads
         WHERE source = $1 AND ($2::int IS NULL OR generation = $2)
         ORDER BY asked_at DESC LIMIT 1
        """,
        source,
        generation,
    )
    return Heads(row[0], row[1], row[2], tuple(row[3])) if row else None


async def own_heads(db: Connection | Pool, service: str) -> Heads | None:
    """The service's own log as a source of one partition; None before the first sealer."""
    row = await db.fetchrow("SELECT generation, closed_through, seq FROM sealer")
    return Heads(service, row[0], row[1], (row[2],)) if row else None


async def said_heads(db: Connection | Pool, service: str) -> Heads | None:
    """What the service has said to others, in one snapshot."""
    row = await db.fetchrow("SELECT generation, closed_through, psn_heads FROM sealer")
    return Heads(service, row[0], row[1], tuple(row[2])) if row else None
