"""The tree of work units, as profile has told it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.events.profile import WorkUnitDefinedV1, WorkUnitWithdrawnV1
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "units"
key = ("partition", "unit_id")
reads = (WorkUnitDefinedV1, WorkUnitWithdrawnV1)
Event = WorkUnitDefinedV1 | WorkUnitWithdrawnV1


@dataclass(slots=True)
class Row:
    partition: int
    unit_id: UUID
    agency: str
    code: str
    name: str
    parent_id: UUID | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, event.unit_id)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case WorkUnitWithdrawnV1():
            rows.pop((seen.partition, event.unit_id), None)
        case WorkUnitDefinedV1():
            rows[(seen.partition, event.unit_id)] = Row(
                partition=seen.partition,
                unit_id=event.unit_id,
                agency=seen.agency,
                code=event.code,
                name=event.name,
                parent_id=event.parent_id,
            )


async def parents_of(db: Pool | Connection, agency: str) -> dict[UUID, UUID | None]:
    """The unit above each unit of an agency."""
    rows = await db.fetch("SELECT unit_id, parent_id FROM units WHERE agency = $1", agency)
    return {row["unit_id"]: row["parent_id"] for row in rows}


async def codes_of(db: Pool | Connection, agency: str) -> dict[UUID, str]:
    """The code that each unit of an agency goes by."""
    rows = await db.fetch("SELECT unit_id, code FROM units WHERE agency = $1", agency)
    return {row["unit_id"]: row["code"] for row in rows}


async def units_by_code(
    db: Pool | Connection, agency: str, codes: Sequence[str]
) -> dict[str, UUID]:
    """The unit that goes by each of these codes in an agency."""
    rows = await db.fetch(
        "SELECT code, unit_id FROM units WHERE agency = $1 AND code = ANY ($2::text[])",
        agency,
        codes,
    )
    return {row["code"]: row["unit_id"] for row in rows}
