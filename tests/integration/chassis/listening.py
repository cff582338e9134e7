"""A listener for tests: an inbox, its projections and the sources it can ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from services.chassis.heads import Heads
from services.chassis.inbox import Counts, Inbox
from services.chassis.projecting import Projection
from services.chassis.projector import Projector
from services.chassis.telemetry import Metrics
from services.chassis.words import Dictionary
from tests.support.sample import chains, marks
from tests.support.sample.contracts import KNOWN
from tests.support.sample.speaking import Speaker

if TYPE_CHECKING:
    from services.chassis.cloudevents import SaidRow
    from services.chassis.postgres import Pool

DICTIONARY = Dictionary(known=KNOWN)


class Listener:
    """Hears one speaker."""

    def __init__(self, pool: Pool, speaker: Speaker) -> None:
        self.pool = pool
        self.speaker = speaker
        self.metrics = Metrics()
        self.inbox = Inbox(pool, ask=self._ask, metrics=self.metrics)

    async def _ask(self, source: str) -> Heads | None:
        assert source == self.speaker.source
        return await self.speaker.heads() if self.speaker.reachable else None

    async def hear(self, rows: Sequence[SaidRow]) -> Counts:
        await self.speaker.tell(self.pool)
        return await self.inbox.record([self.speaker.raw(row) for row in rows])

    def projector(self, projection: Projection = marks, **more: Any) -> Projector:
        return Projector(projection, self.pool, DICTIONARY, metrics=self.metrics, **more)

    async def project(self, projection: Projection = marks, **more: Any) -> Projector:
        projector = self.projector(projection, **more)
        await projector.catch_up()
        return projector


async def make_tables(pool: Pool) -> None:
    await pool.execute(marks.DDL + chains.DDL)


async def table(pool: Pool, name: str) -> list[tuple[Any, ...]]:
    """All rows of a table, in an order of their own."""
    rows = await pool.fetch(f"SELECT * FROM {name}")
    return sorted((tuple(row) for row in rows), key=repr)
