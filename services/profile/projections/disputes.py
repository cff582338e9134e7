"""Where each dispute stands: whom it waits for, since when and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.projecting import Rows, Seen
from services.profile.domain.dispute import (
    WAITS_FOR,
    DisputeFiled,
    DisputeMoved,
    Event,
    Status,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "disputes"
key = ("dispute_id",)
reads = (DisputeFiled, DisputeMoved)


@dataclass(slots=True)
class Row:
    dispute_id: UUID
    person_id: UUID
    agency: str
    fact: UUID | None
    status: str
    waits_for: str
    owner: str | None
    filed_on: date
    since: date
    due: date | None
    corrected_by: UUID | None


def touches(event: Event, seen: Seen) -> Iterator[tuple[UUID]]:
    yield (event.event_id if isinstance(event, DisputeFiled) else event.dispute_id,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, DisputeMoved):
        row = rows[(event.dispute_id,)]
        row.status, row.waits_for = event.status.value, WAITS_FOR[event.status].value
        row.owner, row.since, row.due = event.owner, event.on, event.due
        row.corrected_by = event.corrected_by
        return
    rows[(event.event_id,)] = Row(
        dispute_id=event.event_id,
        person_id=event.person_id,
        agency=seen.agency,
        fact=event.fact,
        status=Status.FILED.value,
        waits_for=WAITS_FOR[Status.FILED].value,
        owner=None,
        filed_on=event.on,
        since=event.on,
        due=event.due,
        corrected_by=None,
    )


async def disputes_of(
    db: Pool | Connection,
    agency: str,
    *,
    person_id: UUID | None = None,
    waits_for: str | None = None,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """The disputes of an agency, or of one person, the first to fall due first."""
    rows = await db.fetch(
        """
        SELECT dispute_id, person_id, fact, status, waits_for, owner, filed_on, since, due,
               corrected_by
          FROM disputes
         WHERE agency = $1 AND ($2::uuid IS NULL OR person_id = $2)
           AND ($3::text IS NULL OR waits_for = $3)
         ORDER BY due NULLS LAST, dispute_id
         LIMIT $4
        """,
        agency,
        person_id,
        waits_for,
        limit,
    )
    return [dict(row) for row in rows]
