"""What the two services say and decide, and the fold that shows order and repetition.

The source gives things marks and says so. The listener hears it, and answers every third value
with an echo of its own. The source hears the echoes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.chassis.event_codec import EventCodec, Stored
from services.chassis.events import About
from services.chassis.projecting import Key, Rows, Seen

DAY = date(2025, 6, 1)
PARTITIONS = 4
PRIME = 2**31 - 1
FIRST = 7
UNLUCKY = 13
"""A process that is told so cannot apply this value: it parks what another release applies."""


class Said(BaseModel):
    """What both contracts have in common."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    SUBJECT: ClassVar[str] = "thing_id"
    ERASES: ClassVar[bool] = False

    thing_id: UUID
    value: int

    @property
    def subject(self) -> UUID:
        return self.thing_id


class MarkedV1(Said):
    """A thing was given a mark."""

    TYPE: ClassVar[str] = "source.marked.v1"


class EchoedV1(Said):
    """A mark of a thing was answered."""

    TYPE: ClassVar[str] = "listener.echoed.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A value was added to a thing; the one event of either service."""

    value: int
    on: date = DAY


class Adding:
    """A decider without a memory: only `Once` keeps a repeated command from adding again."""

    initial = 0

    def decide(self, command: int, state: int) -> Sequence[Added]:
        return [Added(value=command)]

    def evolve(self, state: int, event: Added) -> int:
        return state + 1


ADDING = Adding()
SOURCE_CODEC = EventCodec((Stored(Added, name="marked", effective="on"),))
LISTENER_CODEC = EventCodec((Stored(Added, name="echoed", effective="on"),))


def marked(event: Added, about: About) -> MarkedV1:
    return MarkedV1(thing_id=about.subject, value=event.value)


def echoed(event: Added, about: About) -> EchoedV1:
    return EchoedV1(thing_id=about.subject, value=event.value)


def is_answered(value: int) -> bool:
    return value % 3 == 0


def link(chain: int, value: int) -> int:
    """Taken in twice, or in another order, it gives another number."""
    return (chain * 31 + value) % PRIME


def chain_of(values: Iterable[int]) -> tuple[int, int]:
    """The chain of these values, and how many they are."""
    chain, count = FIRST, 0
    for value in values:
        chain, count = link(chain, value), count + 1
    return chain, count


class Unlucky(Exception):
    """This release cannot apply it."""


# Read models


@dataclass(slots=True)
class Chain:
    thing_id: UUID
    chain: int
    marks: int


@dataclass(frozen=True, slots=True)
class Chains:
    """One number for each thing, from the values added to it."""

    table: str
    reads: tuple[type[Any], ...]
    key: tuple[str, ...] = ("thing_id",)

    @property
    def Row(self) -> type[Chain]:  # noqa: N802
        return Chain

    def touches(self, event: Any, seen: Seen) -> Iterable[Key]:
        yield (seen.subject,)

    def fold(self, rows: Rows[Chain], event: Any, seen: Seen) -> None:
        if event.value == UNLUCKY and os.environ.get("CHAOS_UNLUCKY") and self.table == "chains":
            raise Unlucky
        row = rows.get((seen.subject,)) or Chain(seen.subject, FIRST, 0)
        row.chain, row.marks = link(row.chain, event.value), row.marks + 1
        rows[(seen.subject,)] = row


@dataclass(slots=True)
class Mark:
    thing_id: UUID
    partition: int
    psn: int
    event_id: UUID
    value: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Marks:
    """Every mark with the time of its recording: what is asked as of a time."""

    table: str = "marks"
    reads: tuple[type[Any], ...] = (MarkedV1,)
    key: tuple[str, ...] = ("thing_id", "psn")

    @property
    def Row(self) -> type[Mark]:  # noqa: N802
        return Mark

    def touches(self, event: MarkedV1, seen: Seen) -> Iterable[Key]:
        yield (seen.subject, seen.psn)

    def fold(self, rows: Rows[Mark], event: MarkedV1, seen: Seen) -> None:
        place = (seen.subject, seen.psn)
        rows[place] = Mark(
            seen.subject, seen.partition, seen.psn, seen.event_id, event.value, seen.recorded_at
        )


CHAINS = Chains("chains", (MarkedV1,))
MARKS = Marks()
TALLY = Chains("tally", (Added,))
ECHOES = Chains("echoes", (EchoedV1,))
