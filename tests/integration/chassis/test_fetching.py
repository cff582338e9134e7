"""Whatever did not arrive is fetched at the source's door, by one and the same function."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from services.chassis.fetching import Fetching
from services.chassis.gaps import gaps
from services.chassis.reconciling import reconcile
from tests.integration.chassis.listening import Listener
from tests.support.eventually import eventually
from tests.support.sample.contracts import MarkedV1
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


class Connected:
    """A subscription that is there, and remembers what it missed."""

    def __init__(self) -> None:
        self.connected = True
        self.told: list[int] = []

    def is_connected(self, _: str) -> bool:
        return self.connected

    def missed(self, _: str, records: int) -> None:
        self.told.append(records)


@pytest.fixture
def speaker() -> Speaker:
    return Speaker()


@pytest.fixture
def listener(pool: Pool, speaker: Speaker) -> Listener:
    return Listener(pool, speaker)


@pytest.fixture
def kafka() -> Connected:
    return Connected()


@pytest.fixture
def fetching(pool: Pool, speaker: Speaker, listener: Listener, kafka: Connected) -> Fetching:
    return Fetching(pool, listener.inbox, {"sample": speaker}, listener.metrics, kafka)


def say(speaker: Speaker, count: int) -> list:  # type: ignore[type-arg]
    return [speaker.say(MarkedV1(thing_id=uuid4(), value=n)) for n in range(count)]


async def size(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM inbox"))


async def test_without_kafka_everything_is_fetched_at_once(
    pool: Pool, speaker: Speaker, fetching: Fetching, kafka: Connected
) -> None:
    kafka.connected = False
    say(speaker, 30)
    await fetching.poll("sample")
    assert await size(pool) == 30
    assert await pool.fetchval("SELECT DISTINCT way FROM inbox") == "door"


async def test_a_hole_is_fetched_at_the_second_look(
    pool: Pool, speaker: Speaker, listener: Listener, fetching: Fetching
) -> None:
    said = say(speaker, 30)
    await listener.hear([row for row in said if row.psn not in (3, 4, 9)])
    missing = 30 - await size(pool)
    await fetching.poll("sample")
    assert await size(pool) == 30 - missing
    await fetching.poll("sample")
    assert await size(pool) == 30


async def test_a_tail_that_stands_is_fetched_and_kafka_is_told(
    pool: Pool, speaker: Speaker, listener: Listener, fetching: Fetching, kafka: Connected
) -> None:
    said = say(speaker, 20)
    await listener.hear(said[:10])
    for _ in range(2):
        await fetching.poll("sample")
    assert await size(pool) == 20
    assert kafka.told == [0, 10]


async def test_a_tail_that_moves_is_left_to_kafka(
    pool: Pool, speaker: Speaker, listener: Listener, fetching: Fetching
) -> None:
    said = say(speaker, 60)
    await listener.hear(said[:20])
    await fetching.poll("sample")
    await listener.hear(said[20:40])
    await fetching.poll("sample")
    assert await size(pool) == 40


async def test_a_lost_inbox_is_fetched_again_by_a_running_process(
    pool: Pool, speaker: Speaker, listener: Listener, fetching: Fetching
) -> None:
    await listener.hear(say(speaker, 20))
    await fetching.poll("sample")
    await pool.execute("TRUNCATE inbox")
    for _ in range(2):
        await fetching.poll("sample")
    assert await size(pool) == 20


async def test_much_is_fetched_in_rounds(
    pool: Pool,
    speaker: Speaker,
    fetching: Fetching,
    kafka: Connected,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.chassis.fetching.MOST_PER_ROUND", 50)
    monkeypatch.setattr("services.chassis.fetching.PAGE", 20)
    kafka.connected = False
    say(speaker, 200)
    rounds = 1
    while await fetching.poll("sample"):
        rounds += 1
    assert rounds > 3
    assert await size(pool) == 200


async def test_a_source_out_of_reach_is_noted_and_asked_again(
    pool: Pool, speaker: Speaker, listener: Listener, kafka: Connected
) -> None:
    kafka.connected = False
    speaker.reachable = False
    say(speaker, 5)
    fetching = Fetching(
        pool, listener.inbox, {"sample": speaker}, listener.metrics, kafka, every=0.02
    )
    running = asyncio.create_task(fetching.run())
    try:
        await eventually(lambda: pool.fetchval("SELECT last_error FROM source_contact"))
        speaker.reachable = True
        await eventually(lambda: pool.fetchval("SELECT count(*) = 5 FROM inbox"))
        assert await pool.fetchval("SELECT last_ok IS NOT NULL FROM source_contact")
    finally:
        running.cancel()


async def test_gaps_are_named_exactly(pool: Pool, listener: Listener) -> None:
    speaker = Speaker(partitions=1)
    listener.speaker = speaker
    said = say(speaker, 10)
    await listener.hear([said[n] for n in (0, 1, 4, 5, 8)])
    prefix: dict[int, int] = {}
    found = await gaps(pool, speaker.heads_now(), prefix)
    assert [tuple(gap) for gap in found] == [(0, 3, 4, True), (0, 7, 8, True), (0, 10, 10, False)]
    assert prefix == {0: 2}
    await listener.hear(said)
    assert await gaps(pool, speaker.heads_now(), prefix) == []
    assert prefix == {0: 10}


async def test_reconcile_names_what_is_missing_and_what_is_different(
    pool: Pool, listener: Listener
) -> None:
    speaker = Speaker(partitions=1)
    listener.speaker = speaker
    said = say(speaker, 12)
    await listener.hear(said)
    report = await reconcile(pool, {"sample": speaker})
    assert report["whole"]
    await pool.execute("DELETE FROM inbox WHERE psn IN (3, 4, 9)")
    await pool.execute("UPDATE inbox SET body = 'x', event_id = $1 WHERE psn = 7", UUID(int=1))
    report = await reconcile(pool, {"sample": speaker})
    (found,) = report["sources"]
    assert not report["whole"]
    assert found["missing"] == [
        {"generation": 1, "partition": 0, "first": 3, "last": 4},
        {"generation": 1, "partition": 0, "first": 9, "last": 9},
    ]
    assert found["different"] == [
        {"generation": 1, "partition": 0, "psn": 7, "fields": ["event_id", "body"]}
    ]
    speaker.reachable = False
    report = await reconcile(pool, {"sample": speaker})
    assert report["sources"][0]["unreachable"]
