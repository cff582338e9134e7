"""Which work units there are and by which codes they go, as profile has told it."""

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

table = "work_units"
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


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, event.unit_id)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    at = (seen.partition, event.unit_id)
    if isinstance(event, WorkUnitWithdrawnV1):
        rows.pop(at, None)
    else:
        rows[at] = Row(seen.partition, event.unit_id, seen.agency, event.code, event.name)


async def units_by_code(
    db: Pool | Connection, agency: str, codes: Sequence[str]
) -> dict[str, UUID]:
    """The unit that goes by each of these codes in an agency."""
    rows = await db.fetch(
        "SELECT code, unit_id FROM work_units WHERE agency = $1 AND code = ANY ($2::text[])",
        agency,
        codes,
    )
    return {row["code"]: row["unit_id"] for row in rows}


async def is_unit(db: Pool | Connection, agency: str, unit_id: UUID) -> bool:
    """Whether an agency has this unit."""
    found = await db.fetchval(
        "SELECT 1 FROM work_units WHERE unit_id = $1 AND agency = $2", unit_id, agency
    )
    return found is not None
