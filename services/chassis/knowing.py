"""How much of the truth a read model holds: its basis, and how certain it is.

A question is a `Part`: one SELECT with its arguments. Parts asked `at_once` are one statement, so
their rows are of one moment: rows, the basis they speak of and what may still change them.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import UUID

from services.chassis.partitioning import partition_of
from services.chassis.reasons import (
    Contradicted,
    Hole,
    InDoubt,
    Parked,
    Reason,
    Unconfirmed,
    Unreachable,
    Withdrawn,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

UNREACHABLE_SECONDS: Final = 30
# Heads younger than this may be ahead of records that are still on their way.
ON_ITS_WAY_SECONDS: Final = 4

Positions = dict[str, tuple[int, dict[int, int]]]


class Db(Protocol):
    """A pool or a connection."""

    async def fetch(self, query: str, /, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, /, *args: Any) -> Any: ...
    async def fetchval(self, query: str, /, *args: Any) -> Any: ...


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


# Several questions in one statement


@dataclass(frozen=True, slots=True)
class Part:
    """One SELECT, with parameters of its own. Its columns are of plain types, none is an array.

    What is given as rows (`VALUES`) and not as an array is counted when the plan is made: only so
    does the server see that a general plan is as good, and makes it once.
    """

    sql: str
    args: tuple[Any, ...] = ()


async def at_once(db: Db, *parts: Part) -> list[list[Any]]:
    """The rows of every part, all as of one moment, for one round trip.

    A statement holds its tables before its moment is chosen, like `one_moment`.
    """
    statement = _statement(tuple((part.sql, len(part.args)) for part in parts))
    return list(await db.fetchrow(statement, *(arg for part in parts for arg in part.args)))


@lru_cache(maxsize=64)
def _statement(parts: tuple[tuple[str, int], ...]) -> str:
    asked, before = [], 0
    for sql, args in parts:
        numbered = re.sub(r"\$(\d+)", lambda found, n=before: f"${int(found[1]) + n}", sql)  # type: ignore[misc]
        asked.append(f"ARRAY(SELECT asked FROM ({numbered}) AS asked)")  # noqa: S608 - ours
        before += args
    return f"SELECT {', '.join(asked)}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What read models had taken in at a moment, through when all is known, and what may change."""

    positions: Mapping[str, Positions]
    known_through: datetime | None
    reasons: Sequence[Reason]


async def rows_and_standing(
    db: Db,
    rows: Sequence[Part],
    sources: Mapping[str, Sequence[str]],
    doubted: str,
    subjects: Sequence[UUID],
) -> tuple[list[list[Any]], Standing]:
    """Rows of read models, and how these stood at that very moment.

    `sources` says of each read model which sources its rows rest on; `doubted` is the one of
    which is asked what could still change an answer about the subjects.
    """
    pairs = [(model, source) for model, read in sources.items() for source in read]
    wanted = sources[doubted]
    parts = (
        _positions(sources),
        _closed(pairs),
        *_doubts(doubted, wanted, subjects),
    )
    found = await at_once(db, *rows, *parts)
    positions, closed, *doubts = found[len(rows) :]
    standing = Standing(
        {model: _prefixes(row[1:] for row in positions if row[0] == model) for model in sources},
        _least(closed),
        _reasons(doubts, subjects),
    )
    return found[: len(rows)], standing


# The basis of an answer


async def positions(db: Db, projection: str) -> Positions:
    """The prefix of every source that a read model has taken in: the basis of an answer from it."""
    part = _positions([projection])
    return _prefixes(row[1:] for row in await db.fetch(part.sql, *part.args))


def _positions(projections: Iterable[str]) -> Part:
    return Part(
        """
        SELECT projection, source, generation, partition, psn FROM projection_cursor
         WHERE projection = ANY ($1::text[]) ORDER BY projection, source, generation, partition
        """,
        (list(projections),),
    )


def _prefixes(rows: Iterable[Any]) -> Positions:
    found: Positions = {}
    for source, generation, partition, psn in rows:
        if source not in found or found[source][0] < generation:
            found[source] = (generation, {})
        found[source][1][partition] = psn
    return found


async def known_through(db: Db, projection: str, sources: Iterable[str]) -> datetime | None:
    """The instant up to which everything recorded by these sources is in the read model."""
    part = _closed([(projection, source) for source in sources])
    return _least(await db.fetch(part.sql, *part.args))


def _closed(pairs: Sequence[tuple[str, str]]) -> Part:
    """The newest heads that the projected prefix has reached say how far time is closed."""
    models = ", ".join(f"(${n}::text, ${n + 1}::text)" for n in range(1, 2 * len(pairs), 2))
    return Part(
        f"""
        SELECT (SELECT h.closed_through FROM source_heads h
                 WHERE h.source = model.source
                   AND (h.generation = 1 AND 0 = ALL (h.heads)
                        OR h.generation < (SELECT max(c.generation) FROM projection_cursor c
                                            WHERE c.projection = model.projection
                                              AND c.source = model.source)
                        OR h.generation = (SELECT max(c.generation) FROM projection_cursor c
                                            WHERE c.projection = model.projection
                                              AND c.source = model.source)
                           AND NOT EXISTS (
                            SELECT FROM unnest(h.heads) WITH ORDINALITY AS head (psn, nth)
                              LEFT JOIN projection_cursor c
                                ON c.projection = model.projection AND c.source = model.source
                               AND c.generation = h.generation AND c.partition = head.nth - 1
                             WHERE head.psn > coalesce(c.psn, 0)))
                 ORDER BY h.asked_at DESC LIMIT 1)
          FROM (VALUES {models}) AS model (projection, source)
        """,  # noqa: S608 - numbers of parameters
        tuple(chain.from_iterable(pairs)),
    )


