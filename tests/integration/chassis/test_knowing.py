"""How certain an answer is: its basis, how far everything is known, and what could change it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import pytest_asyncio

from services.chassis.heads import note_heads
from services.chassis.projecting import (
    known_through,
    positions,
    provisional_reasons,
    rows_and_standing,
)
from services.chassis.reasons import Contradicted, Hole, Parked, Unreachable
from tests.integration.chassis.listening import Listener, make_tables
from tests.support.sample.contracts import MarkedV1
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

A, B = UUID(int=1), UUID(int=2)


@pytest.fixture
def speaker() -> Speaker:
    return Speaker(partitions=1)


@pytest_asyncio.fixture
async def listener(pool: Pool, speaker: Speaker) -> Listener:
    await make_tables(pool)
    return Listener(pool, speaker)


async def settle(pool: Pool) -> None:
    """Pretend that all heads were told a while ago."""
    await pool.execute("UPDATE source_heads SET asked_at = asked_at - interval '10 s'")


async def test_everything_is_known_through_the_heads_that_the_prefix_has_reached(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    assert await known_through(pool, "marks", ["sample"]) is None
    first = speaker.say(MarkedV1(thing_id=A, value=1))
    await listener.hear([first])
    told = speaker.heads_now()
    second = speaker.say(MarkedV1(thing_id=A, value=2))
    await speaker.tell(pool)
    await listener.project()
    assert await known_through(pool, "marks", ["sample"]) == told.closed_through
    await listener.hear([second])
    await listener.project()
    assert await known_through(pool, "marks", ["sample"]) == speaker.heads_now().closed_through
    assert await known_through(pool, "marks", ["sample", "other"]) is None
    assert await positions(pool, "marks") == {"sample": (1, {0: 2})}


async def test_an_idle_source_that_closes_time_moves_what_is_known(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    await listener.hear([speaker.say(MarkedV1(thing_id=A, value=1))])
    await listener.project()
    speaker.seq += 1000
    await note_heads(pool, speaker.heads_now())
    assert await known_through(pool, "marks", ["sample"]) == speaker.heads_now().closed_through


async def test_a_whole_prefix_is_not_provisional(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    await listener.hear([speaker.say(MarkedV1(thing_id=A, value=1))])
    await listener.project()
    await settle(pool)
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == []


async def test_a_hole_and_a_missing_tail_are_named(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = [speaker.say(MarkedV1(thing_id=A, value=n)) for n in range(3)]
    await listener.hear([said[0], said[2]])
    await listener.project()
    await settle(pool)
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == [Hole("sample", 1, 0, 1)]
    await pool.execute("DELETE FROM inbox WHERE psn = 3")
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == [Hole("sample", 1, 0, 1)]


async def test_a_hole_in_another_partition_is_nobodys_business(
    pool: Pool, listener: Listener
) -> None:
    speaker = listener.speaker = Speaker(partitions=8)
    said = [speaker.say(MarkedV1(thing_id=A, value=n)) for n in range(3)]
    other = next(
        UUID(int=n)
        for n in range(2, 99)
        if speaker.say(MarkedV1(thing_id=UUID(int=n), value=1)).partition != said[0].partition
    )
    await listener.hear([row for row in speaker.every() if row.seq != 2])
    await listener.project()
    await settle(pool)
    assert await provisional_reasons(pool, "marks", ["sample"], [other]) == []
    assert await provisional_reasons(pool, "marks", ["sample"], [other, A]) == [
        Hole("sample", 1, said[0].partition, 1)
    ]


async def test_a_parked_event_makes_answers_about_its_subject_provisional(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    wrong = speaker.say(MarkedV1(thing_id=A, value=13))
    await listener.hear([wrong, speaker.say(MarkedV1(thing_id=A, value=1))])
    await listener.project()
    await settle(pool)
    assert await provisional_reasons(pool, "marks", ["sample"], [B]) == []
    assert await provisional_reasons(pool, "marks", ["sample"], [A, B]) == [
        Parked("sample", A, wrong.event_id, "sample.marked.v1", "refused")
    ]


async def test_a_source_out_of_reach_is_named(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == [
        Unreachable("sample", None)
    ]
    await speaker.tell(pool)
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == []
    since = await pool.fetchval(
        "UPDATE source_contact SET last_ok = last_ok - interval '31 s' RETURNING last_ok"
    )
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == [
        Unreachable("sample", since)
    ]


async def test_a_contradiction_makes_its_partition_provisional_until_it_is_settled(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = speaker.say(MarkedV1(thing_id=A, value=1))
    await listener.hear([said])
    await listener.hear([said._replace(body=b"{}")])
    await listener.project()
    await settle(pool)
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == [
        Contradicted("sample", 0, 1)
    ]
    await pool.execute("UPDATE inbox_aside SET settled_at = now()")
    assert await provisional_reasons(pool, "marks", ["sample"], [A]) == []


async def test_so_large_a_question_is_not_planned_each_time(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    await listener.hear([speaker.say(MarkedV1(thing_id=A, value=1))])
    await listener.project()
    sources = {"marks": ("sample", "other", "third"), "totals": ("sample",)}
    async with pool.acquire() as connection:
        for _ in range(12):
            await rows_and_standing(connection, (), sources, "marks", [A])
        planned = await connection.fetchrow(
            """
            SELECT generic_plans, custom_plans FROM pg_prepared_statements
             WHERE statement LIKE 'SELECT ARRAY(%'
            """
        )
    assert planned is not None
    assert tuple(planned) == (7, 5)
