"""What the public said of each service of each unit, period by period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.satisfaction_survey import Event, SurveyRecorded, SurveyWithdrawn
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "satisfaction_surveys"
key = ("agency", "unit_id", "service", "first_day")
reads = (SurveyRecorded, SurveyWithdrawn)


@dataclass(slots=True)
class Row:
    """`ikm` and `grade` are None where fewer answered than were `needed`."""

    agency: str
    unit_id: UUID
    service: str
    first_day: date
    last_day: date
    respondents: int
    served: int
    needed: int
    means: str
    ikm: str | None
    grade: str | None
    event_id: UUID


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    period = event.period
    yield (seen.agency, period.unit, period.service, period.first_day)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    period = event.period
    if isinstance(event, SurveyWithdrawn):
        rows.pop((seen.agency, period.unit, period.service, period.first_day), None)
        return
    outcome, index = event.outcome, event.index
    means = {element: format(mean, "f") for element, mean in outcome.means.items()}
    rows[(seen.agency, period.unit, period.service, period.first_day)] = Row(
        agency=seen.agency,
        unit_id=period.unit,
        service=period.service,
        first_day=period.first_day,
        last_day=period.last_day,
        respondents=outcome.respondents,
        served=outcome.served,
        needed=event.needed,
        means=orjson.dumps(means, option=orjson.OPT_SORT_KEYS).decode(),
        ikm=None if index is None else format(index.value, "f"),
        grade=None if index is None else index.grade,
        event_id=event.event_id,
    )


async def surveys_of(db: Pool | Connection, agency: str) -> list[Row]:
    """Every survey of an agency, by unit and service, the latest first."""
    rows = await db.fetch(
        """
        SELECT *
          FROM satisfaction_surveys
         WHERE agency = $1
         ORDER BY unit_id, service, first_day DESC
        """,
        agency,
    )
    return [Row(**dict(row)) for row in rows]
