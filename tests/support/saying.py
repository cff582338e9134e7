"""What a counter says to others, in neutral words, and how a test fills and seals a store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.chassis.append_arguments import Append
from services.chassis.deciding import uuid7
from services.chassis.event_store import EventStore
from services.chassis.events import About
from services.chassis.sealing import Sealer
from tests.support.counter import CODEC, DAY, ORIGIN, SUBJECTS, Counted, Event, Hidden

PARTITIONS = 4


class CountedV1(BaseModel):
    """Something was counted."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    TYPE: ClassVar[str] = "sample.counted.v1"
    SCHEMA: ClassVar[int] = 1
    SUBJECT: ClassVar[str] = "counter_id"

    counter_id: UUID
    step: str
    by: int

    @property
    def subject(self) -> UUID:
        return self.counter_id


def to_contract(event: Event, about: About) -> CountedV1 | None:
    match event:
        case Counted(step=step, by=by):
            return CountedV1(counter_id=about.subject, step=step, by=by)
        case Hidden():
            return None


def a_sealer(store: EventStore, **more: Any) -> Sealer:
    settings: dict[str, Any] = {"to_contract": to_contract, "partitions": PARTITIONS, **more}
    return Sealer(store.pool, store.service, CODEC, **settings)


def an_append(stream: str, version: int, events: Sequence[Event], subject: UUID) -> Append:
    return Append(
        stream=stream,
        expected_version=version,
        subject=subject,
        agency="demo",
        origin=ORIGIN,
        events=[(uuid7(), event, DAY) for event in events],
    )


async def fill(store: EventStore, streams: int = 3, each: int = 4, hidden: bool = True) -> int:
    """So many new streams with so many events each; how many events that makes."""
    start = await store.pool.fetchval("SELECT count(*) FROM stream_head")
    appends = []
    for n in range(start, start + streams):
        events: list[Event] = [Counted(step=f"{i}", by=1) for i in range(each - hidden)]
        events += [Hidden(text="quiet")] * hidden
        appends.append(an_append(f"counter-{n}", 0, events, SUBJECTS[n % len(SUBJECTS)]))
    await store.append(appends)
    return streams * each
