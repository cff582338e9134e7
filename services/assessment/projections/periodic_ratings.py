"""How a person performed in the months and quarters of a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from services.assessment.domain.periodic_rating import Event, PeriodRated, PeriodRatingWithdrawn
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "periodic_ratings"
key = ("person_id", "year", "length", "number")
reads = (PeriodRated, PeriodRatingWithdrawn)


@dataclass(slots=True)
class Row:
    person_id: UUID
    year: int
    length: str
    number: int
    agency: str
    rating: str
    work_result: int
    behaviour: int
    last_day: date
    event_id: UUID


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    period = event.period
    yield (seen.subject, period.year, period.length, period.number)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    period = event.period
    place = (seen.subject, period.year, period.length, period.number)
    if isinstance(event, PeriodRatingWithdrawn):
        del rows[place]
        return
    rows[place] = Row(
        person_id=seen.subject,
        year=period.year,
        length=period.length,
        number=period.number,
        agency=seen.agency,
        rating=event.rating,
        work_result=event.marks.work_result,
        behaviour=event.marks.behaviour,
        last_day=event.on,
        event_id=event.event_id,
    )


async def ratings_of(db: Pool | Connection, person_id: UUID, agency: str) -> list[Row]:
    """A person's periodic ratings, the latest first."""
    rows = await db.fetch(
        """
        SELECT *
          FROM periodic_ratings
         WHERE person_id = $1
           AND agency = $2
         ORDER BY last_day DESC, length
        """,
        person_id,
        agency,
    )
    return [Row(**dict(row)) for row in rows]
