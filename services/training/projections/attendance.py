"""Presence as it was recorded, one row each time; of a session the one recorded last counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.attendance import AttendanceRecorded, AttendanceTakenBack, Event

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "attendance"
key = ("enrolment_id", "event_id")
reads = (AttendanceRecorded, AttendanceTakenBack)


@dataclass(slots=True)
class Row:
    enrolment_id: UUID
    event_id: UUID
    person_id: UUID
    session: int
    held_on: date
    present: bool
    place: int


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    if isinstance(event, AttendanceTakenBack):
        return [(event.enrolment, falls) for falls in event.withdraws]
    return [(event.enrolment, event.event_id)]


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, AttendanceTakenBack):
        for at in touches(event, seen):
            rows.pop(at, None)
        return
    rows[(event.enrolment, event.event_id)] = Row(
        enrolment_id=event.enrolment,
        event_id=event.event_id,
        person_id=seen.subject,
        session=event.session,
        held_on=event.on,
        present=event.present,
        place=seen.psn,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    person_id: UUID
    session: int
    held_on: date
    present: bool


async def presences_of(db: Pool | Connection, agency: str, class_code: str) -> list[Presence]:
    """Every session of a class with who was there and who was not."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (was.session, was.enrolment_id)
               was.person_id, was.session, was.held_on, was.present
          FROM attendance was
          JOIN nominations USING (enrolment_id)
         WHERE nominations.agency = $1 AND nominations.class_code = $2
         ORDER BY was.session, was.enrolment_id, was.place DESC
        """,
        agency,
        class_code,
    )
    return [Presence(**dict(row)) for row in rows]
