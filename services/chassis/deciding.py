"""Run a decision: load a stream, fold it, decide, append; again when somebody was faster."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from uuid import UUID

from services.chassis.answering import (
    AlreadyAnswered,
    Answer,
    Once,
    earlier_answer,
    record_answer,
    token_answer,
)
from services.chassis.append_arguments import Append
from services.chassis.event_codec import KeyReserved, Unstorable
from services.chassis.event_store import Conflict, EventStore
from services.chassis.events import Origin, Recorded
from services.chassis.problems import Busy, Problem
from services.chassis.vault import SubjectForgotten

if TYPE_CHECKING:
    from services.chassis.postgres import Connection

C = TypeVar("C", contravariant=True)
S = TypeVar("S")
E = TypeVar("E")
Cmd = TypeVar("Cmd")
Within = Callable[["Connection"], Awaitable[object]]


class Decider(Protocol[C, S, E]):
    """Any module with an `initial` state, a `decide` and an `evolve` is a decider."""

    @property
    def initial(self) -> S: ...
    def decide(self, command: C, state: S, /) -> Sequence[E]: ...
    def evolve(self, state: S, event: E, /) -> S: ...


def fold(decider: Decider[C, S, E], history: Iterable[E]) -> S:
    """The state that a history leads to."""
    return reduce(decider.evolve, history, decider.initial)


class AlreadyReserved(Problem):
    """This key already belongs to another record."""

    status = 409

    def __init__(self, key_stream: str, holder: UUID) -> None:
        super().__init__(holder=str(holder))
        self.key_stream = key_stream
        self.holder = holder


class NoEffectiveDay(TypeError):
    """Neither the event nor its command says from which day it holds."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A natural key that only one record may hold. `key_stream` names the key, `holder` the record;
    the key's own stream is appended in the same transaction as the record's."""

    key_stream: str
    holder: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed(Generic[E]):
    """What a command did: the events it added (none when everything was so already), and the token
    with which its effect can be read."""

    stream: str
    version: int
    events: tuple[E, ...]
    event_ids: tuple[UUID, ...]
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[Cmd, S, E]):
    """One command for one stream, with everything that surrounds it."""

    decider: Decider[Cmd, S, E]
    stream: str
    command: Cmd
    subject: UUID
    agency: str
    origin: Origin
    effective_from: date | None = None
    reserve: Sequence[Reservation] = ()


Result = Executed[Any] | Exception
Beside = Callable[["Connection", Sequence[tuple[Work[Any, Any, Any], Result]]], Awaitable[None]]


def uuid7() -> UUID:
    """An id that rises with time (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80 | random_bits
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


async def execute(  # noqa: PLR0913 - a command and all that surrounds it
    store: EventStore,
    decider: Decider[Cmd, S, E],
    stream: str,
    command: Cmd,
    *,
    subject: UUID,
    agency: str,
    origin: Origin,
    effective_from: date | None = None,
    new_id: Callable[[], UUID] = uuid7,
    reserve: Sequence[Reservation] = (),
    once: Once | None = None,
    answer: Callable[[Executed[E]], Answer] = lambda executed: token_answer(executed.token),
    within: Within | None = None,
    attempts: int = 5,
) -> Executed[E]:
    """Do what is asked, once. A refusal is raised as the decider raised it.

    With `once` the answer is stored in the transaction that appends, and a request that comes
    again raises `AlreadyAnswered` with it. `within` is done in that transaction too, as its last
    act, also when there was nothing to append.
    """
    work = Work(
        decider=decider,
        stream=stream,
        command=command,
        subject=subject,
        agency=agency,
        origin=origin,
        effective_from=effective_from,
        reserve=reserve,
    )
    for attempt in range(1, attempts + 1):
        if once is not None:
            await raise_if_answered(store, once)
        desk = await Desk.laid(store, [work], new_id)
        executed = desk.decide(work)
        try:
            await _append(store, desk.appends, once, answer(executed), within)
        except Conflict:
            if attempt == attempts:
                raise
            await stand_back(attempt)
        else:
            return executed
    raise AssertionError("attempts must be at least 1")


async def execute_many(
    store: EventStore,
    work: Sequence[Work[Any, Any, Any]],
    *,
    refused: type[Exception],
    new_id: Callable[[], UUID] = uuid7,
    chunk: int = 300,
    attempts: int = 5,
    beside: Beside | None = None,
) -> list[Result]:
    """Many commands, a few hundred to a transaction; for each what it did, or why it was refused.

    Commands for the same stream see each other's events, in the order given. `beside` is done in
    the transaction that appends: what it writes down is there exactly when the events are.
    """
    results: list[Result] = []
    many = _Many(store, (refused, Problem), new_id, attempts, beside)
    for start in range(0, len(work), chunk):
        results += await many.execute(work[start : start + chunk])
    return results


@dataclass(frozen=True, slots=True)
class _Many:
    store: EventStore
    refused: tuple[type[Exception], ...]
    new_id: Callable[[], UUID]
    attempts: int
    beside: Beside | None

    async def execute(self, work: Sequence[Work[Any, Any, Any]]) -> list[Result]:
        """One transaction; what makes it impossible is found by halves and stops nobody else."""
        for attempt in range(1, self.attempts + 1):
            try:
                desk = await Desk.laid(self.store, work, self.new_id)
                results = [desk.try_to_decide(one, self.refused) for one in work]
                await self._append(desk.appends, list(zip(work, results, strict=True)))
            except (Busy, Unstorable, SubjectForgotten) as impossible:
                if isinstance(impossible, Conflict) and attempt < self.attempts:
                    await stand_back(attempt)
                elif len(work) == 1:
                    return [impossible]
                else:
                    break
            else:
                return results
        half = len(work) // 2
        return await self.execute(work[:half]) + await self.execute(work[half:])

    async def _append(
        self, appends: Sequence[Append], done: Sequence[tuple[Work[Any, Any, Any], Result]]
    ) -> None:
        encoded = await self.store.encode(appends)
        if self.beside is None or not encoded:
            await self.store.write(encoded)
            return
        async with self.store.transaction() as connection:
            await self.store.write(encoded, connection=connection)
            await self.beside(connection, done)


async def stand_back(attempt: int) -> None:
    """Wait a little, and not as long as the others who wait."""
    await asyncio.sleep(random.uniform(0, 0.005) * 2**attempt)  # noqa: S311 - only jitter


async def raise_if_answered(store: EventStore, once: Once) -> None:
    """For a command that must look, before it is executed, at what it has perhaps changed."""
    async with store.pool.acquire() as connection:
        earlier = await earlier_answer(connection, once)
    if earlier is not None:
        raise AlreadyAnswered(earlier)


async def _append(
    store: EventStore,
    appends: Sequence[Append],
    once: Once | None = None,
    answer: Answer | None = None,
    within: Within | None = None,
) -> None:
    encoded = await store.encode(appends)
    if within is None and (once is None or answer is None):
        await store.write(encoded)
        return
    async with store.transaction() as connection:
        await store.write(encoded, connection=connection)
        if once is not None and answer is not None:
            await record_answer(connection, once, answer)
        if within is not None:
            await within(connection)


@dataclass(slots=True)
class DecidedStream:
    """A stream while it is being decided upon."""

    state: Any
    version: int


@dataclass(slots=True)
class Desk:
    """What has been loaded for some commands, and what they have decided so far."""

    store: EventStore
    new_id: Callable[[], UUID]
    loaded: Mapping[str, list[Recorded[Any]]]
    streams: dict[str, DecidedStream] = field(default_factory=dict)
    holders: dict[str, UUID] = field(default_factory=dict)
    appends: list[Append] = field(default_factory=list)

    @classmethod
    async def laid(
        cls, store: EventStore, work: Sequence[Work[Any, Any, Any]], new_id: Callable[[], UUID]
    ) -> Desk:
        keys = [key.key_stream for one in work for key in one.reserve]
        loaded = await store.load_many([*(one.stream for one in work), *keys])
        held = {key: loaded[key][0].event.holder for key in keys if loaded[key]}
        return cls(store, new_id, loaded, holders=held)

    def try_to_decide(
        self, work: Work[Any, Any, Any], refused: tuple[type[Exception], ...]
    ) -> Executed[Any] | Exception:
        try:
            return self.decide(work)
        except refused as refusal:
            return refusal

    def decide(self, work: Work[Any, Any, Any]) -> Executed[Any]:
        stream = self._stream(work)
        events = tuple(work.decider.decide(work.command, stream.state))
        dated = [(self._id(event), event, self._day(work, event)) for event in events]
        if dated:
            self._reserve(work, dated[0][2])
            self._add(work, work.stream, stream.version, dated)
            stream.state = reduce(work.decider.evolve, events, stream.state)
            stream.version += len(events)
        return Executed(
            stream=work.stream,
            version=stream.version,
            events=events,
            event_ids=tuple(event_id for event_id, _, _ in dated),
            token=f"{self.store.service}~{work.stream}~{stream.version}",
        )

    def _stream(self, work: Work[Any, Any, Any]) -> DecidedStream:
        if work.stream not in self.streams:
            history = [recorded.event for recorded in self.loaded[work.stream]]
            self.streams[work.stream] = DecidedStream(fold(work.decider, history), len(history))
        return self.streams[work.stream]

    def _reserve(self, work: Work[Any, Any, Any], day: date) -> None:
        for key in work.reserve:
            holder = self.holders.get(key.key_stream)
            if holder is not None and holder != key.holder:
                raise AlreadyReserved(key.key_stream, holder)
        for key in work.reserve:
            if key.key_stream not in self.holders:
                reserved = (self.new_id(), KeyReserved(holder=key.holder), day)
                self._add(work, key.key_stream, 0, [reserved])
                self.holders[key.key_stream] = key.holder

    def _add(
        self,
        work: Work[Any, Any, Any],
        stream: str,
        version: int,
        events: Sequence[tuple[UUID, Any, date]],
    ) -> None:
        self.appends.append(
            Append(
                stream=stream,
                expected_version=version,
                subject=work.subject,
                agency=work.agency,
                origin=work.origin,
                events=events,
            )
        )

    def _id(self, event: object) -> UUID:
        """The event's own id, where the event must know it (to be named by a correction)."""
        own = getattr(event, "event_id", None)
        return own if isinstance(own, UUID) else self.new_id()

    def _day(self, work: Work[Any, Any, Any], event: object) -> date:
        day = self.store.codec.effective_of(event) or work.effective_from
        if day is None:
            raise NoEffectiveDay(type(event).__name__)
        return day
