"""What was sealed a moment ago, handed to the relay of the same process without reading it again.

The log is what counts: these rows are those of a transaction that has committed, in the order of
their positions, and whoever finds none here, or not the very next one, reads the log.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from services.chassis.bell import Bell
from services.chassis.cloudevents import SaidRow

MOST: Final = 20_000


@dataclass(slots=True)
class JustSealed:
    """Said rows by generation and partition; `bell` rings for every sealing. Too many that nobody
    took are let go of."""

    bell: Bell = field(default_factory=Bell)
    most: int = MOST
    _rows: dict[tuple[int, int], deque[SaidRow]] = field(default_factory=dict)
    _held: int = 0

    def put(self, rows: Iterable[SaidRow]) -> None:
        """Rows of a sealing that is durable."""
        for row in rows:
            self._rows.setdefault((row.generation, row.partition), deque()).append(row)
            self._held += 1
        if self._held > self.most:
            self.forget()
        self.bell.ring()

    def forget(self) -> None:
        """After anything that may mean another log than before: an epoch, a lost connection."""
        self._rows.clear()
        self._held = 0

    def take(self, generation: int, partition: int, after: int) -> list[SaidRow]:
        """What follows a position without a gap; empty when the very next one is not here."""
        rows = self._rows.pop((generation, partition), None)
        if rows is None:
            return []
        self._held -= len(rows)
        while rows and rows[0].psn <= after:
            rows.popleft()
        if not rows or rows[0].psn != after + 1 or rows[-1].psn != after + len(rows):
            return []
        return list(rows)
