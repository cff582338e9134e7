"""The classes of the schedule, each with the seats that are taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.training_class import (
    ClassCancelled,
    ClassClosed,
    ClassRescheduled,
    ClassScheduled,
    ClassWithdrawn,
    Event,
    Phase,
    Schedule,
    SeatFreed,
    SeatTaken,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "training_classes"
key = ("agency", "code")
reads = (
    ClassScheduled,
    ClassRescheduled,
    ClassCancelled,
    ClassClosed,
    SeatTaken,
    SeatFreed,
    ClassWithdrawn,
)


@dataclass(slots=True)
class Row:
    agency: str
    code: str
    programme: str
    provider: str
    first_day: date
    last_day: date
    location: str
    mode: str
    seats: int
    taken: int
    price: int
    sessions: str
    phase: str
    reason: str | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    if isinstance(event, ClassScheduled | ClassRescheduled):
        yield (seen.agency, event.schedule.code)
    else:
        yield (seen.agency, event.code)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    [at] = touches(event, seen)
    match event:
        case ClassScheduled(schedule=schedule):
            rows[at] = _row(schedule, seen.agency, 0)
        case ClassRescheduled(schedule=schedule):
            rows[at] = _row(schedule, seen.agency, rows[at].taken)
        case ClassCancelled(reason=reason):
            rows[at].phase, rows[at].reason = Phase.CANCELLED, reason
        case ClassClosed():
            rows[at].phase = Phase.CLOSED
        case SeatTaken():
            rows[at].taken += 1
        case SeatFreed():
            rows[at].taken -= 1
        case ClassWithdrawn():
            del rows[at]


def _row(schedule: Schedule, agency: str, taken: int) -> Row:
    return Row(
        agency=agency,
        code=schedule.code,
        programme=schedule.programme,
        provider=schedule.provider,
        first_day=schedule.first_day,
        last_day=schedule.last_day,
        location=schedule.location,
        mode=schedule.mode,
        seats=schedule.seats,
        taken=taken,
        price=schedule.price,
        sessions=" ".join(day.isoformat() for day in schedule.sessions),
        phase=Phase.SCHEDULED,
        reason=None,
    )


async def classes_of(db: Pool | Connection, agency: str, phase: str | None = None) -> list[Row]:
    """An agency's classes, the earliest first; of one phase if told."""
    rows = await db.fetch(
        """
        SELECT *
          FROM training_classes
         WHERE agency = $1 AND ($2::text IS NULL OR phase = $2)
         ORDER BY first_day, code
        """,
        agency,
        phase,
    )
    return [Row(**dict(row)) for row in rows]
