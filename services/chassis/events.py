"""The shapes in which an event travels through a service, from its door to its reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who says so, through which door, on the strength of which document."""

    actor: str
    door: str
    document: str | None = None
    sha256: str | None = None
    verified: bool = True
    causation: UUID | None = None
    correlation: UUID | None = None


class About(NamedTuple):
    """What an event is about, as far as the mechanics need to know.

    `subject` is the key on Kafka: one subject's events stay in order.
    `effective_from` is the calendar day, in the agency's time zone, from which the fact holds.
    A named tuple for the reason that `Seen` is one: sealing makes one of each event.
    """

    event_id: UUID
    stream: str
    version: int
    subject: UUID
    agency: str
    effective_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[E]):
    """An event of this service's own stream, decoded."""

    about: About
    event: E
    origin: Origin


class Seen(NamedTuple):
    """Where a projected event stands: its source's own position and its source's own clock.

    For an event heard from another service `partition` and `psn` are that source's.
    For an event of the service's own log `source` is the service, `partition` is 0, `psn` is `seq`.
    A named tuple, because a rebuild makes one per event and it costs a fifth of a frozen dataclass.
    """

    event_id: UUID
    source: str
    generation: int
    partition: int
    psn: int
    type: str
    subject: UUID
    agency: str
    effective_from: date
    recorded_at: datetime
