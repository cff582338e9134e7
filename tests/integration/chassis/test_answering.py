"""Asked twice, answered twice, done once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from services.chassis.answering import AlreadyAnswered, Once, SameIdOtherBody
from services.chassis.deciding import Executed, execute
from services.chassis.event_store import EventStore
from tests.support import counter

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

SUBJECT = UUID(int=1)


def count(store: EventStore, once: Once, step: str = "a", by: int = 1) -> Any:
    return execute(
        store,
        counter,
        "counter-1",
        counter.Count(step=step, by=by),
        subject=SUBJECT,
        agency="demo",
        origin=counter.ORIGIN,
        once=once,
        attempts=50,
    )


async def test_the_same_request_again_gets_the_stored_answer(store: EventStore, pool: Pool) -> None:
    once = Once.of("door", "1", b"body")
    executed: Executed[Any] = await count(store, once)
    for _ in range(2):
        with pytest.raises(AlreadyAnswered) as again:
            await count(store, once)
        assert again.value.answer.status == 200
        assert executed.token.encode() in again.value.answer.body
    assert await store.head("counter-1") == 1
    assert await pool.fetchval("SELECT count(*) FROM answered") == 1


async def test_the_same_id_with_another_body_is_refused(store: EventStore) -> None:
    await count(store, Once.of("door", "1", b"body"))
    with pytest.raises(SameIdOtherBody):
        await count(store, Once.of("door", "1", b"other"), step="b")
    assert await store.head("counter-1") == 1


async def test_the_same_id_at_another_door_is_another_request(store: EventStore) -> None:
    await count(store, Once.of("door", "1", b"body"))
    await count(store, Once.of("window", "1", b"body"), step="b")
    assert await store.head("counter-1") == 2


async def test_twenty_at_once_are_done_once(store: EventStore, pool: Pool) -> None:
    once = Once.of("door", "1", b"body")
    results = await asyncio.gather(*(count(store, once) for _ in range(20)), return_exceptions=True)
    executed = [result for result in results if isinstance(result, Executed)]
    repeated = [result for result in results if isinstance(result, AlreadyAnswered)]
    assert (len(executed), len(repeated)) == (1, 19)
    assert {answer.answer.body for answer in repeated} == {
        b'{"token":"%s"}' % executed[0].token.encode()
    }
    assert await store.head("counter-1") == 1


async def test_a_refused_request_leaves_no_answer(store: EventStore, pool: Pool) -> None:
    once = Once.of("door", "1", b"body")
    with pytest.raises(counter.TooMuch):
        await count(store, once, by=101)
    assert await pool.fetchval("SELECT count(*) FROM answered") == 0
    await count(store, once, by=100)


async def test_what_decides_nothing_is_answered_too(store: EventStore, pool: Pool) -> None:
    await count(store, Once.of("door", "1", b"body"))
    await count(store, Once.of("door", "2", b"body"))
    assert await store.head("counter-1") == 1
    assert await pool.fetchval("SELECT count(*) FROM answered") == 2
