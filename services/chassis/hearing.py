"""Hearing by Kafka: one subscriber per source that hands records to the inbox as they came.

Rows first, then the offset, which is only a hint. The handler never raises: it tries again until
the rows are written. Whatever Kafka does not bring is fetched at the source's door (fetching.py);
if that happens again and again, the subscription is opened anew, then from the beginning.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from services.chassis.bell import CALM_AFTER_SECONDS
from services.chassis.cloudevents import topic_of
from services.chassis.failpoints import reach
from services.chassis.heard import Raw
from services.chassis.inbox import Inbox
from services.chassis.kafka import Kafka, WrongTopic, never_empty
from services.chassis.telemetry import log

LOOK_SECONDS: Final = 0.5
# So many looks at the heads must find a tail that Kafka did not bring.
PATIENCE_LOOKS: Final = 2
AGAIN_SECONDS: Final = 5.0
STOP_SECONDS: Final = 5.0
COMMIT_SECONDS: Final = 1.0
_parts: Final = attrgetter("partition", "offset", "headers", "value")
_log = log("chassis.hearing")


@dataclass(slots=True)
class _State:
    """How the subscription to one source is doing."""

    open: bool = False
    missed: int = 0
    reopened: int = 0
    arrived_at: float = 0.0
    stored: dict[TopicPartition, int] = field(default_factory=dict)
    """The next offsets after what is stored and not committed yet."""
    committed_at: float = 0.0


@dataclass(slots=True)
class Hearing:
    """All subscriptions of one service."""

    service: str
    sources: tuple[str, ...]
    kafka: Kafka
    inbox: Inbox
    topic_prefix: str = ""
    _states: dict[str, _State] = field(default_factory=dict)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for source in self.sources:
                group.create_task(self._hear(source))

    # What fetching wants to know, and tells

    def is_connected(self, source: str) -> bool:
        return self._state(source).open

    def missed(self, source: str, records: int) -> None:
        """A look at the heads found so many records that ought to have come by Kafka."""
        state = self._state(source)
        state.missed = state.missed + 1 if records else 0

    def _state(self, source: str) -> _State:
        return self._states.setdefault(source, _State())

    # One subscription

    async def _hear(self, source: str) -> None:
        """Keep a subscription open, whatever becomes of the broker."""
        state = self._state(source)
        while True:
            from_beginning = state.reopened > 1
            try:
                async with self.opened(source, from_beginning=from_beginning) as subscriber:
                    state.open, state.missed = True, 0
                    await self._watch(state, subscriber)
                    state.reopened += 1
                    _log.warning("opened anew", source=source, times=state.reopened)
            except WrongTopic:
                _log.exception("wrong topic", source=source)
                await asyncio.sleep(AGAIN_SECONDS)
            except (KafkaError, OSError, TimeoutError) as error:
                _log.warning("kafka out of reach", source=source, exc_info=error)
                await asyncio.sleep(1)
            finally:
                state.open = False

    async def _watch(self, state: _State, subscriber: Any) -> None:
        """Return when the subscription must be opened anew."""
        opened_at = time.monotonic()
        while all(not task.done() for task in subscriber.tasks):
            await asyncio.sleep(LOOK_SECONDS)
            await self._commit(state, subscriber.consumer)
            is_calm = time.monotonic() - state.arrived_at > CALM_AFTER_SECONDS
            self.kafka.hurry(subscriber.consumer, calm=is_calm)
            if state.arrived_at > opened_at and not state.missed:
                state.reopened = 0
            patience = PATIENCE_LOOKS * min(8, 1 + state.reopened)
            if state.missed >= patience:
                return

    @asynccontextmanager
    async def opened(self, source: str, *, from_beginning: bool = False) -> AsyncIterator[Any]:
        """A running subscriber, after the topic has been seen to."""
        topic = topic_of(source, self.topic_prefix)
        await self.kafka.ensure_topic(topic)
        broker, state = self.kafka.broker(), self._state(source)
        subscriber = self.subscriber(broker, source, from_beginning=from_beginning)
        try:
            async with asyncio.timeout(30):
                await broker.start()
            never_empty(subscriber.consumer)
            state.stored.clear()
            yield subscriber
        finally:
            with suppress(TimeoutError, KafkaError, OSError):
                await self._commit(state, subscriber.consumer, after=0)
                await asyncio.wait_for(broker.stop(), STOP_SECONDS)

    def subscriber(self, broker: KafkaBroker, source: str, *, from_beginning: bool = False) -> Any:
        """One source's subscriber; its handler writes to the inbox, then commits."""
        listener = _FromBeginning() if from_beginning else None
        subscriber = broker.subscriber(
            topic_of(source, self.topic_prefix),
            group_id=f"{self.topic_prefix}{self.service}.hears.{source}",
            listener=listener,
            **self.kafka.subscription(),
        )
        if listener is not None:
            listener.consumer = lambda: subscriber.consumer
        subscriber(self._handler(source, lambda: subscriber.consumer))
        return subscriber

    def _handler(
        self, source: str, consumer: Callable[[], Any]
    ) -> Callable[[tuple[Any, ...]], Awaitable[None]]:
        async def write_down(records: tuple[Any, ...]) -> None:
            raws = [Raw._make((source, "kafka", *_parts(one))) for one in records]
            await self._written(raws)
            state = self._state(source)
            state.arrived_at = time.monotonic()
            self.kafka.hurry(consumer())
            await reach("rows-before-offset")
            _note_offsets(state.stored, records)
            await self._commit(state, consumer())

        return write_down

    async def _commit(self, state: _State, consumer: Any, after: float = COMMIT_SECONDS) -> None:
        """Now and then: a request for each batch would cost more than the duplicates that it
        saves after a crash."""
        if state.stored and time.monotonic() - state.committed_at >= after:
            offsets, state.stored = state.stored, {}
            state.committed_at = time.monotonic()
            await commit(consumer, offsets)

    async def _written(self, raws: list[Raw]) -> None:
        """Try until the rows are there: a batch that was handed over is never dropped."""
        wait = 0.1
        while True:
            try:
                await self.inbox.record(raws)
            except Exception as error:  # not ours to lose: whatever it is, it is tried again
                _log.exception("could not write down", records=len(raws), exc_info=error)
                await asyncio.sleep(wait)
                wait = min(5.0, 2 * wait)
            else:
                return


def _note_offsets(offsets: dict[TopicPartition, int], records: tuple[Any, ...]) -> None:
    for one in records:
        place = TopicPartition(one.topic, one.partition)
        offsets[place] = max(offsets.get(place, 0), one.offset + 1)


async def commit(consumer: Any, offsets: Mapping[TopicPartition, int]) -> None:
    """Commit what was stored, partition by partition, and nothing else.

    That it fails (a rebalance, a broker gone) costs some duplicates later.
    """
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await consumer.commit(dict(offsets))
    except (KafkaError, TimeoutError) as error:
        _log.info("offset not committed", reason=type(error).__name__)


class _FromBeginning(ConsumerRebalanceListener):  # type: ignore[misc]
    """Reads every assigned partition from its first record."""

    def __init__(self) -> None:
        self.consumer: Callable[[], Any] = lambda: None

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        return None

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        if assigned and (consumer := self.consumer()) is not None:
            await consumer.seek_to_beginning(*assigned)
