"""Decide without recording: what a row would do, said before anything is done."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from services.chassis.deciding import DecidedStream, Desk, Result, Work, uuid7
from services.chassis.event_store import EventStore
from services.chassis.problems import Problem

V = TypeVar("V")
# So many streams are remembered with what they would have become; a row further down that speaks
# of an older one is judged by what is on record.
REMEMBERED = 20_000


@dataclass(slots=True)
class Rehearsal:
    """Commands see what earlier ones of the same rehearsal would have recorded.

    Nothing becomes bytes: that would make keys for people who are perhaps never recorded.
    """

    store: EventStore
    refused: type[Exception]
    new_id: Callable[[], UUID] = uuid7
    most: int = REMEMBERED
    _streams: OrderedDict[str, DecidedStream] = field(default_factory=OrderedDict)
    _holders: OrderedDict[str, UUID] = field(default_factory=OrderedDict)

    async def rehearse(self, work: Sequence[Work[Any, Any, Any]]) -> list[Result]:
        """For each command what it would do, or why it would be refused."""
        keys = {key.key_stream for one in work for key in one.reserve} - self._holders.keys()
        streams = {one.stream for one in work} - self._streams.keys()
        loaded = await self.store.load_many([*streams, *keys])
        held = {key: loaded[key][0].event.holder for key in keys if loaded[key]}
        desk = Desk(
            self.store,
            self.new_id,
            loaded,
            streams=dict(self._streams),
            holders={**self._holders, **held},
        )
        results = [desk.try_to_decide(one, (self.refused, Problem)) for one in work]
        _remember(self._streams, desk.streams, self.most)
        _remember(self._holders, desk.holders, self.most)
        return results


def _remember(kept: OrderedDict[str, V], found: Mapping[str, V], most: int) -> None:
    kept.update(found)
    while len(kept) > most:
        kept.popitem(last=False)
