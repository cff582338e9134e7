"""The relay: stored bytes, in psn order, until acknowledged; sent again, they are the same."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from services.chassis import failpoints
from services.chassis.event_store import EventStore
from services.chassis.events import About
from services.chassis.in_doubt import doubt
from services.chassis.kafka import Kafka
from services.chassis.mapping import Mapping
from services.chassis.relay import Producer, Relay, Superseded, refill
from services.chassis.restoring import restored
from services.chassis.sealing import Sealer
from tests.support.counter import CODEC, SUBJECTS, Counted, Event
from tests.support.eventually import eventually
from tests.support.saying import PARTITIONS, CountedV1, a_sealer, an_append, fill, to_contract
from tests.support.servers import SharedBroker


class FakeBatch:
    """What a batch looks like from the relay: full after a few records."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.records: list[tuple[bytes, bytes, list[tuple[str, bytes]]]] = []

    def append(self, *, timestamp: int, key: bytes, value: bytes, headers: Any) -> object | None:
        if len(self.records) == self.size:
            return None
        self.records.append((key, value, headers))
        return object()

    def close(self) -> None:
        pass


class FakeProducer:
    """A producer at whose other end is a list for each partition; it fails when told to."""

    def __init__(self, topic: defaultdict[int, list[Any]], fail_at: int | None = None) -> None:
        self.topic, self.fail_at, self.batches, self.stopped = topic, fail_at, 0, False

    def create_batch(self) -> FakeBatch:
        return FakeBatch(3)

    async def send_batch(
        self, batch: FakeBatch, topic: str, *, partition: int
    ) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.batches += 1
        if self.batches == self.fail_at:
            future.set_exception(KafkaTimeoutError())
        else:
            self.topic[partition] += batch.records
            future.set_result(None)
        return future

    async def stop(self) -> None:
        self.stopped = True


@pytest_asyncio.fixture
async def sealer(store: EventStore) -> Sealer:
    sealer = a_sealer(store)
    await sealer.take_over()
    return sealer


def a_relay(store: EventStore, sealer: Sealer, *producers: Producer, **more: Any) -> Relay:
    waiting = list(producers)

    async def factory() -> Producer:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return Relay(store.pool, store.service, factory, "topic", epoch=lambda: sealer.epoch, **more)


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def said_bytes(store: EventStore) -> dict[int, list[bytes]]:
    rows = await store.pool.fetch(
        "SELECT partition, said_body FROM log WHERE psn IS NOT NULL ORDER BY partition, psn"
    )
    said: dict[int, list[bytes]] = {}
    for row in rows:
        said.setdefault(row["partition"], []).append(row["said_body"])
    return said


def psns(records: list[Any]) -> list[int]:
    return [int(dict(headers)["ce_psn"]) for _, _, headers in records]


async def cursor(store: EventStore) -> dict[int, int]:
    rows = await store.pool.fetch("SELECT partition, psn FROM relay_cursor")
    return {row["partition"]: row["psn"] for row in rows}


async def heads(store: EventStore) -> dict[int, int]:
    return dict(enumerate(await store.pool.fetchval("SELECT psn_heads FROM sealer")))


async def test_everything_said_is_sent_in_order_and_the_cursor_follows(
    store: EventStore, sealer: Sealer
) -> None:
    await fill(store, streams=12)
    await sealer.seal_once()
    topic: defaultdict[int, list[Any]] = defaultdict(list)
    producer = FakeProducer(topic)
    relay = a_relay(store, sealer, producer)
    assert await relay.send_until_superseded(producer, once=True) == 36
    said = await said_bytes(store)
    assert {p: [value for _, value, _ in records] for p, records in topic.items()} == said
    assert all(psns(records) == list(range(1, len(records) + 1)) for records in topic.values())
    assert await cursor(store) == await heads(store)
    assert await relay.send_until_superseded(producer, once=True) == 0


async def test_a_batch_that_fails_is_sent_again_and_none_overtakes_it(
    store: EventStore, sealer: Sealer
) -> None:
    await fill(store, streams=12)
    await sealer.seal_once()
    topic: defaultdict[int, list[Any]] = defaultdict(list)
    broken, fresh = FakeProducer(topic, fail_at=6), FakeProducer(topic)
    async with running(a_relay(store, sealer, broken, fresh)):

        async def caught_up() -> bool:
            return await cursor(store) == await heads(store)

        await eventually(caught_up)
    assert broken.stopped
    for records in topic.values():
        positions = psns(records)
        first_times = list(dict.fromkeys(positions))
        assert first_times == list(range(1, len(first_times) + 1)), "nothing came before its turn"


