"""Hearing by a real broker: rows before offsets, no record lost, whatever becomes of the broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.brokers import Broker
from services.chassis import failpoints
from services.chassis.cloudevents import SaidRow, said_headers, topic_of
from services.chassis.fetching import Fetching
from services.chassis.hearing import Hearing
from services.chassis.kafka import Kafka, WrongTopic
from tests.integration.chassis.listening import Listener
from tests.support.eventually import eventually
from tests.support.sample.contracts import MarkedV1
from tests.support.sample.speaking import Speaker
from tests.support.servers import SharedBroker

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

PARTITIONS = 2
WITHIN = 60.0


@pytest.fixture
def speaker() -> Speaker:
    return Speaker(partitions=PARTITIONS)


@pytest.fixture
def listener(pool: Pool, speaker: Speaker) -> Listener:
    return Listener(pool, speaker)


def kafka_of(broker: SharedBroker | Broker) -> Kafka:
    return Kafka(broker.bootstrap, broker.kind, PARTITIONS)  # type: ignore[arg-type]


def hearing_of(listener: Listener, kafka: Kafka, prefix: str) -> Hearing:
    return Hearing("listener", ("sample",), kafka, listener.inbox, topic_prefix=prefix)


@asynccontextmanager
async def running(*parts: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
        for task in tasks:
            assert not task.done()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def publish(kafka: Kafka, prefix: str, rows: list[SaidRow], *poison: dict[str, Any]) -> None:
    topic = topic_of("sample", prefix)
    await kafka.ensure_topic(topic)
    producer: AIOKafkaProducer = kafka.producer()
    await producer.start()
    try:
        for one in poison:
            await producer.send_and_wait(topic, **one)
        for row in rows:
            await producer.send_and_wait(
                topic,
                row.body,
                key=str(row.subject).encode(),
                partition=row.partition,
                headers=said_headers("sample", row),
            )
    finally:
        await producer.stop()


def say(speaker: Speaker, count: int) -> list[SaidRow]:
    return [speaker.say(MarkedV1(thing_id=uuid4(), value=n)) for n in range(count)]


async def heard_by_kafka(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM inbox WHERE way = 'kafka'"))


def holds(pool: Pool, count: int) -> Any:
    return lambda: pool.fetchval("SELECT count(*) = $1 FROM inbox", count)


async def test_what_is_published_is_heard_and_poison_delays_nobody(
    pool: Pool, broker: SharedBroker, topic_prefix: str, speaker: Speaker, listener: Listener
) -> None:
    kafka = kafka_of(broker)
    said = say(speaker, 20)
    poison: list[dict[str, Any]] = [
        {"value": b"1", "partition": 0},
        {"value": None, "key": b"x", "partition": 0},
        {"value": b"\0\xff", "partition": 1, "headers": [("ce_psn", b"\xff\xfe")]},
        {"value": b"{", "partition": 0, "headers": [("ce_psn", b""), ("ce_id", b"\0")]},
    ]
    await speaker.tell(pool)
    async with running(hearing_of(listener, kafka, topic_prefix)):
        await publish(kafka, topic_prefix, said, *poison)
        await eventually(holds(pool, 20), within=WITHIN)

        async def aside() -> bool:
            count: int = await pool.fetchval("SELECT count(*) FROM inbox_aside")
            return count == len(poison)

        await eventually(aside, within=WITHIN)
    assert await pool.fetchval("SELECT DISTINCT way FROM inbox") == "kafka"


async def test_a_restarted_process_goes_on_where_the_offset_stands(
    pool: Pool, broker: SharedBroker, topic_prefix: str, speaker: Speaker, listener: Listener
) -> None:
    kafka = kafka_of(broker)
    await publish(kafka, topic_prefix, say(speaker, 10))
    for more in (0, 5):
        await publish(kafka, topic_prefix, say(speaker, more))
        async with running(hearing_of(listener, kafka, topic_prefix)):
            await eventually(holds(pool, 10 + more), within=WITHIN)
            await asyncio.sleep(0.3)
    assert b"duplicate_records_total{" not in listener.metrics.exposition().replace(
        b'duplicate_records_total{source="sample"} 0.0', b""
    )


async def test_rows_come_before_the_offset(
    pool: Pool, broker: SharedBroker, topic_prefix: str, speaker: Speaker, listener: Listener
) -> None:
    """The handler dies after the rows: the records come again, and are duplicates."""
    kafka = kafka_of(broker)
    await publish(kafka, topic_prefix, say(speaker, 10))
    failpoints.arm("rows-before-offset:raise")
    try:
        async with running(hearing_of(listener, kafka, topic_prefix)):
            await eventually(holds(pool, 10), within=WITHIN)
    finally:
        failpoints.arm("")
    async with running(hearing_of(listener, kafka, topic_prefix)):
        counted = b'jenjang_duplicate_records_total{source="sample"} 10.0'
        await eventually(lambda: counted in listener.metrics.exposition(), within=WITHIN)
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 10


async def test_a_batch_is_tried_until_the_database_takes_it(
    pool: Pool, broker: SharedBroker, topic_prefix: str, speaker: Speaker, listener: Listener
) -> None:
    kafka = kafka_of(broker)
    await publish(kafka, topic_prefix, say(speaker, 5))
    await pool.execute("ALTER TABLE inbox RENAME TO inbox_elsewhere")
    async with running(hearing_of(listener, kafka, topic_prefix)):
        await asyncio.sleep(3)
        await pool.execute("ALTER TABLE inbox_elsewhere RENAME TO inbox")
        await eventually(holds(pool, 5), within=WITHIN)


async def test_a_process_starts_without_a_broker_and_hears_when_it_comes(
    pool: Pool, own_broker: Broker, topic_prefix: str, speaker: Speaker, listener: Listener
) -> None:
    own_broker.stop()
    kafka = kafka_of(own_broker)
    async with running(hearing_of(listener, kafka, topic_prefix)):
        await asyncio.sleep(1)
        await asyncio.to_thread(own_broker.start)
        await publish(kafka, topic_prefix, say(speaker, 5))
        await eventually(holds(pool, 5), within=WITHIN)


@pytest.mark.slow
@pytest.mark.parametrize("afterwards", [0, 7])
async def test_holes_are_fetched_when_a_broker_comes_back_and_remembers_nothing(
    pool: Pool,
    own_broker: Broker,
    topic_prefix: str,
    speaker: Speaker,
    listener: Listener,
    afterwards: int,
) -> None:
    """What it forgot, and what is said later, arrives: by the doors, then by Kafka again."""
    kafka = kafka_of(own_broker)
    hearing = hearing_of(listener, kafka, topic_prefix)
    fetching = Fetching(
        pool, listener.inbox, {"sample": speaker}, listener.metrics, hearing, every=0.5
    )
    heard = say(speaker, 10)
    await publish(kafka, topic_prefix, heard)
    async with running(hearing, fetching):
        await eventually(holds(pool, 10), within=WITHIN)
        own_broker.kill()
        lost = say(speaker, 5)
        await asyncio.to_thread(own_broker.start)
        await publish(kafka, topic_prefix, say(speaker, afterwards))
        await eventually(holds(pool, 15 + afterwards), within=WITHIN)
        by_kafka = await heard_by_kafka(pool)

        async def speaks_by_kafka_again() -> bool:
            await publish(kafka, topic_prefix, say(speaker, 2))
            await asyncio.sleep(0.5)
            return await heard_by_kafka(pool) > by_kafka

        await eventually(speaks_by_kafka_again, within=WITHIN, every=0.5)
    assert len(lost) == 5


async def test_a_topic_with_the_wrong_number_of_partitions(
    broker: SharedBroker, topic_prefix: str
) -> None:
    """Made anew on the memory broker; refused on Apache Kafka."""
    topic, kafka = topic_of("sample", topic_prefix), kafka_of(broker)
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 5, 1)])
        if broker.kind == "kafka":
            with pytest.raises(WrongTopic):
                await kafka.ensure_topic(topic)
            return
        await kafka.ensure_topic(topic)
        (described,) = await admin.describe_topics([topic])
        assert len(described["partitions"]) == PARTITIONS
    finally:
        await admin.close()
    await kafka.ensure_topic(topic)


async def test_the_producer_is_idempotent_where_the_broker_can(broker: SharedBroker) -> None:
    producer = kafka_of(broker).producer()
    try:
        assert (producer._txn_manager is not None) == (broker.kind == "kafka")
    finally:
        await producer.stop()


def test_every_subscription_says_how_it_acknowledges(topic_prefix: str) -> None:
    """Batches, by hand, verbatim, from the beginning when there is no offset."""
    said = Kafka("127.0.0.1:1", "memory", 1).subscription()
    assert (said["ack_policy"].value, said["batch"]) == ("manual", True)
    assert said["auto_offset_reset"] == "earliest"
