"""Writing down what is heard: once, at its place, and whatever has no place aside."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from services.chassis.cloudevents import said_headers
from services.chassis.heads import Heads
from services.chassis.heard import LARGEST_BODY, Headers, Raw
from tests.integration.chassis.listening import Listener
from tests.support.sample.contracts import MarkedV1
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

THING = UUID(int=5)


@pytest.fixture
def speaker() -> Speaker:
    return Speaker()


@pytest.fixture
def listener(pool: Pool, speaker: Speaker) -> Listener:
    return Listener(pool, speaker)


async def inbox_size(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM inbox"))


async def reasons(pool: Pool) -> list[str]:
    rows = await pool.fetch("SELECT reason FROM inbox_aside WHERE settled_at IS NULL ORDER BY id")
    return [row["reason"] for row in rows]


async def test_a_record_is_stored_with_everything_that_was_said(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = speaker.say(MarkedV1(thing_id=THING, value=4))
    counts = await listener.hear([said])
    row = await pool.fetchrow("SELECT * FROM inbox")
    assert counts.stored == 1
    assert row is not None
    for name, value in said._asdict().items():
        assert row[name] == value
    assert row["way"] == "kafka"


async def test_the_same_record_again_is_counted_and_nothing_else(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = [speaker.say(MarkedV1(thing_id=THING, value=n)) for n in range(3)]
    await listener.hear(said[:2])
    counts = await listener.hear([*said, said[2]])
    assert (counts.stored, counts.duplicates, counts.contradictions) == (1, 3, 0)
    assert await inbox_size(pool) == 3
    assert await reasons(pool) == []


async def test_another_record_at_the_same_place_is_an_incident_and_the_first_stays(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = speaker.say(MarkedV1(thing_id=THING, value=4))
    await listener.hear([said])
    other_bytes = said._replace(body=b'{"value": 5}')
    other_id = said._replace(event_id=uuid4())
    counts = await listener.hear([other_bytes, other_id, said])
    assert (counts.stored, counts.duplicates, counts.contradictions) == (0, 1, 2)
    assert await reasons(pool) == ["contradicts", "contradicts"]
    assert await pool.fetchval("SELECT body FROM inbox") == said.body
    assert b"jenjang_incidents_total" in listener.metrics.exposition()


async def test_holes_do_not_keep_what_comes_after_them(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = [speaker.say(MarkedV1(thing_id=THING, value=n)) for n in range(9)]
    await listener.hear([said[7], said[2]])
    assert await inbox_size(pool) == 2


async def test_what_the_source_has_not_said_waits_aside_until_it_has(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = speaker.say(MarkedV1(thing_id=THING, value=4))
    early = said._replace(psn=2)
    counts = await listener.hear([said, early])
    assert (counts.stored, counts.aside) == (1, 1)
    assert await reasons(pool) == ["beyond"]
    later = speaker.say(MarkedV1(thing_id=THING, value=5))
    assert (later.partition, later.psn) == (early.partition, early.psn)
    promoted = await listener.inbox.promote(speaker.heads_now())
    assert promoted.stored == 1
    assert await reasons(pool) == []
    assert await inbox_size(pool) == 2


async def test_heads_are_asked_once_for_a_batch(speaker: Speaker, listener: Listener) -> None:
    said = [speaker.say(MarkedV1(thing_id=uuid4(), value=n)) for n in range(50)]
    await listener.hear(said)
    assert speaker.asked == 1


async def test_an_answer_older_than_the_record_is_asked_for_again(
    speaker: Speaker, listener: Listener
) -> None:
    stale = [speaker.heads_now()]

    async def ask(_: str) -> Heads:
        return stale.pop() if stale else speaker.heads_now()

    listener.inbox.ask = ask
    said = speaker.say(MarkedV1(thing_id=THING, value=1))
    counts = await listener.inbox.record([speaker.raw(said)])
    assert (counts.stored, counts.aside) == (1, 0)


async def test_an_absurd_position_makes_no_table_and_no_error(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = speaker.say(MarkedV1(thing_id=THING, value=4))
    await listener.hear([said._replace(psn=2**62), said._replace(generation=99), said])
    assert await reasons(pool) == ["beyond", "beyond"]
    assert await pool.fetchval("SELECT count(*) FROM pg_class WHERE relname LIKE 'inbox\\__'") == 2


def without(headers: Headers, name: str) -> Headers:
    return [pair for pair in headers if pair[0] != name]


def instead(headers: Headers, name: str, value: bytes | None) -> Headers:
    return [*without(headers, name), (name, value)]


POISON: dict[str, Callable[[Headers], Headers]] = {
    "null header": lambda h: instead(h, "ce_psn", None),
    "missing psn": lambda h: without(h, "ce_psn"),
    "no number": lambda h: instead(h, "ce_psn", b"1e3"),
    "negative": lambda h: instead(h, "ce_psn", b"-4"),
    "endless number": lambda h: instead(h, "ce_psn", b"9" * 5000),
    "just too large": lambda h: instead(h, "ce_psn", b"9223372036854775808"),
    "not utf-8": lambda h: instead(h, "ce_agency", b"\xff\xfe"),
    "nul": lambda h: instead(h, "ce_agency", b"a\0b"),
    "no id": lambda h: instead(h, "ce_id", b"not an id"),
    "no day": lambda h: instead(h, "ce_time", b"2025-02-30T00:00:00Z"),
    "no zone": lambda h: instead(h, "ce_recordedtime", b"2025-02-03T00:00:00"),
    "somebody else": lambda h: instead(h, "ce_source", b"/jenjang/other"),
    "no source": lambda h: without(h, "ce_source"),
    "odd revision": lambda h: instead(h, "ce_dataschema", "urn:x:٣".encode()),
    "nothing at all": lambda h: [],
}


@pytest.mark.parametrize("poison", POISON)
async def test_poison_goes_aside_with_its_reason_and_delays_nobody(
    pool: Pool, speaker: Speaker, listener: Listener, poison: str
) -> None:
    bad, good = (speaker.say(MarkedV1(thing_id=THING, value=n)) for n in range(2))
    headers = POISON[poison](said_headers(speaker.source, bad))
    await speaker.tell(pool)
    counts = await listener.inbox.record([speaker.raw(bad, headers), speaker.raw(good)])
    assert (counts.stored, counts.aside) == (1, 1)
    assert await pool.fetchval("SELECT psn FROM inbox") == good.psn
    kept = await pool.fetchrow("SELECT body, reason, explained FROM inbox_aside")
    assert kept is not None
    assert kept["body"] == bad.body
    assert kept["reason"]


@pytest.mark.parametrize("body", [None, b"", b"x" * (LARGEST_BODY + 1)])
async def test_tombstones_and_giants_go_aside(
    pool: Pool, speaker: Speaker, listener: Listener, body: bytes | None
) -> None:
    said = speaker.say(MarkedV1(thing_id=THING, value=1))
    await speaker.tell(pool)
    headers = said_headers(speaker.source, said)
    counts = await listener.inbox.record([Raw("sample", "kafka", 0, 0, headers, body)])
    assert (counts.stored, counts.aside) == (0, 1)


async def test_any_bytes_are_a_body(pool: Pool, speaker: Speaker, listener: Listener) -> None:
    said = speaker.say(body=b'\0\xff{"broken', subject=THING)
    assert (await listener.hear([said])).stored == 1
    assert await pool.fetchval("SELECT body FROM inbox") == said.body


async def test_the_same_poison_heard_again_is_one_case(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = speaker.say(MarkedV1(thing_id=THING, value=1))
    for _ in range(3):
        await listener.inbox.record([speaker.raw(said, [("ce_psn", None)])])
    assert await pool.fetchval("SELECT count(*) FROM inbox_aside") == 1


async def test_parts_are_made_before_they_are_needed(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = speaker.say(MarkedV1(thing_id=THING, value=1))
    heads = list(speaker.heads_now().heads)
    heads[said.partition] = 1_700_000
    listener.inbox.learn(speaker.heads_now()._replace(heads=tuple(heads)))
    raw = speaker.raw(said._replace(psn=1_600_000))
    assert (await listener.inbox.record([raw])).stored == 1
    assert await pool.fetchval("SELECT to_regclass('inbox_4') IS NOT NULL")


async def test_a_large_batch_is_quick(speaker: Speaker, listener: Listener) -> None:
    said = [speaker.say(MarkedV1(thing_id=UUID(int=n % 50), value=n)) for n in range(4000)]
    began = time.monotonic()
    assert (await listener.hear(said)).stored == 4000
    assert time.monotonic() - began < 5
