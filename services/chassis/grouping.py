"""Group commit: writers of this process that wait at the same time share one transaction.

Each keeps its own version check. Whoever cannot be appended with the others (its stream is
somewhere else by now, or locked just now) is told to try alone, and holds up nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import asyncpg

T = TypeVar("T")
MOST: Final = 200
LANES: Final = 2
# The server may have committed before it went away: then nobody knows, and nobody may try again.
_UNKNOWN: Final = ("08", "57")


@dataclass(slots=True)
class _Waiting(Generic[T]):
    stream: str
    what: T
    together: asyncio.Future[bool]


@dataclass(slots=True)
class Groups(Generic[T]):
    """`commit` appends some things, each to another stream, and returns the streams left out."""

    commit: Callable[[Sequence[T]], Awaitable[Collection[str]]]
    waiting: deque[_Waiting[T]] = field(default_factory=deque)
    lanes: set[asyncio.Task[None]] = field(default_factory=set)
    alone: int = 0

    @property
    def idle(self) -> bool:
        """Nobody writes just now: whoever comes need not look for company."""
        return not (self.alone or self.lanes or self.waiting)

    @contextmanager
    def by_itself(self) -> Iterator[None]:
        """Somebody appends alone; who comes meanwhile finds company."""
        self.alone += 1
        try:
            yield
        finally:
            self.alone -= 1

    async def committed(self, stream: str, what: T) -> bool:
        """Whether it was committed with others; False: nothing was done, try alone."""
        together: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting.append(_Waiting(stream, what, together))
        if len(self.lanes) < LANES:
            lane = asyncio.create_task(self._serve())
            self.lanes.add(lane)
            lane.add_done_callback(self.lanes.discard)
        return await together

    async def _serve(self) -> None:
        """One group after the other, until nobody waits."""
        while group := self._next_group():
            try:
                left_out = await self.commit([one.what for one in group])
            except asyncpg.PostgresError as error:
                if (error.sqlstate or "08").startswith(_UNKNOWN):
                    _tell_all(group, error)
                else:
                    _tell(group, {one.stream for one in group})  # rolled back: each for itself
            except BaseException as error:
                _tell_all(group, error)
                if not isinstance(error, Exception):
                    raise
            else:
                _tell(group, left_out)

    def _next_group(self) -> list[_Waiting[T]]:
        """Whoever came first, at most one for each stream."""
        group: dict[str, _Waiting[T]] = {}
        later: deque[_Waiting[T]] = deque()
        while self.waiting and len(group) < MOST:
            one = self.waiting.popleft()
            if one.together.done():
                continue  # it was cancelled while it waited
            if one.stream in group:
                later.append(one)
            else:
                group[one.stream] = one
        self.waiting.extendleft(reversed(later))
        return list(group.values())


def _tell(group: Sequence[_Waiting[T]], left_out: Collection[str]) -> None:
    for one in group:
        if not one.together.done():
            one.together.set_result(one.stream not in left_out)


def _tell_all(group: Sequence[_Waiting[T]], error: BaseException) -> None:
    for one in group:
        if one.together.done():
            continue
        if isinstance(error, asyncio.CancelledError):
            one.together.cancel()
        else:
            one.together.set_exception(error)
