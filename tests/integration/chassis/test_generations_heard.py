"""A source's database was restored: what its listeners keep, fold, doubt and let go of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from services.chassis.cursors import BEGIN
from services.chassis.fetching import Fetching
from services.chassis.projecting import (
    InDoubt,
    Unconfirmed,
    Withdrawn,
    known_through,
    positions,
    provisional_reasons,
)
from services.chassis.reconciling import reconcile
from services.chassis.removing import Removing
from tests.integration.chassis.listening import DICTIONARY, Listener, make_tables, table
from tests.support.sample import chains, marks
from tests.support.sample.contracts import MarkedV1
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.cloudevents import SaidRow
    from services.chassis.postgres import Pool

THING = UUID(int=5)


class World:
    """A speaker with one partition, and one who hears it."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.speaker = Speaker(partitions=1)
        self.listener = Listener(pool, self.speaker)
        self.fetching = Fetching(
            pool, self.listener.inbox, {"sample": self.speaker}, self.listener.metrics
        )

    def say(self, *values: int, thing: UUID = THING) -> list[SaidRow]:
        return [self.speaker.say(MarkedV1(thing_id=thing, value=value)) for value in values]

    def say_again(self, row: SaidRow, body: bytes | None = None) -> SaidRow:
        """The twin: the same event, recorded later."""
        return self.speaker.say(
            body=body or row.body, subject=row.subject, event_id=row.event_id, type=row.type
        )

    async def poll(self, times: int = 2) -> None:
        for _ in range(times):
            while await self.fetching.poll("sample"):
                pass

    async def project(self) -> None:
        for projection in (marks, chains):
            await self.listener.project(projection)

    async def hear_all(self) -> None:
        await self.poll()
        await self.project()

    async def lose(self, *, after: int) -> list[SaidRow]:
        """The source comes back without what it said after this, and says so."""
        lost = self.speaker.lose(after)
        self.speaker.restored()
        return lost

    async def chain(self) -> tuple[int, int]:
        row = await self.pool.fetchrow("SELECT chain, marks FROM chains")
        return (row["chain"], row["marks"]) if row else (7, 0)

    async def reasons(self, known_at: Any = None) -> list[Any]:
        found = await provisional_reasons(self.pool, "marks", ["sample"], [THING], known_at)
        return [type(one) for one in found]

    async def as_of(self, instant: Any) -> list[int]:
        rows = await self.pool.fetch(
            "SELECT value FROM marks WHERE recorded_at <= $1 ORDER BY recorded_at", instant
        )
        return [row["value"] for row in rows]

    async def remove(self) -> None:
        await Removing(self.pool, (marks, chains), DICTIONARY).once()


def chain_of(*values: int) -> tuple[int, int]:
    chain = 7
    for value in values:
        chain = (chain * 31 + value) % chains.PRIME
    return chain, len(values)


@pytest.fixture
async def world(pool: Pool) -> World:
    await make_tables(pool)
    return World(pool)


async def test_what_was_heard_beyond_the_fork_is_kept_and_provisional(world: World) -> None:
    said = world.say(1, 2, 3, 4)
    await world.hear_all()
    assert await world.reasons() == []
    before = await world.as_of(said[-1].recorded_at)
    await world.lose(after=2)
    world.say(5)
    await world.hear_all()
    assert await world.chain() == chain_of(1, 2, 3, 4, 5)
    assert await world.reasons() == [Unconfirmed, Unconfirmed]
    assert await world.as_of(said[-1].recorded_at) == before
    assert await positions(world.pool, "marks") == {"sample": (2, {0: 1})}
    assert await known_through(world.pool, "marks", ["sample"]) == world.speaker.now()


async def test_a_twin_confirms_and_is_no_second_effect(world: World) -> None:
    said = world.say(1, 2, 3, 4)
    await world.hear_all()
    live = await world.as_of(said[-1].recorded_at)
    for row in await world.lose(after=2):
        world.say_again(row)
    world.say(5)
    await world.hear_all()
    await world.poll()
    assert await world.chain() == chain_of(1, 2, 3, 4, 5)
    assert await world.reasons() == []
    assert await world.as_of(said[-1].recorded_at) == live
    report = await reconcile(world.pool, {"sample": world.speaker})
    assert [one["state"] for one in report["sources"][0]["lost"]] == ["confirmed"] * 2


async def test_a_twin_that_says_something_else_waits_for_a_person(world: World) -> None:
    world.say(1, 2)
    await world.hear_all()
    (lost,) = await world.lose(after=1)
    world.say_again(lost, MarkedV1(thing_id=THING, value=9).model_dump_json().encode())
    await world.hear_all()
    assert await world.chain() == chain_of(1, 2)
    parked = await world.pool.fetch("SELECT reason FROM parked WHERE released_at IS NULL")
    assert {row["reason"] for row in parked} == {"contradicts-twin"}
    assert Unconfirmed in await world.reasons()
    world.speaker.withdraw(1, lost.event_id)
    await world.poll(3)
    await world.remove()
    assert await world.chain() == chain_of(1, 9)
    assert await world.reasons() == []


