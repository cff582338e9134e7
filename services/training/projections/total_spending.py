"""What a year's total spending is on a day, as the budget documents have said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.total_spending import TotalSpendingRecorded
from services.training.projections.budget_movements import OnDay

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "total_spending"
key = ("agency", "year", "event_id")
reads = (TotalSpendingRecorded,)


@dataclass(slots=True)
class Row:
    agency: str
    year: int
    event_id: UUID
    government: str
    total: int
    document: str
    effective_from: date
    place: int
    recorded_at: datetime


def touches(event: TotalSpendingRecorded, seen: Seen) -> Iterable[Key]:
    yield (seen.agency, event.year, event.event_id)


def fold(rows: Rows[Row], event: TotalSpendingRecorded, seen: Seen) -> None:
    rows[(seen.agency, event.year, event.event_id)] = Row(
        agency=seen.agency,
        year=event.year,
        event_id=event.event_id,
        government=event.government.value,
        total=event.total,
        document=event.document,
        effective_from=event.on,
        place=seen.psn,
        recorded_at=seen.recorded_at,
    )


async def total_on(db: Pool | Connection, day: OnDay) -> Row | None:
    """The document that holds on the day; None if none had been recorded."""
    row = await db.fetchrow(
        """
        SELECT *
          FROM total_spending
         WHERE agency = $1 AND year = $2 AND effective_from <= $3
           AND recorded_at <= coalesce($4::timestamptz, 'infinity')
         ORDER BY effective_from DESC, place DESC
         LIMIT 1
        """,
        day.agency,
        day.year,
        day.as_of,
        day.known_at,
    )
    return None if row is None else Row(**dict(row))
