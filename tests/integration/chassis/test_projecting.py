"""Read models: whole prefixes, once each, in order; what cannot be applied keeps only its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.chassis import failpoints, parking
from services.chassis.projector import Projector
from tests.integration.chassis.listening import Listener, make_tables
from tests.support.eventually import eventually
from tests.support.sample import chains
from tests.support.sample.contracts import Contract, ErasedV1, MarkedV1, UnreadV1, WithdrawnV1
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.cloudevents import SaidRow
    from services.chassis.postgres import Pool

A, B, C = (UUID(int=n) for n in (1, 2, 3))


@pytest.fixture
def speaker() -> Speaker:
    return Speaker(partitions=1)


@pytest_asyncio.fixture
async def listener(pool: Pool, speaker: Speaker) -> Listener:
    await make_tables(pool)
    return Listener(pool, speaker)


def marked(thing: UUID, value: int, **more: object) -> MarkedV1:
    return MarkedV1.model_validate({"thing_id": thing, "value": value, **more})


async def values(pool: Pool, thing: UUID) -> list[int]:
    rows = await pool.fetch(
        "SELECT value FROM marks WHERE thing_id = $1 ORDER BY recorded_at", thing
    )
    return [row["value"] for row in rows]


async def parked(pool: Pool) -> list[tuple[int, str]]:
    rows = await pool.fetch("SELECT psn, reason FROM parked WHERE released_at IS NULL ORDER BY psn")
    return [tuple(row) for row in rows]


async def reached(pool: Pool, projection: str = "marks") -> tuple[int, int]:
    row = await pool.fetchrow(
        "SELECT psn, applied FROM projection_cursor WHERE projection = $1", projection
    )
    assert row is not None
    return row["psn"], row["applied"]


async def test_rows_are_what_was_said(pool: Pool, speaker: Speaker, listener: Listener) -> None:
    first = speaker.say(marked(A, 4, note="fine"))
    second = speaker.say(marked(B, 5))
    await listener.hear(
        [first, second, speaker.say(WithdrawnV1(thing_id=A, withdraws=first.event_id))]
    )
    await listener.project()
    rows = {row["thing_id"]: row for row in await pool.fetch("SELECT * FROM marks")}
    assert rows[A]["note"] == "fine"
    assert rows[A]["withdrawn_at"] is not None
    assert rows[B]["recorded_at"] == second.recorded_at
    assert await reached(pool) == (3, 3)


async def test_only_a_prefix_without_a_hole_is_taken_in(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = [speaker.say(marked(A, n)) for n in range(5)]
    await listener.hear([said[0], said[1], said[3], said[4]])
    await listener.project()
    assert await reached(pool) == (2, 2)
    await listener.hear([said[2]])
    await listener.project()
    assert await reached(pool) == (5, 5)
    assert await values(pool, A) == [0, 1, 2, 3, 4]


async def test_each_batch_writes_a_row_once_and_the_order_holds(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = [speaker.say(marked((A, B)[n % 2], n)) for n in range(100)]
    await listener.hear(said)
    await listener.project(chains, batch=7)
    assert await chain_of(pool, A) == expected_chain(said, A)
    assert await chain_of(pool, B) == expected_chain(said, B)


async def chain_of(pool: Pool, thing: UUID) -> tuple[int, int] | None:
    row = await pool.fetchrow("SELECT chain, marks FROM chains WHERE thing_id = $1", thing)
    return (row["chain"], row["marks"]) if row else None


def expected_chain(said: list[SaidRow], thing: UUID) -> tuple[int, int]:
    """The oracle: the same fold, written down again."""
    chain, count = 7, 0
    for row in said:
        if row.subject == thing:
            chain = (chain * 31 + MarkedV1.model_validate_json(row.body).value) % chains.PRIME
            count += 1
    return chain, count


async def test_several_processes_take_each_event_in_once(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = [speaker.say(marked((A, B, C)[n % 3], n)) for n in range(400)]
    await listener.hear(said)
    projectors = [listener.projector(chains, batch=11) for _ in range(4)]

    async def until_done(projector: Projector) -> None:
        while (await reached_or_none(pool, "chains")) != 400:
            await projector.step()

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for projector in projectors:
            group.create_task(until_done(projector))
    for thing in (A, B, C):
        assert await chain_of(pool, thing) == expected_chain(said, thing)
    assert await reached(pool, "chains") == (400, 400)


async def reached_or_none(pool: Pool, projection: str) -> int | None:
    found: int | None = await pool.fetchval(
        "SELECT psn FROM projection_cursor WHERE projection = $1", projection
    )
    return found


@pytest.mark.parametrize("point", ["rows-before-cursor", "cursor-before-commit"])
async def test_rows_and_cursor_are_one(
    pool: Pool, speaker: Speaker, listener: Listener, point: str
) -> None:
    said = [speaker.say(marked(A, n)) for n in range(10)]
    await listener.hear(said)
    failpoints.arm(f"{point}:raise")
    try:
        with pytest.raises(failpoints.Reached):
            await listener.project(chains, batch=3)
    finally:
        failpoints.arm("")
    assert await chain_of(pool, A) is None
    await listener.project(chains, batch=3)
    assert await chain_of(pool, A) == expected_chain(said, A)


async def test_the_control_that_must_fail_rows_first_and_cursor_in_a_second_transaction(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    """The same crash with two transactions takes events in twice: so the test above can fail."""
    said = [speaker.say(marked(A, n)) for n in range(4)]
    await listener.hear(said)
    projector = listener.projector(chains)
    batches = projector.batches
    async with pool.acquire() as connection:
        await projector.begin_cursors(connection)
        for _ in range(2):
            (cursor,) = await projector.due(connection)
            entries = await batches.reader("sample").after(
                connection, cursor.place, cursor.psn, 100, batches.types("sample")
            )
            async with connection.transaction():
                await batches._fold(
                    connection, cursor.place, await batches.steps(cursor.place, entries, {})
                )
            # The process dies here, before the second transaction moves the cursor.
    assert await chain_of(pool, A) != expected_chain(said, A)


# What cannot be applied


async def test_a_subject_waits_and_everybody_else_goes_on(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    said = [
        speaker.say(marked(A, 1)),
        speaker.say(marked(A, 13)),
        speaker.say(marked(A, 2)),
        speaker.say(marked(B, 3)),
    ]
    await listener.hear(said)
    await listener.project()
    assert await values(pool, A) == [1]
    assert await values(pool, B) == [3]
    assert await parked(pool) == [(2, "refused"), (3, "queued")]
    assert await reached(pool) == (4, 4)
    await listener.hear([speaker.say(marked(A, 4)), speaker.say(marked(B, 5))])
    await listener.project()
    assert await values(pool, B) == [3, 5]
    assert await parked(pool) == [(2, "refused"), (3, "queued"), (5, "queued")]


async def test_release_replays_in_order(
    pool: Pool, speaker: Speaker, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [speaker.say(marked(A, n)) for n in (1, 13, 2, 3)]
    await listener.hear(said)
    projector = await listener.project(chains)
    monkeypatch.setattr(chains, "fold", _refusing(13))
    await pool.execute("DELETE FROM chains; UPDATE projection_cursor SET psn = 0, applied = 0")
    await projector.catch_up()
    assert await chain_of(pool, A) == expected_chain(said[:1], A)
    assert await projector.release() == 0
    monkeypatch.undo()
    assert await projector.release() == 3
    assert await chain_of(pool, A) == expected_chain(said, A)
    assert await parked(pool) == []


_fold = chains.fold


def _refusing(value: int) -> Any:
    """The same fold, but it spoils the row in place before it raises: that must be taken back."""

    def fold(rows: Any, event: MarkedV1, seen: Any) -> None:
        if event.value == value:
            rows[(event.thing_id,)].chain = -1
            raise ValueError(value)
        _fold(rows, event, seen)

    return fold


async def test_an_event_that_replaces_the_parked_one_releases_the_queue(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    wrong = speaker.say(marked(A, 13))
    said = [wrong, speaker.say(marked(A, 2))]
    await listener.hear(said)
    await listener.project()
    assert await parked(pool) == [(1, "refused"), (2, "queued")]
    await listener.hear([speaker.say(marked(A, 12, replaces=wrong.event_id))])
    await listener.project()
    assert await values(pool, A) == [2, 12]
    assert await parked(pool) == []


async def test_replacing_within_one_batch_is_the_same(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    wrong = speaker.say(marked(A, 13))
    said = [wrong, speaker.say(marked(A, 2))]
    said.append(speaker.say(marked(A, 12, replaces=wrong.event_id)))
    await listener.hear(said)
    await listener.project()
    assert await values(pool, A) == [2, 12]
    assert await parked(pool) == []


async def test_a_second_fault_in_the_queue_keeps_what_is_behind_it(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    wrong = speaker.say(marked(A, 13))
    said = [wrong, *(speaker.say(marked(A, n)) for n in (1, 13, 2))]
    await listener.hear(said)
    await listener.project()
    await listener.hear([speaker.say(marked(A, 12, replaces=wrong.event_id))])
    await listener.project()
    assert await values(pool, A) == [1]
    assert await parked(pool) == [(3, "refused"), (4, "queued"), (5, "queued")]


@pytest.mark.parametrize(
    ("type", "body", "reason"),
    [
        ("sample.marked.v1", b'{"value": 1', "undecodable"),
        ("sample.marked.v1", b"\xff\x00", "undecodable"),
        ("sample.marked.v1", b'{"value": "one"}', "undecodable"),
        ("sample.marked.v2", b"{}", "newer-version"),
        ("sample.exploded.v1", b"{}", "unknown-type"),
    ],
)
async def test_what_cannot_be_read_is_parked_with_its_reason(
    pool: Pool, speaker: Speaker, listener: Listener, type: str, body: bytes, reason: str
) -> None:
    bad = speaker.say(type=type, body=body, subject=A)
    await listener.hear([bad, speaker.say(marked(B, 1))])
    await listener.project()
    assert await parked(pool) == [(1, reason)]
    assert await values(pool, B) == [1]
    assert await pool.fetchval("SELECT error FROM parked") in ("ValidationError", "")


async def test_what_is_known_and_not_read_is_skipped(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    await listener.hear([speaker.say(UnreadV1(thing_id=A)), speaker.say(marked(A, 1))])
    await listener.project()
    assert await parked(pool) == []
    assert await values(pool, A) == [1]


async def test_a_newer_revision_of_a_type_is_read_as_far_as_it_is_known(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    body = marked(A, 1).model_dump_json()[:-1] + ', "more": true}'
    await listener.hear([speaker.say(body=body.encode(), subject=A, schema=7)])
    await listener.project()
    assert await values(pool, A) == [1]


@pytest.mark.parametrize("bad", ["a\0b", "refused by the table"])
async def test_a_value_that_the_database_refuses_parks_its_event_only(
    pool: Pool, speaker: Speaker, listener: Listener, bad: str
) -> None:
    said = [speaker.say(marked(UUID(int=n), n % 7)) for n in range(1, 41)]
    said.append(speaker.say(marked(A, 5, note=bad)))
    said += [speaker.say(marked(UUID(int=n), 1)) for n in range(1, 41)]
    await listener.hear(said)
    await listener.project()
    assert await parked(pool) == [(41, "unwritable"), (42, "queued")]
    assert await pool.fetchval("SELECT count(*) FROM marks") == 79
    assert await reached(pool) == (81, 81)


async def test_a_fold_may_only_use_what_its_event_declared(
    pool: Pool, speaker: Speaker, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains, "touches", lambda event, seen: ())
    await listener.hear([speaker.say(marked(A, 1))])
    await listener.project(chains)
    assert await parked(pool) == [(1, "refused")]
    assert (await pool.fetchval("SELECT error FROM parked")).startswith("Undeclared at ")


async def test_many_parked_at_once_stop_the_projector(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    await listener.hear([speaker.say(marked(UUID(int=n), 13)) for n in range(1, 5)])
    with pytest.raises(parking.TooManyParked):
        await listener.project(most_parked=3)
    assert await parked(pool) == []
    assert await reached(pool) == (0, 0)
    await listener.project(most_parked=4)
    assert len(await parked(pool)) == 4


async def test_a_release_of_the_program_that_can_read_more_releases_by_itself(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    bad = speaker.say(type="sample.marked.v1", body=b"{}", subject=A)
    await listener.hear([bad, speaker.say(marked(A, 2))])
    projector = await listener.project()
    assert await parked(pool) == [(1, "undecodable"), (2, "queued")]
    body = marked(A, 1).model_dump_json().encode()
    await pool.execute("UPDATE inbox SET body = $1 WHERE psn = 1", body)
    assert await projector._release_cured()
    assert await values(pool, A) == [1, 2]


# Erasing


async def test_what_erases_acts_on_arrival_past_a_hole_and_again_in_its_place(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    first, missing, erased = (
        speaker.say(event) for event in (marked(A, 1), marked(A, 2), ErasedV1(thing_id=A))
    )
    await listener.hear([first])
    projector = await listener.project()
    await listener.hear([erased, speaker.say(marked(B, 9))])
    projector._erased = 0
    await projector.step()
    assert await values(pool, A) == []
    assert await reached(pool) == (1, 1)
    await listener.hear([missing])
    await projector.catch_up()
    assert await values(pool, A) == []
    assert await values(pool, B) == [9]


async def test_what_erases_acts_past_a_queue(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    events: list[Contract] = [marked(A, 1), marked(A, 13), ErasedV1(thing_id=A)]
    await listener.hear([speaker.say(event) for event in events[:2]])
    await listener.project()
    assert await values(pool, A) == [1]
    await listener.hear([speaker.say(events[2])])
    await listener.project()
    assert await values(pool, A) == []
    assert await parked(pool) == [(2, "refused"), (3, "queued")]


# Waking up


async def test_a_ring_wakes_the_projector_at_once(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    projector = listener.projector(news=listener.inbox.news)
    running = asyncio.create_task(projector.run())
    try:
        await listener.hear([speaker.say(marked(A, 1))])
        await eventually(lambda: pool.fetchval("SELECT value = 1 FROM marks"), within=10)
    finally:
        running.cancel()
    assert await reached(pool) == (1, 1)