async def test_what_is_withdrawn_loses_its_effect_and_is_named(world: World) -> None:
    said = world.say(1, 2, 3, 4)
    await world.hear_all()
    third, fourth = await world.lose(after=2)
    world.say_again(fourth)
    world.speaker.withdraw(1)
    await world.hear_all()
    await world.poll()
    assert await world.chain() == chain_of(1, 2, 3, 4)
    assert await world.reasons() == [Unconfirmed]
    await world.remove()
    await world.project()
    assert await world.chain() == chain_of(1, 2, 4)
    assert await world.reasons() == []
    # An answer as of then was another one once: it says so for ever.
    assert await world.reasons(said[-1].recorded_at) == [Withdrawn]
    assert await world.reasons(world.speaker.now() + timedelta(days=1)) == []
    report = await reconcile(world.pool, {"sample": world.speaker})
    states = {one["event_id"]: one["state"] for one in report["sources"][0]["lost"]}
    assert states == {third.event_id: "withdrawn", fourth.event_id: "confirmed"}


async def test_a_rebuild_folds_every_generation_as_it_was_folded_live(world: World) -> None:
    world.say(1, 2, 3, 4)
    await world.hear_all()
    for row in await world.lose(after=2):
        world.say_again(row)
    world.say(5, 6)
    await world.hear_all()
    live = await table(world.pool, "marks"), await table(world.pool, "chains")
    await world.remove()  # nothing was withdrawn: nothing happens
    for projection in (marks, chains):
        await Removing(world.pool, (projection,), DICTIONARY).rebuild(projection)
    assert (await table(world.pool, "marks"), await table(world.pool, "chains")) == live


async def test_who_lags_behind_folds_up_to_the_fork_and_goes_on(world: World) -> None:
    said = world.say(1, 2, 3, 4)
    await world.listener.hear(said[:1])
    await world.project()
    for row in await world.lose(after=2):
        world.say_again(row)
    world.say(5)
    await world.listener.inbox.record([world.speaker.raw(world.speaker.said_rows[0][0])])
    await world.project()
    assert await world.chain() == chain_of(1), "the earlier generation comes first"
    await world.hear_all()
    assert await world.chain() == chain_of(1, 2, 3, 4, 5)
    assert await world.reasons() == []


async def test_what_comes_late_beyond_the_fork_is_not_used_any_more(world: World) -> None:
    said = world.say(1, 2, 3, 4)
    await world.listener.hear(said[:3])
    await world.project()
    await world.lose(after=2)
    await world.poll()
    await world.listener.inbox.record([world.speaker.raw(said[3])])
    world.say(5)
    await world.hear_all()
    assert await world.chain() == chain_of(1, 2, 3, 5)
    await Removing(world.pool, (chains,), DICTIONARY).rebuild(chains)
    assert await world.chain() == chain_of(1, 2, 3, 5)
    report = await reconcile(world.pool, {"sample": world.speaker})
    assert report["sources"][0]["beyond"] == [
        {"generation": 1, "partition": 0, "first": 3, "last": 4}
    ]


async def test_a_new_listener_hears_every_generation(world: World) -> None:
    world.say(1, 2, 3)
    await world.lose(after=2)
    world.say(5)
    await world.hear_all()
    assert await world.chain() == chain_of(1, 2, 5)
    assert await positions(world.pool, "chains") == {"sample": (2, {0: 1})}


async def test_a_parked_subject_keeps_its_queue_over_the_fork(world: World) -> None:
    world.say(1, 13, 3)
    await world.hear_all()
    await world.lose(after=3)
    world.say(5)
    await world.hear_all()
    rows = await world.pool.fetch(
        "SELECT generation, psn, reason FROM parked WHERE projection = 'marks' ORDER BY 1, 2"
    )
    assert [tuple(row) for row in rows] == [
        (1, 2, "refused"), (1, 3, "queued"), (2, 1, "queued"),
    ]  # fmt: skip
    assert await world.listener.projector(marks, most_parked=100).release() == 0


async def test_a_source_that_tells_less_than_before_is_in_doubt(world: World) -> None:
    world.say(1, 2, 3)
    await world.hear_all()
    world.speaker.lose(2)
    await world.poll(1)
    assert await world.reasons() == [InDoubt]
    told = await world.pool.fetchval("SELECT max(seq) FROM source_heads")
    assert told == 3, "what it had told is not forgotten"
    assert world.speaker.holdings[-1].tops[0].psn == 3
    world.speaker.restored()
    await world.poll(1)
    assert await world.reasons() == [Unconfirmed]


async def test_a_generation_begins_when_the_one_before_is_finished(world: World) -> None:
    """The control: without the order of generations the chain is another one."""
    assert "source_lives" in BEGIN
    said = world.say(1, 2)
    await world.listener.hear(said[:1])
    await world.lose(after=2)
    world.say(5)
    await world.poll()
    await world.pool.execute("DELETE FROM inbox WHERE generation = 1 AND psn = 2")
    await world.project()
    assert await world.chain() == chain_of(1)
    await world.pool.execute("DELETE FROM source_lives")
    await world.project()
    await world.poll()
    await world.project()
    assert await world.chain() == chain_of(1, 5, 2), "out of order"
