"""Who sits where, as profile has told it: the ground of the reporting line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.events.profile import FactWithdrawnV1, PositionAssignedV1
from services.assessment.domain.reporting_line import Seat
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "seats"
key = ("partition", "person_id", "event_id")
reads = (PositionAssignedV1, FactWithdrawnV1)
Event = PositionAssignedV1 | FactWithdrawnV1


@dataclass(slots=True)
class Row:
    partition: int
    person_id: UUID
    event_id: UUID
    agency: str
    unit_id: UUID
    position_class: str
    acting: bool
    since: date
    until: date | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, seen.subject)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case FactWithdrawnV1(withdraws=falls):
            rows.pop((seen.partition, seen.subject, falls), None)
        case PositionAssignedV1():
            rows.pop((seen.partition, seen.subject, event.replaces), None)
            rows[(seen.partition, seen.subject, seen.event_id)] = Row(
                partition=seen.partition,
                person_id=seen.subject,
                event_id=seen.event_id,
                agency=seen.agency,
                unit_id=event.unit_id,
                position_class=event.position_class,
                acting=event.assignment != "DEFINITIVE",
                since=event.effective_from,
                until=event.until,
            )


async def seats_on(db: Pool | Connection, agency: str, day: date) -> list[Seat]:
    """Every seat of an agency that is held on a day."""
    rows = await db.fetch(
        """
        SELECT person_id, unit_id, position_class, acting, since, until
          FROM seats
         WHERE agency = $1
           AND since <= $2
           AND (until IS NULL OR until > $2)
        """,
        agency,
        day,
    )
    return [
        Seat(
            person=row["person_id"],
            unit=row["unit_id"],
            position_class=row["position_class"],
            acting=row["acting"],
            since=row["since"],
            until=row["until"],
        )
        for row in rows
    ]
