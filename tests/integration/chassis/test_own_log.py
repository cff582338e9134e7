"""A service projects its own log as it projects what it hears: source, partition 0, psn = seq."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest_asyncio

from services.chassis.deciding import execute
from services.chassis.fetching import Fetching
from services.chassis.inbox import Inbox
from services.chassis.projecting import Key, Rows, Seen, known_through, positions
from services.chassis.projector import Projector
from services.chassis.rebuilding import Rebuild
from services.chassis.sealing import Sealer
from services.chassis.telemetry import Metrics
from services.chassis.words import Dictionary
from tests.integration.chassis.listening import table
from tests.support import counter
from tests.support.eventually import eventually

if TYPE_CHECKING:
    from services.chassis.event_store import EventStore
    from services.chassis.postgres import Pool

A, B = UUID(int=1), UUID(int=2)
DICTIONARY = Dictionary(codec=counter.CODEC)


@dataclass(slots=True)
class Row:
    thing: UUID
    total: int
    seq: int


def touches(event: counter.Counted, seen: Seen) -> Iterable[Key]:
    yield (seen.subject,)


def fold(rows: Rows[Row], event: counter.Counted, seen: Seen) -> None:
    assert (seen.source, seen.partition) == ("sample", 0)
    row = rows.get((seen.subject,)) or Row(seen.subject, 0, 0)
    row.total, row.seq = row.total + event.by, seen.psn
    rows[(seen.subject,)] = row


totals: Any = SimpleNamespace(
    table="totals", key=("thing",), reads=(counter.Counted,), Row=Row, touches=touches, fold=fold
)


@pytest_asyncio.fixture
async def sealer(pool: Pool) -> Sealer:
    await pool.execute(
        "CREATE TABLE totals (thing uuid PRIMARY KEY, total int NOT NULL, seq bigint NOT NULL)"
    )
    made = Sealer(pool, "sample", counter.CODEC, lambda event, about: None, 2)
    await made.take_over()
    return made


async def count(store: EventStore, thing: UUID, step: str, by: int) -> None:
    await execute(
        store, counter, f"counter-{thing}", counter.Count(step=step, by=by),
        subject=thing, agency="here", origin=counter.ORIGIN, effective_from=counter.DAY,
    )  # fmt: skip


async def test_own_events_are_taken_in_once_sealed_and_rebuilt_alike(
    pool: Pool, store: EventStore, sealer: Sealer
) -> None:
    projector = Projector(totals, pool, DICTIONARY, "sample")
    await count(store, A, "one", 5)
    await projector.catch_up()
    assert await table(pool, "totals") == []
    await count(store, B, "one", 7)
    await count(store, A, "two", 6)
    await sealer.seal_once()
    await projector.catch_up()
    assert [row[:2] for row in await table(pool, "totals")] == [(A, 11), (B, 7)]
    assert await positions(pool, "totals") == {"sample": (1, {0: 3})}
    before = await table(pool, "totals")
    await Rebuild(totals, pool, DICTIONARY, "sample").run()
    assert await table(pool, "totals") == before


async def test_the_own_log_is_a_source_of_certainty_too(
    pool: Pool, store: EventStore, sealer: Sealer
) -> None:
    await count(store, A, "one", 5)
    await sealer.seal_once()
    fetching = Fetching(pool, Inbox(pool), {}, Metrics(), service="sample", every=0.05)
    running = asyncio.create_task(fetching.run())
    try:
        await Projector(totals, pool, DICTIONARY, "sample").catch_up()
        assert await eventually(lambda: known_through(pool, "totals", ["sample"]))
    finally:
        running.cancel()
