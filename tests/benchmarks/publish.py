"""Seal and publish: tail → log → acknowledged by the broker, as the role `publisher` does it.

The floors move the same bytes: a bare `send_batch` loop, and a bare COPY into a table like `log`.
Every run begins with a copy of the same database, whose tail is full.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from services.assessment.main import SERVICE
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow, said_headers
from services.chassis.mapping import LOG_COLUMNS
from services.chassis.relay import Relay
from services.chassis.roles import started_producer
from services.chassis.sealing import BATCH
from tests.benchmarks.ground import Ground
from tests.benchmarks.measuring import Line, Run, Stopwatch, Target, Wrong, interleaved
from tests.benchmarks.said import a_sealer, fill_tail
from tests.benchmarks.topics import told_on
from tests.support.eventually import eventually

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

SENT: Final = "bare aiokafka send_batch"
COPIED: Final = "bare COPY of the log rows"
PER_SECOND, RATIO = 30_000, 0.5
Record = tuple[int, bytes, bytes, Sequence[tuple[str, bytes]]]


async def bench(ground: Ground) -> AsyncIterator[Line]:
    source = await ground.migrated(SERVICE)
    async with ground.pool(source, "publisher", 1) as pool:
        await a_sealer(pool).take_over()
    async with ground.connection(source) as connection:
        # As if it had been let go: whoever comes next takes over at once.
        await connection.execute("UPDATE sealer SET renewed_at = 'epoch'")
        await fill_tail(connection, ground.size.batch)
        await connection.execute("CHECKPOINT")
    bench = _Bench(ground, source)
    await bench.learn()
    floors = {SENT: bench.sent, COPIED: bench.copied}
    compared = await interleaved(ground.size.rounds, bench.ours, floors)
    slower, rate = compared.ratio(SENT, COPIED), compared.line("", "", SENT).ours
    reached = rate.median >= PER_SECOND or slower.median >= RATIO
    wanted = Target(f"≥ {PER_SECOND:,}/s or ≥ {RATIO:g} of the slower floor", reached)
    yield compared.line("seal + publish", "tail → log → broker", COPIED, wanted)
    yield compared.line("seal + publish", "tail → log → broker", SENT)
    await ground.drop(source)


@dataclass(slots=True)
class _Bench:
    ground: Ground
    source: str
    rows: list[Any] = field(default_factory=list)
    records: dict[int, list[Record]] = field(default_factory=lambda: defaultdict(list))

    async def ours(self) -> Run:
        """Sealer and relay side by side, from a full tail to the last acknowledgement."""
        name = await self.ground.database(self.source)
        topic = self.ground.name("said")
        async with self.ground.pool(name, "publisher", 6) as pool:
            watch = await self._publish(pool, topic)
            heads = await pool.fetchval("SELECT psn_heads FROM sealer")
        await self.ground.drop(name)
        wrong = await told_on(self.ground, topic, heads)
        missed = max(0, self.ground.size.batch - sum(heads))
        return watch.run(self.ground.size.batch, wrong + Wrong(missed=missed))

    async def _publish(self, pool: Pool, topic: str) -> Stopwatch:
        sealer = a_sealer(pool)
        await sealer.take_over()
        relay = Relay(
            pool,
            SERVICE.name,
            lambda: started_producer(self.ground.kafka, topic),
            topic,
            epoch=lambda: sealer.epoch,
            sealed=sealer.sealed,
        )
        # Idle until something is sealed; the producer is connected by then.
        sending = asyncio.create_task(relay.run())
        await asyncio.sleep(0.5)
        with self.ground.stopwatch() as watch:
            sealing = asyncio.create_task(sealer.run())
            await eventually(
                lambda: pool.fetchval(_ACKNOWLEDGED, self.ground.size.batch), 120, every=0.01
            )
        for task in (sealing, sending):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        return watch

    # Floors

    async def learn(self) -> None:
        """The very rows and records, from one sealing that nobody measures."""
        name = await self.ground.database(self.source)
        async with self.ground.pool(name, "publisher", 2) as pool:
            sealer = a_sealer(pool)
            await sealer.take_over()
            while await sealer.seal_once():
                pass
            rows = await pool.fetch(f"SELECT {', '.join(LOG_COLUMNS)} FROM log ORDER BY seq")
            self.rows = [tuple(row) for row in rows]
            for row in await pool.fetch(f"SELECT {SAID_COLUMNS} FROM log ORDER BY seq"):
                said = SaidRow._make(row)
                at = int(said.recorded_at.timestamp() * 1000)
                headers = said_headers(SERVICE.name, said)
                record = (at, str(said.subject).encode(), said.body, headers)
                self.records[said.partition].append(record)
        await self.ground.drop(name)

    async def sent(self) -> Run:
        topic = self.ground.name("bare")
        producer = await started_producer(self.ground.kafka, topic)
        try:
            with self.ground.stopwatch() as watch:
                await send_all(producer, topic, self.records)
        finally:
            await producer.stop()
        heads = [len(self.records[partition]) for partition in range(self.ground.kafka.partitions)]
        return watch.run(len(self.rows), await told_on(self.ground, topic, heads))

    async def copied(self) -> Run:
        async with self.ground.connection(self.source) as connection:
            await connection.execute("DROP TABLE IF EXISTS copied")
            await connection.execute("CREATE TABLE copied (LIKE log INCLUDING ALL)")
            with self.ground.stopwatch() as watch:
                for start in range(0, len(self.rows), BATCH):
                    some = self.rows[start : start + BATCH]
                    await connection.copy_records_to_table(
                        "copied", records=some, columns=LOG_COLUMNS
                    )
            found = await connection.fetchval("SELECT count(*) FROM copied")
            await connection.execute("DROP TABLE copied")
        return watch.run(len(self.rows), Wrong(missed=len(self.rows) - found))


async def send_all(producer: Any, topic: str, records: dict[int, list[Record]]) -> None:
    """One batch of each partition at a time, as full as it may be; the next when it is there."""
    left = {partition: iter(some) for partition, some in records.items()}
    kept = {partition: next(some, None) for partition, some in left.items()}
    while any(record is not None for record in kept.values()):
        futures = []
        for partition in [one for one, record in kept.items() if record is not None]:
            batch = producer.create_batch()
            while (record := kept[partition]) is not None:
                at, key, value, headers = record
                if batch.append(timestamp=at, key=key, value=value, headers=headers) is None:
                    break
                kept[partition] = next(left[partition], None)
            batch.close()
            futures.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.gather(*futures)


_ACKNOWLEDGED = "SELECT sum(psn) >= $1 FROM relay_cursor"
