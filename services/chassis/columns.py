"""A stretch of an inbox partition, column by column: an array of each, and no row in between.

For a rebuild, which reads everything: a row costs more to take apart than what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Final
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.reading import Place

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

_seen: Final = partial(tuple.__new__, Seen)


@dataclass(frozen=True, slots=True)
class Columns:
    """So many records in order and without a gap; a body is None where its type is not read."""

    place: Place
    psns: Sequence[int]
    event_ids: Sequence[UUID]
    types: Sequence[str]
    schemas: Sequence[int]
    subjects: Sequence[UUID]
    agencies: Sequence[str]
    days: Sequence[date]
    recorded: Sequence[datetime]
    bodies: Sequence[bytes | None]

    def seen(self) -> Iterator[Seen]:
        """Where each record stands."""
        source, generation, partition = self.place
        return map(
            _seen,
            zip(
                self.event_ids,
                repeat(source),
                repeat(generation),
                repeat(partition),
                self.psns,
                self.types,
                self.subjects,
                self.agencies,
                self.days,
                self.recorded,
                strict=False,
            ),
        )


async def columns_after(
    db: Connection, place: Place, psn: int, limit: int, types: Sequence[str]
) -> Columns | None:
    """The next records of a partition up to the first gap; None where the very next is missing."""
    row = await db.fetchrow(_COLUMNS, *place, psn, limit, list(types))
    if row is None or not row[0]:
        return None
    psns = row[0]
    if psns[-1] - psn == len(psns):
        return Columns(place, *row)
    whole = next(n for n, found in enumerate(psns) if found != psn + n + 1)
    return Columns(place, *(column[:whole] for column in row)) if whole else None


_COLUMNS: Final = """
    SELECT array_agg(psn), array_agg(event_id), array_agg(type), array_agg(schema),
           array_agg(subject), array_agg(agency), array_agg(effective_from),
           array_agg(recorded_at), array_agg(CASE WHEN type = ANY ($6::text[]) THEN body END)
      FROM (SELECT * FROM inbox
             WHERE source = $1 AND generation = $2 AND partition = $3
               AND psn > $4 AND psn <= $4 + $5
             ORDER BY psn) AS stretch
"""
