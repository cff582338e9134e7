"""Every training need of every plan year, and which of them stand in the locked plan.

The lock finds the needs as the log has them before it: a need that is told after it, even by a
command that began earlier, changes nothing in the plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain import training_need
from services.training.domain.training_need import (
    Ask,
    NeedMoved,
    NeedOrigin,
    NeedProposed,
    NeedTakenBack,
    Stage,
)
from services.training.domain.training_need import Key as NeedKey
from services.training.domain.training_plan import NeedsMerged, PlanLocked

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "training_needs"
key = ("agency", "year", "need_id")
reads = (NeedProposed, NeedMoved, NeedTakenBack, NeedsMerged, PlanLocked)
Event = training_need.Event | NeedsMerged | PlanLocked


@dataclass(slots=True)
class Row:
    agency: str
    year: int
    need_id: UUID
    bearer: str
    whose: UUID
    competency: str
    stage: str
    origins: str
    gap: int
    priority: int
    form: int
    jp: int
    cost: int
    people: int
    provider: str
    quarter: int
    line_id: UUID | None
    since: date
    merged_into: UUID | None
    locked_by: UUID | None
    recorded_at: datetime


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    match event:
        case PlanLocked(year=year):
            yield (seen.agency, year)
        case NeedsMerged(year=year, duplicate=need):
            yield (seen.agency, year, need)
        case _:
            yield (seen.agency, event.key.year, event.need_id)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, PlanLocked):
        for row in rows.under(seen.agency, event.year):
            if row.stage == Stage.VALIDATED and row.merged_into is None:
                row.locked_by = event.event_id
        return
    at = next(iter(touches(event, seen)))
    known = rows.get(at)
    if known is not None and known.locked_by is not None:
        return  # sealed after the lock: the plan stays what it was
    match event:
        case NeedsMerged(into=into):
            if known is not None:  # taken back while it was merged: then there is nothing left
                known.merged_into = into
        case NeedMoved(stage=stage, on=on):
            rows[at].stage, rows[at].since, rows[at].recorded_at = stage, on, seen.recorded_at
        case NeedTakenBack(ask=None):
            del rows[at]
        case NeedTakenBack(ask=Ask() as ask, stage=stage):
            rows[at] = _row(event.need_id, event.key, event.origins, ask, event.on, seen)
            rows[at].stage = stage
        case NeedProposed(ask=ask):
            rows[at] = _row(event.need_id, event.key, event.origins, ask, event.on, seen)


def _row(
    need_id: UUID, key: NeedKey, origins: tuple[NeedOrigin, ...], ask: Ask, on: date, seen: Seen
) -> Row:
    return Row(
        agency=seen.agency,
        year=key.year,
        need_id=need_id,
        bearer=key.bearer,
        whose=key.whose,
        competency=key.competency,
        stage=Stage.PROPOSED,
        origins=orjson.dumps(origins).decode(),
        gap=ask.gap,
        priority=ask.priority,
        form=ask.form,
        jp=ask.jp,
        cost=ask.cost,
        people=ask.people,
        provider=ask.provider,
        quarter=ask.quarter,
        line_id=ask.line,
        since=on,
        merged_into=None,
        locked_by=None,
        recorded_at=seen.recorded_at,
    )


# Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose needs; of one year, in one stage, of one person or unit, or in the plan, if told."""

    agency: str
    year: int | None = None
    stage: str | None = None
    whose: UUID | None = None
    locked: bool = False
    limit: int = 1_000_000


async def needs(db: Pool | Connection, wanted: Wanted) -> list[Row]:
    """The needs, the most urgent first; the same needs always in the same order."""
    rows = await db.fetch(
        """
        SELECT *
          FROM training_needs
         WHERE agency = $1 AND ($2::int IS NULL OR year = $2)
           AND ($3::text IS NULL OR stage = $3) AND ($4::uuid IS NULL OR whose = $4)
           AND (NOT $5 OR locked_by IS NOT NULL)
         ORDER BY year, priority, competency, bearer, need_id
         LIMIT $6
        """,
        wanted.agency,
        wanted.year,
        wanted.stage,
        wanted.whose,
        wanted.locked,
        wanted.limit,
    )
    return [Row(**dict(row)) for row in rows]


async def is_planned(db: Pool | Connection, agency: str, need_id: UUID) -> bool | None:
    """Whether a need stands in a locked plan; None while its year is open or it is not known."""
    row = await db.fetchrow(
        """
        SELECT need.locked_by IS NOT NULL AS planned
          FROM training_needs need
          JOIN training_plans plan USING (agency, year)
         WHERE need.need_id = $1 AND need.agency = $2
        """,
        need_id,
        agency,
    )
    return None if row is None else bool(row["planned"])
