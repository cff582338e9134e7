"""Hear: a filled topic drained into an empty inbox, by `Hearing` and by bare aiokafka with COPY.

The clock runs from the first batch that arrives to the last row that is committed, on both sides:
joining a group is not hearing. The floor reads no header and keeps the bytes as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from contracts.events.assessment import AppraisalCompletedV1
from services.career.main import SERVICE
from services.chassis.canonical import canonical_of
from services.chassis.cloudevents import SaidRow, said_headers, topic_of
from services.chassis.deciding import uuid7
from services.chassis.heads import Heads
from services.chassis.heard import Raw
from services.chassis.hearing import Hearing
from services.chassis.inbox import Counts, Inbox
from services.chassis.partitioning import partition_of
from services.chassis.roles import started_producer
from tests.benchmarks.ground import PARTITIONS, Ground
from tests.benchmarks.measuring import Line, Run, Stopwatch, Wrong, at_least, interleaved
from tests.benchmarks.publish import Record, send_all
from tests.benchmarks.said import AGENCY, DAY
from tests.benchmarks.topics import bare_consumer, compared

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

SOURCE: Final = "assessment"
FLOOR: Final = "bare aiokafka getmany + COPY + position"
RATIO = 0.5


async def bench(ground: Ground) -> AsyncIterator[Line]:
    name = await ground.migrated(SERVICE)
    bench = _Bench(ground, name, ground.name("hear") + ".")
    await bench.fill()
    together = await interleaved(ground.size.rounds, bench.ours, {FLOOR: bench.floor})
    yield together.line("hear", "topic → inbox", FLOOR, at_least(together.ratio(FLOOR), RATIO))
    await ground.drop(name)


@dataclass(slots=True)
class _Listening(Inbox):
    """An inbox that starts the clock when the first batch arrives, and stops it when all is in."""

    watch: Stopwatch = field(default_factory=Stopwatch)
    wanted: int = 0
    stored: int = 0
    duplicates: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def record(self, raws: Sequence[Raw]) -> Counts:
        if not self.stored:
            self.watch.__enter__()
        counts = await Inbox.record(self, raws)
        self.stored += counts.stored
        self.duplicates += counts.duplicates
        if self.stored + counts.aside >= self.wanted:
            self.watch.stop()
            self.done.set()
        return counts


@dataclass(slots=True)
class _Bench:
    ground: Ground
    database: str
    prefix: str
    heads: list[int] = field(default_factory=lambda: [0] * PARTITIONS)

    @property
    def events(self) -> int:
        return sum(self.heads)

    @property
    def topic(self) -> str:
        return topic_of(SOURCE, self.prefix)

    async def fill(self) -> None:
        """Said events as the relay would have put them there."""
        records: dict[int, list[Record]] = {n: [] for n in range(PARTITIONS)}
        now = datetime.now(UTC)
        for seq in range(1, self.ground.size.batch + 1):
            person = uuid4()
            partition = partition_of(person, PARTITIONS)
            self.heads[partition] += 1
            event = AppraisalCompletedV1(
                person_id=person,
                year=2025,
                law="PermenPANRB-6-2022",
                work_result=2,
                behaviour=2,
                rating="BAIK",
                effective_from=DAY,
            )
            said = SaidRow(
                generation=1,
                partition=partition,
                psn=self.heads[partition],
                event_id=uuid7(),
                seq=seq,
                type=event.TYPE,
                schema=event.SCHEMA,
                subject=person,
                agency=AGENCY,
                effective_from=DAY,
                recorded_at=now,
                body=canonical_of(event),
            )
            at, headers = int(now.timestamp() * 1000), said_headers(SOURCE, said)
            records[partition].append((at, str(person).encode(), said.body, headers))
        producer = await started_producer(self.ground.kafka, self.topic)
        await send_all(producer, self.topic, records)
        await producer.stop()

    # Ours

    async def ours(self) -> Run:
        await self._cleared()
        async with self.ground.pool(self.database, "consumer", 4) as pool:
            inbox = _Listening(pool, watch=self.ground.stopwatch(), wanted=self.events)
            inbox.learn(Heads(SOURCE, 1, datetime.now(UTC), tuple(self.heads)))
            listener = self.ground.name("career")  # a group of its own reads from the beginning
            hearing = Hearing(
                listener, (SOURCE,), self.ground.kafka, inbox, topic_prefix=self.prefix
            )
            async with hearing.opened(SOURCE), asyncio.timeout(120):
                await inbox.done.wait()
            wrong = await self._looked_over(pool, "inbox", "psn")
        return inbox.watch.run(self.events, wrong + Wrong(duplicated=inbox.duplicates))

    # The floor

    async def floor(self) -> Run:
        await self._cleared()
        batch = self.ground.kafka.subscription()
        consumer = bare_consumer(self.ground, self.ground.name("bare"))
        consumer.subscribe([self.topic])
        await consumer.start()
        watch = self.ground.stopwatch()
        try:
            async with self.ground.pool(self.database, "consumer", 4) as pool:
                drained = 0
                while drained < self.events:
                    found = await consumer.getmany(
                        timeout_ms=batch["batch_timeout_ms"], max_records=batch["max_records"]
                    )
                    records = [record for some in found.values() for record in some]
                    if records and not drained:
                        watch.__enter__()
                    if records:
                        await _keep(pool, records)
                    drained += len(records)
                watch.stop()
                wrong = await self._looked_over(pool, "bare", "kafka_offset + 1")
        finally:
            await consumer.stop()
        return watch.run(self.events, wrong)

    # Looking it over

    async def _cleared(self) -> None:
        async with self.ground.connection(self.database) as connection:
            await connection.execute("DROP TABLE IF EXISTS bare, bare_position")
            await connection.execute(_BARE)
            await connection.execute("TRUNCATE inbox, inbox_aside")
            await connection.execute("CHECKPOINT")

    async def _looked_over(self, pool: Pool, table: str, place: str) -> Wrong:
        """Each partition holds 1, 2, … up to its head, in the order in which they were written."""
        wrong = Wrong()
        for partition, head in enumerate(self.heads):
            rows = await pool.fetch(
                f"SELECT {place} FROM {table} WHERE partition = $1 ORDER BY tableoid, ctid",
                partition,
            )
            wrong += compared([row[0] for row in rows], head)
        return wrong


async def _keep(pool: Pool, records: Sequence[Any]) -> None:
    """A batch and how far it goes, in one transaction."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.copy_records_to_table(
            "bare",
            records=[(one.partition, one.offset, one.key, one.value) for one in records],
            columns=("partition", "kafka_offset", "key", "body"),
        )
        ends = {one.partition: one.offset for one in records}
        await connection.execute(_POSITION, list(ends), list(ends.values()))


_BARE: Final = """
CREATE TABLE bare (
    partition integer NOT NULL, kafka_offset bigint NOT NULL, key bytea NOT NULL,
    body bytea NOT NULL, PRIMARY KEY (partition, kafka_offset)
);
CREATE TABLE bare_position (partition integer PRIMARY KEY, kafka_offset bigint NOT NULL);
"""

_POSITION: Final = """
INSERT INTO bare_position SELECT * FROM unnest($1::int[], $2::bigint[])
    ON CONFLICT (partition) DO UPDATE SET kafka_offset = excluded.kafka_offset
"""
