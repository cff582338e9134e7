"""Every movement on every budget line, each from its day, and what they come to on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.budget_line import (
    CeilingSet,
    CommitmentReleased,
    CommitmentToppedUp,
    Event,
    FundsCommitted,
    FundsRealised,
    Movement,
    MovementsTakenBack,
)
from services.training.streams import line_id_of

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "budget_movements"
key = ("line_id", "event_id")
reads = (
    CeilingSet,
    FundsCommitted,
    CommitmentToppedUp,
    FundsRealised,
    CommitmentReleased,
    MovementsTakenBack,
)


@dataclass(slots=True)
class Row:
    line_id: UUID
    event_id: UUID
    agency: str
    year: int
    programme: str
    activity: str
    sub_activity: str
    fund: str
    kind: str
    number: str
    document: str | None
    purpose: str | None
    reference: str | None
    amount: int
    effective_from: date
    place: int
    recorded_at: datetime
    withdrawn_at: datetime | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    line_id = line_id_of(seen.agency, event.line)
    if isinstance(event, MovementsTakenBack):
        return [(line_id, falls) for falls in event.withdraws]
    return [(line_id, event.event_id)]


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, MovementsTakenBack):
        for key_of_row in touches(event, seen):
            rows[key_of_row].withdrawn_at = seen.recorded_at
        return
    line = event.line
    line_id = line_id_of(seen.agency, line)
    kind, number, document, purpose, reference = _told(event)
    rows[(line_id, event.event_id)] = Row(
        line_id=line_id,
        event_id=event.event_id,
        agency=seen.agency,
        year=line.year,
        programme=line.programme,
        activity=line.activity,
        sub_activity=line.sub_activity,
        fund=line.fund,
        kind=kind,
        number=number,
        document=document,
        purpose=purpose,
        reference=reference,
        amount=event.amount,
        effective_from=event.on,
        place=seen.psn,
        recorded_at=seen.recorded_at,
        withdrawn_at=None,
    )


def _told(event: Movement) -> tuple[str, str, str | None, str | None, str | None]:
    match event:
        case CeilingSet(decree_number=number):
            return "CEILING", number, None, None, None
        case FundsCommitted(number=number, purpose=purpose, reference=reference):
            return "COMMITMENT", number, None, purpose.value, reference
        case CommitmentToppedUp(number=number, document=document):
            return "TOP_UP", number, document, None, None
        case FundsRealised(number=number, document=document):
            return "REALISATION", number, document, None, None
        case CommitmentReleased(number=number):
            return "RELEASE", number, None, None, None
        case _:
            assert_never(event)


# Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDay:
    """Whose budget of which year, on which day, by what had been recorded then (None: all)."""

    agency: str
    year: int
    as_of: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOnDay:
    line_id: UUID
    programme: str
    activity: str
    sub_activity: str
    fund: str
    ceiling: int
    committed: int
    realised: int


async def lines_on(db: Pool | Connection, day: OnDay) -> list[LineOnDay]:
    """Every line that has a ceiling on the day, in the order of the budget."""
    rows = await db.fetch(
        """
        SELECT line_id, programme, activity, sub_activity, fund,
               (array_agg(amount ORDER BY effective_from DESC, place DESC)
                  FILTER (WHERE kind = 'CEILING'))[1] AS ceiling,
               coalesce(sum(CASE WHEN kind IN ('COMMITMENT', 'TOP_UP') THEN amount
                                 WHEN kind = 'RELEASE' THEN -amount END), 0)::bigint AS committed,
               coalesce(sum(amount) FILTER (WHERE kind = 'REALISATION'), 0)::bigint AS realised
          FROM budget_movements
         WHERE agency = $1 AND year = $2 AND effective_from <= $3
           AND recorded_at <= coalesce($4::timestamptz, 'infinity')
           AND (withdrawn_at IS NULL OR withdrawn_at > coalesce($4, 'infinity'))
         GROUP BY line_id, programme, activity, sub_activity, fund
        HAVING count(*) FILTER (WHERE kind = 'CEILING') > 0
         ORDER BY programme, activity, sub_activity, fund, line_id
        """,
        day.agency,
        day.year,
        day.as_of,
        day.known_at,
    )
    return [LineOnDay(**dict(row)) for row in rows]


async def movements_of(db: Pool | Connection, agency: str, line_id: UUID) -> list[Row]:
    """Every movement that stands on a line, in the order of its days."""
    rows = await db.fetch(
        """
        SELECT *
          FROM budget_movements
         WHERE line_id = $1 AND agency = $2 AND withdrawn_at IS NULL
         ORDER BY effective_from, place, event_id
        """,
        line_id,
        agency,
    )
    return [Row(**dict(row)) for row in rows]