@pytest.mark.parametrize("point", ["after-send", "before-cursor"])
async def test_a_death_between_send_and_cursor_sends_the_same_bytes_again(
    store: EventStore, sealer: Sealer, point: str
) -> None:
    """Even when a changed mapping was deployed in between."""
    await fill(store, streams=4)
    await sealer.seal_once()
    topic: defaultdict[int, list[Any]] = defaultdict(list)
    producer = FakeProducer(topic)
    relay = a_relay(store, sealer, producer)
    failpoints.arm(f"{point}:raise")
    try:
        with pytest.raises(failpoints.Reached):
            await relay.send_until_superseded(producer, once=True)
    finally:
        failpoints.arm("")
    first = {partition: list(records) for partition, records in topic.items()}
    assert set((await cursor(store)).values()) == {0}

    def changed(event: Event, about: About) -> CountedV1 | None:
        return CountedV1(counter_id=about.subject, step="changed", by=9)

    deployed = a_sealer(store, to_contract=changed)
    await deployed.take_over(force=True)
    await store.append([an_append("later", 0, [Counted(step="a", by=1)], SUBJECTS[0])])
    await deployed.seal_once()
    topic.clear()
    again = a_relay(store, deployed, producer)
    await again.send_until_superseded(producer, once=True)
    for partition, records in first.items():
        assert topic[partition][: len(records)] == records
    assert sum(b"changed" in value for records in topic.values() for _, value, _ in records) == 1


async def test_a_superseded_relay_does_not_move_the_cursor(
    store: EventStore, sealer: Sealer
) -> None:
    await fill(store, streams=4)
    await sealer.seal_once()
    topic: defaultdict[int, list[Any]] = defaultdict(list)

    class Slow(FakeProducer):
        async def send_batch(
            self, batch: FakeBatch, topic: str, *, partition: int
        ) -> asyncio.Future[None]:
            await a_sealer(store).take_over(force=True)
            return await super().send_batch(batch, topic, partition=partition)

    slow = Slow(topic)
    with pytest.raises(Superseded):
        await a_relay(store, sealer, slow).send_until_superseded(slow, once=True)
    assert set((await cursor(store)).values()) == {0}


async def test_a_producer_that_stays_silent_is_replaced(store: EventStore, sealer: Sealer) -> None:
    await fill(store, streams=4)
    await sealer.seal_once()
    topic: defaultdict[int, list[Any]] = defaultdict(list)

    class Silent(FakeProducer):
        async def send_batch(
            self, batch: FakeBatch, topic: str, *, partition: int
        ) -> asyncio.Future[None]:
            return asyncio.get_running_loop().create_future()

    silent = Silent(topic)
    async with running(a_relay(store, sealer, silent, FakeProducer(topic), silence_seconds=0.2)):

        async def caught_up() -> bool:
            return await cursor(store) == await heads(store)

        await eventually(caught_up)
    assert silent.stopped


async def test_a_real_broker_hears_the_stored_bytes_and_a_refill_repeats_them(
    store: EventStore, sealer: Sealer, broker: SharedBroker, topic_prefix: str
) -> None:
    kafka = Kafka(broker.bootstrap, "kafka" if broker.kind == "kafka" else "memory", PARTITIONS)
    topic = f"{topic_prefix}sample.events"
    await kafka.ensure_topic(topic)
    producer = kafka.producer()
    await producer.start()
    await fill(store, streams=12)
    await sealer.seal_once()
    relay = Relay(store.pool, store.service, _never, topic, epoch=lambda: sealer.epoch)
    assert await relay.send_until_superseded(producer, once=True) == 36
    said = await said_bytes(store)
    assert await heard(kafka, topic, said) == said
    after = {partition: len(bodies) - 1 for partition, bodies in said.items()}
    assert await refill(store.pool, store.service, producer, topic, after) == len(said)
    assert await refill(store.pool, store.service, producer, topic) == 36
    await producer.stop()
    thrice = {p: bodies + bodies[-1:] + bodies for p, bodies in said.items()}
    assert await heard(kafka, topic, thrice) == thrice
    assert await cursor(store) == await heads(store)


async def _never() -> Producer:
    raise AssertionError("the producer is given")


async def heard(
    kafka: Kafka, topic: str, expected: dict[int, list[bytes]]
) -> dict[int, list[bytes]]:
    """Everything on a topic, as far as it was expected."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, partition) for partition in range(kafka.partitions)])
    found: dict[int, list[bytes]] = {}
    async with asyncio.timeout(10):
        while sum(map(len, found.values())) < sum(map(len, expected.values())):
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                found.setdefault(place.partition, []).extend(r.value for r in records)
    await consumer.stop()
    return found


async def test_a_generation_that_has_ended_is_sent_to_its_end_before_the_next(
    store: EventStore, sealer: Sealer
) -> None:
    await fill(store, streams=4)
    await sealer.seal_once()
    await doubt(store.pool, 1, [{"who": "a test", "what": "ahead"}])
    mapping = Mapping(store.service, CODEC, to_contract, PARTITIONS)
    assert (await restored(store, mapping, None, "demo"))["generation"] == 2
    await sealer.take_over(force=True)
    await fill(store, streams=4)
    await sealer.seal_once()
    topic: defaultdict[int, list[Any]] = defaultdict(list)
    producer = FakeProducer(topic)
    relay = a_relay(store, sealer, producer)
    assert await relay.send_until_superseded(producer, once=True) == 24
    for records in topic.values():
        generations = [int(dict(headers)["ce_generation"]) for _, _, headers in records]
        assert generations == sorted(generations)
    rows = await store.pool.fetch("SELECT generation, sum(psn) FROM relay_cursor GROUP BY 1")
    assert {row[0]: int(row[1]) for row in rows} == {1: 12, 2: 12}
    assert await relay.send_until_superseded(producer, once=True) == 0
    assert await refill(store.pool, store.service, producer, "topic") == 24
