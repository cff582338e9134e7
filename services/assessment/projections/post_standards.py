"""What level each post asks of each competency (SKJ), version by version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from services.assessment.domain.post_standard import StandardPublished
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "post_standards"
key = ("agency", "post", "in_force_from")
reads = (StandardPublished,)


@dataclass(slots=True)
class Row:
    """`required` is a JSON object of the level by competency."""

    agency: str
    post: str
    in_force_from: date
    decree: str
    required: str
    event_id: UUID


def touches(event: StandardPublished, seen: Seen) -> Iterable[Key]:
    yield (seen.agency, event.version.post, event.version.in_force_from)


def fold(rows: Rows[Row], event: StandardPublished, seen: Seen) -> None:
    version = event.version
    required = {one.competency: one.level for one in version.required}
    rows[(seen.agency, version.post, version.in_force_from)] = Row(
        agency=seen.agency,
        post=version.post,
        in_force_from=version.in_force_from,
        decree=version.decree,
        required=orjson.dumps(required, option=orjson.OPT_SORT_KEYS).decode(),
        event_id=event.event_id,
    )


async def in_force(db: Pool | Connection, agency: str, day: date) -> list[Row]:
    """The version of each post's standard that holds on a day."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (post) *
          FROM post_standards
         WHERE agency = $1
           AND in_force_from <= $2
         ORDER BY post, in_force_from DESC
        """,
        agency,
        day,
    )
    return [Row(**dict(row)) for row in rows]
