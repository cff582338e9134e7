"""The work units of an agency, as last defined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.projecting import Rows, Seen
from services.profile.domain.work_unit import Event, WorkUnitDefined, WorkUnitWithdrawn

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "work_units"
key = ("unit_id",)
reads = (WorkUnitDefined, WorkUnitWithdrawn)


@dataclass(slots=True)
class Row:
    unit_id: UUID
    agency: str
    code: str
    name: str
    parent_id: UUID | None
    kind: str | None
    region_code: str | None
    latitude: str | None
    longitude: str | None


def touches(event: Event, seen: Seen) -> Iterator[tuple[UUID]]:
    yield (event.unit_id if isinstance(event, WorkUnitWithdrawn) else event.unit.unit_id,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, WorkUnitWithdrawn):
        if (event.unit_id,) in rows:
            del rows[(event.unit_id,)]
        return
    unit = event.unit
    rows[(unit.unit_id,)] = Row(
        unit_id=unit.unit_id,
        agency=seen.agency,
        code=unit.code,
        name=unit.name,
        parent_id=unit.parent_id,
        kind=unit.kind,
        region_code=unit.region_code,
        latitude=unit.place.latitude if unit.place else None,
        longitude=unit.place.longitude if unit.place else None,
    )


async def units_of(db: Pool | Connection, agency: str) -> list[dict[str, Any]]:
    """Every unit of an agency, by code."""
    rows = await db.fetch(
        """
        SELECT unit_id, code, name, parent_id, kind, region_code, latitude, longitude
          FROM work_units WHERE agency = $1 ORDER BY code
        """,
        agency,
    )
    return [dict(row) for row in rows]
