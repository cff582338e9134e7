"""log → Kafka: the stored bytes, in psn order, until the broker has acknowledged them.

A round is at most one batch for each partition. The next round is prepared while one is under way
and sent only when every batch of it is acknowledged, so no batch can overtake another and the
cursor never passes anything. Bytes and psn were fixed at sealing: sending again is harmless.

A producer that fails or stays silent is thrown away; the cursor is read again, and on it goes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

from aiokafka.errors import KafkaError

from services.chassis.cloudevents import SAID_COLUMNS, SaidRow, said_headers
from services.chassis.failpoints import reach
from services.chassis.generations import lives_of
from services.chassis.just_sealed import JustSealed
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.telemetry import Metrics, log

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

ROWS_A_ROUND: Final = 8000
_log = log("chassis.relay")


class Batch(Protocol):
    def append(
        self, *, timestamp: int, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> object | None: ...


class Producer(Protocol):
    """A started producer with acks=all (see kafka.py)."""

    def create_batch(self) -> Any: ...
    async def send_batch(
        self, batch: Any, topic: str, *, partition: int
    ) -> asyncio.Future[Any]: ...
    async def stop(self) -> None: ...


ProducerFactory = Callable[[], Awaitable[Producer]]


class Superseded(Exception):
    """Another publisher moves the cursor now."""


def put(batch: Batch, service: str, row: SaidRow) -> bool:
    """Add what was said to a batch; False when the batch is full."""
    added = batch.append(
        timestamp=int(row.recorded_at.timestamp() * 1000),
        key=str(row.subject).encode(),
        value=row.body,
        headers=said_headers(service, row),
    )
    return added is not None


@dataclass(frozen=True, slots=True)
class _Leg:
    """One partition's batch of a round: psn `after` + 1 up to `through`."""

    partition: int
    after: int
    through: int
    batch: Any


