"""How much of the truth a read model holds: its basis, and how certain it is.

Every function takes whatever can run a query. Called inside `one_moment`, together with the query
for the rows themselves, they speak of exactly those rows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol
from uuid import UUID

from services.chassis.partitioning import partition_of

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

UNREACHABLE_SECONDS: Final = 30
# Heads younger than this may be ahead of records that are still on their way.
ON_ITS_WAY_SECONDS: Final = 4

Positions = dict[str, tuple[int, dict[int, int]]]


class Db(Protocol):
    """A pool or a connection."""

    async def fetch(self, query: str, /, *args: Any) -> list[Any]: ...
    async def fetchval(self, query: str, /, *args: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Hole:
    """A source's record is missing, and what came after it waits."""

    source: str
    generation: int
    partition: int
    after_psn: int
    kind: Literal["hole"] = "hole"


@dataclass(frozen=True, slots=True)
class Parked:
    """An event about this subject could not be applied; the subject's later events wait."""

    source: str
    subject: UUID
    event_id: UUID
    type: str
    reason: str
    kind: Literal["parked"] = "parked"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A source has not answered for more than thirty seconds."""

    source: str
    since: datetime | None
    kind: Literal["unreachable"] = "unreachable"


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A source's record came twice with different content, and nobody has settled which holds."""

    source: str
    partition: int
    psn: int
    kind: Literal["contradicted"] = "contradicted"


Reason = Hole | Parked | Unreachable | Contradicted


@asynccontextmanager
async def one_moment(pool: Pool, *tables: str) -> AsyncIterator[Connection]:
    """A connection on which rows and their basis are read as of the same moment.

    The tables are held before the moment is chosen: a rebuild cannot put another table in place
    between the basis and the rows.
    """
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS SHARE MODE")
        yield connection


# The basis of an answer


async def positions(db: Db, projection: str) -> Positions:
    """The prefix of every source that a read model has taken in: the basis of an answer from it."""
    rows = await db.fetch(
        """
        SELECT source, generation, partition, psn FROM projection_cursor
         WHERE projection = $1 ORDER BY source, generation, partition
        """,
        projection,
    )
    found: Positions = {}
    for source, generation, partition, psn in rows:
        if source not in found or found[source][0] < generation:
            found[source] = (generation, {})
        found[source][1][partition] = psn
    return found


async def known_through(db: Db, projection: str, sources: Iterable[str]) -> datetime | None:
    """The instant up to which everything recorded by these sources is in the read model."""
    reached = await positions(db, projection)
    closed = [await _closed_through(db, source, reached.get(source)) for source in sources]
    known = [instant for instant in closed if instant is not None]
    return min(known) if known and len(known) == len(closed) else None


async def _closed_through(
    db: Db, source: str, reached: tuple[int, dict[int, int]] | None
) -> datetime | None:
    """The newest heads that the projected prefix has reached say how far time is closed."""
    for skip, take in ((0, 5), (5, 1000)):
        rows = await db.fetch(
            """
            SELECT generation, closed_through, heads FROM source_heads
             WHERE source = $1 ORDER BY asked_at DESC OFFSET $2 LIMIT $3
            """,
            source,
            skip,
            take,
        )
        for generation, closed_through, heads in rows:
            if _covers(reached, generation, heads):
                return closed_through  # type: ignore[no-any-return]
    return None


def _covers(
    reached: tuple[int, dict[int, int]] | None, generation: int, heads: Sequence[int]
) -> bool:
    if not any(heads):
        return True
    if reached is None or reached[0] != generation:
        return False
    return all(reached[1].get(partition, 0) >= head for partition, head in enumerate(heads))


# Why an answer is provisional


async def provisional_reasons(
    db: Db, projection: str, sources: Iterable[str], subjects: Iterable[UUID]
) -> list[Reason]:
    """Everything that could still change an answer about these subjects from this read model."""
    wanted, about = list(sources), list(subjects)
    return [
        *await _unreachable(db, wanted),
        *await _holes(db, projection, wanted, about),
        *await _parked(db, projection, wanted, about),
        *await _contradicted(db, wanted, about),
    ]


