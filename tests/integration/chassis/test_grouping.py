"""Writers that wait share a transaction, and none of them pays for another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import pytest

from services.chassis.append_arguments import Encoded
from services.chassis.event_store import Conflict, EventStore
from services.chassis.grouping import Groups
from tests.support.counter import SUBJECTS, Counted
from tests.support.log_checks import check_log
from tests.support.saying import a_sealer, an_append

COUNTED = [Counted(step="a", by=1)]


class Counting(EventStore):
    """Counts its groups."""

    groups: list[int]

    async def _commit_group(self, group: Sequence[Encoded]):  # type: ignore[no-untyped-def]
        self.groups.append(len(group))
        return await super()._commit_group(group)


@pytest.fixture
def counting(store: EventStore) -> Counting:
    counting = Counting(store.pool, store.codec, service="sample")
    counting.groups = []
    return counting


async def append(store: EventStore, stream: str, version: int = 0) -> bool:
    try:
        await store.append([an_append(stream, version, COUNTED, SUBJECTS[0])])
    except Conflict as conflict:
        return conflict.stream != stream
    return True


async def test_writers_that_wait_together_commit_together(counting: Counting) -> None:
    assert all(await asyncio.gather(*(append(counting, f"s-{n}") for n in range(50))))
    assert len(counting.groups) < 10
    assert sum(counting.groups) == 49  # whoever comes first finds nobody to wait for
    sealer = a_sealer(counting)
    await sealer.take_over()
    assert await sealer.seal_once() == 50
    await check_log(counting.pool)


async def test_each_keeps_its_own_version_check(counting: Counting) -> None:
    await append(counting, "s-3")
    done = await asyncio.gather(*(append(counting, f"s-{n}") for n in range(6)))
    assert done == [True, True, True, False, True, True]
    done = await asyncio.gather(*(append(counting, "one", 0) for _ in range(6)))
    assert sum(done) == 1
    assert await counting.head("one") == 1


async def test_a_stream_that_is_locked_holds_up_nobody_else(counting: Counting) -> None:
    await append(counting, "held")
    await append(counting, "free")
    async with counting.transaction() as slow:
        await slow.execute("SELECT 1 FROM stream_head WHERE stream = 'held' FOR UPDATE")
        held = asyncio.create_task(append(counting, "held", 1))
        others = [append(counting, "free", 1), *(append(counting, f"s-{n}") for n in range(9))]
        assert all(await asyncio.wait_for(asyncio.gather(*others), 3))
        assert not held.done()
    assert await held


@pytest.mark.parametrize(
    "document", [None, "NULL", "", "{a,b}", 'a "b"', "back\\slash", "\\", ", ", "é\n"]
)
async def test_what_a_fact_rests_on_is_kept_as_it_was_told(
    store: EventStore, document: str | None
) -> None:
    appends = [an_append(f"told-{n}", 0, COUNTED, SUBJECTS[0]) for n in range(2)]
    origin = replace(appends[0].origin, document=document, sha256=document, causation=SUBJECTS[1])
    await store.append([replace(one, origin=origin) for one in appends])
    for one in appends:
        (told,) = await store.load(one.stream)
        assert told.origin == origin


async def test_a_text_that_cannot_be_kept_spoils_only_its_own(counting: Counting) -> None:
    bad = an_append("bad", 0, COUNTED, SUBJECTS[0])
    object.__setattr__(bad, "agency", "a\0")
    outcomes = await asyncio.gather(
        counting.append([bad]),
        *(append(counting, f"s-{n}") for n in range(8)),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], Exception)
    assert outcomes[1:] == [True] * 8


async def test_a_server_that_went_away_is_told_to_all_who_waited() -> None:
    """It may have committed: nobody may quietly try again."""

    async def gone(group: Sequence[str]) -> list[str]:
        raise asyncpg.AdminShutdownError("terminating connection")

    groups: Groups[str] = Groups(gone)
    outcomes = await asyncio.gather(
        *(groups.committed(f"{n}", "x") for n in range(4)), return_exceptions=True
    )
    assert all(isinstance(outcome, asyncpg.AdminShutdownError) for outcome in outcomes)


async def test_whoever_is_cancelled_while_it_waits_is_left_out() -> None:
    committed: list[str] = []
    gate = asyncio.Event()

    async def slowly(group: Sequence[str]) -> list[str]:
        await gate.wait()
        committed.extend(group)
        return []

    groups: Groups[str] = Groups(slowly)
    first = [asyncio.create_task(groups.committed(f"{n}", f"{n}")) for n in range(3)]
    await asyncio.sleep(0)
    waits = asyncio.create_task(groups.committed("waits", "waits"))
    await asyncio.sleep(0)
    waits.cancel()
    gate.set()
    assert await asyncio.gather(*first) == [True] * 3
    assert sorted(committed) == ["0", "1", "2"]