@dataclass(slots=True)
class _Reader:
    """What is said and not yet sent of one generation, partition by partition, in psn order.

    `ends` are the last positions of a generation that has ended.
    """

    pool: Pool
    service: str
    generation: int
    read: dict[int, int]
    ends: Sequence[int] | None = None
    sealed: JustSealed = field(default_factory=JustSealed)
    waiting: dict[int, deque[SaidRow]] = field(default_factory=dict)

    async def batches(self, create: Callable[[], Any], heads: Sequence[int]) -> list[_Leg]:
        """At most one batch for each partition."""
        await self._fetch(heads)
        return [
            self._leg(partition, rows, create()) for partition, rows in self.waiting.items() if rows
        ]

    async def _fetch(self, heads: Sequence[int]) -> None:
        lacking = [p for p, psn in self.read.items() if not self.waiting.get(p) and psn < heads[p]]
        behind = [partition for partition in lacking if not self._take_sealed(partition)]
        if not behind:
            return
        limit = max(100, ROWS_A_ROUND // len(behind))
        after = [self.read[partition] for partition in behind]
        rows = await self.pool.fetch(_NEWS, self.generation, behind, after, limit)
        for row in map(SaidRow._make, rows):
            if row.psn != self.read[row.partition] + 1:
                raise AssertionError(f"the log has a gap in partition {row.partition}")
            self.read[row.partition] = row.psn
            self.waiting.setdefault(row.partition, deque()).append(row)

    def _take_sealed(self, partition: int) -> bool:
        rows = self.sealed.take(self.generation, partition, self.read[partition])
        if rows:
            self.read[partition] = rows[-1].psn
            self.waiting.setdefault(partition, deque()).extend(rows)
        return bool(rows)

    def _leg(self, partition: int, rows: deque[SaidRow], batch: Any) -> _Leg:
        first = through = rows[0].psn
        while rows and put(batch, self.service, rows[0]):
            through = rows.popleft().psn
        batch.close()
        return _Leg(partition, first - 1, through, batch)


class Relay:
    """Sends what one service says to its topic."""

    def __init__(
        self,
        pool: Pool,
        service: str,
        producer_factory: ProducerFactory,
        topic: str,
        *,
        epoch: Callable[[], int | None],
        sealed: JustSealed | None = None,
        metrics: Metrics | None = None,
        silence_seconds: float = 15,
    ) -> None:
        """`epoch` is the sealer's of this process: whoever does not seal does not send. `sealed`
        is where that sealer leaves what it has just sealed."""
        self._pool, self._service, self._topic = pool, service, topic
        self._producer_factory, self._epoch = producer_factory, epoch
        self._sealed, self._metrics = sealed or JustSealed(), metrics or Metrics()
        self._silence_seconds = silence_seconds
        self._moved = False

    async def run(self) -> NoReturn:
        """Send for as long as the process lives; begin anew after every failure."""
        pause = 0.1
        while True:
            self._moved = False
            try:
                if self._epoch() is None:
                    await asyncio.sleep(0.1)
                    continue
                async with self._producer() as producer:
                    await self.send_until_superseded(producer)
            except Superseded:
                _log.warning("superseded")
            except (KafkaError, *OUT_OF_REACH) as error:
                _log.warning("relay begins anew", exc_info=error)
            pause = 0.1 if self._moved else min(pause * 2, 5)
            await asyncio.sleep(pause)

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[Producer]:
        producer = await self._producer_factory()
        try:
            yield producer
        finally:
            try:  # stopping may hang: it waits for what was sent
                await asyncio.wait_for(producer.stop(), 3)
            except (TimeoutError, KafkaError, OSError) as error:
                _log.warning("a producer was left behind", exc_info=error)

    async def send_until_superseded(self, producer: Producer, *, once: bool = False) -> int:
        """Round after round; `once` returns when nothing is left. How many were acknowledged."""
        epoch = self._epoch()
        reader = await self._reader(epoch)
        under_way: _Round | None = None
        acknowledged = 0
        while True:
            ticket = self._sealed.bell.ticket()
            heads = await self._heads(epoch, reader)
            legs = await reader.batches(producer.create_batch, heads)
            if under_way is not None:
                await under_way.acknowledged(self._silence_seconds)
            following = await self._send(producer, legs)
            if under_way is not None:
                await reach("after-send")
                await self._move(epoch, reader.generation, under_way.legs)
                acknowledged += under_way.records
            under_way = following
            if under_way is None:
                if reader.ends is not None:
                    reader = await self._reader(epoch)
                    continue
                if once:
                    return acknowledged
                # Who seals for this relay is in this process: the bell rings for everything.
                await self._sealed.bell.heard_since(ticket, 0.5)

    async def _reader(self, epoch: int | None) -> _Reader:
        """The earliest generation not sent to its end; at last the one that goes on."""
        rows = await self._pool.fetch(_CURSORS, epoch)
        if not rows:
            raise Superseded
        ended = {life.generation: life.heads for life in (await lives_of(self._pool)).ended}
        for generation, read in _by_generation(rows).items():
            ends = ended.get(generation)
            if ends is None or any(psn < ends[partition] for partition, psn in read.items()):
                return _Reader(self._pool, self._service, generation, read, ends, self._sealed)
        raise Superseded

    async def _heads(self, epoch: int | None, reader: _Reader) -> Sequence[int]:
        row = await self._pool.fetchrow("SELECT psn_heads FROM sealer WHERE epoch = $1", epoch)
        if row is None:
            raise Superseded
        if reader.ends is not None:
            return reader.ends
        heads: list[int] = row["psn_heads"]
        self._metrics.relay_behind.set(sum(heads) - sum(reader.read.values()))
        return heads

    async def _send(self, producer: Producer, legs: Sequence[_Leg]) -> _Round | None:
        if not legs:
            return None
        async with asyncio.timeout(self._silence_seconds):
            futures = [
                await producer.send_batch(leg.batch, self._topic, partition=leg.partition)
                for leg in legs
            ]
        return _Round(legs, futures)

    async def _move(self, epoch: int | None, generation: int, legs: Sequence[_Leg]) -> None:
        await reach("before-cursor")
        moved = await self._pool.fetch(
            _MOVE,
            epoch,
            generation,
            [leg.partition for leg in legs],
            [leg.after for leg in legs],
            [leg.through for leg in legs],
        )
        if len(moved) != len(legs):
            raise Superseded
        self._moved = True
        self._metrics.relayed.inc(sum(leg.through - leg.after for leg in legs))


@dataclass(frozen=True, slots=True)
class _Round:
    """Batches that have been handed to the producer."""

    legs: Sequence[_Leg]
    futures: Sequence[asyncio.Future[Any]]

    @property
    def records(self) -> int:
        return sum(leg.through - leg.after for leg in self.legs)

    async def acknowledged(self, within: float) -> None:
        """Wait for every batch; the first failure is raised when all have spoken."""
        async with asyncio.timeout(within):
            outcomes = await asyncio.gather(*self.futures, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, asyncio.CancelledError):
                raise KafkaError("the producer gave up")
            if isinstance(outcome, BaseException):
                raise outcome


async def refill(
    pool: Pool, service: str, producer: Producer, topic: str, after: Mapping[int, int] | None = None
) -> int:
    """Send again what the broker had acknowledged, from `after` on (default: everything).

    The cursor stays where it is: this is for listeners outside who have lost something.
    """
    rows = await pool.fetch(
        "SELECT generation, partition, psn FROM relay_cursor ORDER BY generation, partition"
    )
    newest = rows[-1]["generation"] if rows else 0
    sent = 0
    for generation, acknowledged in _by_generation(rows).items():
        begin = (after or {}) if generation == newest else {}
        read = {partition: begin.get(partition, 0) for partition in acknowledged}
        reader = _Reader(pool, service, generation, read)
        while legs := await reader.batches(producer.create_batch, list(acknowledged.values())):
            futures = [
                await producer.send_batch(leg.batch, topic, partition=leg.partition) for leg in legs
            ]
            await asyncio.gather(*futures)
            sent += sum(leg.through - leg.after for leg in legs)
    return sent


def _by_generation(rows: Iterable[Any]) -> dict[int, dict[int, int]]:
    """The cursors of every generation, in order: psn by partition."""
    found: dict[int, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["generation"], {})[row["partition"]] = row["psn"]
    return found


_NEWS = f"""
SELECT {SAID_COLUMNS}
  FROM unnest($2::int[], $3::bigint[]) AS read (part, after)
 CROSS JOIN LATERAL (
       SELECT {SAID_COLUMNS}
         FROM log
        WHERE generation = $1 AND partition = part AND psn > after
        ORDER BY psn
        LIMIT $4
       ) AS said
 ORDER BY partition, psn
"""  # noqa: S608 - the columns are ours

_CURSORS = """
SELECT c.generation, partition, psn
  FROM relay_cursor c JOIN sealer ON c.generation <= sealer.generation
 WHERE sealer.epoch = $1
 ORDER BY c.generation, partition
"""

_MOVE = """
   UPDATE relay_cursor SET psn = leg.through, epoch = sealer.epoch
     FROM sealer, unnest($3::int[], $4::bigint[], $5::bigint[]) AS leg (partition, after, through)
    WHERE sealer.epoch = $1
      AND relay_cursor.generation = $2
      AND relay_cursor.partition = leg.partition
      AND relay_cursor.psn = leg.after
RETURNING relay_cursor.partition
"""
