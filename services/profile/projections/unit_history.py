"""Every definition that a unit has had, each from its day: the tree as it stood on any day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.projecting import Rows, Seen
from services.profile.domain.work_unit import Event, WorkUnitDefined, WorkUnitWithdrawn
from services.profile.projections.post_history import OnDay

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "unit_history"
key = ("unit_id", "event_id")
reads = (WorkUnitDefined, WorkUnitWithdrawn)


@dataclass(slots=True)
class Row:
    unit_id: UUID
    event_id: UUID
    agency: str
    code: str
    name: str
    parent_id: UUID | None
    kind: str | None
    region_code: str | None
    latitude: str | None
    longitude: str | None
    effective_from: date
    recorded_at: datetime
    withdrawn_at: datetime | None


def touches(event: Event, seen: Seen) -> Iterator[tuple[UUID, UUID]]:
    if isinstance(event, WorkUnitWithdrawn):
        yield event.unit_id, event.withdraws
    else:
        yield event.unit.unit_id, event.event_id


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, WorkUnitWithdrawn):
        if (event.unit_id, event.withdraws) in rows:
            rows[event.unit_id, event.withdraws].withdrawn_at = seen.recorded_at
        return
    unit = event.unit
    rows[unit.unit_id, event.event_id] = Row(
        unit_id=unit.unit_id,
        event_id=event.event_id,
        agency=seen.agency,
        code=unit.code,
        name=unit.name,
        parent_id=unit.parent_id,
        kind=unit.kind,
        region_code=unit.region_code,
        latitude=unit.place.latitude if unit.place else None,
        longitude=unit.place.longitude if unit.place else None,
        effective_from=event.on,
        recorded_at=seen.recorded_at,
        withdrawn_at=None,
    )


async def units_on(db: Pool | Connection, day: OnDay) -> list[dict[str, Any]]:
    """The tree of an agency on a day, by code; before a unit's first definition, that one."""
    rows = await db.fetch(
        """
        SELECT unit_id, code, name, parent_id, kind, region_code, latitude, longitude FROM (
            SELECT DISTINCT ON (unit_id) *
              FROM unit_history
             WHERE agency = $1 AND recorded_at <= coalesce($3::timestamptz, 'infinity')
               AND (withdrawn_at IS NULL OR withdrawn_at > coalesce($3, 'infinity'))
             ORDER BY unit_id, effective_from > $2, abs(effective_from - $2), recorded_at DESC
        ) AS told
         ORDER BY code
        """,
        day.agency,
        day.as_of,
        day.known_at,
    )
    return [dict(row) for row in rows]


async def definitions(db: Pool | Connection, agency: str) -> list[dict[str, Any]]:
    """Every definition that stands, in the order of their days; of one day the newest."""
    rows = await db.fetch(
        """
        SELECT told.code, told.name, told.kind, told.region_code, told.latitude, told.longitude,
               above.code AS parent, told.effective_from
          FROM (SELECT DISTINCT ON (unit_id, effective_from) *
                  FROM unit_history
                 WHERE agency = $1 AND withdrawn_at IS NULL
                 ORDER BY unit_id, effective_from, recorded_at DESC) AS told
          LEFT JOIN work_units above ON above.unit_id = told.parent_id
         ORDER BY told.effective_from, told.code, told.unit_id
        """,
        agency,
    )
    return [dict(row) for row in rows]
