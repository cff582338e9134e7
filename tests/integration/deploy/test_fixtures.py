"""The ground on which the other tests stand."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.brokers import Broker
from tests.support.eventually import eventually
from tests.support.servers import SharedBroker


async def test_each_database_is_empty_and_its_own(databases: Callable[[], str]) -> None:
    first, second = await asyncpg.connect(databases()), await asyncpg.connect(databases())
    try:
        await first.execute("CREATE TABLE only_here (x int)")
        assert await first.fetchval("SHOW server_version_num") >= "180000"
        assert await second.fetchval("SELECT to_regclass('only_here')") is None
    finally:
        await first.close()
        await second.close()


async def test_a_record_comes_back_from_the_shared_broker(
    broker: SharedBroker, topic_prefix: str
) -> None:
    assert await _round_trip(broker.bootstrap, f"{topic_prefix}events") == b"hello"


async def test_a_killed_broker_starts_again_at_its_old_address(
    own_broker: Broker, topic_prefix: str
) -> None:
    own_broker.kill()
    assert not own_broker.running
    own_broker.start()
    assert await _round_trip(own_broker.bootstrap, f"{topic_prefix}events") == b"hello"


async def test_eventually_shows_the_last_failure() -> None:
    def never() -> bool:
        raise AssertionError("still dark")

    with pytest.raises(AssertionError, match="not within") as caught:
        await eventually(never, within=0.05)
    assert "still dark" in str(caught.value.__cause__)


async def test_eventually_returns_the_first_true_answer() -> None:
    answers = iter([0, 0, 7])
    assert await eventually(lambda: next(answers), every=0) == 7


def test_sockets_are_open_here() -> None:
    socket.socket().close()


async def _round_trip(bootstrap: str, topic: str) -> bytes:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    async with asyncio.timeout(20), producer:
        await producer.send_and_wait(topic, b"hello")
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
    )
    async with asyncio.timeout(20), consumer:
        record = await consumer.getone()
    return bytes(record.value or b"")
