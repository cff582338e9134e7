"""What was asked about each person in each cycle, how far it is answered, and what may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.feedback_round import (
    Event,
    FeedbackGiven,
    RoundClosed,
    RoundOpened,
)
from services.assessment.domain.reporting_line import Raters
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "feedback_rounds"
key = ("cycle_id", "person_id")
reads = (RoundOpened, FeedbackGiven, RoundClosed)


@dataclass(slots=True)
class Row:
    """`raters` is a JSON object of lists by relation; `report`, once closed, of what is shown.

    `answers` is one number over all relations: by relation it could tell who has answered.
    """

    cycle_id: UUID
    person_id: UUID
    agency: str
    raters: str
    asked: int
    answers: int
    report: str | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.cycle, seen.subject)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    place = (event.cycle, seen.subject)
    match event:
        case RoundOpened(cycle=cycle, raters=raters):
            rows[place] = Row(
                cycle_id=cycle,
                person_id=seen.subject,
                agency=seen.agency,
                raters=_spelled(raters),
                asked=sum(map(len, raters.values())),
                answers=0,
                report=None,
            )
        case FeedbackGiven():
            rows[place].answers += 1
        case RoundClosed():
            rows[place].report = _report(event)


def _spelled(raters: Raters) -> str:
    asked = {relation.value: list(map(str, people)) for relation, people in raters.items()}
    return orjson.dumps(asked).decode()


def _report(closed: RoundClosed) -> str:
    groups = [
        {
            "relations": list(group.relations),
            "answers": group.answers,
            "means": {item: format(mean, "f") for item, mean in group.means.items()},
        }
        for group in closed.groups
    ]
    own = None if closed.own_marks is None else dict(closed.own_marks)
    shown = {"groups": groups, "own_marks": own, "withheld": list(closed.withheld)}
    return orjson.dumps(shown).decode()


async def round_of(db: Pool | Connection, cycle_id: UUID, person_id: UUID) -> Row | None:
    """What was asked about a person in a cycle."""
    row = await db.fetchrow(
        "SELECT * FROM feedback_rounds WHERE cycle_id = $1 AND person_id = $2", cycle_id, person_id
    )
    return None if row is None else Row(**dict(row))


async def opened_in(db: Pool | Connection, cycle_id: UUID) -> set[UUID]:
    """Everybody about whom this cycle asks already."""
    rows = await db.fetch("SELECT person_id FROM feedback_rounds WHERE cycle_id = $1", cycle_id)
    return {row["person_id"] for row in rows}


async def still_open(db: Pool | Connection, cycle_id: UUID, most: int) -> list[UUID]:
    """Some of the people whose report is not made yet."""
    rows = await db.fetch(
        """
        SELECT person_id
          FROM feedback_rounds
         WHERE cycle_id = $1
           AND report IS NULL
         ORDER BY person_id
         LIMIT $2
        """,
        cycle_id,
        most,
    )
    return [row["person_id"] for row in rows]


async def filling_of(db: Pool | Connection, cycle_id: UUID) -> tuple[int, int, int]:
    """How many people, questions and answers a cycle has so far."""
    row = await db.fetchrow(
        """
        SELECT count(*), coalesce(sum(asked), 0), coalesce(sum(answers), 0)
          FROM feedback_rounds
         WHERE cycle_id = $1
        """,
        cycle_id,
    )
    assert row is not None, "an aggregate always answers"
    return int(row[0]), int(row[1]), int(row[2])
