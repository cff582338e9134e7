"""Kafka with every default said out loud: topics as they must be, a producer, a way to listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage, KafkaMessage

from services.chassis.settings import ServiceSettings
from services.chassis.telemetry import log

BATCH_BYTES: Final = 512 * 1024
POLL_MS: Final = 1_000
FETCH_MS: Final = 20
CALM_FETCH_MS: Final = 80
LARGEST_REQUEST: Final = 8 * 1024 * 1024
_log = log("chassis.kafka")

__all__ = ["AckPolicy", "Kafka", "KafkaError", "TopicPartition", "WrongTopic", "verbatim"]


class WrongTopic(Exception):
    """A topic has another number of partitions than the deployment; an operator must decide."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """The broker as this deployment uses it."""

    bootstrap: str
    kind: Literal["memory", "kafka"]
    partitions: int

    @classmethod
    def of(cls, settings: ServiceSettings) -> Kafka:
        return cls(settings.kafka_bootstrap, settings.broker_kind, settings.partitions)

    def producer(self) -> AIOKafkaProducer:
        """Acknowledged by all replicas; idempotent where the broker can."""
        return AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=self.kind == "kafka",
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=LARGEST_REQUEST,
            request_timeout_ms=10_000,
            retry_backoff_ms=100,
            compression_type=None,
        )

    async def ensure_topic(self, topic: str) -> None:
        """Make the topic, or see that it is as it must be.

        The memory broker makes a topic itself when a reconnecting client asks about it, with a
        number of partitions of its own: there it is made anew, for the doors hold what is lost.
        """
        async with self._admin() as admin:
            for _ in range(5):
                if topic not in await admin.list_topics():
                    await self._create(admin, topic)
                found = await _partitions(admin, topic)
                if found == self.partitions:
                    return
                if self.kind == "kafka":
                    break
                _log.warning("topic made anew", topic=topic, partitions=found)
                await admin.delete_topics([topic])
            raise WrongTopic(f"{topic} has {found} partitions instead of {self.partitions}")

    async def _create(self, admin: AIOKafkaAdminClient, topic: str) -> None:
        replicas = 1
        if self.kind == "kafka":
            replicas = min(3, len((await admin.describe_cluster())["brokers"]))
        answer = await admin.create_topics([NewTopic(topic, self.partitions, replicas)])
        for _, code, message in answer.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                raise for_code(code)(message)

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000)
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()

    # Listening

    def broker(self) -> KafkaBroker:
        """A broker that only listens; it decodes nothing and makes no topic."""
        return KafkaBroker(
            self.bootstrap,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
        )

    def hurry(self, consumer: Any, *, calm: bool = False) -> None:
        """The memory broker's fetch does not wake early, so its wait is the delay of what it
        brings: short while something comes, longer when nothing does. Apache Kafka's wakes."""
        if self.kind == "memory" and consumer is not None:
            consumer._fetcher._fetch_max_wait_ms = CALM_FETCH_MS if calm else FETCH_MS

    def subscription(self) -> dict[str, Any]:
        """How every subscriber listens: in batches, verbatim, committing nothing by itself.

        The memory broker lets a first member wait for half a session before it may begin. How
        long its fetches wait: see `hurry`. For the time-out of a poll: see `never_empty`.
        """
        in_memory = self.kind == "memory"
        return {
            "batch": True,
            "max_records": 2_000,
            "batch_timeout_ms": 20,
            "ack_policy": AckPolicy.MANUAL,
            "parser": verbatim,
            "decoder": as_it_came,
            "auto_offset_reset": "earliest",
            "fetch_max_wait_ms": FETCH_MS if in_memory else 250,
            "fetch_max_bytes": 16 * 1024 * 1024,
            "max_partition_fetch_bytes": 4 * 1024 * 1024,
            "session_timeout_ms": 2_000 if in_memory else 10_000,
            "heartbeat_interval_ms": 500 if in_memory else 2_000,
            "max_poll_interval_ms": 300_000,
        }


def never_empty(consumer: Any) -> None:
    """Let no poll of a started consumer come back empty: after one that does, the subscriber
    sleeps, and what arrives meanwhile lies there."""
    poll = consumer.getmany

    async def getmany(*_: Any, max_records: int | None = None, **__: Any) -> Any:
        while True:
            if found := await poll(timeout_ms=POLL_MS, max_records=max_records):
                return found
            await asyncio.sleep(0.005)  # in case that it came back early

    consumer.getmany = getmany


async def _partitions(admin: AIOKafkaAdminClient, topic: str) -> int:
    """A topic that was made this moment may not be described yet."""
    async with asyncio.timeout(10):
        while True:
            (described,) = await admin.describe_topics([topic])
            if not described["error_code"] and described["partitions"]:
                return len(described["partitions"])
            await asyncio.sleep(0.1)


async def verbatim(records: tuple[Any, ...]) -> KafkaMessage:
    """A batch as it came: no header is read, so none can be wrong."""
    return KafkaAckableMessage(
        body=b"",
        headers={},
        raw_message=records,
        message_id="",
        correlation_id="",
        consumer=NOBODY,
    )


async def as_it_came(message: KafkaMessage) -> tuple[Any, ...]:
    """The records themselves."""
    records: tuple[Any, ...] = message.raw_message
    return records


class _Nobody:
    """Offsets are committed by whoever stored the records, never through the message."""

    async def commit(self) -> None:
        raise NotImplementedError

    def seek(self, partition: Any, offset: int) -> None:
        raise NotImplementedError


NOBODY: Final = _Nobody()
