"""What was heard causes a command once, however often it is delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.chassis import failpoints
from services.chassis.answering import Once
from services.chassis.deciding import execute
from services.chassis.events import Origin, Seen
from services.chassis.reacting import Reaction, Reactions
from services.chassis.reactor import Reactor
from tests.integration.chassis.listening import DICTIONARY, Listener
from tests.support import counter
from tests.support.sample.contracts import MarkedV1
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.event_store import EventStore
    from services.chassis.postgres import Pool

A, B = UUID(int=1), UUID(int=2)


def react(event: MarkedV1, seen: Seen) -> Reaction | None:
    """A mark above ten is counted."""
    if event.value <= 10:
        return None

    async def count(deps: Any, once: Once, origin: Origin) -> None:
        await execute(
            deps,
            counter,
            f"counter-{event.thing_id}",
            counter.Count(step=str(seen.event_id), by=event.value),
            subject=event.thing_id,
            agency=seen.agency,
            origin=origin,
            effective_from=event.on,
            once=once,
        )

    return Reaction(rule="count", run=count)


@pytest.fixture
def speaker() -> Speaker:
    return Speaker(partitions=1)


@pytest.fixture
def listener(pool: Pool, speaker: Speaker) -> Listener:
    return Listener(pool, speaker)


@pytest_asyncio.fixture
async def reactor(pool: Pool, store: EventStore) -> Reactor:
    reactions = Reactions(reads=(MarkedV1,), react=react)
    return Reactor(reactions, pool, DICTIONARY, store, refused=counter.Refused, service="listener")


async def counted(store: EventStore, thing: UUID) -> list[int]:
    return [one.event.by for one in await store.load(f"counter-{thing}")]


async def test_a_reaction_happens_once_and_names_its_cause(
    store: EventStore, speaker: Speaker, listener: Listener, reactor: Reactor
) -> None:
    said = [speaker.say(MarkedV1(thing_id=A, value=value)) for value in (3, 20, 30)]
    await listener.hear(said)
    await reactor.catch_up()
    assert await counted(store, A) == [20, 30]
    recorded = await store.load(f"counter-{A}")
    assert [one.origin.causation for one in recorded] == [said[1].event_id, said[2].event_id]
    assert not await reactor.step()


async def test_delivered_twice_or_taken_back_it_happens_once(
    pool: Pool, store: EventStore, speaker: Speaker, listener: Listener, reactor: Reactor
) -> None:
    said = [speaker.say(MarkedV1(thing_id=A, value=20))]
    for _ in range(2):
        await listener.hear(said)
        await reactor.catch_up()
    await pool.execute("UPDATE reaction_cursor SET psn = 0")
    await reactor.catch_up()
    assert await counted(store, A) == [20]


async def test_a_crash_between_the_command_and_the_cursor_repeats_nothing(
    store: EventStore, speaker: Speaker, listener: Listener, reactor: Reactor
) -> None:
    await listener.hear([speaker.say(MarkedV1(thing_id=A, value=20))])
    failpoints.arm("reacted-before-cursor:raise")
    try:
        with pytest.raises(failpoints.Reached):
            await reactor.catch_up()
    finally:
        failpoints.arm("")
    await reactor.catch_up()
    assert await counted(store, A) == [20]


async def test_the_control_that_must_fail_a_command_without_its_once(
    pool: Pool, store: EventStore, speaker: Speaker, listener: Listener, reactor: Reactor
) -> None:
    """A command that ignores what makes it the same one happens twice after the same crash."""

    def forgetful(event: MarkedV1, seen: Seen) -> Reaction | None:
        async def count(deps: Any, once: Once, origin: Origin) -> None:
            step = counter.Count(step=str(len(await store.load("counter-x"))), by=1)
            await execute(
                deps, counter, "counter-x", step, subject=A, agency="here", origin=origin,
                effective_from=event.on,
            )  # fmt: skip

        return Reaction(rule="count", run=count)

    careless = Reactor(Reactions(reads=(MarkedV1,), react=forgetful), pool, DICTIONARY, store)
    await listener.hear([speaker.say(MarkedV1(thing_id=A, value=20))])
    failpoints.arm("reacted-before-cursor:raise")
    try:
        with pytest.raises(failpoints.Reached):
            await careless.catch_up()
    finally:
        failpoints.arm("")
    await careless.catch_up()
    assert len(await store.load("counter-x")) == 2


async def test_a_refused_command_is_parked_and_others_go_on(
    pool: Pool, store: EventStore, speaker: Speaker, listener: Listener, reactor: Reactor
) -> None:
    said = [
        speaker.say(MarkedV1(thing_id=A, value=500)),
        speaker.say(MarkedV1(thing_id=B, value=50)),
    ]
    await listener.hear(said)
    await reactor.catch_up()
    assert await counted(store, B) == [50]
    row = await pool.fetchrow("SELECT event_id, rule, reason, error FROM reaction_parked")
    assert row is not None
    assert tuple(row) == (said[0].event_id, "count", "refused", "TooMuch")
    assert await reactor.release() == 0
    body = MarkedV1(thing_id=A, value=50).model_dump_json().encode()
    await pool.execute("UPDATE inbox SET body = $1 WHERE psn = 1", body)
    assert await reactor.release() == 1
    assert await counted(store, A) == [50]


async def test_what_cannot_be_read_is_parked(
    pool: Pool, store: EventStore, speaker: Speaker, listener: Listener, reactor: Reactor
) -> None:
    bad = speaker.say(body=b"{", subject=A)
    unknown = speaker.say(type="sample.exploded.v1", body=b"{}", subject=A)
    await listener.hear([bad, unknown, speaker.say(MarkedV1(thing_id=B, value=11))])
    await reactor.catch_up()
    rows = await pool.fetch("SELECT reason FROM reaction_parked ORDER BY psn")
    assert [row["reason"] for row in rows] == ["undecodable", "unknown-type"]
    assert await counted(store, B) == [11]
