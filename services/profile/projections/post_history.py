"""Every definition that a post has had, each from its day, with what counts beside it on a day.

A day before the first definition is answered by the first: a map is loaded once, and the posts on
it are older than the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.projecting import Rows, Seen
from services.profile.domain.post import Event, PostDefined, PostWithdrawn

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "post_history"
key = ("post_id", "event_id")
reads = (PostDefined, PostWithdrawn)


@dataclass(slots=True)
class Row:
    post_id: UUID
    event_id: UUID
    agency: str
    code: str
    name: str
    position_class: str
    jenjang: str | None
    eselon: str | None
    unit_id: UUID
    field: str | None
    retirement_age: int
    needed: int
    job_class: int | None
    education: int | None
    training: str | None
    experience: str | None
    effective_from: date
    recorded_at: datetime
    withdrawn_at: datetime | None


def touches(event: Event, seen: Seen) -> Iterator[tuple[UUID, UUID]]:
    if isinstance(event, PostWithdrawn):
        yield event.post_id, event.withdraws
    else:
        yield event.post.post_id, event.event_id


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, PostWithdrawn):
        if (event.post_id, event.withdraws) in rows:
            rows[event.post_id, event.withdraws].withdrawn_at = seen.recorded_at
        return
    post = event.post
    rows[post.post_id, event.event_id] = Row(
        post_id=post.post_id,
        event_id=event.event_id,
        agency=seen.agency,
        code=post.code,
        name=post.name,
        position_class=post.position_class.value,
        jenjang=post.jenjang.value if post.jenjang else None,
        eselon=post.eselon,
        unit_id=post.unit_id,
        field=post.field,
        retirement_age=post.retirement_age,
        needed=post.needed,
        job_class=post.job_class,
        education=post.conditions.education,
        training=post.conditions.training,
        experience=post.conditions.experience,
        effective_from=event.on,
        recorded_at=seen.recorded_at,
        withdrawn_at=None,
    )


# Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDay:
    """Whose record, on which day, by what had been recorded then (None: everything)."""

    agency: str
    as_of: date
    known_at: datetime | None = None
    unit_id: UUID | None = None


async def occupancy(db: Pool | Connection, day: OnDay) -> list[dict[str, Any]]:
    """Every post with its need and its holders by decree, the largest shortage first."""
    rows = await db.fetch(
        """
        WITH posts AS (
            SELECT DISTINCT ON (post_id) *
              FROM post_history
             WHERE agency = $1 AND recorded_at <= coalesce($3::timestamptz, 'infinity')
               AND (withdrawn_at IS NULL OR withdrawn_at > coalesce($3, 'infinity'))
             ORDER BY post_id, effective_from > $2, abs(effective_from - $2), recorded_at DESC
        ), held AS (
            SELECT post_id,
                   count(*) FILTER (WHERE assignment = 'DEFINITIVE') AS occupied,
                   count(*) FILTER (WHERE assignment <> 'DEFINITIVE') AS acting
              FROM person_card
             WHERE post_id IN (SELECT post_id FROM posts) AND kind = 'position'
               AND recorded_at <= coalesce($3, 'infinity')
               AND (superseded_at IS NULL OR superseded_at > coalesce($3, 'infinity'))
               AND effective_from <= $2 AND (until IS NULL OR until > $2)
             GROUP BY post_id
        )
        SELECT posts.post_id, posts.code, posts.name, position_class, jenjang, eselon,
               posts.unit_id, unit.name AS unit, needed,
               coalesce(occupied, 0) AS occupied, coalesce(acting, 0) AS acting
          FROM posts
          LEFT JOIN held USING (post_id)
          LEFT JOIN work_units unit ON unit.unit_id = posts.unit_id
         WHERE $4::uuid IS NULL OR posts.unit_id = $4
         ORDER BY needed - coalesce(occupied, 0) DESC, posts.code, posts.post_id
        """,
        day.agency,
        day.as_of,
        day.known_at,
        day.unit_id,
    )
    return [dict(row) for row in rows]


async def holders(db: Pool | Connection, day: OnDay) -> list[dict[str, Any]]:
    """Whoever holds a post for good, with the birth date and the age at which the post ends."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (held.person_id)
               held.person_id, post.post_id, post.name AS post, post.position_class,
               post.jenjang, post.retirement_age, held.unit_id, unit.name AS unit,
               who.born, who.employment
          FROM person_card held
          JOIN LATERAL (
            SELECT * FROM post_history one
             WHERE one.post_id = held.post_id
               AND recorded_at <= coalesce($3::timestamptz, 'infinity')
               AND (withdrawn_at IS NULL OR withdrawn_at > coalesce($3, 'infinity'))
             ORDER BY effective_from > $2, abs(effective_from - $2), recorded_at DESC
             LIMIT 1) AS post ON true
          JOIN LATERAL (
            SELECT (detail->>'birth_date')::date AS born, employment FROM person_card one
             WHERE one.person_id = held.person_id AND kind = 'registration'
               AND recorded_at <= coalesce($3, 'infinity')
               AND (superseded_at IS NULL OR superseded_at > coalesce($3, 'infinity'))
             ORDER BY effective_from > $2, abs(effective_from - $2), event_id DESC
             LIMIT 1) AS who ON true
          LEFT JOIN work_units unit ON unit.unit_id = held.unit_id
         WHERE held.post_id IN (SELECT post_id FROM post_history WHERE agency = $1)
           AND held.kind = 'position' AND held.assignment = 'DEFINITIVE'
           AND held.recorded_at <= coalesce($3, 'infinity')
           AND (held.superseded_at IS NULL OR held.superseded_at > coalesce($3, 'infinity'))
           AND held.effective_from <= $2 AND (held.until IS NULL OR held.until > $2)
           AND ($4::uuid IS NULL OR held.unit_id = $4)
         ORDER BY held.person_id, held.effective_from DESC
        """,
        day.agency,
        day.as_of,
        day.known_at,
        day.unit_id,
    )
    return [dict(row) for row in rows]


async def contracts(db: Pool | Connection, day: OnDay) -> list[dict[str, Any]]:
    """The last contract that each PPPK has on that day, with the post held beside it."""
    rows = await db.fetch(
        """
        SELECT term.person_id, term.effective_from AS starts_on, term.until, held.post_id,
               post.name AS post, held.unit_id, unit.name AS unit
          FROM (
            SELECT DISTINCT ON (person_id) * FROM person_card
             WHERE agency = $1 AND kind = 'contract'
               AND recorded_at <= coalesce($3::timestamptz, 'infinity')
               AND (superseded_at IS NULL OR superseded_at > coalesce($3, 'infinity'))
             ORDER BY person_id, effective_from DESC) AS term
          LEFT JOIN LATERAL (
            SELECT post_id, unit_id FROM person_card one
             WHERE one.person_id = term.person_id AND kind = 'position'
               AND assignment = 'DEFINITIVE'
               AND recorded_at <= coalesce($3, 'infinity')
               AND (superseded_at IS NULL OR superseded_at > coalesce($3, 'infinity'))
               AND effective_from <= $2 AND (until IS NULL OR until > $2)
             ORDER BY effective_from DESC LIMIT 1) AS held ON true
          LEFT JOIN post_map post ON post.post_id = held.post_id
          LEFT JOIN work_units unit ON unit.unit_id = held.unit_id
         WHERE term.until > $2 AND ($4::uuid IS NULL OR held.unit_id = $4)
         ORDER BY term.until, term.person_id
        """,
        day.agency,
        day.as_of,
        day.known_at,
        day.unit_id,
    )
    return [dict(row) for row in rows]


async def definitions(db: Pool | Connection, agency: str) -> list[dict[str, Any]]:
    """Every definition that stands, in the order of their days; of one day the newest."""
    rows = await db.fetch(
        """
        SELECT told.code, told.name, told.position_class, told.jenjang, told.eselon, told.field,
               told.retirement_age, told.needed, told.job_class, told.education, told.training,
               told.experience, unit.code AS unit, told.effective_from
          FROM (SELECT DISTINCT ON (post_id, effective_from) *
                  FROM post_history
                 WHERE agency = $1 AND withdrawn_at IS NULL
                 ORDER BY post_id, effective_from, recorded_at DESC) AS told
          LEFT JOIN work_units unit ON unit.unit_id = told.unit_id
         ORDER BY told.effective_from, told.code, told.post_id
        """,
        agency,
    )
    return [dict(row) for row in rows]
