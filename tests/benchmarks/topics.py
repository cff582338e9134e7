"""Reading a topic to its end, to see whether everything is on it once and in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.benchmarks.ground import Ground
from tests.benchmarks.measuring import Wrong


def bare_consumer(ground: Ground, group: str | None = None) -> AIOKafkaConsumer:
    """aiokafka with the settings that the chassis listens with, and nothing around it."""
    ours = ground.kafka.subscription()
    names = ("fetch_max_wait_ms", "fetch_max_bytes", "max_partition_fetch_bytes")
    timings = ("session_timeout_ms", "heartbeat_interval_ms", "max_poll_interval_ms")
    return AIOKafkaConsumer(
        bootstrap_servers=ground.broker.bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **{name: ours[name] for name in (*names, *timings)},
    )


async def told_on(ground: Ground, topic: str, heads: Sequence[int]) -> Wrong:
    """Compare a topic with the last psn of each partition."""
    consumer = bare_consumer(ground)
    await consumer.start()
    places = [TopicPartition(topic, partition) for partition in range(len(heads))]
    consumer.assign(places)
    try:
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: dict[int, list[int]] = {place.partition: [] for place in places}
        while any(len(found[place.partition]) < ends[place] for place in places):
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                found[place.partition] += map(psn_of, records)
    finally:
        await consumer.stop()
    return sum((compared(found[n], head) for n, head in enumerate(heads)), Wrong())


def psn_of(record: Any) -> int:
    return int(dict(record.headers)["ce_psn"])


def compared(psns: Sequence[int], head: int) -> Wrong:
    """What is wrong with a partition that ought to hold 1, 2, … up to its head."""
    different = set(psns)
    falls = sum(1 for before, after in pairwise(psns) if after < before)
    return Wrong(len(set(range(1, head + 1)) - different), len(psns) - len(different), falls)
