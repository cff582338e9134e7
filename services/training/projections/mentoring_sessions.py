"""Sessions of mentoring and coaching, also those that were taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.mentoring import SessionHeld, SessionTakenBack
from services.training.projections.jp_earned import InYear

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "mentoring_sessions"
key = ("mentoring_id", "event_id")
reads = (SessionHeld, SessionTakenBack)
Event = SessionHeld | SessionTakenBack


@dataclass(slots=True)
class Row:
    mentoring_id: UUID
    event_id: UUID
    mentee_id: UUID
    agency: str
    form: int
    held_on: date
    minutes: int
    recorded_at: datetime
    withdrawn_at: datetime | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.mentoring,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case SessionHeld():
            rows[(event.mentoring, seen.event_id)] = Row(
                mentoring_id=event.mentoring,
                event_id=seen.event_id,
                mentee_id=seen.subject,
                agency=seen.agency,
                form=event.form,
                held_on=event.on,
                minutes=event.minutes,
                recorded_at=seen.recorded_at,
                withdrawn_at=None,
            )
        case SessionTakenBack(withdraws=which):
            rows[(event.mentoring, which)].withdrawn_at = seen.recorded_at


async def sessions_in(
    db: Pool | Connection, asked: InYear, person_id: UUID | None = None
) -> dict[UUID, dict[int, tuple[date, ...]]]:
    """The days of a year's sessions until the day, by who was guided and form."""
    rows = await db.fetch(
        """
        SELECT mentee_id, form, array_agg(held_on ORDER BY held_on) AS days
          FROM mentoring_sessions
         WHERE agency = $1
           AND held_on BETWEEN make_date($2, 1, 1) AND least($3, make_date($2, 12, 31))
           AND ($4::timestamptz IS NULL OR recorded_at <= $4)
           AND (withdrawn_at IS NULL OR withdrawn_at > $4)
           AND ($5::uuid IS NULL OR mentee_id = $5)
         GROUP BY mentee_id, form
        """,
        asked.agency,
        asked.year,
        asked.as_of,
        asked.known_at,
        person_id,
    )
    found: dict[UUID, dict[int, tuple[date, ...]]] = {}
    for row in rows:
        found.setdefault(row["mentee_id"], {})[row["form"]] = tuple(row["days"])
    return found
