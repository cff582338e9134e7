"""The inbox: an append-once log of what other services said, by whichever way it came.

A record has one place: source, generation, partition, psn. The same record again is a duplicate
and counted; another record at the same place is an incident; what has no place, or claims one that
its source has not filled yet, is set aside with the reason. Nothing is interpreted, nobody waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import asyncpg

from services.chassis.binary_copy import copy_rows
from services.chassis.failpoints import reach
from services.chassis.heads import Heads, newest_heads
from services.chassis.heard import (
    LARGEST_BODY,
    Heard,
    Raw,
    Unplaceable,
    all_placed,
    headers_from_json,
    headers_to_json,
    placed,
)
from services.chassis.news import News
from services.chassis.telemetry import Metrics, log

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

PART: Final = 500_000
# Of the inbox's columns, in the order of `Heard`.
_TYPES: Final = (
    *("text", "integer", "integer", "bigint", "uuid", "bigint", "text", "integer", "uuid", "text"),
    *("date", "timestamp with time zone", "bytea", "text"),
)
Ask = Callable[[str], Awaitable[Heads | None]]
_log = log("chassis.inbox")


@dataclass(slots=True)
class Counts:
    """What became of the records that were handed over."""

    stored: int = 0
    duplicates: int = 0
    aside: int = 0
    contradictions: int = 0

    def __iadd__(self, other: Counts) -> Counts:
        self.stored += other.stored
        self.duplicates += other.duplicates
        self.aside += other.aside
        self.contradictions += other.contradictions
        return self


@dataclass(frozen=True, slots=True)
class Aside:
    """A record that is kept outside the inbox, and why."""

    raw: Raw
    reason: str
    explained: str
    generation: int | None = None
    psn: int | None = None


async def nobody_to_ask(_: str) -> Heads | None:
    return None


@dataclass(slots=True)
class Inbox:
    """One service's inbox. `ask` fetches a source's heads now; `news` is told what came."""

    pool: Pool
    ask: Ask = nobody_to_ask
    metrics: Metrics = field(default_factory=Metrics)
    news: News = field(default_factory=News)
    _heads: dict[tuple[str, int], Heads] = field(default_factory=dict)
    _parts_through: int = 0

    async def record(self, raws: Sequence[Raw]) -> Counts:
        """Write down what came. Raises only when the database cannot be written to."""
        fits, asides = _sorted_out(raws)
        fits, beyond = await self._within_heads(fits)
        counts = await self._store(fits, [*asides, *beyond])
        if counts.stored:
            self.news.tell((heard.source, heard.type) for heard, _ in fits)
        return counts

    def learn(self, heads: Heads) -> None:
        """The source has told its heads."""
        life = heads.source, heads.generation
        known = self._heads.get(life)
        if known is None or sum(known.heads) <= sum(heads.heads):
            self._heads[life] = heads

    # The source's heads are believed, not the record's claim

    async def _within_heads(
        self, fits: list[tuple[Heard, Raw]]
    ) -> tuple[list[tuple[Heard, Raw]], list[Aside]]:
        # An answer that was on its way already may be older than the record: then once more.
        if self._are_all_said(fits):
            return fits, []
        for _ in range(2):
            unsaid = {(one.source, one.generation) for one, _ in fits if not self._is_said(one)}
            if not unsaid:
                return fits, []
            for life in unsaid:
                await self._ask(*life)
        inside = [pair for pair in fits if self._is_said(pair[0])]
        return inside, [_beyond(heard, raw) for heard, raw in fits if not self._is_said(heard)]

    async def _ask(self, source: str, generation: int) -> None:
        """Once per batch: what the source says now, else what it said last of that generation."""
        told = await self.ask(source)
        if told is None or told.generation != generation:
            told = await newest_heads(self.pool, source, generation)
        if told is not None:
            self.learn(told)

    def _is_said(self, heard: Heard) -> bool:
        return self._holds(heard.source, heard.generation, heard.partition, heard.psn)

    def _holds(self, source: str, generation: int, partition: int, psn: int) -> bool:
        heads = self._heads.get((source, generation))
        return heads is not None and heads.holds(generation, partition, psn)

    def _are_all_said(self, fits: list[tuple[Heard, Raw]]) -> bool:
        """Whether a whole batch is: the last record of each partition speaks for the others."""
        last: dict[tuple[str, int, int], int] = {}
        for (source, generation, partition, psn, *_), _ in fits:
            place = source, generation, partition
            if psn > last.get(place, 0):
                last[place] = psn
        return all(self._holds(*place, psn) for place, psn in last.items())

    # Writing

    async def _store(self, fits: list[tuple[Heard, Raw]], asides: list[Aside]) -> Counts:
        await self._make_parts(max((heard.psn for heard, _ in fits), default=0))
        counts = Counts()
        async with self.pool.acquire() as connection:
            for few, problem in await self._written(connection, [heard for heard, _ in fits]):
                if problem is None:
                    counts += few
                else:
                    raw = next(raw for heard, raw in fits if heard is problem)
                    asides.append(
                        Aside(raw, "unstorable", "Refused.", problem.generation, problem.psn)
                    )
            counts.aside += len(asides)
            await self._set_aside(connection, asides)
        self._count(fits, asides, counts)
        return counts

    async def _written(
        self, connection: Connection, records: list[Heard]
    ) -> list[tuple[Counts, Heard | None]]:
        """Write a batch; when the database refuses a value in it, find the record that holds it."""
        if not records:
            return []
        try:
            return [(await self._write(connection, records), None)]
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, ValueError):
            if len(records) == 1:
                return [(Counts(), records[0])]
        middle = len(records) // 2
        return [
            *await self._written(connection, records[:middle]),
            *await self._written(connection, records[middle:]),
        ]

    async def _write(self, connection: Connection, records: list[Heard]) -> Counts:
        try:
            async with connection.transaction():
                await copy_rows(connection, "inbox", Heard._fields, _TYPES, records)
                await reach("rows-before-commit")
            return Counts(stored=len(records))
        except asyncpg.UniqueViolationError:
            return await self._write_new(connection, records)

    async def _write_new(self, connection: Connection, records: list[Heard]) -> Counts:
        """The slower way, taken when something in the batch was heard before."""
        async with connection.transaction():
            await connection.execute(
                """
                CREATE TEMP TABLE IF NOT EXISTS arriving
                (LIKE inbox INCLUDING DEFAULTS) ON COMMIT DELETE ROWS
                """
            )
            await connection.copy_records_to_table(
                "arriving", records=records, columns=Heard._fields
            )
            stored = await connection.fetchval(_INSERT_NEW)
            others = await connection.fetch(_CONTRADICTIONS)
            await reach("rows-before-commit")
            await self._set_aside(connection, [_contradiction(row) for row in others])
        duplicates = len(records) - stored - len(others)
        return Counts(stored, duplicates, 0, len(others))

    async def _make_parts(self, psn: int) -> None:
        """A part is made when the one before it is half full."""
        if psn + PART // 2 >= self._parts_through:
            await self.pool.execute("SELECT inbox_parts_through($1)", psn + PART)
            self._parts_through = psn + PART

    async def _set_aside(self, connection: Connection, asides: Sequence[Aside]) -> None:
        if asides:
            await connection.executemany(_SET_ASIDE, [_aside_row(aside) for aside in asides])

    def _count(
        self, fits: Iterable[tuple[Heard, Raw]], asides: Sequence[Aside], counts: Counts
    ) -> None:
        shares = Counter((heard.source, heard.way) for heard, _ in fits)
        for (source, way), share in shares.items():
            self.metrics.heard.labels(source, way).inc(share)
            self.metrics.duplicates.labels(source).inc(counts.duplicates)
            if counts.contradictions:
                self.metrics.incidents.labels(source).inc(counts.contradictions)
                _log.error("contradicted", source=source, records=counts.contradictions)
        reasons = Counter((aside.raw.source, aside.reason) for aside in asides)
        for (source, reason), records in reasons.items():
            self.metrics.asides.labels(source, reason).inc(records)
            _log.warning("set aside", source=source, reason=reason, records=records)

    # What lay beyond the head, once the source has got there

    async def promote(self, heads: Heads, limit: int = 2000) -> Counts:
        """Take in what was set aside as beyond, now that the source's heads have reached it."""
        rows = await self.pool.fetch(
            """
            SELECT id, way, partition, kafka_offset, headers, body FROM inbox_aside
             WHERE source = $1 AND reason = 'beyond' AND settled_at IS NULL
               AND generation = $2 AND psn <= ($3::bigint[])[partition + 1]
             ORDER BY partition, psn LIMIT $4
            """,
            heads.source,
            heads.generation,
            list(heads.heads),
            limit,
        )
        if not rows:
            return Counts()
        raws = [
            Raw(heads.source, way, partition, offset, headers_from_json(headers), body)
            for _, way, partition, offset, headers, body in rows
        ]
        counts = await self.record(raws)
        await self.pool.execute(
            "UPDATE inbox_aside SET settled_at = clock_timestamp() WHERE id = ANY ($1)",
            [row["id"] for row in rows],
        )
        return counts


