"""The services that career hears, as far as career can tell: what they say, and their doors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from contracts.envelope import ContractEvent
from services.chassis.canonical import canonical_of
from services.chassis.cloudevents import SaidRow, said_headers
from services.chassis.fetching import Fetching
from services.chassis.heads import Heads
from services.chassis.heard import Raw
from services.chassis.inbox import Inbox
from services.chassis.partitioning import partition_of
from services.chassis.telemetry import Metrics

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

PARTITIONS = 4
SOURCES = ("profile", "assessment", "training")


@dataclass(slots=True)
class Source:
    """One service's log, as its doors show it."""

    name: str
    said_rows: list[SaidRow] = field(default_factory=list)
    closed_through: datetime = field(default_factory=lambda: datetime.now(UTC))

    def say(self, event: ContractEvent, agency: str) -> UUID:
        partition = partition_of(event.subject, PARTITIONS)
        self.said_rows.append(
            SaidRow(
                generation=1,
                partition=partition,
                psn=1 + sum(row.partition == partition for row in self.said_rows),
                event_id=uuid4(),
                seq=1 + len(self.said_rows),
                type=event.TYPE,
                schema=event.SCHEMA,
                subject=event.subject,
                agency=agency,
                effective_from=self.closed_through.date(),
                recorded_at=self.closed_through,
                body=canonical_of(event),
            )
        )
        return self.said_rows[-1].event_id

    async def heads(self, _: object = None) -> Heads:
        last = [
            max((row.psn for row in self.said_rows if row.partition == partition), default=0)
            for partition in range(PARTITIONS)
        ]
        return Heads(self.name, 1, self.closed_through, tuple(last))

    async def said(self, generation: int, partition: int, after: int, limit: int) -> list[Raw]:
        rows = [r for r in self.said_rows if r.partition == partition and r.psn > after]
        return [
            Raw(self.name, "door", partition, None, said_headers(self.name, row), row.body)
            for row in sorted(rows, key=lambda row: row.psn)[:limit]
        ]


@dataclass(slots=True)
class World:
    """All three, on one clock, which is never behind ours: what is said later is recorded later."""

    sources: dict[str, Source] = field(
        default_factory=lambda: {name: Source(name) for name in SOURCES}
    )
    agency: str = "demo"

    def say(self, event: ContractEvent) -> UUID:
        self.tick()
        return self.sources[event.source()].say(event, self.agency)

    def tick(self, **by: float) -> None:
        """Time passes for everybody."""
        last = max(source.closed_through for source in self.sources.values())
        now = max(datetime.now(UTC), last + timedelta(milliseconds=1)) + timedelta(**by)
        for source in self.sources.values():
            source.closed_through = now

    async def reach(self, pool: Pool) -> None:
        """Everything said so far is fetched through the doors into the inbox."""
        fetching = Fetching(pool, Inbox(pool), dict(self.sources), Metrics())
        for name in self.sources:
            while await fetching.poll(name):
                pass
