"""What a person was found able to grow into, assessment by assessment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.potential_assessment import PotentialAssessed
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "potential_results"
key = ("person_id", "assessed_on", "institution")
reads = (PotentialAssessed,)


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


def touches(event: PotentialAssessed, seen: Seen) -> Iterable[Key]:
    yield (seen.subject, event.potential.assessed_on, event.potential.institution)


def fold(rows: Rows[Row], event: PotentialAssessed, seen: Seen) -> None:
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
