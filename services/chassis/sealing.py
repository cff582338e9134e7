"""tail → log: dense seq, the time of recording, what is said to others as final bytes, the leaf.

One sealer per service. Every transaction of it begins by updating the row `sealer` at its own
epoch; take-over raises the epoch in the same row. So a sealer that was paused or cut off finds no
row and has done nothing. Nothing but the epoch is remembered between transactions: where the log
stands is read from the row each time.

Sealing stops, with an alarm and without skipping anything, when an event cannot be mapped to what
is said about it, and when the database's clock has jumped forward.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

from services.chassis import sealing_sql as sql
from services.chassis.bell import Bell, look_again
from services.chassis.binary_copy import copy_pages
from services.chassis.cloudevents import SaidRow
from services.chassis.event_codec import EventCodec
from services.chassis.failpoints import reach
from services.chassis.just_sealed import JustSealed
from services.chassis.mapping import (
    LOG_COLUMNS,
    LOG_TYPES,
    Mapping,
    MappingFailed,
    ToContract,
    said_rows,
)
from services.chassis.news import News
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.sealing_gate import GateClosed, SealingGate
from services.chassis.telemetry import Metrics, log
from services.chassis.uncollected import uncollected

if TYPE_CHECKING:
    import asyncpg

    from services.chassis.postgres import Connection, Pool

BATCH: Final = 2000
AT_A_TIME: Final = 100
PAGE: Final = 500
TIDY_AFTER: Final = 20_000
SEVERAL: Final = 2
ANNOUNCED_SECONDS: Final = 0.05
AHEAD: Final = 5_000_000
_log = log("chassis.sealing")


class Fenced(Exception):
    """Another sealer has taken over."""


class ClockJumped(Exception):
    """The database's clock went forward by far more than time has passed."""


class PartitionsChanged(Exception):
    """The number of partitions is fixed for a deployment's life."""


def steady_seconds() -> float:
    """Seconds that pass at the same pace whatever is done to the clock, suspension included."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(slots=True)
class _Clock:
    """Compares the database's clock with the time that has really passed."""

    bound: timedelta
    steady: Callable[[], float]
    seen: tuple[datetime, float] | None = None

    def check(self, now: datetime) -> None:
        steady = self.steady()
        expected = datetime.now(UTC)  # the first look can only be compared with our own clock
        if self.seen is not None:
            expected = self.seen[0] + timedelta(seconds=steady - self.seen[1])
        if now > expected + self.bound:
            raise ClockJumped(f"by {now - expected}")
        if self.seen is None or now > expected:
            self.seen = (now, steady)  # a step back is kept in mind: coming forward again is none


@dataclass(frozen=True, slots=True)
class _Turn:
    """One sealing transaction: where the log stands, and the time at which this batch is told."""

    connection: Connection
    generation: int
    seq: int
    psn_heads: list[int]
    recorded_at: datetime


