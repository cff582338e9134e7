"""Each guard switched off breaks its invariant, and the checks name it; switched on, all holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest_asyncio

from deploy.local.postgres import psql
from services.chassis import runtime
from services.chassis.inbox import Inbox
from services.chassis.postgres import migrate
from services.chassis.reacting import Reactions
from tests.chaos import controls, world
from tests.chaos.checks import Scene, answers_stay, parked_subjects_stop_nobody, rebuilt_is_live
from tests.chaos.controls import Small, crashes
from tests.chaos.ground import AUDIT, SERVICES

VALUES = (3, 5, 6, 8)


@pytest_asyncio.fixture
async def small(databases: Callable[[], str]) -> AsyncIterator[Small]:
    async with AsyncExitStack() as stack:
        pools = {}
        for name, service in SERVICES.items():
            url = databases()
            await migrate(url, *runtime.migration_folders(service))
            psql(url, AUDIT)
            pools[name] = await stack.enter_async_context(controls.opened(url, "first"))
        sealers = {name: controls.a_sealer(pool, name) for name, pool in pools.items()}
        for sealer in sealers.values():
            await sealer.take_over()
        inbox = Inbox(pools["listener"])
        yield Small(pools["source"], pools["listener"], sealers, inbox)


async def all_through(small: Small) -> None:
    await small.marks(*VALUES)
    await small.sealers["source"].seal_once()
    await small.publish()
    await small.hear(await small.records())
    await small.project()
    await small.react()


async def test_with_every_guard_on_everything_holds_through_the_same_crashes(small: Small) -> None:
    await small.marks(*VALUES)
    await small.sealers["source"].seal_once()
    await small.publish(fails=True)
    first, second, *others = await small.records()
    await small.hear([first, *others])
    await crashes(small.project, "rows-before-cursor")
    await small.hear([first, second])
    await crashes(small.project, "cursor-before-commit")
    await crashes(small.react, "reacted-before-cursor")
    report = await small.rest()
    assert report.broken == set(), str(report)


async def test_rows_first_and_cursor_in_a_second_transaction(small: Small) -> None:
    small.batches = controls.RowsFirst
    await small.marks(*VALUES)
    await small.sealers["source"].seal_once()
    await small.publish()
    await small.hear(await small.records())
    await crashes(small.project, "rows-before-cursor")
    await small.react()
    report = await small.rest()
    assert report.broken == {6}, str(report)
    assert "chains" in report.found[6][0]


async def test_without_dedupe_in_the_inbox(small: Small) -> None:
    await small.listener.execute("ALTER TABLE inbox DROP CONSTRAINT inbox_pkey CASCADE")
    small.inbox = controls.WithoutDedupe(small.listener)
    await small.marks(*VALUES)
    await small.sealers["source"].seal_once()
    await small.publish()
    await small.hear(await small.records())
    await small.hear(await small.records())
    await small.project()
    await small.react()
    report = await small.rest()
    assert 5 in report.broken, str(report)
    assert "stands 2 times" in report.found[5][0]


async def test_without_the_epoch_fence_of_the_sealer(
    small: Small, databases: Callable[[], str]
) -> None:
    """One that was paused, superseded and woken goes on sealing."""
    url = str(small.source._connect_args[0]).partition("?")[0]  # type: ignore[attr-defined]
    async with controls.opened(url, "paused") as pool:
        paused = controls.a_sealer(pool, "source", controls.WithoutFence)
        assert await paused.take_over(force=True) == 2
        assert await small.sealers["source"].take_over(force=True) == 3
        await small.marks(*VALUES)
        assert await paused.seal_once() == len(VALUES)
    await all_through(small)
    report = await small.rest()
    assert report.broken == {8}, str(report)
    assert "by paused committed in the epoch of first" in report.found[8][0]


async def test_projecting_past_holes(small: Small) -> None:
    small.batches = controls.WithoutPrefix
    await small.marks(*VALUES)
    await small.sealers["source"].seal_once()
    await small.publish()
    first, second, *others = await small.records()
    await small.hear([first, *others])
    await small.project()
    await small.hear([second])
    await small.project()
    await small.react()
    report = await small.rest()
    assert {1, 6, 7} <= report.broken, str(report)
    assert "not reflected" in report.found[1][0]


async def test_the_relays_cursor_moved_before_the_acknowledgement(small: Small) -> None:
    small.relay = controls.CursorFirst
    await small.marks(*VALUES)
    await small.sealers["source"].seal_once()
    await small.publish(fails=True)
    await small.hear(await small.records())
    await small.project()
    await small.react()
    report = await small.rest()
    assert report.broken == {1}, str(report)
    assert "not published" in report.found[1][0]


async def test_a_reaction_without_its_once(small: Small) -> None:
    small.reactions = Reactions(reads=(world.MarkedV1,), react=controls.react_without_once)
    await small.marks(*VALUES)
    await small.sealers["source"].seal_once()
    await small.publish()
    await small.hear(await small.records())
    await small.project()
    await crashes(small.react, "reacted-before-cursor")
    report = await small.rest()
    assert report.broken == {14}, str(report)
    assert "answered 2 times" in report.found[14][0]


# What needs no guard to be left out


async def test_the_other_checks_can_fail_too(small: Small) -> None:
    await all_through(small)
    assert not (await small.rest()).broken
    scene = Scene(small.source, small.listener, small.ledger)
    assert await answers_stay(replace(scene, answers=[("one", b"1", b"2")]))
    assert await rebuilt_is_live(replace(scene, rebuilt={"chains": ([(1,)], [])}))
    assert await parked_subjects_stop_nobody(replace(scene, parked_then=[("chains/1", 2, 3)]))


async def test_damage_is_named(small: Small) -> None:
    """One after the other, each check finds what was done to the listener's tables."""
    await all_through(small)
    broken = (await small.rest()).broken
    for number, damage in DAMAGE.items():
        assert number not in broken
        await small.listener.execute(damage)
        broken = (await small.rest()).broken
        assert number in broken, damage
    assert broken >= DAMAGE.keys()


DAMAGE = {
    2: """
        INSERT INTO marks
        SELECT thing_id, 0, 99, gen_random_uuid(), 1, now() FROM marks LIMIT 1
       """,
    3: "UPDATE stream_head SET version = version + 1",
    4: "UPDATE sealer SET seq = seq + 1",
    5: "UPDATE inbox SET body = '{}' WHERE psn = 1",
    1: "DELETE FROM inbox WHERE psn = 2",
    6: "UPDATE chains SET chain = chain + 1",
    7: "UPDATE projection_cursor SET applied = applied + 1",
    8: "UPDATE projection_cursor SET psn = psn - 1",
}