async def _unreachable(db: Db, sources: list[str]) -> list[Reason]:
    rows = await db.fetch(
        """
        SELECT wanted.source, last_ok
          FROM unnest($1::text[]) AS wanted (source)
          LEFT JOIN source_contact USING (source)
         WHERE last_ok IS NULL OR last_ok < clock_timestamp() - make_interval(secs => $2)
         ORDER BY 1
        """,
        sources,
        UNREACHABLE_SECONDS,
    )
    return [Unreachable(source, since) for source, since in rows]


async def _holes(db: Db, projection: str, sources: list[str], subjects: list[UUID]) -> list[Reason]:
    """Partitions whose next record is missing although a later one, or a head, says it exists."""
    rows = await db.fetch(
        """
        WITH newest AS (
            SELECT wanted.source, generation, heads
              FROM unnest($2::text[]) AS wanted (source)
             CROSS JOIN LATERAL (
                SELECT generation, heads FROM source_heads h
                 WHERE h.source = wanted.source
                   AND NOT own AND asked_at < clock_timestamp() - make_interval(secs => $3)
                 ORDER BY asked_at DESC LIMIT 1) AS settled
        ), reached AS (
            SELECT n.source, n.generation, head.nth::int - 1 AS partition, head.psn AS head,
                   cardinality(n.heads) AS partitions, coalesce(c.psn, 0) AS psn
              FROM newest n
             CROSS JOIN LATERAL unnest(n.heads) WITH ORDINALITY AS head (psn, nth)
              LEFT JOIN projection_cursor c
                ON c.projection = $1 AND c.source = n.source
               AND c.generation = n.generation AND c.partition = head.nth - 1
        )
        SELECT r.source, r.generation, r.partition, r.psn, r.partitions
          FROM reached r
          LEFT JOIN LATERAL (
            SELECT i.psn FROM inbox i
             WHERE i.source = r.source AND i.generation = r.generation
               AND i.partition = r.partition AND i.psn > r.psn
             ORDER BY i.psn LIMIT 1) AS later ON true
         WHERE later.psn > r.psn + 1 OR (later.psn IS NULL AND r.head > r.psn)
        """,
        projection,
        sources,
        ON_ITS_WAY_SECONDS,
    )
    return [
        Hole(source, generation, partition, after)
        for source, generation, partition, after, partitions in rows
        if _concerns(partition, partitions, subjects)
    ]


def _concerns(partition: int, partitions: int, subjects: list[UUID]) -> bool:
    """Another subject's partition says nothing about this one."""
    return any(partition_of(subject, partitions) == partition for subject in subjects)


async def _parked(
    db: Db, projection: str, sources: list[str], subjects: list[UUID]
) -> list[Reason]:
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (source, partition, subject) source, subject, event_id, type, reason
          FROM parked
         WHERE projection = $1 AND source = ANY ($2) AND subject = ANY ($3)
           AND released_at IS NULL
         ORDER BY source, partition, subject, generation, psn
        """,
        projection,
        sources,
        subjects,
    )
    return [Parked(*row) for row in rows]


async def _contradicted(db: Db, sources: list[str], subjects: list[UUID]) -> list[Reason]:
    rows = await db.fetch(
        """
        SELECT DISTINCT aside.source, partition, psn,
               (SELECT cardinality(heads) FROM source_heads h
                 WHERE h.source = aside.source ORDER BY asked_at DESC LIMIT 1)
          FROM inbox_aside aside
         WHERE aside.source = ANY ($1) AND reason = 'contradicts' AND settled_at IS NULL
         ORDER BY 1, 2, 3
        """,
        sources,
    )
    return [
        Contradicted(source, partition, psn)
        for source, partition, psn, partitions in rows
        if partitions is None or _concerns(partition, partitions, subjects)
    ]
