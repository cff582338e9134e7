"""A rebuilt read model equals the live one, is put in place at once, and survives a crash."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import pytest_asyncio

from services.chassis import failpoints
from services.chassis.batch import Overtaken
from services.chassis.projecting import one_moment, positions
from services.chassis.rebuilding import Rebuild, RebuildRunning
from tests.integration.chassis.listening import DICTIONARY, Listener, make_tables, table
from tests.support.sample import chains, marks
from tests.support.sample.contracts import ErasedV1, MarkedV1, WithdrawnV1
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

THINGS = [UUID(int=n) for n in range(1, 9)]


@pytest.fixture
def speaker() -> Speaker:
    return Speaker(partitions=2)


@pytest_asyncio.fixture
async def listener(pool: Pool, speaker: Speaker) -> Listener:
    await make_tables(pool)
    return Listener(pool, speaker)


def marked(thing: UUID, value: int, **more: object) -> MarkedV1:
    return MarkedV1.model_validate({"thing_id": thing, "value": value, **more})


def rebuild(pool: Pool, projection: object = marks) -> Rebuild:
    return Rebuild(projection, pool, DICTIONARY)  # type: ignore[arg-type]


async def a_history(speaker: Speaker, listener: Listener, *, troubled: bool) -> None:
    said = [speaker.say(marked(THINGS[n % 8], n % 13)) for n in range(120)]
    said.append(speaker.say(WithdrawnV1(thing_id=THINGS[0], withdraws=said[0].event_id)))
    said.append(speaker.say(ErasedV1(thing_id=THINGS[1])))
    if troubled:
        wrong = speaker.say(marked(THINGS[2], 13))
        said += [wrong, speaker.say(marked(THINGS[2], 1)), speaker.say(marked(THINGS[3], 13))]
        said.append(speaker.say(marked(THINGS[2], 2, replaces=wrong.event_id)))
        said.append(speaker.say(marked(THINGS[3], 3)))
        said.append(speaker.say(marked(THINGS[4], 4, note="refused by the table")))
        said.append(speaker.say(type="sample.marked.v1", body=b"{", subject=THINGS[5]))
    await listener.hear(said)


async def parked(pool: Pool) -> list[tuple[object, ...]]:
    rows = await pool.fetch(
        """
        SELECT projection, partition, psn, reason FROM parked
         WHERE released_at IS NULL ORDER BY 1, 2, 3
        """
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("troubled", [False, True])
async def test_rebuilt_equals_live(
    pool: Pool, speaker: Speaker, listener: Listener, troubled: bool
) -> None:
    await a_history(speaker, listener, troubled=troubled)
    for projection in (marks, chains):
        await listener.project(projection)
    before = [await table(pool, "marks"), await table(pool, "chains"), await parked(pool)]
    basis = await positions(pool, "marks")
    assert troubled == bool(before[2])
    for projection in (marks, chains):
        await rebuild(pool, projection).run()
    assert [await table(pool, "marks"), await table(pool, "chains"), await parked(pool)] == before
    assert await positions(pool, "marks") == basis


async def test_the_table_keeps_its_indexes_and_goes_on_live(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    async def indexes() -> list[tuple[str, str]]:
        rows = await pool.fetch(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'marks' ORDER BY 1"
        )
        return [tuple(row) for row in rows]

    await a_history(speaker, listener, troubled=False)
    await listener.project()
    before = await indexes()
    for _ in range(2):
        await rebuild(pool).run()
    assert await indexes() == before
    await listener.hear([speaker.say(marked(THINGS[7], 77))])
    await listener.project()
    assert await pool.fetchval("SELECT count(*) FROM marks WHERE value = 77") == 1
    assert await pool.fetchval("SELECT to_regclass('marks__next') IS NULL")


async def test_a_lost_row_comes_back(pool: Pool, speaker: Speaker, listener: Listener) -> None:
    await a_history(speaker, listener, troubled=False)
    await listener.project()
    before = await table(pool, "marks")
    await pool.execute("DELETE FROM marks WHERE value = 5; UPDATE marks SET value = value + 1")
    await rebuild(pool).run()
    assert await table(pool, "marks") == before


async def test_readers_and_hearing_go_on_while_it_is_rebuilt(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    await a_history(speaker, listener, troubled=False)
    projector = await listener.project(chains)
    done = asyncio.Event()
    reads = 0

    async def read() -> None:
        """Marks counted in the rows must be what the basis says was taken in, at any moment."""
        nonlocal reads
        while not done.is_set():
            async with one_moment(pool, "chains") as db:
                basis = (await positions(db, "chains"))["sample"][1]
                found = await db.fetchval("SELECT sum(marks) FROM chains")
                said = await db.fetchval(
                    """
                    SELECT count(*) FROM inbox JOIN unnest($1::int[], $2::bigint[]) AS p (part, psn)
                        ON partition = part AND inbox.psn <= p.psn
                     WHERE type = 'sample.marked.v1'
                    """,
                    list(basis),
                    list(basis.values()),
                )
            assert found == said
            reads += 1

    async def write() -> None:
        while not done.is_set():
            await listener.hear([speaker.say(marked(thing, 1)) for thing in THINGS])
            await projector.catch_up()

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(read())
        group.create_task(write())
        for _ in range(3):
            await rebuild(pool, chains).run()
        done.set()
    assert reads
    await projector.catch_up()
    before = await table(pool, "chains")
    await rebuild(pool, chains).run()
    assert await table(pool, "chains") == before


async def test_a_batch_folded_against_the_old_table_is_not_written(
    pool: Pool, speaker: Speaker, listener: Listener
) -> None:
    await a_history(speaker, listener, troubled=False)
    projector = await listener.project(chains)
    await listener.hear([speaker.say(marked(thing, 1)) for thing in THINGS])
    batches = projector.batches
    async with pool.acquire() as connection:
        (cursor, *_) = await projector.due(connection)
        entries = await batches.reader("sample").after(
            connection, cursor.place, cursor.psn, 100, batches.types("sample")
        )
        # Even at the same position the epoch tells the tables apart.
        await rebuild(pool, chains).run()
        await pool.execute("UPDATE projection_cursor SET psn = $1", cursor.psn)
        with pytest.raises(Overtaken):
            await batches.apply(connection, cursor, entries)


@pytest.mark.parametrize("point", ["rows-before-cursor", "cursor-before-commit"])
async def test_a_crash_leaves_the_live_table_and_the_next_attempt_begins_anew(
    pool: Pool, speaker: Speaker, listener: Listener, point: str
) -> None:
    await a_history(speaker, listener, troubled=False)
    await listener.project()
    before = await table(pool, "marks")
    failpoints.arm(f"{point}:raise")
    try:
        with pytest.raises(failpoints.Reached):
            await rebuild(pool).run()
    finally:
        failpoints.arm("")
    assert await table(pool, "marks") == before
    await listener.hear([speaker.say(marked(THINGS[7], 77))])
    await listener.project()
    assert len(await table(pool, "marks")) == len(before) + 1
    await rebuild(pool).run()
    assert len(await table(pool, "marks")) == len(before) + 1


async def test_one_rebuild_at_a_time(pool: Pool, speaker: Speaker, listener: Listener) -> None:
    await a_history(speaker, listener, troubled=False)
    await listener.project()
    first, second = rebuild(pool), rebuild(pool)
    async with first._alone():
        with pytest.raises(RebuildRunning):
            await second.run()
    await second.run()


async def test_too_many_rows_to_hold_are_taken_in_batch_by_batch(
    pool: Pool, speaker: Speaker, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_history(speaker, listener, troubled=False)
    await listener.project()
    before = await table(pool, "marks")
    monkeypatch.setattr("services.chassis.rebuilding.MOST_ROWS", 10)
    await rebuild(pool).run()
    assert await table(pool, "marks") == before
