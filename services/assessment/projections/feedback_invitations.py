"""About whom somebody is asked; gone when the round is closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from services.assessment.domain.feedback_round import RoundClosed, RoundOpened
from services.assessment.domain.reporting_line import Relation
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "feedback_invitations"
key = ("cycle_id", "person_id", "rater_id")
reads = (RoundOpened, RoundClosed)
Asked = tuple[UUID, UUID]
Event = RoundOpened | RoundClosed


@dataclass(slots=True)
class Row:
    cycle_id: UUID
    person_id: UUID
    rater_id: UUID
    agency: str
    relation: str


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.cycle, seen.subject)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case RoundOpened(cycle=cycle, raters=raters):
            for relation, people in raters.items():
                for rater in people:
                    place = (cycle, seen.subject, rater)
                    rows[place] = Row(cycle, seen.subject, rater, seen.agency, relation.value)
        case RoundClosed(cycle=cycle):
            for place in rows.keys_under(cycle, seen.subject):
                del rows[place]


async def asked_in(db: Pool | Connection, agency: str, cycle_id: UUID) -> dict[Asked, Relation]:
    """Who is asked about whom in a cycle, as (about, rater), while its rounds are open."""
    rows = await db.fetch(
        """
        SELECT person_id, rater_id, relation
          FROM feedback_invitations
         WHERE agency = $1
           AND cycle_id = $2
        """,
        agency,
        cycle_id,
    )
    return {(row["person_id"], row["rater_id"]): Relation(row["relation"]) for row in rows}


async def invitations_of(db: Pool | Connection, agency: str, rater_id: UUID) -> list[Row]:
    """About whom somebody is asked just now."""
    rows = await db.fetch(
        """
        SELECT *
          FROM feedback_invitations
         WHERE agency = $1
           AND rater_id = $2
         ORDER BY cycle_id, relation, person_id
        """,
        agency,
        rater_id,
    )
    return [Row(**dict(row)) for row in rows]