def _sorted_out(raws: Sequence[Raw]) -> tuple[list[tuple[Heard, Raw]], list[Aside]]:
    """Those with a place, and the others with the reason why they have none."""
    if not raws:
        return [], []
    try:
        return [*zip(all_placed(raws), raws, strict=True)], []
    except (AttributeError, TypeError, ValueError, Unplaceable):
        fits, asides = [], []
    for raw in raws:
        try:
            fits.append((placed(raw), raw))
        except Unplaceable as why:
            asides.append(Aside(raw, why.reason, why.explained))
    return fits, asides


def _beyond(heard: Heard, raw: Raw) -> Aside:
    return Aside(raw, "beyond", "The source has not said this yet.", heard.generation, heard.psn)


def _contradiction(row: asyncpg.Record) -> Aside:
    """The first stays; the second is kept with everything that its headers said."""
    headers = [
        (name, str(row[name]).encode())
        for name in ("event_id", "seq", "type", "schema", "subject", "agency", "recorded_at")
    ]
    raw = Raw(row["source"], row["way"], row["partition"], None, headers, row["body"])
    return Aside(
        raw,
        "contradicts",
        "Another record stands at this position.",
        row["generation"],
        row["psn"],
    )


def _aside_row(aside: Aside) -> tuple[object, ...]:
    raw = aside.raw
    body = raw.body or b""
    return (
        raw.source,
        raw.way,
        aside.generation,
        raw.partition,
        aside.psn,
        raw.offset,
        headers_to_json(raw.headers),
        None if raw.body is None else body[: 4 * LARGEST_BODY],
        sha256(body).hexdigest(),
        aside.reason,
        aside.explained,
    )


_SET_ASIDE: Final = """
    INSERT INTO inbox_aside (source, way, generation, partition, psn, kafka_offset, headers, body,
                             body_sha256, reason, explained)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT DO NOTHING
"""
_INSERT_NEW: Final = """
    WITH stored AS (
        INSERT INTO inbox
        SELECT DISTINCT ON (source, generation, partition, psn) * FROM arriving
         ORDER BY source, generation, partition, psn
            ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT count(*) FROM stored
"""
_CONTRADICTIONS: Final = """
    SELECT arriving.* FROM arriving
      JOIN inbox USING (source, generation, partition, psn)
     WHERE (arriving.event_id, arriving.seq, arriving.type, arriving.schema, arriving.subject,
            arriving.agency, arriving.effective_from, arriving.recorded_at, arriving.body)
           IS DISTINCT FROM
           (inbox.event_id, inbox.seq, inbox.type, inbox.schema, inbox.subject,
            inbox.agency, inbox.effective_from, inbox.recorded_at, inbox.body)
"""
