"""The checklists of new positions, task by task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.orientation import (
    Event,
    OrientationClosed,
    OrientationMoved,
    OrientationOpened,
    OrientationSeen,
    TaskCompleted,
    TaskReopened,
    TaskSetAside,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "orientation_tasks"
key = ("person_id", "orientation_id", "code")
reads = (
    OrientationOpened,
    OrientationMoved,
    OrientationClosed,
    OrientationSeen,
    TaskCompleted,
    TaskSetAside,
    TaskReopened,
)


@dataclass(slots=True)
class Row:
    person_id: UUID
    orientation_id: UUID
    code: str
    agency: str
    position_event: UUID
    effective_from: date
    due_on: date
    state: str
    because: str | None
    settled_on: date | None
    seen_on: date | None
    closed_on: date | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.subject, event.orientation)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    whose = (seen.subject, event.orientation)
    match event:
        case OrientationOpened() | OrientationMoved():
            before = {key[2]: rows.pop(key) for key in [k for k in rows if k[:2] == whose]}
            for row in _rows(event, seen, before):
                rows[(*whose, row.code)] = row
        case OrientationClosed(on=on):
            for row in _of(rows, whose):
                row.closed_on = on
        case OrientationSeen(on=on):
            for row in _of(rows, whose):
                row.seen_on = on
        case TaskCompleted(code=code, on=on):
            _settle(rows[(*whose, code)], "DONE", None, on)
        case TaskSetAside(code=code, because=because, on=on):
            _settle(rows[(*whose, code)], "ASIDE", because.value, on)
        case TaskReopened(code=code):
            _settle(rows[(*whose, code)], "OPEN", None, None)
        case _:
            assert_never(event)


def _of(rows: Rows[Row], whose: tuple[UUID, UUID]) -> list[Row]:
    return [row for key, row in rows.items() if key[:2] == whose]


def _rows(
    event: OrientationOpened | OrientationMoved, seen: Seen, before: dict[object, Row]
) -> Iterable[Row]:
    """What was ticked before a position was corrected stays ticked."""
    known = next(iter(before.values()), None)
    for task in event.tasks:
        row = Row(
            person_id=seen.subject,
            orientation_id=event.orientation,
            code=task.code,
            agency=seen.agency,
            position_event=event.position,
            effective_from=event.effective_from,
            due_on=task.due_on,
            state="OPEN",
            because=None,
            settled_on=None,
            seen_on=known.seen_on if known else None,
            closed_on=None,
        )
        if (old := before.get(task.code)) is not None:
            _settle(row, old.state, old.because, old.settled_on)
        yield row


def _settle(row: Row, state: str, because: str | None, on: date | None) -> None:
    row.state, row.because, row.settled_on = state, because, on


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`overdue_on`: only what was open and due before that day."""

    agency: str
    person_id: UUID | None = None
    overdue_on: date | None = None


async def tasks_of(db: Pool | Connection, wanted: Wanted) -> list[Row]:
    """The tasks of positions that stand, the longest due first."""
    rows = await db.fetch(
        """
        SELECT * FROM orientation_tasks
         WHERE agency = $1 AND closed_on IS NULL
           AND ($2::uuid IS NULL OR person_id = $2)
           AND ($3::date IS NULL OR (state = 'OPEN' AND due_on < $3))
         ORDER BY due_on, person_id, orientation_id, code
        """,
        wanted.agency,
        wanted.person_id,
        wanted.overdue_on,
    )
    return [Row(**dict(row)) for row in rows]
