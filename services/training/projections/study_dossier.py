"""What the conditions of a study assignment read of a person, and no more than that.

Of the birth date only the month is kept: with the post's age it tells when the pension begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from contracts.events.assessment import (
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    ResultWithdrawnV1,
)
from contracts.events.profile import (
    FactWithdrawnV1,
    PersonRegisteredV1,
    PositionAssignedV1,
    SanctionImposedV1,
    StudyAssignedV1,
)
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.calendar import pension_from
from services.training.domain.study_conditions import Facts, Served

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "study_dossier"
key = ("source", "partition", "person_id", "event_id")
reads = (
    PersonRegisteredV1,
    PositionAssignedV1,
    SanctionImposedV1,
    StudyAssignedV1,
    FactWithdrawnV1,
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    ResultWithdrawnV1,
)
Told = (
    PersonRegisteredV1
    | PositionAssignedV1
    | SanctionImposedV1
    | StudyAssignedV1
    | AppraisalCompletedV1
    | AppraisedByPointsV1
)
Event = Told | FactWithdrawnV1 | ResultWithdrawnV1
PNS = "PNS"


@dataclass(slots=True)
class Row:
    source: str
    partition: int
    person_id: UUID
    event_id: UUID
    kind: str
    effective_from: date
    until: date | None
    said: str
    year: int | None
    born_month: date | None
    post_id: UUID | None
    on_appeal: bool


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.source, seen.partition, seen.subject)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    whose = (seen.source, seen.partition, seen.subject)
    if isinstance(event, FactWithdrawnV1 | ResultWithdrawnV1):
        rows.pop((*whose, event.withdraws), None)
        return
    rows.pop((*whose, event.replaces), None)
    row = _row(event, seen)
    if row is not None:
        rows[(*whose, seen.event_id)] = row


def _row(event: Told, seen: Seen) -> Row | None:
    match event:
        case PersonRegisteredV1():
            row = _told(seen, "employment", event.registered_on, event.employment_kind)
            row.born_month = event.birth_date.replace(day=1)
        case PositionAssignedV1():
            if event.assignment != "DEFINITIVE":
                return None  # whoever stands in for somebody retires by the own post
            row = _told(seen, "position", event.effective_from, event.position_class)
            row.until, row.post_id = event.until, event.post_id
        case SanctionImposedV1():
            row = _told(seen, "sanction", event.starts_on, event.severity)
            row.until, row.on_appeal = event.ends_on, event.on_appeal
        case StudyAssignedV1():
            row = _told(seen, "study", event.starts_on, event.decree_number or "")
            row.until = event.until
        case AppraisalCompletedV1() | AppraisedByPointsV1():
            row = _told(seen, "rating", event.effective_from, event.rating or "")
            row.year = event.year
    return row


def _told(seen: Seen, kind: str, since: date, said: str) -> Row:
    return Row(
        source=seen.source,
        partition=seen.partition,
        person_id=seen.subject,
        event_id=seen.event_id,
        kind=kind,
        effective_from=since,
        until=None,
        said=said,
        year=None,
        born_month=None,
        post_id=None,
        on_appeal=False,
    )


# Questions


async def facts_of(db: Pool | Connection, person_id: UUID, day: date) -> Facts:
    """What is known of a person that a condition asks for on a day."""
    rows = await db.fetch(
        """
        SELECT kind, effective_from, until, said, year, born_month, on_appeal, retirement_age
          FROM study_dossier
          LEFT JOIN retirement_ages USING (post_id)
         WHERE person_id = $1 AND effective_from <= $2
         ORDER BY effective_from, event_id
        """,
        person_id,
        day,
    )
    employed = [row for row in rows if row["kind"] == "employment"]
    held = _held(rows, day)
    return Facts(
        employment=employed[-1]["said"] if employed else None,
        position_class=held and held["said"],
        pns_since=_pns_since(employed),
        pension_from=_pension_from(employed, held),
        ratings=tuple((row["year"], row["said"]) for row in rows if row["kind"] == "rating"),
        sanctions=tuple(
            Served(
                severity=row["said"],
                since=row["effective_from"],
                until=row["until"],
                on_appeal=row["on_appeal"],
            )
            for row in rows
            if row["kind"] == "sanction"
        ),
    )


def _pns_since(employed: Sequence[Any]) -> date | None:
    """The first day of the time as PNS that still goes on."""
    since: date | None = None
    for row in reversed(employed):
        if row["said"] != PNS:
            break
        since = row["effective_from"]
    return since


def _held(rows: Sequence[Any], day: date) -> Any | None:
    """The post that is held for good on a day: the one taken up last."""
    held = [
        row
        for row in rows
        if row["kind"] == "position" and (row["until"] is None or row["until"] > day)
    ]
    return held[-1] if held else None


def _pension_from(employed: Sequence[Any], held: Any | None) -> date | None:
    if not employed or held is None or held["retirement_age"] is None:
        return None
    return pension_from(employed[-1]["born_month"], held["retirement_age"])
