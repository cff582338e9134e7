"""How far the projectors of this process have come, told to those who wait in it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from services.chassis.bell import Bell
from services.chassis.reading import Place

Key = tuple[str, str, int]


@dataclass(slots=True)
class Progress:
    """A hint, and only of this process: whoever waits for it looks into the database afterwards."""

    _come: dict[Key, tuple[int, int]] = field(default_factory=dict)
    _moved: Bell = field(default_factory=Bell)

    @property
    def is_told(self) -> bool:
        """Whether anything is projected in this process."""
        return bool(self._come)

    def come(self, projection: str, place: Place, psn: int) -> None:
        """A projection has taken in everything up to here, durably."""
        self._come[projection, place.source, place.partition] = (place.generation, psn)
        self._moved.ring()

    async def reaches(
        self, projections: Collection[str], place: Place, psn: int, within: float
    ) -> bool:
        """Wait until all have come so far; False when time has passed first."""
        wanted = (place.generation, psn)
        keys = [(projection, place.source, place.partition) for projection in projections]
        try:
            async with asyncio.timeout(within):
                while True:
                    ticket = self._moved.ticket()
                    if all(self._come.get(key, (0, 0)) >= wanted for key in keys):
                        return True
                    await ticket.wait()
        except TimeoutError:
            return False
