"""Who guides whom, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.mentoring import MentoringBegun, MentoringEnded

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "mentorings"
key = ("mentoring_id",)
reads = (MentoringBegun, MentoringEnded)
Event = MentoringBegun | MentoringEnded


@dataclass(slots=True)
class Row:
    mentoring_id: UUID
    agency: str
    mentor_id: UUID
    mentee_id: UUID
    form: int
    competency: str
    since: date
    ended_on: date | None
    outcome: str | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.mentoring,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case MentoringBegun(match=match):
            rows[(event.mentoring,)] = Row(
                mentoring_id=event.mentoring,
                agency=seen.agency,
                mentor_id=match.mentor,
                mentee_id=match.mentee,
                form=match.form,
                competency=match.competency,
                since=match.since,
                ended_on=None,
                outcome=None,
            )
        case MentoringEnded(on=on, outcome=outcome):
            row = rows[(event.mentoring,)]
            row.ended_on, row.outcome = on, outcome.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`person_id`: where this person guides or is guided. `running_on`: begun and not over."""

    agency: str
    person_id: UUID | None = None
    running_on: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    row: Row
    sessions: int
    minutes: int


async def mentorings_of(db: Pool | Connection, wanted: Wanted) -> list[Listed]:
    """Who guides whom with the sessions that stand, in the order in which they began."""
    rows = await db.fetch(
        """
        SELECT m.*, count(s.event_id)::int AS sessions, coalesce(sum(s.minutes), 0)::int AS minutes
          FROM mentorings AS m
          LEFT JOIN mentoring_sessions AS s
            ON s.mentoring_id = m.mentoring_id AND s.withdrawn_at IS NULL
         WHERE m.agency = $1
           AND ($2::uuid IS NULL OR $2 IN (m.mentor_id, m.mentee_id))
           AND ($3::date IS NULL OR (since <= $3 AND (ended_on IS NULL OR ended_on >= $3)))
         GROUP BY m.mentoring_id
         ORDER BY since, m.mentoring_id
        """,
        wanted.agency,
        wanted.person_id,
        wanted.running_on,
    )
    names = Row.__dataclass_fields__
    return [
        Listed(Row(**{name: row[name] for name in names}), row["sessions"], row["minutes"])
        for row in rows
    ]
