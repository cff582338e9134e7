"""Who is on record on a day, with rank, post, unit and diploma of that day: read from the cards."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people a list is about; everything that is told must hold. Ages are in full years."""

    agency: str
    as_of: date
    unit_id: UUID | None = None
    below: bool = False
    post_id: UUID | None = None
    position_class: str | None = None
    golongan: str | None = None
    employment: str | None = None
    level: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    rank_from: date | None = None
    rank_to: date | None = None
    position_from: date | None = None
    position_to: date | None = None
    after: UUID | None = None
    limit: int = 50


async def people(db: Pool | Connection, wanted: Wanted) -> list[dict[str, Any]]:
    """People on record, in the order of their ids. `below`: the unit and all units under it."""
    rows = await db.fetch(
        """
        WITH RECURSIVE under AS (
            SELECT $3::uuid AS unit_id WHERE $3::uuid IS NOT NULL
             UNION
            SELECT unit.unit_id FROM work_units unit JOIN under ON unit.parent_id = under.unit_id
             WHERE $4
        )
        SELECT r.person_id, r.employment, r.effective_from AS registered_on,
               (r.detail->>'birth_date')::date AS born, r.detail->>'sex' AS sex,
               rank.golongan, rank.effective_from AS rank_since,
               held.post_id, post.name AS post, held.unit_id, unit.name AS unit,
               held.position_class, held.effective_from AS position_since,
               diploma.level AS education
          FROM person_card r
          LEFT JOIN LATERAL (
            SELECT golongan, effective_from FROM person_card f
             WHERE f.person_id = r.person_id AND f.kind = 'rank' AND f.superseded_at IS NULL
               AND f.effective_from <= $2
             ORDER BY f.effective_from DESC, f.event_id DESC LIMIT 1) AS rank ON true
          LEFT JOIN LATERAL (
            SELECT post_id, unit_id, position_class, effective_from FROM person_card f
             WHERE f.person_id = r.person_id AND f.kind = 'position' AND f.superseded_at IS NULL
               AND f.assignment = 'DEFINITIVE' AND f.effective_from <= $2
               AND (f.until IS NULL OR f.until > $2)
             ORDER BY f.effective_from DESC, f.event_id DESC LIMIT 1) AS held ON true
          LEFT JOIN LATERAL (
            SELECT max(level) AS level FROM person_card f
             WHERE f.person_id = r.person_id AND f.kind = 'education' AND f.superseded_at IS NULL
               AND f.effective_from <= $2 AND (f.detail->>'recognised')::boolean) AS diploma ON true
          LEFT JOIN post_map post ON post.post_id = held.post_id
          LEFT JOIN work_units unit ON unit.unit_id = held.unit_id
         WHERE r.agency = $1 AND r.kind = 'registration' AND r.superseded_at IS NULL
           AND NOT EXISTS (
            SELECT FROM person_card later
             WHERE later.person_id = r.person_id AND later.kind = 'registration'
               AND later.superseded_at IS NULL AND later.effective_from > r.effective_from
               AND later.effective_from <= $2)
           AND (r.effective_from <= $2 OR NOT EXISTS (
            SELECT FROM person_card earlier
             WHERE earlier.person_id = r.person_id AND earlier.kind = 'registration'
               AND earlier.superseded_at IS NULL AND earlier.effective_from < r.effective_from))
           AND ($3::uuid IS NULL OR held.unit_id IN (SELECT unit_id FROM under))
           AND ($5::uuid IS NULL OR held.post_id = $5)
           AND ($6::text IS NULL OR held.position_class = $6)
           AND ($7::text IS NULL OR rank.golongan = $7)
           AND ($8::text IS NULL OR r.employment = $8)
           AND ($9::int IS NULL OR diploma.level = $9)
           AND ($10::int IS NULL
                OR (r.detail->>'birth_date')::date <= $2::date - make_interval(years => $10))
           AND ($11::int IS NULL
                OR (r.detail->>'birth_date')::date > $2::date - make_interval(years => $11 + 1))
           AND ($12::date IS NULL OR rank.effective_from >= $12)
           AND ($13::date IS NULL OR rank.effective_from <= $13)
           AND ($14::date IS NULL OR held.effective_from >= $14)
           AND ($15::date IS NULL OR held.effective_from <= $15)
           AND ($16::uuid IS NULL OR r.person_id > $16)
         ORDER BY r.person_id
         LIMIT $17
        """,
        *astuple(wanted),
    )
    return [dict(row) for row in rows]
