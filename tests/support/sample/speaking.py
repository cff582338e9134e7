"""A source that lives in memory: it says events, keeps them, and opens its doors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from services.chassis.cloudevents import SaidRow, said_headers
from services.chassis.heads import Heads, note_heads
from services.chassis.heard import Headers, Raw, line_of, raw_of_line
from services.chassis.partitioning import partition_of
from tests.support.sample.contracts import Contract

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

START = datetime(2025, 6, 1, tzinfo=UTC)


class Speaker:
    """Everything is said to somebody by `raw`, or fetched at the doors."""

    def __init__(self, source: str = "sample", partitions: int = 2, generation: int = 1) -> None:
        self.source = source
        self.generation = generation
        self.said_rows: list[list[SaidRow]] = [[] for _ in range(partitions)]
        self.seq = 0
        self.asked = 0
        self.reachable = True

    def say(
        self,
        event: Contract | None = None,
        *,
        type: str | None = None,
        body: bytes | None = None,
        subject: UUID | None = None,
        schema: int | None = None,
        event_id: UUID | None = None,
    ) -> SaidRow:
        about = subject or (event.thing_id if event else uuid4())
        partition = partition_of(about, len(self.said_rows))
        self.seq += 1
        row = SaidRow(
            self.generation,
            partition,
            len(self.said_rows[partition]) + 1,
            event_id or uuid4(),
            self.seq,
            type or (event.TYPE if event else "sample.marked.v1"),
            schema or (event.SCHEMA if event else 1),
            about,
            "here",
            date(2025, 6, 1),
            START + timedelta(microseconds=self.seq),
            body if body is not None else (event.model_dump_json().encode() if event else b"{}"),
        )
        self.said_rows[partition].append(row)
        return row

    def raw(self, row: SaidRow, headers: Headers | None = None) -> Raw:
        """The record as Kafka brings it."""
        said = said_headers(self.source, row) if headers is None else headers
        return Raw(self.source, "kafka", row.partition, row.psn - 1, said, row.body)

    def every(self) -> list[SaidRow]:
        return sorted((row for rows in self.said_rows for row in rows), key=lambda row: row.seq)

    def heads_now(self) -> Heads:
        closed = START + timedelta(microseconds=self.seq)
        return Heads(
            self.source, self.generation, closed, tuple(len(rows) for rows in self.said_rows)
        )

    # The doors

    async def heads(self) -> Heads:
        self.asked += 1
        if not self.reachable:
            raise ConnectionError("nobody answers")
        return self.heads_now()

    async def said(self, generation: int, partition: int, after: int, limit: int) -> list[Raw]:
        if not self.reachable:
            raise ConnectionError("nobody answers")
        rows = self.said_rows[partition][after : after + limit]
        return [
            raw_of_line(self.source, partition, line_of(said_headers(self.source, row), row.body))
            for row in rows
        ]

    async def tell(self, pool: Pool) -> None:
        """Let the listener know how far this source has spoken."""
        await note_heads(pool, self.heads_now())
