"""As what and where people serve, as profile has told it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.events.profile import FactWithdrawnV1, PersonRegisteredV1, PositionAssignedV1
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.leadership_duty import Held

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "postings"
key = ("partition", "person_id", "event_id")
reads = (PersonRegisteredV1, PositionAssignedV1, FactWithdrawnV1)
Event = PersonRegisteredV1 | PositionAssignedV1 | FactWithdrawnV1


@dataclass(slots=True)
class Row:
    partition: int
    person_id: UUID
    event_id: UUID
    agency: str
    kind: str
    said: str
    unit_id: UUID | None
    effective_from: date
    until: date | None
    psn: int
    recorded_at: datetime
    withdrawn_at: datetime | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, seen.subject)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    gone = event.withdraws if isinstance(event, FactWithdrawnV1) else event.replaces
    row = rows.get((seen.partition, seen.subject, gone)) if gone is not None else None
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at = seen.recorded_at
    if isinstance(event, FactWithdrawnV1):
        return
    if isinstance(event, PositionAssignedV1) and event.assignment != "DEFINITIVE":
        return  # whoever stands in serves in the own post all the same
    rows[(seen.partition, seen.subject, seen.event_id)] = _row(event, seen)


def _row(event: PersonRegisteredV1 | PositionAssignedV1, seen: Seen) -> Row:
    match event:
        case PersonRegisteredV1():
            row = _told(seen, "employment", event.employment_kind, event.registered_on)
        case PositionAssignedV1():
            row = _told(seen, "position", event.position_class, event.effective_from)
            row.unit_id, row.until = event.unit_id, event.until
    return row


def _told(seen: Seen, kind: str, said: str, since: date) -> Row:
    return Row(
        partition=seen.partition,
        person_id=seen.subject,
        event_id=seen.event_id,
        agency=seen.agency,
        kind=kind,
        said=said,
        unit_id=None,
        effective_from=since,
        until=None,
        psn=seen.psn,
        recorded_at=seen.recorded_at,
        withdrawn_at=None,
    )


@dataclass(frozen=True, slots=True)
class Serving:
    """`position_class` and `unit_id` are None for whoever holds no post on that day."""

    person_id: UUID
    employment: str
    position_class: str | None
    since: date | None
    unit_id: UUID | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDay:
    """`known_at`: by what had been recorded then; everything if not told."""

    agency: str
    as_of: date
    known_at: datetime | None = None
    unit_id: UUID | None = None


async def serving_on(
    db: Pool | Connection, asked: OnDay, person_id: UUID | None = None
) -> list[Serving]:
    """Everybody of an agency on a day, by unit: as what they are employed, and what post they
    hold."""
    rows = await db.fetch(
        """
        WITH standing AS (
            SELECT * FROM postings
             WHERE agency = $1 AND effective_from <= $2
               AND ($3::timestamptz IS NULL OR recorded_at <= $3)
               AND (withdrawn_at IS NULL OR withdrawn_at > $3)
               AND ($5::uuid IS NULL OR person_id = $5)
        ), employed AS (
            SELECT DISTINCT ON (person_id) person_id, said, effective_from FROM standing
             WHERE kind = 'employment' ORDER BY person_id, effective_from DESC, psn DESC
        ), seated AS (
            SELECT DISTINCT ON (person_id) person_id, said, effective_from, unit_id FROM standing
             WHERE kind = 'position' AND (until IS NULL OR until > $2)
             ORDER BY person_id, effective_from DESC, psn DESC
        )
        SELECT e.person_id, e.said AS employment, s.said AS position_class,
               s.effective_from AS since, s.unit_id, u.name AS unit
          FROM employed AS e
          LEFT JOIN seated AS s USING (person_id)
          LEFT JOIN work_units AS u ON u.unit_id = s.unit_id
         WHERE ($4::uuid IS NULL OR s.unit_id = $4)
           -- Whoever has been registered elsewhere since serves there (decision 0033).
           AND NOT EXISTS (
               SELECT FROM postings AS elsewhere
                WHERE elsewhere.person_id = e.person_id AND elsewhere.kind = 'employment'
                  AND elsewhere.agency <> $1 AND elsewhere.effective_from > e.effective_from
                  AND elsewhere.effective_from <= $2
                  AND ($3::timestamptz IS NULL OR elsewhere.recorded_at <= $3)
                  AND (elsewhere.withdrawn_at IS NULL OR elsewhere.withdrawn_at > $3))
         ORDER BY u.name NULLS LAST, e.person_id
        """,
        asked.agency,
        asked.as_of,
        asked.known_at,
        asked.unit_id,
        person_id,
    )
    return [Serving(**dict(row)) for row in rows]


async def employment_on(db: Pool | Connection, person_id: UUID, day: date) -> str | None:
    """As what a person is employed on a day; None while nobody has told it."""
    kind: str | None = await db.fetchval(
        """
        SELECT said FROM postings
         WHERE person_id = $1 AND kind = 'employment' AND effective_from <= $2
           AND withdrawn_at IS NULL
         ORDER BY effective_from DESC, psn DESC LIMIT 1
        """,
        person_id,
        day,
    )
    return kind


async def held_by(
    db: Pool | Connection, asked: OnDay, people: Sequence[UUID]
) -> dict[UUID, list[Held]]:
    """Every definitive position of these people that had begun by the day, the latest first."""
    rows = await db.fetch(
        """
        SELECT person_id, said, effective_from, until FROM postings
         WHERE person_id = ANY ($1::uuid[]) AND kind = 'position' AND effective_from <= $2
           AND ($3::timestamptz IS NULL OR recorded_at <= $3)
           AND (withdrawn_at IS NULL OR withdrawn_at > $3)
         ORDER BY effective_from DESC, psn DESC
        """,
        people,
        asked.as_of,
        asked.known_at,
    )
    found: dict[UUID, list[Held]] = {}
    for row in rows:
        held = Held(position_class=row["said"], since=row["effective_from"], until=row["until"])
        found.setdefault(row["person_id"], []).append(held)
    return found
