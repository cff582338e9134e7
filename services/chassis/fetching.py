"""Asking every source how far it has spoken, and fetching at its door what did not arrive.

A hole in the middle, a tail that never came, a broker that lost its memory, a long absence, a new
service: all are positions that the source has said and the inbox lacks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from services.chassis.gaps import Gap, gaps
from services.chassis.heads import Heads, note_heads, note_silence, own_heads
from services.chassis.heard import Raw
from services.chassis.holding import Holding, holding_of
from services.chassis.inbox import Inbox
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.telemetry import Metrics, log
from services.chassis.unconfirmed import confirm, note_lives, note_withdrawn

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

POLL_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 10.0
PAGE: Final = 1_000
MOST_PER_ROUND: Final = 20_000
_log = log("chassis.fetching")
SILENT: Final = (OSError, TimeoutError)


class SourceDoors(Protocol):
    """The doors of one source (see doors.py)."""

    async def heads(self, holding: Holding | None = None, /) -> Heads: ...
    async def said(self, generation: int, partition: int, after: int, limit: int) -> list[Raw]: ...


class Subscription(Protocol):
    """How Kafka is doing as a way to hear one source."""

    def is_connected(self, source: str) -> bool: ...
    def missed(self, source: str, records: int) -> None: ...


class NoSubscription:
    """Nothing comes by Kafka: everything is fetched at once."""

    def is_connected(self, _: str) -> bool:
        return False

    def missed(self, _: str, __: int) -> None:
        return None


def believed(heads: Heads, holding: Holding) -> Heads:
    """A source that tells less than it had told, or than is held here, has lost something."""
    if heads.in_doubt:
        return heads
    fell = heads.fell_below(holding.generation, holding.heads, holding.seq) or any(
        one.generation >= heads.generation
        and not heads.holds(one.generation, one.partition, one.psn)
        for one in holding.tops
    )
    return heads._replace(in_doubt=fell)


@dataclass(slots=True)
class _Known:
    """What the last look at one generation of a source showed."""

    prefix: dict[int, int] = field(default_factory=dict)
    heads: tuple[int, ...] = ()
    tails: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Fetching:
    """Keeps one service's inbox whole, with or without Kafka."""

    pool: Pool
    inbox: Inbox
    doors: Mapping[str, SourceDoors]
    metrics: Metrics
    subscription: Subscription = field(default_factory=NoSubscription)
    service: str | None = None
    every: float = POLL_SECONDS
    _known: dict[tuple[str, int], _Known] = field(default_factory=dict)
    _asking: dict[str, asyncio.Task[Heads | None]] = field(default_factory=dict)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for source in self.doors:
                group.create_task(self._keep(source))
            if self.service is not None:
                group.create_task(self._keep_own(self.service))

    async def ask(self, source: str) -> Heads | None:
        """The heads now, for a record that may lie beyond those known: nothing is told of what is
        held here, for the polls do that. Callers that come together share one question."""
        task = self._asking.get(source)
        if task is None or task.done():
            task = self._asking[source] = asyncio.create_task(self._heads(source))
        return await asyncio.shield(task)

    async def _heads(self, source: str, holding: Holding | None = None) -> Heads | None:
        door = self.doors.get(source)
        if door is None:
            return None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await door.heads(holding)
        except SILENT as error:
            await note_silence(self.pool, source, error)
            return None

    async def _compared(self, source: str) -> Heads | None:
        """The heads now, after the source has been told what is held here, and what that says."""
        holding = await holding_of(self.pool, source)
        heads = await self._heads(source, holding)
        return None if heads is None else believed(heads, holding)

    async def _keep(self, source: str) -> None:
        while True:
            more = False
            try:
                more = await self.poll(source)
            except OUT_OF_REACH as error:
                _log.warning("poll failed", source=source, exc_info=error)
            await asyncio.sleep(0 if more else self.every)

    async def _keep_own(self, service: str) -> None:
        """The own log is a source like the others, as far as certainty goes."""
        while True:
            try:
                if (heads := await own_heads(self.pool, service)) is not None:
                    await note_heads(self.pool, heads, own=True)
                    self._tell_of(heads)
            except OUT_OF_REACH as error:
                _log.warning("own heads unknown", exc_info=error)
            await asyncio.sleep(self.every)

    async def poll(self, source: str) -> bool:
        """One look at one source; whether there is more to fetch at once."""
        heads = await self._compared(source)
        if heads is None:
            return False
        for one in heads.every():
            self.inbox.learn(one)
        await note_lives(self.pool, heads)
        await note_heads(self.pool, heads)
        self._tell_of(heads)
        holes, more = 0, False
        looked = self._prefixes(source, heads)
        for one in heads.every():
            missing, goes_on = await self._fill(source, one, ended=one is not heads)
            holes, more = holes + missing, more or goes_on
        self.metrics.holes.labels(source).set(holes)
        await confirm(self.pool, source, looked)
        if not holes:
            await note_withdrawn(self.pool, source, heads.withdrawn)
        return more

    def _tell_of(self, heads: Heads) -> None:
        for one in heads.every():
            self.inbox.news.lives_on(one.source, one.generation, len(one.heads))

    def _prefixes(self, source: str, heads: Heads) -> dict[tuple[int, int], int]:
        """How far every later generation had been whole at the last look."""
        return {
            (one.generation, partition): self._at(one).prefix.get(partition, 0)
            for one in heads.every()[1:]
            for partition in range(len(one.heads))
        }

    def _at(self, heads: Heads) -> _Known:
        return self._known.setdefault((heads.source, heads.generation), _Known())

    async def _fill(self, source: str, heads: Heads, *, ended: bool) -> tuple[int, bool]:
        """Fetch what one generation lacks; how much that was, and whether there is more.

        Of a generation that has ended Kafka is not waited for.
        """
        await self.inbox.promote(heads)
        known = self._at(heads)
        missing = await gaps(self.pool, heads, known.prefix)
        wanted = missing if ended else self._overdue(source, known, missing)
        known.heads = heads.heads
        known.tails = {gap.partition: gap.first for gap in missing if not gap.inner}
        more = await self._fetch(source, heads.generation, wanted)
        return sum(gap.last - gap.first + 1 for gap in missing), more

    def _overdue(self, source: str, known: _Known, missing: list[Gap]) -> list[Gap]:
        """What Kafka will not bring any more.

        Without a connection that is all that is missing. With one, it is what was said before the
        last look and is either followed by later records, or a tail that has not moved since.
        """
        if not self.subscription.is_connected(source):
            return missing
        overdue = []
        for gap in missing:
            said_before = known.heads[gap.partition] if gap.partition < len(known.heads) else 0
            stands = gap.inner or known.tails.get(gap.partition) == gap.first
            if stands and gap.first <= said_before:
                overdue.append(gap._replace(last=min(gap.last, said_before)))
        self.subscription.missed(
            source, sum(gap.last - gap.first + 1 for gap in overdue if not gap.inner)
        )
        return overdue

    async def _fetch(self, source: str, generation: int, wanted: list[Gap]) -> bool:
        """Fetch gap after gap, page by page, so much and no more in one round."""
        budget = MOST_PER_ROUND
        for gap in wanted:
            after = gap.first - 1
            while after < gap.last:
                page = await self._page(source, generation, gap, after)
                counts = await self.inbox.record(page)
                self.metrics.fetched.labels(source).inc(counts.stored)
                if not page or not counts.stored:
                    break
                after += len(page)
                budget -= len(page)
                if budget <= 0:
                    return True
        return False

    async def _page(self, source: str, generation: int, gap: Gap, after: int) -> list[Raw]:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self.doors[source].said(
                generation, gap.partition, after, min(PAGE, gap.last - after)
            )