class Sealer:
    """Seals the events of one service; runs beside any number of others that wait their turn."""

    def __init__(  # noqa: PLR0913 - what a sealer is told, each by name
        self,
        pool: Pool,
        service: str,
        codec: EventCodec,
        to_contract: ToContract,
        partitions: int,
        *,
        metrics: Metrics | None = None,
        appended: Bell | None = None,
        news: News | None = None,
        lease: timedelta = timedelta(seconds=5),
        jump_bound: timedelta = timedelta(minutes=1),
        steady: Callable[[], float] = steady_seconds,
        retry_seconds: float = 2,
        gate: SealingGate | None = None,
    ) -> None:
        """`appended` rings when there may be something to seal, `news` is told of what
        was, and a relay finds it in `sealed`.

        Without a gate nobody asks whether the log is whole: for tests of everything else.
        """
        self.pool = pool
        self.epoch: int | None = None
        self.stopped: str | None = None
        self._mapping = Mapping(service, codec, to_contract, partitions)
        self._metrics = metrics or Metrics()
        self._appended = appended or Bell()
        self._news, self.sealed = news or News(), JustSealed()
        self._lease, self._retry_seconds = lease, retry_seconds
        self._clock = _Clock(jump_bound, steady)
        self._gate = gate
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self._ticked = self._active = 0.0
        self._untidy = 0
        self._ticket = self._appended.ticket()
        self._unannounced = 0
        """How many batches in a row were found although no bell had rung for them."""

    # Who seals

    async def take_over(self, *, force: bool = False) -> int | None:
        """Become the sealer if nobody is, or if the one there is has not been heard of for the
        length of a lease; the new epoch, or None. `force` takes it from a living one."""
        self.sealed.forget()
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(sql.FIRST, self._mapping.partitions)
            self._clock.check(await connection.fetchval("SELECT clock_timestamp()"))
            row = await connection.fetchrow(sql.TAKE, self._holder, force, self._lease)
            if row is None:
                self.epoch = None
                return None
            if len(row["psn_heads"]) != self._mapping.partitions:
                raise PartitionsChanged(
                    f"{len(row['psn_heads'])} were given, now {self._mapping.partitions}"
                )
            await connection.execute(sql.CURSORS, row["generation"], self._mapping.partitions)
            await connection.execute(sql.PARTS, row["seq"], row["seq"] + AHEAD)
        self.epoch = row["epoch"]
        if self._gate is not None:
            self._gate.close()
        _log.info("took over", epoch=self.epoch)
        return self.epoch

    async def let_go(self) -> None:
        """Leave at once, so that the next one need not wait for the lease to end."""
        if self.epoch is not None:
            await self.pool.execute(sql.LET_GO, self.epoch)
        self.epoch = None

    # Sealing

    async def seal_once(self, limit: int = BATCH) -> int:
        """Seal what is committed in `tail`, at most so many events; how many they were."""
        if await self.pool.fetchval(sql.ANY) is None:
            return 0
        with uncollected():
            return await self._seal(limit)

    async def _seal(self, limit: int) -> int:
        async with self._turn() as turn:
            rows = await turn.connection.fetch(sql.EMPTY_TAIL, limit)
            if not rows:
                return 0
            rows.sort(key=lambda row: row["pos"])  # RETURNING promises no order
            heads = list(turn.psn_heads)
            said: list[SaidRow] = []
            pages = self._pages(turn, rows, heads, said)
            await copy_pages(turn.connection, "log", LOG_COLUMNS, LOG_TYPES, pages)
            seq = turn.seq + len(rows)
            await self._close(turn, seq, heads)
            await reach("sealed-before-commit")
        self._metrics.sealed.inc(len(rows))
        self.sealed.put(said)
        self._news.tell((self._mapping.service, row["type"]) for row in rows)
        return len(rows)

    async def _pages(
        self,
        turn: _Turn,
        rows: Sequence[asyncpg.Record],
        heads: list[int],
        said: list[SaidRow],
    ) -> AsyncIterator[list[tuple[Any, ...]]]:
        """The rows of the log, some hundred at a time; what they say is added to `said`."""
        for page in range(0, len(rows), PAGE):
            records: list[tuple[Any, ...]] = []
            for start in range(page, min(page + PAGE, len(rows)), AT_A_TIME):
                await asyncio.sleep(0)  # let others breathe
                records += self._mapping.sealed(
                    rows[start : start + AT_A_TIME],
                    *(turn.generation, turn.seq + start, turn.recorded_at, heads),
                )
            said += said_rows(records)
            yield records

    async def tick(self) -> None:
        """Close the time that has passed although nothing was sealed, durably, before anyone is
        told: whatever comes later will be recorded later."""
        async with self._turn() as turn:
            await self._close(turn, turn.seq, turn.psn_heads)

    async def tidy(self) -> None:
        """Sweep the places that sealed rows leave in `tail`, or looking for the first living one
        would soon take longer than everything else; the server's own round comes once a minute."""
        await self.pool.execute("VACUUM (SKIP_LOCKED) tail")
        self._untidy = 0

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[_Turn]:
        async with self.pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(sql.BEGIN, self.epoch)
            if row is None:
                raise Fenced
            self._clock.check(row["renewed_at"])
            if self._gate is not None:
                self._gate.check(row)
            yield _Turn(
                connection, row["generation"], row["seq"], row["psn_heads"], row["recorded_at"]
            )

    async def _close(self, turn: _Turn, seq: int, heads: list[int]) -> None:
        if seq // AHEAD > turn.seq // AHEAD:
            await turn.connection.execute(sql.PARTS, seq, seq + AHEAD)
        await turn.connection.execute(sql.CLOSE, self.epoch, seq, heads, turn.recorded_at)

    # For as long as the process lives

    async def run(self) -> NoReturn:
        """Seal whenever it is this one's turn; wait while it is another's."""
        try:
            while True:
                try:
                    if self.epoch is None and await self.take_over() is None:
                        await asyncio.sleep(self._lease.total_seconds() / 4)
                    else:
                        await self._step()
                except Fenced:
                    _log.warning("fenced", epoch=self.epoch)
                    self.epoch = None
                except GateClosed:
                    await self._wait_at_the_gate()
                except (MappingFailed, ClockJumped) as reason:
                    await self._stand(reason)
                except OUT_OF_REACH as error:
                    self.sealed.forget()
                    self._alarm("DatabaseOutOfReach", exc_info=error)
                    await asyncio.sleep(self._retry_seconds / 4)
        finally:
            with suppress(Exception):
                await asyncio.wait_for(asyncio.shield(self.let_go()), 2)

    async def _wait_at_the_gate(self) -> None:
        assert self._gate is not None
        self.sealed.forget()
        try:
            await self._gate.pass_through(self.pool, self.epoch)
        except GateClosed as reason:
            self._alarm(type(reason).__name__, what=str(reason))
            await asyncio.sleep(self._retry_seconds)

    async def _step(self) -> None:
        rang, ticket = self._ticket.is_set(), self._appended.ticket()
        self._ticket = ticket
        sealed = await self.seal_once()
        now = time.monotonic()
        if now - self._ticked >= 1:
            await self._measure()
            if not sealed:
                await self.tick()
            self._ticked = now
        self._carry_on()
        if sealed:
            self._active = now
            self._unannounced = 0 if rang or ticket.is_set() else self._unannounced + 1
            self._untidy += sealed
            if self._untidy >= TIDY_AFTER:
                await self.tidy()
        if sealed >= BATCH:
            return
        if sealed:
            await asyncio.sleep(0.002)  # a little longer makes a larger batch
        else:
            await self._appended.heard_since(ticket, self._pause(now - self._active))

    def _pause(self, idle: float) -> float:
        """Where every append of late was announced by the bell, nothing need be looked for."""
        rushing = self._unannounced >= SEVERAL
        return look_again(idle) if rushing else max(ANNOUNCED_SECONDS, look_again(idle))

    async def _measure(self) -> None:
        self._metrics.tail_age.set(await self.pool.fetchval(sql.TAIL_AGE))

    async def _stand(self, reason: MappingFailed | ClockJumped) -> None:
        """Sealing stands, doors go on; tried again until somebody has mended it."""
        self._alarm(type(reason).__name__, what=str(reason))
        with suppress(Fenced, ClockJumped, *OUT_OF_REACH):
            await self._measure()
            async with self._turn():
                pass  # keep the lease: another one would fail in the same place
        await asyncio.sleep(self._retry_seconds)

    def _alarm(self, reason: str, **more: Any) -> None:
        self._carry_on()
        self.stopped = reason
        self._metrics.sealing_stopped.labels(reason).set(1)
        _log.error("sealing stopped", reason=reason, **more)

    def _carry_on(self) -> None:
        if self.stopped is not None:
            self._metrics.sealing_stopped.labels(self.stopped).set(0)
            self.stopped = None
