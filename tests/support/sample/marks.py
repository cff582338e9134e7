"""Every mark of every thing, one row each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.projecting import Key, Rows, Seen
from tests.support.sample.contracts import ErasedV1, MarkedV1, WithdrawnV1

table = "marks"
key = ("source", "partition", "thing_id", "event_id")
reads = (MarkedV1, WithdrawnV1, ErasedV1)
Event = MarkedV1 | WithdrawnV1 | ErasedV1

DDL = """
    CREATE TABLE marks (
        source text, partition int, thing_id uuid, event_id uuid, value int NOT NULL,
        given_on date NOT NULL, note text NOT NULL CHECK (note <> 'refused by the table'),
        recorded_at timestamptz NOT NULL, withdrawn_at timestamptz,
        PRIMARY KEY (source, partition, thing_id, event_id));
    CREATE INDEX marks_value ON marks (value) WHERE withdrawn_at IS NULL;
"""


class Unlucky(Exception):
    """Thirteen cannot be applied."""


@dataclass(slots=True)
class Row:
    source: str
    partition: int
    thing_id: UUID
    event_id: UUID
    value: int
    given_on: date
    note: str
    recorded_at: datetime
    withdrawn_at: datetime | None = None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    match event:
        case MarkedV1():
            yield (seen.source, seen.partition, event.thing_id, seen.event_id)
        case WithdrawnV1():
            yield (seen.source, seen.partition, event.thing_id, event.withdraws)
        case ErasedV1():
            yield (seen.source, seen.partition, event.thing_id)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case MarkedV1(value=13):
            raise Unlucky
        case MarkedV1():
            at = (seen.source, seen.partition, event.thing_id, seen.event_id)
            rows[at] = Row(*at, event.value, event.on, event.note, seen.recorded_at)
        case WithdrawnV1():
            at = (seen.source, seen.partition, event.thing_id, event.withdraws)
            rows[at].withdrawn_at = seen.recorded_at
        case ErasedV1():
            for at in rows.keys_under(seen.source, seen.partition, event.thing_id):
                del rows[at]
