"""A bell inside one process: whoever waits looks again when it rings, or when time has passed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

RUSH_SECONDS: Final = 2.0
CALM_AFTER_SECONDS: Final = 10.0


@dataclass(slots=True)
class Bell:
    """Take a ticket, look, and wait for what came after the ticket: no ring is missed."""

    _next: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    def ticket(self) -> asyncio.Event:
        return self._next

    async def heard_since(self, ticket: asyncio.Event, within: float) -> bool:
        """Whether it rang after the ticket was taken; False when the time is over first."""
        try:
            async with asyncio.timeout(within):
                await ticket.wait()
        except TimeoutError:
            return False
        return True


@dataclass(slots=True)
class Patience:
    """How long to wait for a bell that may ring in another process: longer in a calm."""

    usual: float
    calm: float
    _busy_at: float = 0.0

    def was_busy(self) -> None:
        self._busy_at = asyncio.get_running_loop().time()

    @property
    def seconds(self) -> float:
        idle = asyncio.get_running_loop().time() - self._busy_at
        return self.usual if idle < CALM_AFTER_SECONDS else self.calm


def look_again(idle: float) -> float:
    """Seconds until the next look at what another process may have written: soon in a rush.

    >>> [look_again(idle) for idle in (0, 5, 60)]
    [0.005, 0.05, 0.2]
    """
    return 0.005 if idle < RUSH_SECONDS else 0.05 if idle < CALM_AFTER_SECONDS else 0.2
