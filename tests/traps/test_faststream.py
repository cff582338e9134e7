"""What FastStream does, as long as it does it: each of these shaped `chassis/kafka.py`.

When one of these fails after an upgrade, the trap is gone: look whether our way around it can go.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from tests.support.eventually import eventually
from tests.support.servers import SharedBroker

Handler = Callable[[Any], Awaitable[None]]


class Broken(Exception):
    """The handler's own fault."""


class Ground:
    """One topic, one group, one FastStream subscriber of the kind under test."""

    def __init__(self, broker: SharedBroker, topic: str, admin: AIOKafkaAdminClient) -> None:
        self.bootstrap, self.topic, self.group, self.admin = (
            broker.bootstrap,
            topic,
            f"{topic}.g",
            admin,
        )
        # The memory broker lets a group wait for half of this before its first assignment.
        session = 1_000 if broker.kind == "memory" else 6_000
        self.quick = {"session_timeout_ms": session, "heartbeat_interval_ms": session // 4}

    async def make_topic(self, partitions: int = 1) -> None:
        await self.admin.create_topics([NewTopic(self.topic, partitions, 1)])

    async def send(self, *values: bytes | None, **more: Any) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all") as producer:
            for value in values:
                await producer.send_and_wait(self.topic, value, **more)

    @asynccontextmanager
    async def listening(self, handler: Handler, **options: Any) -> AsyncIterator[None]:
        broker = KafkaBroker(self.bootstrap, logger=None)
        reading = {"auto_offset_reset": "earliest", "fetch_max_wait_ms": 20}
        settings = {**reading, **self.quick, **options}
        broker.subscriber(self.topic, group_id=self.group, **settings)(handler)
        async with broker:
            await broker.start()
            yield

    async def committed(self, *offsets: int) -> None:
        """Wait until the group's offsets are these, partition by partition."""
        places = [TopicPartition(self.topic, number) for number in range(len(offsets))]

        async def so() -> bool:
            found = await self.admin.list_consumer_group_offsets(self.group, partitions=places)
            return [found[place].offset for place in places] == list(offsets)

        await eventually(so, within=15)


@pytest.fixture
async def ground(broker: SharedBroker, topic_prefix: str) -> AsyncIterator[Ground]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    yield Ground(broker, f"{topic_prefix}events", admin)
    await admin.close()


def test_the_default_is_at_most_once() -> None:
    subscriber = KafkaBroker("127.0.0.1:1").subscriber("t", group_id="g")
    assert subscriber.ack_policy is AckPolicy.ACK_FIRST


@pytest.mark.filterwarnings("ignore:AckPolicy.REJECT_ON_ERROR:UserWarning")
@pytest.mark.parametrize("policy", [AckPolicy.ACK, AckPolicy.REJECT_ON_ERROR])
async def test_a_failed_record_is_committed_all_the_same(ground: Ground, policy: AckPolicy) -> None:
    async def fail(_: Any) -> None:
        raise Broken

    await ground.make_topic()
    await ground.send(b"x")
    async with ground.listening(fail, ack_policy=policy):
        await ground.committed(1)


@pytest.mark.parametrize("value", [None, b"\xff"], ids=["null", "not UTF-8"])
async def test_a_record_with_such_a_header_is_skipped_and_committed_past(
    ground: Ground, value: bytes | None
) -> None:
    heard: list[Any] = []

    async def hear(body: Any) -> None:
        heard.append(body)

    await ground.make_topic()
    await ground.send(b"lost", headers=[("h", value)])
    await ground.send(b"kept")
    async with ground.listening(hear, ack_policy=AckPolicy.NACK_ON_ERROR):
        await ground.committed(2)
    assert heard == [b"kept"]


async def test_nack_on_error_retries_in_a_hot_loop(ground: Ground) -> None:
    tries = 0

    async def fail(_: Any) -> None:
        nonlocal tries
        tries += 1
        raise Broken

    await ground.make_topic()
    await ground.send(b"x")
    async with ground.listening(fail, ack_policy=AckPolicy.NACK_ON_ERROR):
        await eventually(lambda: tries > 200, within=10)


async def test_ack_commits_every_partition_and_not_the_message(ground: Ground) -> None:
    heard: list[KafkaMessage] = []

    async def ack_the_second(message: KafkaMessage) -> None:
        heard.append(message)
        if len(heard) == 2:
            await message.ack()

    await ground.make_topic(partitions=2)
    await ground.send(b"never acknowledged", partition=0)
    await ground.send(b"acknowledged", partition=1)
    async with ground.listening(ack_the_second, ack_policy=AckPolicy.MANUAL):
        await ground.committed(1, 1)


async def test_manual_goes_on_past_a_failed_record(ground: Ground) -> None:
    heard: list[Any] = []

    async def fail_at_first(body: Any) -> None:
        heard.append(body)
        if body == b"first":
            raise Broken

    await ground.make_topic()
    await ground.send(b"first", b"second")
    async with ground.listening(fail_at_first, ack_policy=AckPolicy.MANUAL):
        await eventually(lambda: b"second" in heard)
    assert heard == [b"first", b"second"]


async def test_a_batch_mixes_partitions(ground: Ground) -> None:
    batches: list[set[int]] = []

    async def hear(message: KafkaMessage) -> None:
        raw = message.raw_message
        assert isinstance(raw, tuple)
        batches.append({record.partition for record in raw})

    await ground.make_topic(partitions=2)
    await ground.send(b"x", partition=0)
    await ground.send(b"x", partition=1)
    async with ground.listening(hear, batch=True, ack_policy=AckPolicy.MANUAL):
        await eventually(lambda: batches)
    assert batches == [{0, 1}]


async def test_one_undecodable_record_fails_its_whole_batch(ground: Ground) -> None:
    heard: list[Any] = []

    async def hear(bodies: list[Any]) -> None:
        heard.extend(bodies)

    json = [("content-type", b"application/json")]
    await ground.make_topic()
    await ground.send(b"1", b"{", b"3", headers=json)
    async with ground.listening(hear, batch=True, ack_policy=AckPolicy.ACK):
        await ground.committed(3)
    assert heard == []


async def test_message_ids_collide_across_partitions(ground: Ground) -> None:
    ids: list[str] = []

    async def hear(message: KafkaMessage) -> None:
        ids.append(message.message_id)

    await ground.make_topic(partitions=2)
    for partition in (0, 1):
        await ground.send(b"x", partition=partition, timestamp_ms=1_700_000_000_000)
    async with ground.listening(hear, ack_policy=AckPolicy.MANUAL):
        await eventually(lambda: len(ids) == 2)
    assert ids[0] == ids[1]


async def test_after_an_empty_poll_a_batch_subscriber_sleeps_once_more(ground: Ground) -> None:
    heard: list[float] = []

    async def hear(_: list[Any]) -> None:
        heard.append(time.monotonic())

    await ground.make_topic()
    await ground.send(b"first")
    pause = 1.0
    options = {"batch": True, "batch_timeout_ms": int(pause * 1000)}
    async with ground.listening(hear, ack_policy=AckPolicy.MANUAL, **options):
        await eventually(lambda: heard)
        await asyncio.sleep(1.3 * pause)  # one empty poll has ended, the extra sleep has begun
        sent = time.monotonic()
        await ground.send(b"second")
        await eventually(lambda: len(heard) == 2)
    assert heard[1] - sent > 0.3 * pause


async def test_bodies_are_decoded_by_guessing(ground: Ground) -> None:
    heard: list[Any] = []

    async def hear(body: Any) -> None:
        heard.append(body)

    await ground.make_topic()
    await ground.send(b"1", b"", None, key=b"k")
    async with ground.listening(hear, ack_policy=AckPolicy.MANUAL):
        await eventually(lambda: len(heard) == 3)
    assert heard == [1, b"", b""]
