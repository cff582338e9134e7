"""The dictionaries of competencies an agency has published, edition by edition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.competency_dictionary import DictionaryPublished, Kind
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "competency_dictionaries"
key = ("agency", "field", "in_force_from")
reads = (DictionaryPublished,)


@dataclass(slots=True)
class Row:
    """`competencies` is a JSON list, as published."""

    agency: str
    field: str
    in_force_from: date
    decree: str
    competencies: str
    event_id: UUID


def touches(event: DictionaryPublished, seen: Seen) -> Iterable[Key]:
    yield (seen.agency, event.edition.field, event.edition.in_force_from)


def fold(rows: Rows[Row], event: DictionaryPublished, seen: Seen) -> None:
    edition = event.edition
    rows[(seen.agency, edition.field, edition.in_force_from)] = Row(
        agency=seen.agency,
        field=edition.field,
        in_force_from=edition.in_force_from,
        decree=edition.decree,
        competencies=orjson.dumps(list(edition.competencies)).decode(),
        event_id=event.event_id,
    )


async def in_force(db: Pool | Connection, agency: str, day: date) -> list[Row]:
    """The edition of each field that holds on a day."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (field) *
          FROM competency_dictionaries
         WHERE agency = $1
           AND in_force_from <= $2
         ORDER BY field, in_force_from DESC
        """,
        agency,
        day,
    )
    return [Row(**dict(row)) for row in rows]


async def codes_on(db: Pool | Connection, agency: str, day: date) -> frozenset[str]:
    """Every competency in a dictionary that holds on a day."""
    return frozenset(await groups_on(db, agency, day))


async def groups_on(db: Pool | Connection, agency: str, day: date) -> dict[str, Kind]:
    """The same with the group each competency belongs to."""
    rows = await in_force(db, agency, day)
    return {
        one["code"]: Kind(one["kind"]) for row in rows for one in orjson.loads(row.competencies)
    }
