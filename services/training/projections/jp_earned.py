"""What each completion has earned, also one that does not stand any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.enrolment import (
    CompletionRevoked,
    CompletionTakenBack,
    TrainingFinished,
)
from services.training.domain.leadership_duty import Finished

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "jp_earned"
key = ("enrolment_id", "event_id")
reads = (TrainingFinished, CompletionRevoked, CompletionTakenBack)
Event = TrainingFinished | CompletionRevoked | CompletionTakenBack


@dataclass(slots=True)
class Row:
    enrolment_id: UUID
    event_id: UUID
    person_id: UUID
    agency: str
    programme: str
    form: int
    jp: int
    finished_on: date
    recorded_at: datetime
    withdrawn_at: datetime | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.enrolment,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case TrainingFinished():
            rows[(event.enrolment, seen.event_id)] = Row(
                enrolment_id=event.enrolment,
                event_id=seen.event_id,
                person_id=seen.subject,
                agency=seen.agency,
                programme=event.of.programme,
                form=event.completion.form,
                jp=event.completion.jp,
                finished_on=event.on,
                recorded_at=seen.recorded_at,
                withdrawn_at=None,
            )
        case CompletionRevoked(revokes=which) | CompletionTakenBack(withdraws=which):
            rows[(event.enrolment, which)].withdrawn_at = seen.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class InYear:
    """`known_at`: by what had been recorded then; everything if not told."""

    agency: str
    year: int
    as_of: date
    known_at: datetime | None = None


async def earned_in(
    db: Pool | Connection, asked: InYear, person_id: UUID | None = None
) -> dict[UUID, dict[int, int]]:
    """The JP of a year by person and form, of what was finished by the day."""
    rows = await db.fetch(
        """
        SELECT person_id, form, sum(jp)::int AS jp
          FROM jp_earned
         WHERE agency = $1
           AND finished_on BETWEEN make_date($2, 1, 1) AND least($3, make_date($2, 12, 31))
           AND ($4::timestamptz IS NULL OR recorded_at <= $4)
           AND (withdrawn_at IS NULL OR withdrawn_at > $4)
           AND ($5::uuid IS NULL OR person_id = $5)
         GROUP BY person_id, form
        """,
        asked.agency,
        asked.year,
        asked.as_of,
        asked.known_at,
        person_id,
    )
    found: dict[UUID, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["person_id"], {})[row["form"]] = row["jp"]
    return found


async def finished_by(
    db: Pool | Connection, agency: str, known_at: datetime | None, people: Sequence[UUID]
) -> dict[UUID, list[Finished]]:
    """Which programmes these people have finished, whenever."""
    rows = await db.fetch(
        """
        SELECT person_id, programme, finished_on FROM jp_earned
         WHERE agency = $1 AND person_id = ANY ($3::uuid[])
           AND ($2::timestamptz IS NULL OR recorded_at <= $2)
           AND (withdrawn_at IS NULL OR withdrawn_at > $2)
        """,
        agency,
        known_at,
        people,
    )
    found: dict[UUID, list[Finished]] = {}
    for row in rows:
        done = Finished(programme=row["programme"], on=row["finished_on"])
        found.setdefault(row["person_id"], []).append(done)
    return found
