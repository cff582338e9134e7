"""Whether a process may be given work: its database answers, and what it shows is not too old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.chassis.http import Readiness
from services.chassis.in_doubt import doubts_of
from services.chassis.lag import as_details, furthest, lags
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.telemetry import said_of

LONGEST_LOOK = 2.0


@dataclass(slots=True)
class Health:
    """One process's health. The broker and the sealer are told and not demanded: questions can be
    answered, and commands recorded, without either."""

    service: Service
    runtime: Runtime
    looks_at_lag: bool
    told: dict[str, Callable[[], Any]] = field(default_factory=dict)
    started: bool = False

    async def readiness(self) -> Readiness:
        details: dict[str, Any] = {name: tell() for name, tell in self.told.items()}
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                behind = await self._behind()
                doubts = await doubts_of(self.runtime.pool)
        except (TimeoutError, *OUT_OF_REACH) as error:
            return Readiness(False, {**details, "database": said_of(error).partition(":")[0]})
        bound = self.runtime.settings.ready_lag_events
        details |= {"database": "reachable", "migrations": "applied", "lag": as_details(behind)}
        if doubts:  # questions are answered all the same
            details["log"] = {"in_doubt": doubts, "commands": "refused until `restored`"}
        return Readiness(self.started and furthest(behind) <= bound, details)

    async def _behind(self) -> list[Any]:
        if self.looks_at_lag and self.service.projections:
            return list(await lags(self.runtime.pool, self.service))
        await self.runtime.pool.fetchval("SELECT 1")
        return []
