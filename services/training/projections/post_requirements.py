"""Which levels of competency each post asks, version by version (SKJ)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import orjson

from contracts.events.assessment import PostStandardPublishedV1
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

table = "post_requirements"
key = ("partition", "standard_id", "event_id")
reads = (PostStandardPublishedV1,)


@dataclass(slots=True)
class Row:
    partition: int
    standard_id: UUID
    event_id: UUID
    agency: str
    post: str
    in_force_from: date
    decree_number: str
    required: str


def touches(event: PostStandardPublishedV1, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, event.standard_id)


def fold(rows: Rows[Row], event: PostStandardPublishedV1, seen: Seen) -> None:
    rows.pop((seen.partition, event.standard_id, event.replaces), None)
    rows[(seen.partition, event.standard_id, seen.event_id)] = Row(
        partition=seen.partition,
        standard_id=event.standard_id,
        event_id=seen.event_id,
        agency=seen.agency,
        post=event.post,
        in_force_from=event.in_force_from,
        decree_number=event.decree_number,
        required=orjson.dumps(event.required).decode(),
    )
