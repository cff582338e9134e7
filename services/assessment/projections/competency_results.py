"""What a person was measured to be able to do, assessment by assessment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.competency_assessment import (
    AssessmentWithdrawn,
    CompetencyAssessed,
    CompetencyAssessmentCorrected,
    Event,
)
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "competency_results"
key = ("person_id", "assessed_on", "institution")
reads = (CompetencyAssessed, CompetencyAssessmentCorrected, AssessmentWithdrawn)


@dataclass(slots=True)
class Row:
    """`levels` is a JSON object of level by competency code."""

    person_id: UUID
    assessed_on: date
    institution: str
    agency: str
    levels: str
    valid_until: date | None
    jpm: str | None
    category: str | None
    against: str | None
    method: str | None
    event_id: UUID
    recorded_at: datetime


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    told = event if isinstance(event, AssessmentWithdrawn) else event.report
    yield (seen.subject, told.assessed_on, told.institution)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, AssessmentWithdrawn):
        del rows[(seen.subject, event.assessed_on, event.institution)]
        return
    report = event.report
    rows[(seen.subject, report.assessed_on, report.institution)] = Row(
        person_id=seen.subject,
        assessed_on=report.assessed_on,
        institution=report.institution,
        agency=seen.agency,
        levels=orjson.dumps(dict(report.levels), option=orjson.OPT_SORT_KEYS).decode(),
        valid_until=report.valid_until,
        jpm=None if report.jpm is None else format(report.jpm, "f"),
        category=report.category,
        against=report.against,
        method=report.method,
        event_id=event.event_id,
        recorded_at=seen.recorded_at,
    )


async def results_of(db: Pool | Connection, person_id: UUID) -> list[Row]:
    """A person's assessments, the latest first, whichever agency told them."""
    rows = await db.fetch(
        """
        SELECT *
          FROM competency_results
         WHERE person_id = $1
         ORDER BY assessed_on DESC, institution
        """,
        person_id,
    )
    return [Row(**dict(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Expiring:
    """The newest result of its kind; `valid_until` is the first day on which it counts no more."""

    person_id: UUID
    kind: str
    assessed_on: date
    institution: str
    valid_until: date


async def expiring_on(
    db: Pool | Connection, agency: str, day: date, before: date
) -> list[Expiring]:
    """Whose newest result of a day ends before another day, or has ended: the longest ago first."""
    rows = await db.fetch(
        """
        WITH newest AS (
            SELECT DISTINCT ON (person_id)
                   person_id, 'competency' AS kind, assessed_on, institution, valid_until
              FROM competency_results WHERE agency = $1 AND assessed_on <= $2
             ORDER BY person_id, assessed_on DESC, valid_until DESC NULLS FIRST
        ), potential AS (
            SELECT DISTINCT ON (person_id)
                   person_id, 'potential' AS kind, assessed_on, institution, valid_until
              FROM potential_results WHERE agency = $1 AND assessed_on <= $2
             ORDER BY person_id, assessed_on DESC, valid_until DESC NULLS FIRST
        )
        SELECT * FROM (SELECT * FROM newest UNION ALL SELECT * FROM potential) AS results
         WHERE valid_until <= $3
         ORDER BY valid_until, person_id, kind
        """,
        agency,
        day,
        before,
    )
    return [Expiring(**dict(row)) for row in rows]
