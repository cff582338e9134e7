"""Taking the effect of withdrawn records out of the read models that hold it.

A row may rest on many records, so the whole read model is built anew beside the one that is read,
without them, and put in its place. Dying in the middle leaves the live one as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NoReturn

from services.chassis.postgres import OUT_OF_REACH
from services.chassis.projecting import Projection
from services.chassis.rebuilding import InboxIncomplete, Rebuild, RebuildRunning
from services.chassis.telemetry import Metrics, log
from services.chassis.words import Dictionary, Words

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

LOOK_SECONDS: Final = 5.0
_log = log("chassis.removing")


@dataclass(slots=True)
class Removing:
    """All read models of one service."""

    pool: Pool
    projections: Sequence[Projection]
    dictionary: Dictionary
    service: str | None = None
    metrics: Metrics = field(default_factory=Metrics)

    async def run(self) -> NoReturn:
        while True:
            try:
                await self.once()
            except (RebuildRunning, InboxIncomplete, *OUT_OF_REACH) as error:
                _log.warning("not removed yet", exc_info=error)
            await asyncio.sleep(LOOK_SECONDS)

    async def once(self) -> int:
        """Rebuild whatever may hold something that was withdrawn; how many records that were."""
        rows = await self.pool.fetch(
            "SELECT source, event_id FROM unconfirmed"
            " WHERE withdrawn_at IS NOT NULL AND removed_at IS NULL"
        )
        if not rows:
            return 0
        sources = {row["source"] for row in rows}
        for projection in self.projections:
            if sources & Words(projection.reads, self.dictionary).sources():
                await self.rebuild(projection)
        await self.pool.execute(
            """
            UPDATE unconfirmed SET removed_at = clock_timestamp()
             WHERE removed_at IS NULL AND event_id = ANY ($1) AND withdrawn_at IS NOT NULL
            """,
            [row["event_id"] for row in rows],
        )
        _log.warning("withdrawn records removed", records=len(rows))
        return len(rows)

    async def rebuild(self, projection: Projection) -> None:
        rebuild = Rebuild(projection, self.pool, self.dictionary, self.service, self.metrics)
        await rebuild.run()
