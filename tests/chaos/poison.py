"""Records that no service of ours would send, thrown straight at the source's topic."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.chassis.cloudevents import SAID_COLUMNS, SaidRow, said_headers, topic_of
from tests.chaos.ground import Ground

Headers = list[tuple[str, bytes | None]]
ABSURD = b"4000000000000000"


class Poison(NamedTuple):
    what: str
    headers: Headers
    body: bytes | None


def changed(headers: Headers, name: str, value: bytes | None) -> Headers:
    return [(key, value if key == name else old) for key, old in headers]


def poisons(row: SaidRow) -> list[Poison]:
    """A record that was heard long ago, spoilt in every way that we know of."""
    good: Headers = [*said_headers("source", row)]
    beyond = changed(good, "ce_psn", ABSURD)
    without = [pair for pair in good if pair[0] != "ce_psn"]
    return [
        Poison("null header", changed(good, "ce_id", None), row.body),
        Poison("bad UTF-8", changed(good, "ce_agency", b"\xff\xfe"), row.body),
        Poison("NUL in a header", changed(good, "ce_agency", b"a\x00b"), row.body),
        Poison("NUL in the body", beyond, b'{"value": "\\u0000\x00"}'),
        Poison("no psn", without, row.body),
        Poison("absurd psn", changed(good, "ce_psn", b"9" * 40), row.body),
        Poison("negative psn", changed(good, "ce_psn", b"-1"), row.body),
        Poison("unknown type", changed(beyond, "ce_type", b"source.unheard.v9"), row.body),
        Poison("truncated JSON", good, row.body[: len(row.body) // 2]),
        Poison("another id", changed(good, "ce_id", str(UUID(int=1)).encode()), b"{}"),
        Poison("no headers", [], b"what?"),
        Poison("tombstone", good, None),
    ]


async def thrown(ground: Ground, rng: random.Random) -> int:
    """Throw them all; only at places whose true record was heard, or the poison would be first."""
    async with ground.connected("listener") as heard, ground.connected("source") as source:
        place = await heard.fetchrow(
            "SELECT partition, psn FROM inbox WHERE source = 'source' ORDER BY random() LIMIT 1"
        )
        row = await _said(source, place) if place is not None else None
    if row is None:
        return 0
    found = poisons(row)
    rng.shuffle(found)
    return sum([await _sent(ground, row, poison) for poison in found])


async def _sent(ground: Ground, row: SaidRow, poison: Poison) -> bool:
    """Whether the broker took it; after a topic was made anew it refuses some."""
    producer = AIOKafkaProducer(bootstrap_servers=ground.broker.bootstrap, acks="all")
    try:
        async with asyncio.timeout(5):
            await producer.start()
            await producer.send_and_wait(
                topic_of("source", ground.prefix),
                value=poison.body,
                key=str(row.subject).encode(),
                partition=row.partition,
                headers=poison.headers,
            )
    except (KafkaError, TimeoutError):
        return False
    finally:
        with suppress(TimeoutError, KafkaError):
            await asyncio.wait_for(producer.stop(), 3)
    return True


async def _said(source: Any, place: asyncpg.Record) -> SaidRow | None:
    row = await source.fetchrow(
        f"SELECT {SAID_COLUMNS} FROM log WHERE partition = $1 AND psn = $2", *place
    )
    return SaidRow._make(row) if row is not None else None
