"""Deciding on a real store: once, in order, and never for two holders of one key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from services.chassis.answering import AlreadyAnswered, Once, SameIdOtherBody
from services.chassis.append_arguments import Append
from services.chassis.deciding import (
    AlreadyReserved,
    Executed,
    Reservation,
    Work,
    execute,
    execute_many,
    uuid7,
)
from services.chassis.event_codec import Unstorable
from services.chassis.event_store import Conflict, EventStore
from tests.support import counter
from tests.support.counter import DAY, ORIGIN, SUBJECTS, Count, Counted, OtherNote, Refused, State

ONE = SUBJECTS[0]


async def count(
    store: EventStore,
    command: Count,
    stream: str = "counter-1",
    reserve: Sequence[Reservation] = (),
    once: Once | None = None,
    attempts: int = 5,
) -> Executed[Counted]:
    return await execute(
        store,
        counter,
        stream,
        command,
        subject=ONE,
        agency="demo",
        origin=ORIGIN,
        reserve=reserve,
        once=once,
        attempts=attempts,
    )


def work(stream: str, step: str, **more: object) -> Work[Count, State, Counted]:
    note = more.get("note")
    return Work(
        decider=counter,
        stream=stream,
        command=Count(step=step, note=note if isinstance(note, str) else None),
        subject=ONE,
        agency="demo",
        origin=ORIGIN,
        reserve=[r for r in [more.get("reserve")] if isinstance(r, Reservation)],
    )


async def test_a_command_adds_its_event_and_a_repetition_adds_none(store: EventStore) -> None:
    first = await count(store, Count(step="a"))
    again = await count(store, Count(step="a"))
    assert first.events == (Counted(step="a", by=1),)
    assert first.token == again.token == "sample~counter-1~1"
    assert again.events == ()
    [recorded] = await store.load("counter-1")
    assert recorded.event == Counted(step="a", by=1)
    assert recorded.origin == ORIGIN
    assert recorded.about.event_id == first.event_ids[0]
    assert recorded.about.effective_from == DAY


async def test_many_writers_of_one_stream_leave_versions_without_a_gap(store: EventStore) -> None:
    steps = [str(n) for n in range(20)]
    await asyncio.gather(*(count(store, Count(step=s), attempts=40) for s in steps))
    history = await store.load("counter-1")
    assert [r.about.version for r in history] == list(range(1, 21))
    assert {r.event.step for r in history} == set(steps)
    assert await store.head("counter-1") == 20


async def test_whoever_is_always_late_is_told_so_in_the_end(store: EventStore) -> None:
    class Late(EventStore):
        """Somebody else is always faster between the loading and the appending."""

        tries = 0

        async def load_many(self, streams):  # type: ignore[no-untyped-def]
            loaded = await super().load_many(streams)
            Late.tries += 1
            await count(store, Count(step=f"other-{Late.tries}"))
            return loaded

    late = Late(store.pool, store.codec, service="sample")
    with pytest.raises(Conflict):
        await count(late, Count(step="mine"), attempts=3)
    assert Late.tries == 3
    assert [r.event.step for r in await store.load("counter-1")] == [
        "other-1",
        "other-2",
        "other-3",
    ]


async def test_an_append_at_a_wrong_version_names_the_stream(store: EventStore) -> None:
    def append(stream: str, version: int) -> Append:
        return Append(
            stream=stream,
            expected_version=version,
            subject=ONE,
            agency="demo",
            origin=ORIGIN,
            events=[(uuid7(), Counted(step="a", by=1), DAY)],
        )

    await store.append([append("a", 0)])
    for stream, version in [("a", 0), ("a", 2), ("b", 1)]:
        with pytest.raises(Conflict) as conflict:
            await store.append([append(stream, version)])
        assert conflict.value.stream == stream
        with pytest.raises(Conflict) as conflict:
            await store.append([append("other", 0), append(stream, version)])
        assert conflict.value.stream == stream
    assert await store.head("other") == 0
    await store.append([append("a", 1), append("c", 0), append("a", 2)])
    assert (await store.head("a"), await store.head("c")) == (3, 1)


async def test_two_doors_that_create_one_key_at_once_leave_one_holder(store: EventStore) -> None:
    async def create(holder: UUID) -> Executed[Counted] | AlreadyReserved:
        try:
            return await count(
                store, Count(step="made"), f"thing-{holder}", [Reservation("key-7", holder)]
            )
        except AlreadyReserved as taken:
            return taken

    for _ in range(5):
        outcomes = await asyncio.gather(*(create(uuid4()) for _ in range(6)))
    [(held,)] = [[r.event.holder for r in await store.load("key-7")]]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, AlreadyReserved)]
    assert {taken.holder for taken in refusals} == {held}
    streams = await store.pool.fetch("SELECT stream FROM stream_head WHERE stream LIKE 'thing-%'")
    assert [row["stream"] for row in streams] == [f"thing-{held}"]


async def test_a_holder_may_reserve_its_own_key_again(store: EventStore) -> None:
    mine = [Reservation("key-1", ONE)]
    await count(store, Count(step="a"), reserve=mine)
    await count(store, Count(step="b"), reserve=mine)
    assert await store.head("key-1") == 1


async def test_the_same_request_is_done_once_and_answered_twice(store: EventStore) -> None:
    once = Once.of("door", "request-1", b"body")
    done = await count(store, Count(step="a"), once=once)
    with pytest.raises(AlreadyAnswered) as again:
        await count(store, Count(step="other"), once=once)
    assert done.token.encode() in again.value.answer.body
    with pytest.raises(SameIdOtherBody):
        await count(store, Count(step="a"), once=Once.of("door", "request-1", b"other"))
    assert await store.head("counter-1") == 1


async def test_the_same_request_at_the_same_time_is_done_once(store: EventStore) -> None:
    async def ask(n: int) -> bool:
        try:
            await count(store, Count(step=f"{n}"), f"s-{n}", once=Once.of("door", "r", b"body"))
        except AlreadyAnswered:
            return False
        return True

    assert sum(await asyncio.gather(*(ask(n) for n in range(6)))) == 1
    assert await store.pool.fetchval("SELECT count(*) FROM tail") == 1


async def test_one_wrong_row_of_many_stops_nobody_else(store: EventStore) -> None:
    other = uuid4()
    results = await execute_many(
        store,
        [
            work("s-1", "a"),
            work("s-1", "a"),
            work("s-1", "b"),
            work("s-1", "a", note="else"),
            work("s-2", "nul", note="a\0b"),
            work("s-2", "fine"),
            work("s-3", "a", reserve=Reservation("key", ONE)),
            work("s-4", "a", reserve=Reservation("key", other)),
        ],
        refused=Refused,
    )
    assert [len(r.events) if isinstance(r, Executed) else type(r) for r in results] == [
        *(1, 0, 1, OtherNote, Unstorable, 1, 1),
        AlreadyReserved,
    ]
    assert [await store.head(f"s-{n}") for n in (1, 2, 3, 4)] == [2, 1, 1, 0]


async def test_a_bulk_waits_for_its_rivals_and_loses_nothing(store: EventStore) -> None:
    async def bulk(name: str) -> None:
        batch = [work(f"s-{n % 40}", f"{name}-{n}") for n in range(120)]
        results = await execute_many(store, batch, refused=Refused, chunk=50, attempts=20)
        assert all(isinstance(result, Executed) for result in results)

    await asyncio.gather(*(bulk(name) for name in "abc"))
    assert await store.pool.fetchval("SELECT count(*) FROM tail") == 360
    gaps = await store.pool.fetchval(
        """
        SELECT count(*) FROM (
            SELECT stream, count(*) AS events, max(version) AS top FROM tail GROUP BY stream
        ) AS counted JOIN stream_head USING (stream)
         WHERE events <> top OR top <> stream_head.version
        """
    )
    assert gaps == 0


async def test_a_nul_character_is_refused_with_its_own_reason(store: EventStore) -> None:
    with pytest.raises(Unstorable):
        await count(store, Count(step="a\0b"))
    with pytest.raises(Unstorable):
        await count(store, Count(step="a"), stream="s\0")
    assert await store.pool.fetchval("SELECT count(*) FROM tail") == 0
