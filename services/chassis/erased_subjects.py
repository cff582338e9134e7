"""Who is to be forgotten, as others have said it: a read model that every listener keeps.

What erases acts the moment it arrives, past holes and queues, and again in its place; the
projector sees to that (projector.py). `forgetting.py` acts upon what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows


@dataclass(slots=True)
class Erased:
    """`times`: once, or twice when it acted ahead of its place."""

    partition: int
    subject: UUID
    times: int
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class ErasedSubjects:
    """`reads`: the contract classes that erase."""

    table: ClassVar[str] = "erased_subjects"
    key: ClassVar[tuple[str, ...]] = ("partition", "subject")
    Row: ClassVar[type[Erased]] = Erased

    reads: tuple[type[Any], ...]

    def touches(self, event: Any, seen: Seen, /) -> Iterable[Key]:
        yield (seen.partition, seen.subject)

    def fold(self, rows: Rows[Erased], event: Any, seen: Seen, /) -> None:
        place = (seen.partition, seen.subject)
        known = rows.get(place)
        times = 1 if known is None else known.times + 1
        rows[place] = Erased(*place, times, seen.recorded_at)
