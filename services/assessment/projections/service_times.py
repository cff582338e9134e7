"""How long each service of each unit took, period by period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.service_times import TimesRecorded
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "service_times"
key = ("agency", "unit_id", "service", "first_day")
reads = (TimesRecorded,)


@dataclass(slots=True)
class Row:
    """`outages` is a JSON list of the days that were not counted."""

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


def touches(event: TimesRecorded, seen: Seen) -> Iterable[Key]:
    period = event.period
    yield (seen.agency, period.unit, period.service, period.first_day)


def fold(rows: Rows[Row], event: TimesRecorded, seen: Seen) -> None:
    period, times = event.period, event.times
    rows[(seen.agency, period.unit, period.service, period.first_day)] = Row(
        agency=seen.agency,
        unit_id=period.unit,
        service=period.service,
        first_day=period.first_day,
        last_day=period.last_day,
        finished=sum(times.cases.values()),
        median=format(times.median, "f"),
        p90=times.p90,
        outages=orjson.dumps(list(times.outages)).decode(),
        event_id=event.event_id,
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
