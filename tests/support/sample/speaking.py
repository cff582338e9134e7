"""A source that lives in memory: it says events, keeps them, and opens its doors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from services.chassis.cloudevents import SaidRow, said_headers
from services.chassis.generations import Life, Withdrawal
from services.chassis.heads import Heads, note_heads
from services.chassis.heard import Headers, Raw, line_of, raw_of_line
from services.chassis.holding import Holding
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
        self.in_doubt = False
        self.earlier: dict[int, list[list[SaidRow]]] = {}
        self.withdrawn: list[Withdrawal] = []
        self.holdings: list[Holding] = []

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
            self.now(),
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
        return Heads(
            self.source,
            self.generation,
            self.now(),
            tuple(len(rows) for rows in self.said_rows),
            self.seq,
            self.in_doubt,
            tuple(Life(n, tuple(map(len, rows))) for n, rows in sorted(self.earlier.items())),
            tuple(self.withdrawn),
        )

    def now(self) -> datetime:
        return START + timedelta(microseconds=self.seq) + timedelta(days=self.generation - 1)

    # Its database is restored

    def lose(self, *stands: int) -> list[SaidRow]:
        """Everything after these positions is gone; what was lost."""
        lost = [row for row in self.every() if row.psn > stands[row.partition]]
        self.said_rows = [rows[:last] for rows, last in zip(self.said_rows, stands, strict=True)]
        self.seq -= len(lost)
        return lost

    def restored(self) -> None:
        """The operator has said so: a new generation begins."""
        self.earlier[self.generation] = self.said_rows
        self.said_rows = [[] for _ in self.said_rows]
        self.generation += 1
        self.seq += 1

    def withdraw(self, generation: int, *event_ids: UUID) -> None:
        """These, or all that have not been said again, do not stand."""
        self.seq += 1
        self.withdrawn.append(
            Withdrawal(generation, event_ids, not event_ids, self.now(), self.seq)
        )

    # The doors

    async def heads(self, holding: Holding | None = None) -> Heads:
        self.asked += 1
        if not self.reachable:
            raise ConnectionError("nobody answers")
        if holding is not None:
            self.holdings.append(holding)
        return self.heads_now()

    async def said(self, generation: int, partition: int, after: int, limit: int) -> list[Raw]:
        if not self.reachable:
            raise ConnectionError("nobody answers")
        lives = {**self.earlier, self.generation: self.said_rows}
        rows = lives[generation][partition][after : after + limit]
        return [
            raw_of_line(self.source, partition, line_of(said_headers(self.source, row), row.body))
            for row in rows
        ]

    async def tell(self, pool: Pool) -> None:
        """Let the listener know how far this source has spoken."""
        await note_heads(pool, self.heads_now())
