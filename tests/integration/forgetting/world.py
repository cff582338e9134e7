"""All four services at hand, hearing each other, and everything that can be read at their doors."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import SecretStr

from services.assessment.main import SERVICE as ASSESSMENT
from services.career.commands import adopt_shipped
from services.career.main import SERVICE as CAREER
from services.chassis.access_log import _opened
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow, said_headers, topic_of
from services.chassis.event_codec import Place
from services.chassis.heads import note_heads, own_heads, said_heads
from services.chassis.heard import Raw
from services.chassis.inbox import Inbox
from services.chassis.kafka import Kafka
from services.chassis.projector import Projector
from services.chassis.rebuilding import Rebuild
from services.chassis.relay import Relay
from services.chassis.roles import started_producer
from services.chassis.vault import Vault
from services.profile.main import SERVICE as PROFILE
from services.training.main import SERVICE as TRAINING
from tests.support.at_hand import PARTITIONS, AtHand, at_hand

SERVICES = {one.name: one for one in (PROFILE, ASSESSMENT, TRAINING, CAREER)}
SECRET = "whsec_" + b64encode(b"n" * 32).decode()
Held = Callable[[str, str, SaidRow], bool]


def nothing(*_: object) -> bool:
    """No record is held back."""
    return False


@dataclass(slots=True)
class World:
    hands: Mapping[str, AtHand]
    forgotten: Path
    held: Held = nothing
    """Whether a record of a source does not reach a listener (source, listener, record)."""
    topics: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> AtHand:
        return self.hands[name]

    # What passes between them

    async def settle(self) -> None:
        """What was done is sealed, heard and projected everywhere, and what follows has followed;
        whoever is to be forgotten is forgotten."""
        for _ in range(2):
            for hand in self.hands.values():
                await self.seal(hand)
            for name in self.hands:
                for source in SERVICES[name].hears:
                    await self.carry(source, name)
            for hand in self.hands.values():
                await self.project(hand)
                if hand.service.reactions is not None:
                    await hand.reacts()
                assert hand.runtime.forgetting is not None
                await hand.runtime.forgetting.heed()

    async def seal(self, hand: AtHand) -> None:
        sealer = hand._sealer()
        if sealer.epoch is None:
            await sealer.take_over(force=True)
        while await sealer.seal_once():
            pass
        await sealer.tick()
        heads = await own_heads(hand.runtime.pool, hand.service.name)
        assert heads is not None
        await note_heads(hand.runtime.pool, heads, own=True)

    async def carry(self, source: str, listener: str) -> None:
        pool = self[listener].runtime.pool
        heads = await said_heads(self[source].runtime.pool, source)
        assert heads is not None
        await note_heads(pool, heads)
        inbox = Inbox(pool)
        inbox.learn(heads)
        rows = await self[source].runtime.pool.fetch(
            f"SELECT {SAID_COLUMNS} FROM log WHERE psn IS NOT NULL ORDER BY seq"
        )
        said = [SaidRow(*row) for row in rows]
        await inbox.record(
            [
                Raw(source, "door", row.partition, None, said_headers(source, row), row.body)
                for row in said
                if not self.held(source, listener, row)
            ]
        )

    async def project(self, hand: AtHand) -> None:
        for projection in hand.service.projections:
            projector = Projector(
                projection, hand.runtime.pool, hand._dictionary(), service=hand.service.name
            )
            await projector.catch_up()

    async def release(self, hand: AtHand) -> int:
        """What an operator's `release` does."""
        released = 0
        for projection in hand.service.projections:
            projector = Projector(
                projection, hand.runtime.pool, hand._dictionary(), service=hand.service.name
            )
            released += await projector.release()
        return released

    async def rebuild(self) -> None:
        for hand in self.hands.values():
            for projection in hand.service.projections:
                await Rebuild(
                    projection, hand.runtime.pool, hand._dictionary(), hand.service.name
                ).run()

    # Kafka

    async def publish(self) -> None:
        """What was said goes to its topic."""
        for name, hand in self.hands.items():
            kafka = Kafka.of(hand.runtime.settings)
            topic = topic_of(name, hand.runtime.settings.topic_prefix)
            producer = await started_producer(kafka, topic)
            relay = Relay(
                hand.runtime.pool,
                name,
                partial(started_producer, kafka, topic),
                topic,
                epoch=partial(getattr, hand._sealer(), "epoch"),
            )
            try:
                await relay.send_until_superseded(producer, once=True)
            finally:
                await producer.stop()
            self.topics[name] = topic

    async def records(self) -> bytes:
        """Everything that lies on the topics."""
        if not self.topics:
            return b""
        settings = self["profile"].runtime.settings
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka_bootstrap, enable_auto_commit=False
        )
        await consumer.start()
        try:
            places = [
                TopicPartition(topic, partition)
                for topic in self.topics.values()
                for partition in range(PARTITIONS)
            ]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            ends = await consumer.end_offsets(places)
            found = b""
            while any([await consumer.position(place) < ends[place] for place in places]):
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    for record in records:
                        parts = [record.key or b"", record.value or b""]
                        parts += [name.encode() + (value or b"") for name, value in record.headers]
                        found += b"\n".join(parts) + b"\n"
            return found
        finally:
            await consumer.stop()

    # What can be read

    async def readable(self, name: str) -> bytes:
        """Everything in a database that opens with the keys that are left in it: what somebody
        with the whole database and the wrapping key could read."""
        hand = self[name]
        pool, vault = hand.runtime.pool, Vault(hand.runtime.pool, [bytes(32)])
        subjects = [row["subject"] for row in await pool.fetch("SELECT subject FROM subject_key")]
        ring = await vault.keyring(subjects)
        found: list[str] = []
        rows = await pool.fetch(
            "SELECT stream, subject, type, schema, body FROM log"
            " UNION ALL SELECT stream, subject, type, schema, body FROM tail"
        )
        for row in rows:
            bound = Place(row["subject"], row["stream"])
            event = hand.service.codec.decode(row["type"], row["schema"], row["body"], bound, ring)
            found.append(repr(event))
        found += await self._reasons_to_read(hand, ring)
        if name == "training":
            found += await self._reports(hand, ring)
        return "\n".join(found).encode()

    async def _reasons_to_read(self, hand: AtHand, ring: Any) -> list[str]:
        rows = await hand.runtime.pool.fetch("SELECT whose, sealed_why FROM access_log")
        return [str(_opened(ring, row["whose"], row["sealed_why"])) for row in rows]

    async def _reports(self, hand: AtHand, ring: Any) -> list[str]:
        rows = await hand.runtime.pool.fetch("SELECT webhook_id, subject, sealed FROM envelope")
        return [
            str(
                ring.open(row["subject"], f"envelope-{row['webhook_id']}", "body", 1, row["sealed"])
            )
            for row in rows
            if row["sealed"]
        ]

    async def verdict(self, person_id: UUID, **clocks: Any) -> Any:
        career = self["career"]
        answer = await career.client.get(
            f"/people/{person_id}/eligibility/administrator",
            params={"as_of": "2026-02-01", **clocks},
            headers=career.who("officer"),
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def canonical_part(answer: Any) -> bytes:
    return orjson.dumps(answer["answer"], option=orjson.OPT_SORT_KEYS)


@asynccontextmanager
async def world_of(
    urls: Mapping[str, str], folder: Path, bootstrap: str, topic_prefix: str
) -> AsyncIterator[World]:
    """The four services on these databases; who is forgotten is listed in `folder`/forgotten."""
    forgotten = folder / "forgotten"
    async with AsyncExitStack() as stack:
        hands: dict[str, AtHand] = {}
        for name, service in SERVICES.items():
            own = folder / name
            own.mkdir(exist_ok=True)
            hands[name] = await stack.enter_async_context(
                at_hand(
                    service,
                    urls[name],
                    own,
                    kafka_bootstrap=bootstrap,
                    topic_prefix=topic_prefix,
                    partitions=PARTITIONS,
                    forgotten_folder=forgotten,
                    webhook_secrets=(SecretStr(SECRET),),
                )
            )
        await adopt_shipped(hands["career"].deps)
        yield World(hands, forgotten)
