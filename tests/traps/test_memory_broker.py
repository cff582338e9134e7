"""What the small broker does differently from Apache Kafka."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from deploy.local.memory_broker import MemoryBroker
from services.chassis.kafka import CALM_FETCH_MS, FETCH_MS, Kafka

TOPIC = "events"


async def make_topic(broker: MemoryBroker) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()


async def send(broker: MemoryBroker, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(TOPIC, value, partition=0)


def reader(broker: MemoryBroker) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap, enable_auto_commit=False, fetch_max_wait_ms=50
    )


async def test_it_refuses_the_idempotent_producer(memory_broker: MemoryBroker) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=memory_broker.bootstrap, enable_idempotence=True, request_timeout_ms=2000
    )
    with pytest.raises((KafkaError, TimeoutError)):
        async with asyncio.timeout(3):
            await producer.start()
    await producer.stop()


async def test_asking_about_a_topic_makes_it_with_four_partitions(
    memory_broker: MemoryBroker,
) -> None:
    async with reader(memory_broker) as consumer:
        consumer.subscribe([TOPIC])
        await consumer.getmany(timeout_ms=200)
        assert consumer.partitions_for_topic(TOPIC) == {0, 1, 2, 3}


async def test_after_a_restart_an_old_offset_brings_no_error_and_no_records(
    memory_broker: MemoryBroker,
) -> None:
    await make_topic(memory_broker)
    await send(memory_broker, b"1", b"2", b"3")
    memory_broker.kill()
    memory_broker.start()
    await make_topic(memory_broker)
    await send(memory_broker, b"after the restart")
    place = TopicPartition(TOPIC, 0)
    async with reader(memory_broker) as consumer:
        consumer.assign([place])
        consumer.seek(place, 3)
        assert await consumer.getmany(timeout_ms=500) == {}
        consumer.seek(place, 0)
        found = await consumer.getmany(timeout_ms=2000)
    assert [record.value for record in found[place]] == [b"after the restart"]


async def test_a_group_waits_half_its_session_before_it_hears_anything(
    memory_broker: MemoryBroker,
) -> None:
    await make_topic(memory_broker)
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=memory_broker.bootstrap,
        group_id="g",
        session_timeout_ms=2000,
        heartbeat_interval_ms=500,
    )
    began = time.monotonic()
    async with consumer:
        assert time.monotonic() - began > 0.8


def test_we_keep_it_on_the_loopback(memory_broker: MemoryBroker) -> None:
    with socket.create_connection(("127.0.0.1", memory_broker.port), timeout=1):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", memory_broker.port), timeout=1)


async def test_how_long_a_fetch_waits_can_be_changed_while_it_listens(
    memory_broker: MemoryBroker,
) -> None:
    """It is the very setting that the consumer was made with."""
    await make_topic(memory_broker)
    kafka = Kafka(memory_broker.bootstrap, "memory", 1)
    async with reader(memory_broker) as consumer:
        consumer.assign([TopicPartition(TOPIC, 0)])
        await consumer.getmany(timeout_ms=100)
        assert consumer._fetcher._fetch_max_wait_ms == 50
        waits = set()
        for calm in (False, True):
            kafka.hurry(consumer, calm=calm)
            waits.add(consumer._fetcher._fetch_max_wait_ms)
        assert waits == {FETCH_MS, CALM_FETCH_MS}
