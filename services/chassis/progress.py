"""How far the projectors of this process have come, told to those who wait in it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from services.chassis.bell import Bell
from services.chassis.reading import Place

Key = tuple[str, str, int]


@dataclass(slots=True)
class Progress:
    """A hint, and only of this process: whoever waits for it looks into the database afterwards."""

    _come: dict[Key, tuple[int, int]] = field(default_factory=dict)
    _moved: Bell = field(default_factory=Bell)
    _wanted: Counter[str] = field(default_factory=Counter)
    _bells: dict[str, Bell] = field(default_factory=dict)

    def serve(self, projection: str, bell: Bell) -> None:
        """This bell wakes the projector: it rings when somebody begins to wait for it."""
        self._bells[projection] = bell

    def is_wanted(self, projection: str) -> bool:
        """Whether somebody waits for it: then news concerns it that it does not read, too."""
        return self._wanted[projection] > 0

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
            with self._waiting(projections):
                async with asyncio.timeout(within):
                    while True:
                        ticket = self._moved.ticket()
                        if all(self._come.get(key, (0, 0)) >= wanted for key in keys):
                            return True
                        await ticket.wait()
        except TimeoutError:
            return False

    @contextmanager
    def _waiting(self, projections: Collection[str]) -> Iterator[None]:
        self._wanted.update(projections)
        for projection in projections:
            if bell := self._bells.get(projection):
                bell.ring()
        try:
            yield
        finally:
            self._wanted.subtract(projections)
