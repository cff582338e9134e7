"""Whether two systems hold the same: what they export, and their read models up to ids and times.

A system that was filled by another's export gives its people and events ids of its own and has
recorded everything at other instants. So people are compared by what names them on both sides,
ids of events and instants are left out, and what was replaced or withdrawn is history, not state.
Everything else must be equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.workbook import BESIDE
from services.chassis.workbook_opening import opened

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

TIMES = frozenset({"recorded_at", "superseded_at", "withdrawn_at"})
IDS = frozenset({"event_id", "superseded_by"})


def content_of(workbook: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every sheet that holds any, headers included, whatever their order."""
    return {
        table.name: sorted(
            (
                tuple(sorted((at, _plain(cell)) for at, cell in line.cells.items()))
                for line in table.lines()
            ),
            key=repr,
        )
        for table in opened(workbook)
        if table.name.upper() not in BESIDE
    }


def _plain(cell: Any) -> Any:
    return cell.date().isoformat() if isinstance(cell, datetime) else cell


async def read_model(
    pool: Pool,
    table: str,
    *,
    named: Mapping[UUID, str],
    without: Collection[str] = (),
    where: str = "true",
) -> list[tuple[tuple[str, Any], ...]]:
    """The rows of a table without ids of events and instants, people and things by their names."""
    rows = await pool.fetch(f"SELECT * FROM {table} WHERE {where}")
    left_out = TIMES | IDS | set(without)
    return sorted(
        (
            tuple(
                (name, _called(value, named)) for name, value in row.items() if name not in left_out
            )
            for row in rows
        ),
        key=repr,
    )


def _called(value: Any, named: Mapping[UUID, str]) -> Any:
    if isinstance(value, UUID):
        return named.get(value, str(value))
    return value.isoformat() if isinstance(value, date) else value


async def people_by_digest(pool: Pool) -> dict[UUID, str]:
    """What names a person on both sides: the keyed digests of their numbers."""
    rows = await pool.fetch(
        "SELECT subject, string_agg(digest, ' ' ORDER BY digest) AS digests"
        " FROM identity_index GROUP BY subject"
    )
    return {row["subject"]: row["digests"] for row in rows}
