"""What a projector reads: the inbox of a source, or the service's own log, and only whole prefixes.

Both give the same entries. A prefix ends where the next position is not there yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool


class Entry(NamedTuple):
    """One stored event, not decoded. `body` is None where its type is not read."""

    psn: int
    event_id: UUID
    type: str
    schema: int
    subject: UUID
    agency: str
    effective_from: date
    recorded_at: datetime
    stream: str
    body: bytes | None


class Place(NamedTuple):
    """One partition of one life of a source: what a cursor is about."""

    source: str
    generation: int
    partition: int


class Reader(Protocol):
    """A source of entries."""

    @property
    def source(self) -> str: ...

    async def after(
        self, db: Connection | Pool, place: Place, psn: int, limit: int, types: Sequence[str]
    ) -> list[Any]:
        """The next entries in order, without a gap; rows shaped like `Entry`."""
        ...

    async def at(self, db: Connection | Pool, place: Place, psns: Sequence[int]) -> list[Entry]:
        """Entries at these positions, with their bodies."""
        ...


_COLUMNS: Final = "event_id, type, schema, subject, agency, effective_from, recorded_at"


@dataclass(frozen=True, slots=True)
class InboxReader:
    """What a source said, as far as it was heard without a gap."""

    source: str

    async def after(
        self, db: Connection | Pool, place: Place, psn: int, limit: int, types: Sequence[str]
    ) -> list[Any]:
        rows = await db.fetch(
            f"""
            SELECT psn, {_COLUMNS}, '' AS stream,
                   CASE WHEN type = ANY ($6::text[]) THEN body END AS body
              FROM inbox
             WHERE source = $1 AND generation = $2 AND partition = $3
               AND psn > $4 AND psn <= $4 + $5
             ORDER BY psn
            """,  # noqa: S608 - a constant of this program
            *place,
            psn,
            limit,
            list(types),
        )
        return whole(rows, psn)

    async def at(self, db: Connection | Pool, place: Place, psns: Sequence[int]) -> list[Entry]:
        rows = await db.fetch(
            f"""
            SELECT psn, {_COLUMNS}, '' AS stream, body FROM inbox
             WHERE source = $1 AND generation = $2 AND partition = $3 AND psn = ANY ($4)
             ORDER BY psn
            """,  # noqa: S608
            *place,
            list(psns),
        )
        return [Entry(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class LogReader:
    """The service's own log, which is one partition; its psn is its seq."""

    source: str

    async def after(
        self, db: Connection | Pool, place: Place, psn: int, limit: int, types: Sequence[str]
    ) -> list[Any]:
        rows = await db.fetch(
            f"""
            SELECT seq AS psn, {_COLUMNS}, stream,
                   CASE WHEN type = ANY ($3::text[]) THEN body END AS body
              FROM log
             WHERE seq > $1 AND seq <= $1 + $2 AND generation = $4
             ORDER BY seq
            """,  # noqa: S608
            psn,
            limit,
            list(types),
            place.generation,
        )
        return whole(rows, psn)

    async def at(self, db: Connection | Pool, place: Place, psns: Sequence[int]) -> list[Entry]:
        rows = await db.fetch(
            f"""
            SELECT seq, {_COLUMNS}, stream, body FROM log WHERE seq = ANY ($1) ORDER BY seq
            """,  # noqa: S608
            list(psns),
        )
        return [Entry(*row) for row in rows]


def whole(rows: list[Any], psn: int) -> list[Any]:
    """The rows up to the first gap; psn is the first column.

    >>> whole([(4,), (5,), (7,)], 3)
    [(4,), (5,)]
    """
    if not rows or rows[-1][0] - psn == len(rows):
        return rows
    for nth, row in enumerate(rows, start=1):
        if row[0] != psn + nth:
            return rows[: nth - 1]
    return rows
