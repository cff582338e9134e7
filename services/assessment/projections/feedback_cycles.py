"""The feedback cycles of an agency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.feedback_cycle import CycleAnnounced, CycleClosed, Event
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "feedback_cycles"
key = ("cycle_id",)
reads = (CycleAnnounced, CycleClosed)


@dataclass(slots=True)
class Row:
    """`items` is a JSON object of an item's text by its code."""

    cycle_id: UUID
    agency: str
    name: str
    line_on: date
    opens_on: date
    last_day: date
    items: str
    closed_on: date | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.cycle,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case CycleAnnounced(cycle=cycle, rules=rules):
            rows[(cycle,)] = Row(
                cycle_id=cycle,
                agency=seen.agency,
                name=rules.name,
                line_on=rules.line_on,
                opens_on=rules.opens_on,
                last_day=rules.last_day,
                items=orjson.dumps(dict(rules.items)).decode(),
                closed_on=None,
            )
        case CycleClosed(cycle=cycle, on=on):
            rows[(cycle,)].closed_on = on


async def cycles_of(db: Pool | Connection, agency: str) -> list[Row]:
    """An agency's cycles, the latest first."""
    rows = await db.fetch(
        "SELECT * FROM feedback_cycles WHERE agency = $1 ORDER BY opens_on DESC, cycle_id", agency
    )
    return [Row(**dict(row)) for row in rows]
