"""How long each service of each unit took, period by period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.service_times import (
    Event,
    TimesRecorded,
    TimesReported,
    TimesWithdrawn,
)
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "service_times"
key = ("agency", "unit_id", "service", "first_day")
reads = (TimesRecorded, TimesReported, TimesWithdrawn)


@dataclass(slots=True)
class Row:
    """`outages` is a JSON list of the days that were not counted; of figures that a unit has
    `reported` of itself only their number is known."""

    agency: str
    unit_id: UUID
    service: str
    first_day: date
    last_day: date
    finished: int
    median: str
    p90: int
    outages: str
    event_id: UUID
    outage_days: int
    reported: bool


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    period = event.period
    yield (seen.agency, period.unit, period.service, period.first_day)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    period = event.period
    place = (seen.agency, period.unit, period.service, period.first_day)
    match event:
        case TimesRecorded(times=times):
            outages, finished = list(times.outages), sum(times.cases.values())
            row = _row(event, seen, finished, times.median, times.p90)
            row.outages, row.outage_days = orjson.dumps(outages).decode(), len(outages)
            rows[place] = row
        case TimesReported(figures=told):
            row = _row(event, seen, told.finished, told.median, told.p90)
            row.outage_days, row.reported = told.outage_days, True
            rows[place] = row
        case TimesWithdrawn():
            rows.pop(place, None)


def _row(
    event: TimesRecorded | TimesReported, seen: Seen, finished: int, median: Decimal, p90: int
) -> Row:
    return Row(
        agency=seen.agency,
        unit_id=event.period.unit,
        service=event.period.service,
        first_day=event.period.first_day,
        last_day=event.period.last_day,
        finished=finished,
        median=format(median, "f"),
        p90=p90,
        outages="[]",
        event_id=event.event_id,
        outage_days=0,
        reported=False,
    )


async def times_of(db: Pool | Connection, agency: str) -> list[Row]:
    """Every service time of an agency, by unit and service, the latest first."""
    rows = await db.fetch(
        """
        SELECT *
          FROM service_times
         WHERE agency = $1
         ORDER BY unit_id, service, first_day DESC
        """,
        agency,
    )
    return [Row(**dict(row)) for row in rows]
