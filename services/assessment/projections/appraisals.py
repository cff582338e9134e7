"""How a person performed, year by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.appraisal import (
    AppraisalCompleted,
    AppraisalCorrected,
    AppraisalWithdrawn,
    Event,
)
from services.assessment.domain.ratings import Characters, Marks, Points, Quadrant
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "appraisals"
key = ("person_id", "year")
reads = (AppraisalCompleted, AppraisalCorrected, AppraisalWithdrawn)


@dataclass(slots=True)
class Row:
    """`characters` is a JSON object of the eight scores of a DP3."""

    person_id: UUID
    year: int
    agency: str
    law: str
    rating: str
    work_result: int | None
    behaviour: int | None
    score: str | None
    event_id: UUID
    corrections: int
    recorded_at: datetime
    characters: str | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.subject, event.year)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    """The newest account of a year stands; how often it was corrected stands beside it."""
    place = (seen.subject, event.year)
    if isinstance(event, AppraisalWithdrawn):
        del rows[place]
        return
    work_result, behaviour, score = _columns(event.account.marks)
    rows[place] = Row(
        person_id=seen.subject,
        year=event.year,
        agency=seen.agency,
        law=event.account.law,
        rating=event.account.rating,
        work_result=work_result,
        behaviour=behaviour,
        score=score,
        event_id=event.event_id,
        corrections=rows[place].corrections + 1 if place in rows else 0,
        recorded_at=seen.recorded_at,
        characters=_characters(event.account.marks),
    )


def _columns(marks: Marks) -> tuple[int | None, int | None, str | None]:
    match marks:
        case Quadrant(work_result=work_result, behaviour=behaviour):
            return work_result, behaviour, None
        case Points(score=score):
            return None, None, format(score, "f")
        case Characters():
            return None, None, None


def _characters(marks: Marks) -> str | None:
    if not isinstance(marks, Characters):
        return None
    scores = {character: format(score, "f") for character, score in marks.scores.items()}
    return orjson.dumps(scores, option=orjson.OPT_SORT_KEYS).decode()


async def appraisals_of(db: Pool | Connection, person_id: UUID) -> list[Row]:
    """A person's yearly ratings, the latest first, whichever agency told them."""
    rows = await db.fetch(
        """
        SELECT *
          FROM appraisals
         WHERE person_id = $1
         ORDER BY year DESC
        """,
        person_id,
    )
    return [Row(**dict(row)) for row in rows]
