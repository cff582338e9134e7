"""By which code each post goes, as the map of posts has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from contracts.events.profile import PostDefinedV1, PostWithdrawnV1
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

table = "post_codes"
key = ("partition", "post_id")
reads = (PostDefinedV1, PostWithdrawnV1)
Event = PostDefinedV1 | PostWithdrawnV1


@dataclass(slots=True)
class Row:
    partition: int
    post_id: UUID
    agency: str
    code: str


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, event.post_id)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    at = (seen.partition, event.post_id)
    if isinstance(event, PostWithdrawnV1):
        rows.pop(at, None)
    else:
        rows[at] = Row(seen.partition, event.post_id, seen.agency, event.code)
