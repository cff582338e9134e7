"""Which levels of competency were measured of whom, and how far they are from what a post asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from contracts.events.assessment import CompetencyAssessedV1, ResultWithdrawnV1
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "competency_levels"
key = ("partition", "person_id", "event_id")
reads = (CompetencyAssessedV1, ResultWithdrawnV1)
Event = CompetencyAssessedV1 | ResultWithdrawnV1


@dataclass(slots=True)
class Row:
    partition: int
    person_id: UUID
    event_id: UUID
    agency: str
    assessed_on: date
    valid_until: date | None
    levels: str


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, seen.subject)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, ResultWithdrawnV1):
        rows.pop((seen.partition, seen.subject, event.withdraws), None)
        return
    rows.pop((seen.partition, seen.subject, event.replaces), None)
    rows[(seen.partition, seen.subject, seen.event_id)] = Row(
        partition=seen.partition,
        person_id=seen.subject,
        event_id=seen.event_id,
        agency=seen.agency,
        assessed_on=event.assessed_on,
        valid_until=event.valid_until,
        levels=orjson.dumps(event.levels).decode(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """So many levels between what the post asks and what was measured last.

    `measured_by` is the assessment's event, `decree_number` the standard's.
    """

    person_id: UUID
    post: str
    competency: str
    required: int
    held: int
    measured_by: UUID
    decree_number: str

    @property
    def levels(self) -> int:
        return self.required - self.held


async def gaps_on(
    db: Pool | Connection, agency: str, day: date, competency: str | None = None
) -> list[Gap]:
    """Every gap of an agency on a day; what was not measured is not known to be one."""
    rows = await db.fetch(
        """
        WITH measured AS (
            SELECT DISTINCT ON (person_id) person_id, event_id, levels::jsonb AS levels
              FROM competency_levels
             WHERE agency = $1 AND assessed_on <= $2
               AND (valid_until IS NULL OR valid_until > $2)
             ORDER BY person_id, assessed_on DESC, event_id DESC
        ), held AS (
            SELECT DISTINCT ON (person_id) person_id, post_id
              FROM study_dossier
             WHERE person_id IN (SELECT person_id FROM measured) AND kind = 'position'
               AND effective_from <= $2 AND (until IS NULL OR until > $2)
             ORDER BY person_id, effective_from DESC, event_id DESC
        ), standard AS (
            SELECT DISTINCT ON (post) post, decree_number, required::jsonb AS required
              FROM post_requirements
             WHERE agency = $1 AND in_force_from <= $2
             ORDER BY post, in_force_from DESC, event_id DESC
        )
        SELECT measured.person_id, standard.post, asked.key AS competency,
               asked.value::int AS required, (levels ->> asked.key)::int AS held,
               measured.event_id AS measured_by, decree_number
          FROM measured
          JOIN held USING (person_id)
          JOIN post_codes code ON code.post_id = held.post_id AND code.agency = $1
          JOIN standard ON standard.post = code.code
         CROSS JOIN LATERAL jsonb_each_text(standard.required) AS asked
         WHERE asked.value::int > (levels ->> asked.key)::int
           AND ($3::text IS NULL OR asked.key = $3)
         ORDER BY asked.key, asked.value::int - (levels ->> asked.key)::int DESC,
                  measured.person_id
        """,
        agency,
        day,
        competency,
    )
    return [Gap(**dict(row)) for row in rows]
