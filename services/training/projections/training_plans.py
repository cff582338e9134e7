"""Which years' plans are locked, by which decree and from which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.training_plan import PlanLocked

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "training_plans"
key = ("agency", "year")
reads = (PlanLocked,)


@dataclass(slots=True)
class Row:
    agency: str
    year: int
    event_id: UUID
    decree_number: str
    locked_on: date
    recorded_at: datetime


def touches(event: PlanLocked, seen: Seen) -> Iterable[Key]:
    yield (seen.agency, event.year)


def fold(rows: Rows[Row], event: PlanLocked, seen: Seen) -> None:
    rows[(seen.agency, event.year)] = Row(
        agency=seen.agency,
        year=event.year,
        event_id=event.event_id,
        decree_number=event.decree_number,
        locked_on=event.on,
        recorded_at=seen.recorded_at,
    )


async def plan_of(db: Pool | Connection, agency: str, year: int) -> Row | None:
    """The lock of a year's plan; None while it is open."""
    row = await db.fetchrow(
        "SELECT * FROM training_plans WHERE agency = $1 AND year = $2", agency, year
    )
    return None if row is None else Row(**dict(row))
