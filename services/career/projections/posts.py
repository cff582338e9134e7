"""The posts there are: what a proposal for an appointment may name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.events.profile import PostDefinedV1, PostWithdrawnV1
from services.chassis.projecting import Rows, Seen


@dataclass(slots=True)
class PostRow:
    source: str
    partition: int
    post_id: UUID
    agency: str
    code: str
    name: str
    position_class: str
    jenjang: str | None
    field: str | None
    unit_id: UUID


table = "posts"
key = ("source", "partition", "post_id")
Row = PostRow
reads = (PostDefinedV1, PostWithdrawnV1)
Event = PostDefinedV1 | PostWithdrawnV1


def touches(event: Event, seen: Seen) -> Iterable[tuple[str, int, UUID]]:
    yield (seen.source, seen.partition, event.post_id)


def fold(rows: Rows[PostRow], event: Event, seen: Seen) -> None:
    if isinstance(event, PostWithdrawnV1):
        rows.pop((seen.source, seen.partition, event.post_id), None)
        return
    rows[(seen.source, seen.partition, event.post_id)] = PostRow(
        source=seen.source,
        partition=seen.partition,
        post_id=event.post_id,
        agency=seen.agency,
        code=event.code,
        name=event.name,
        position_class=event.position_class,
        jenjang=event.jenjang,
        field=event.field,
        unit_id=event.unit_id,
    )


async def post(db: Any, post_id: UUID) -> PostRow | None:
    row = await db.fetchrow("SELECT * FROM posts WHERE post_id = $1", post_id)
    return PostRow(**row) if row else None
