"""A bell inside one process: whoever waits looks again when it rings, or when time has passed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


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
