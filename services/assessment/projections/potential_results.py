"""What a person was found able to grow into, assessment by assessment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.potential_assessment import (
    Event,
    PotentialAssessed,
    PotentialWithdrawn,
)
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "potential_results"
key = ("person_id", "assessed_on", "institution")
reads = (PotentialAssessed, PotentialWithdrawn)


@dataclass(slots=True)
class Row:
    """`scores` is a JSON object of the score by aspect."""

    person_id: UUID
    assessed_on: date
    institution: str
    agency: str
    method: str
    scale: str
    scores: str
    valid_until: date | None
    event_id: UUID


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    told = event if isinstance(event, PotentialWithdrawn) else event.potential
    yield (seen.subject, told.assessed_on, told.institution)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, PotentialWithdrawn):
        del rows[(seen.subject, event.assessed_on, event.institution)]
        return
    found = event.potential
    scores = {aspect: format(score, "f") for aspect, score in found.scores.items()}
    rows[(seen.subject, found.assessed_on, found.institution)] = Row(
        person_id=seen.subject,
        assessed_on=found.assessed_on,
        institution=found.institution,
        agency=seen.agency,
        method=found.method,
        scale=format(found.scale, "f"),
        scores=orjson.dumps(scores, option=orjson.OPT_SORT_KEYS).decode(),
        valid_until=found.valid_until,
        event_id=event.event_id,
    )


async def potential_of(db: Pool | Connection, person_id: UUID) -> list[Row]:
    """A person's potential assessments, the latest first, whichever agency told them."""
    rows = await db.fetch(
        """
        SELECT *
          FROM potential_results
         WHERE person_id = $1
         ORDER BY assessed_on DESC, institution
        """,
        person_id,
    )
    return [Row(**dict(row)) for row in rows]
