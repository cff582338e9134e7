"""Before anything is sealed: does the log still hold what it has ever told anybody?

A database may come back from a backup under a running process. So at every take-over, and whenever
the server or the table is another one than before, sealing waits until the log agrees with the
newest checkpoint kept outside the database and until the listeners have said once more what they
hold. Where the log is shorter or different it is in doubt, and stays so until `restored`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from services.chassis.cloudevents import topic_of
from services.chassis.generations import lives_of
from services.chassis.in_doubt import Reasons, doubt, doubts_of
from services.chassis.outside import Outside
from services.chassis.telemetry import log
from services.chassis.tree import root_at

if TYPE_CHECKING:
    from services.chassis.checkpoint import Checkpoint
    from services.chassis.postgres import Pool
    from services.chassis.settings import ServiceSettings

WAIT_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.1
_log = log("chassis.sealing_gate")

Identity = tuple[datetime, int]
"""What tells one life of a database from another: when its server started, and which table this
is in which database. A restore needs a server that starts anew or a table that is made anew."""

IDENTITY: Final = """pg_postmaster_start_time() AS server,
          (SELECT oid::bigint << 32 FROM pg_database WHERE datname = current_database())
          | sealer.tableoid::bigint AS place"""


class GateClosed(Exception):
    """Nothing may be sealed yet."""


class InDoubt(GateClosed):
    """The log is shorter than what was told, or different; an operator must look."""


class NotLookedAt(GateClosed):
    """The checkpoints outside cannot be read, so nobody knows whether the log is whole."""


def no_checkpoints() -> Checkpoint | None:
    """Nothing is kept outside this database."""
    return None


@dataclass(slots=True)
class SealingGate:
    """One sealer's gate. `expected` are the listeners known beforehand; others who have looked at
    the heads before are waited for as well."""

    expected: tuple[str, ...] = ()
    newest: Callable[[], Checkpoint | None] = no_checkpoints
    wait_seconds: float = WAIT_SECONDS
    _passed: Identity | None = field(default=None)

    @classmethod
    def of(cls, settings: ServiceSettings) -> SealingGate:
        """The listeners that the topic's file names, and the place that the settings name."""
        from contracts import topic_files

        topic = topic_files.topics().get(topic_of(settings.service))
        outside = Outside.of(settings)
        return cls(
            expected=tuple(topic.consumers) if topic else (),
            newest=outside.newest if outside else no_checkpoints,
        )

    def close(self) -> None:
        """Somebody has taken over, or may have."""
        self._passed = None

    def check(self, row: Any) -> None:
        """In a sealing transaction, with what it has just read of the sealer's row."""
        if row["in_doubt"] or (row["server"], row["place"]) != self._passed:
            raise GateClosed

    async def pass_through(self, pool: Pool, epoch: int | None) -> None:
        """Wait, at most so long, and come out when the log agrees; `InDoubt` when it does not."""
        began = await pool.fetchval("SELECT clock_timestamp()")
        end = asyncio.get_running_loop().time() + self.wait_seconds
        while True:
            row = await pool.fetchrow(_RENEW, epoch)
            if row is None:
                return  # fenced; the next sealing transaction says so
            await self._agree(pool, row)
            waiting = await self._not_heard(pool, began)
            if not waiting or asyncio.get_running_loop().time() >= end:
                break
            await asyncio.sleep(LOOK_SECONDS)
        if waiting:
            _log.warning("did not say what they hold", listeners=sorted(waiting))
        if await self._told(pool, epoch) is not None:
            self._passed = (row["server"], row["place"])

    async def _agree(self, pool: Pool, row: Any) -> None:
        if not row["in_doubt"]:
            if not (against := await self._against_checkpoint(pool, row)):
                return
            await doubt(pool, row["generation"], against)
        raise InDoubt(await doubts_of(pool))

    async def _against_checkpoint(self, pool: Pool, row: Any) -> Reasons:
        newest = await self._newest()
        return [] if newest is None else await against(pool, newest, row["generation"], row["seq"])

    async def _newest(self) -> Checkpoint | None:
        try:
            return await asyncio.to_thread(self.newest)
        except (OSError, ValueError) as error:
            raise NotLookedAt(f"{type(error).__name__}: {error}") from error

    async def _not_heard(self, pool: Pool, since: datetime) -> set[str]:
        """Who has not said what it holds since this gate was closed."""
        rows = await pool.fetch("SELECT listener, told_at >= $1 AS now FROM listener_report", since)
        return {*self.expected, *(row["listener"] for row in rows)} - {
            row["listener"] for row in rows if row["now"]
        }

    async def _told(self, pool: Pool, epoch: int | None) -> Any:
        """Time goes on after every instant that anybody was told; None when another one seals."""
        newest = await self._newest()
        announced = newest.closed_through if newest else None
        return await pool.fetchval(_GO_ON, epoch, announced)


async def against(
    pool: Pool, checkpoint: Checkpoint, generation: int, seq: int
) -> list[dict[str, Any]]:
    """How this log differs from a checkpoint of it; nothing when it does not."""
    lives = await lives_of(pool)
    size = seq
    if checkpoint.generation < generation:
        later = [at for number, at in lives.begins.items() if number > checkpoint.generation]
        size = min(later) - 1
        known = [
            lost.size
            for lost in lives.abandoned
            if lost.generation == checkpoint.generation and lost.root is not None
        ]
        if size < checkpoint.size <= max(known, default=0):
            return []  # `restored` has named it
    if checkpoint.generation > generation or checkpoint.size > size:
        return [_objection("ahead", checkpoint)]
    if checkpoint.size and await root_at(pool, checkpoint.size) != checkpoint.root:
        return [_objection("different", checkpoint)]
    return []


def _objection(what: str, checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "who": "checkpoint",
        "what": what,
        "generation": checkpoint.generation,
        "size": checkpoint.size,
    }


_RENEW: Final = f"""
   UPDATE sealer SET renewed_at = clock_timestamp()
    WHERE epoch = $1
RETURNING generation, seq, in_doubt IS NOT NULL AS in_doubt, {IDENTITY}
"""  # noqa: S608 - ours

_GO_ON: Final = """
   UPDATE sealer
      SET closed_through = greatest(
              closed_through, $2, (SELECT max(r.closed_through) FROM listener_report r))
    WHERE epoch = $1 AND in_doubt IS NULL
RETURNING epoch
"""