def _least(closed: Sequence[Any]) -> datetime | None:
    instants = [row[0] for row in closed]
    return None if None in instants else min(instants, default=None)


# Why an answer is provisional


async def provisional_reasons(
    db: Db,
    projection: str,
    sources: Iterable[str],
    subjects: Iterable[UUID],
    known_at: datetime | None = None,
) -> list[Reason]:
    """Everything that could still change an answer about these subjects from this read model, or
    has changed it since."""
    about = list(subjects)
    found = _reasons(await at_once(db, *_doubts(projection, list(sources), about)), about)
    return [one for one in found if not isinstance(one, Withdrawn) or one.concerns(known_at)]


def _doubts(projection: str, sources: Sequence[str], subjects: Sequence[UUID]) -> tuple[Part, ...]:
    wanted = list(sources)
    rows = ", ".join(f"(${n}::text)" for n in range(3, 3 + len(wanted)))
    return (
        Part(_UNREACHABLE, (wanted, UNREACHABLE_SECONDS)),
        Part(
            _HOLES.replace("VALUES (wanted)", f"VALUES {rows}"),
            (projection, ON_ITS_WAY_SECONDS, *wanted),
        ),
        Part(_PARKED, (projection, wanted, list(subjects))),
        Part(_CONTRADICTED, (wanted,)),
        Part(_IN_DOUBT, (wanted,)),
        Part(_LOST, (wanted, list(subjects))),
    )


def _reasons(found: Sequence[Sequence[Any]], subjects: Sequence[UUID]) -> list[Reason]:
    unreachable, holes, parked, contradicted, in_doubt, lost = found
    return [
        *(Unreachable(source, since) for source, since in unreachable),
        *(Hole(*hole) for *hole, partitions in holes if _concerns(hole[2], partitions, subjects)),
        *(Parked(*row) for row in parked),
        *(
            Contradicted(*case)
            for *case, partitions in contradicted
            if partitions is None or _concerns(case[1], partitions, subjects)
        ),
        *(InDoubt(*row) for row in in_doubt),
        *(Unconfirmed(*row[:6]) if row[7] is None else Withdrawn(*row[:7]) for row in lost),
    ]


def _concerns(partition: int, partitions: int, subjects: Sequence[UUID]) -> bool:
    """Another subject's partition says nothing about this one."""
    return any(partition_of(subject, partitions) == partition for subject in subjects)


_UNREACHABLE: Final = """
SELECT wanted.source, last_ok
  FROM unnest($1::text[]) AS wanted (source)
  LEFT JOIN source_contact USING (source)
 WHERE last_ok IS NULL OR last_ok < clock_timestamp() - make_interval(secs => $2)
 ORDER BY 1
"""

# Partitions whose next record is missing although a later one, or a head, says it exists.
_HOLES: Final = """
WITH wanted (source) AS (
    VALUES (wanted)
), newest AS (
    SELECT wanted.source, generation, heads
      FROM wanted
     CROSS JOIN LATERAL (
        SELECT generation, heads FROM source_heads h
         WHERE h.source = wanted.source
           AND NOT own AND asked_at < clock_timestamp() - make_interval(secs => $2)
         ORDER BY asked_at DESC LIMIT 1) AS settled
     UNION ALL
    SELECT source, generation, kept FROM source_lives JOIN wanted USING (source)
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
"""

_PARKED: Final = """
SELECT DISTINCT ON (source, partition, subject) source, subject, event_id, type, reason
  FROM parked
 WHERE projection = $1 AND source = ANY ($2::text[]) AND subject = ANY ($3::uuid[])
   AND released_at IS NULL
 ORDER BY source, partition, subject, generation, psn
"""

_CONTRADICTED: Final = """
SELECT DISTINCT aside.source, partition, psn,
       (SELECT cardinality(heads) FROM source_heads h
         WHERE h.source = aside.source ORDER BY asked_at DESC LIMIT 1)
  FROM inbox_aside aside
 WHERE aside.source = ANY ($1::text[]) AND reason = 'contradicts' AND settled_at IS NULL
 ORDER BY 1, 2, 3
"""

_IN_DOUBT: Final = """
SELECT source FROM source_contact WHERE in_doubt AND source = ANY ($1::text[]) ORDER BY 1
"""

_LOST: Final = """
SELECT source, generation, partition, psn, event_id, recorded_at, withdrawn_at, removed_at
  FROM unconfirmed
 WHERE source = ANY ($1::text[]) AND subject = ANY ($2::uuid[])
   AND twin_is_same IS DISTINCT FROM true
 ORDER BY source, generation, partition, psn
"""
