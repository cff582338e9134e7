"""Which competencies assessment has spoken of, in a post's standard or as somebody's result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.events.assessment import CompetencyAssessedV1, PostStandardPublishedV1
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "competency_codes"
key = ("partition", "agency", "code")
reads = (PostStandardPublishedV1, CompetencyAssessedV1)
Event = PostStandardPublishedV1 | CompetencyAssessedV1


@dataclass(slots=True)
class Row:
    partition: int
    agency: str
    code: str


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    return [(seen.partition, seen.agency, code) for code in _codes(event)]


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    for at in touches(event, seen):
        rows[at] = Row(*at)


def _codes(event: Event) -> Iterable[str]:
    return event.levels if isinstance(event, CompetencyAssessedV1) else event.required


async def known_codes(db: Pool | Connection, agency: str, codes: Sequence[str]) -> frozenset[str]:
    """Those of these codes that an agency's competencies have."""
    rows = await db.fetch(
        "SELECT DISTINCT code FROM competency_codes WHERE agency = $1 AND code = ANY ($2::text[])",
        agency,
        codes,
    )
    return frozenset(row["code"] for row in rows)
