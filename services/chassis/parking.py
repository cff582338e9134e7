"""The table of events that stand aside: per projection and subject, in order, until released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from services.chassis.folding import At, Step, Trouble
from services.chassis.reading import Place

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

# What a newer release may be able to read.
CURED_BY_RELEASE: Final = ("unknown-type", "newer-version", "undecodable")


class TooManyParked(Exception):
    """So much stands aside that it is a fault of the program, not of the data."""


async def waiting_psns(
    db: Connection, projection: str, place: Place, subjects: Collection[UUID]
) -> dict[UUID, list[At]]:
    """The queues of these subjects: positions, in order, through all generations."""
    rows = await db.fetch(
        """
        SELECT subject, generation, psn FROM parked
         WHERE projection = $1 AND source = $2 AND partition = $3
           AND subject = ANY ($4) AND released_at IS NULL
         ORDER BY generation, psn
        """,
        projection,
        place.source,
        place.partition,
        list(subjects),
    )
    queues: dict[UUID, list[At]] = defaultdict(list)
    for subject, generation, psn in rows:
        queues[subject].append((generation, psn))
    return queues


async def park(db: Connection, projection: str, steps: Iterable[tuple[Step, Trouble]]) -> None:
    rows = []
    for step, trouble in steps:
        seen = step.seen
        place = seen.source, seen.generation, seen.partition
        rows.append(
            (projection, *place, seen.psn, seen.subject, seen.event_id, seen.type, *trouble)
        )
    if rows:
        await db.executemany(_PARK, rows)


async def release(db: Connection, projection: str, place: Place, ats: Collection[At]) -> None:
    if ats:
        await db.execute(
            """
            UPDATE parked SET released_at = clock_timestamp()
             WHERE projection = $1 AND source = $2 AND partition = $3
               AND (generation, psn) IN (SELECT * FROM unnest($4::int[], $5::bigint[]))
            """,
            projection,
            place.source,
            place.partition,
            [generation for generation, _ in ats],
            [psn for _, psn in ats],
        )


async def subjects_parked(
    db: Connection | Pool, projection: str, reasons: Collection[str] | None = None
) -> list[tuple[Place, UUID]]:
    """Who waits, and where; `reasons` are those of the event at the head of the queue."""
    rows = await db.fetch(
        """
        SELECT source, generation, partition, subject FROM (
            SELECT DISTINCT ON (source, partition, subject) *
              FROM parked WHERE projection = $1 AND released_at IS NULL
             ORDER BY source, partition, subject, generation, psn
        ) AS heads
         WHERE $2::text[] IS NULL OR reason = ANY ($2)
        """,
        projection,
        None if reasons is None else list(reasons),
    )
    return [(Place(*row[:3]), row[3]) for row in rows]


async def count_parked(db: Connection | Pool, projection: str) -> int:
    """How many subjects wait."""
    found = await db.fetchval(
        """
        SELECT count(*) FROM (
            SELECT DISTINCT source, partition, subject FROM parked
             WHERE projection = $1 AND released_at IS NULL) AS waiting
        """,
        projection,
    )
    return int(found)


async def parked_report(db: Connection | Pool) -> list[dict[str, Any]]:
    """For the operator: everything that waits, of every projection and of the reactions."""
    rows = await db.fetch(
        """
        SELECT projection, source, generation, partition, psn, subject, event_id, type, reason,
               error, parked_at
          FROM parked WHERE released_at IS NULL
         UNION ALL
        SELECT 'reaction:' || rule, source, generation, partition, psn, subject, event_id, type,
               reason, error, parked_at
          FROM reaction_parked WHERE released_at IS NULL
         ORDER BY 1, 2, 3, 4, 5
        """
    )
    return [
        {name: value if isinstance(value, int) else str(value) for name, value in row.items()}
        for row in rows
    ]


_PARK: Final = """
    INSERT INTO parked (projection, source, generation, partition, psn, subject, event_id, type,
                        reason, error)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (projection, source, generation, partition, psn)
        DO UPDATE SET reason = excluded.reason, error = excluded.error, released_at = NULL
"""
