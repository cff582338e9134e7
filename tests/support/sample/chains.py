"""One number per thing that shows whether its marks were taken in once each, and in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.chassis.projecting import Key, Rows, Seen
from tests.support.sample.contracts import MarkedV1

table = "chains"
key = ("thing_id",)
reads = (MarkedV1,)
PRIME = 2**31 - 1

DDL = """
    CREATE TABLE chains (thing_id uuid PRIMARY KEY, chain bigint NOT NULL, marks int NOT NULL);
"""


@dataclass(slots=True)
class Row:
    thing_id: UUID
    chain: int
    marks: int


def touches(event: MarkedV1, seen: Seen) -> Iterable[Key]:
    yield (event.thing_id,)


def fold(rows: Rows[Row], event: MarkedV1, seen: Seen) -> None:
    row = rows.get((event.thing_id,)) or Row(event.thing_id, 7, 0)
    row.chain = (row.chain * 31 + event.value) % PRIME
    row.marks += 1
    rows[(event.thing_id,)] = row
