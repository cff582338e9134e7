"""The publisher's checkpoints: every few seconds while there is news, to the place outside.

A checkpoint is written only if the newest one outside is the beginning of this log. If it is not,
nothing is claimed any more, with an alarm, until somebody has looked. Dying anywhere does no harm:
the tree's tiles are the same whenever they are filled, and a checkpoint is there whole or not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from services.chassis import tree
from services.chassis.checkpoint import Checkpoint, signed
from services.chassis.failpoints import reach
from services.chassis.generations import lives_of
from services.chassis.outside import Outside
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.sealing_gate import against
from services.chassis.signed_note import PublicKey
from services.chassis.telemetry import Metrics, log

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

ATTEMPTS: Final = 5
_log = log("chassis.checkpointing")


class ContradictsOutside(Exception):
    """The log does not begin with what the newest checkpoint outside claims."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a log is sealed, in one snapshot."""

    generation: int
    size: int
    closed_through: datetime


async def stand_of(pool: Pool) -> Stand | None:
    """None while there is nothing to claim: an empty log, or one in doubt."""
    row = await pool.fetchrow(
        """
        SELECT generation, seq, closed_through FROM sealer
         WHERE seq > 0 AND in_doubt IS NULL
        """
    )
    return Stand(*row) if row else None


@dataclass(slots=True)
class Checkpointing:
    """Writes the checkpoints of one service; beside a sealer, only while that one seals."""

    pool: Pool
    outside: Outside
    metrics: Metrics = field(default_factory=Metrics)
    seconds: float = 3
    is_ours: Callable[[], bool] = lambda: True
    stopped: str | None = None
    last: Checkpoint | None = None

    async def run(self) -> NoReturn:
        """For as long as the process lives."""
        began = False
        while True:
            try:
                if not began:
                    await self._begin()
                    began = True
                if self.is_ours():
                    await self.write()
                self._carry_on()
            except (tree.TreeContradictsLog, ContradictsOutside, ValueError) as reason:
                self._alarm(type(reason).__name__, what=str(reason))
            except OUT_OF_REACH as error:
                self._alarm("OutOfReach", exc_info=error)
            await asyncio.sleep(self.seconds)

    async def _begin(self) -> None:
        await asyncio.to_thread(self.outside.folder.repair)
        await tree.check_edge(self.pool)

    async def write(self, announces: PublicKey | None = None) -> Checkpoint | None:
        """Claim what is sealed now, if that is news; the checkpoint that was written."""
        stand = await stand_of(self.pool)
        if stand is None:
            return None
        self.last = await asyncio.to_thread(self.outside.newest)
        self._measure(stand)
        if announces is None and self._is_told(stand):
            return None
        await self._agree(stand)
        checkpoint = Checkpoint(
            origin=(await asyncio.to_thread(self.outside.key)).name,
            size=stand.size,
            root=await self._root(stand.size),
            generation=stand.generation,
            closed_through=stand.closed_through,
            announces=announces,
        )
        await reach("before-checkpoint")
        if not await asyncio.to_thread(self._keep, checkpoint):
            return None
        self.last = checkpoint
        self._measure(stand)
        return checkpoint

    def _is_told(self, stand: Stand) -> bool:
        return self.last is not None and self.last.place == (stand.generation, stand.size)

    async def _root(self, size: int) -> bytes:
        await tree.grow(self.pool)
        return await tree.root_at(self.pool, size)

    async def _agree(self, stand: Stand) -> None:
        """Raise unless what is kept outside is the beginning of this log, up to its fork."""
        newest = self.last
        if newest is None:
            return
        if objections := await against(self.pool, newest, stand.generation, stand.size):
            raise ContradictsOutside(str(objections))
        if newest.generation < stand.generation:
            await self._agree_before_forks(newest.generation)

    async def _agree_before_forks(self, generation: int) -> None:
        """What a restore has given up is named in the log; what is before it must be the same."""
        begins = {1: 1, **(await lives_of(self.pool)).begins}
        fork = min(at for number, at in begins.items() if number > generation) - 1
        for earlier in sorted((number for number in begins if number <= generation), reverse=True):
            note = await asyncio.to_thread(self.outside.folder.at_or_below, earlier, fork)
            if note is not None:
                kept = (await asyncio.to_thread(self.outside.known)).opened(note, strangers=True)
                if await tree.root_at(self.pool, kept.size) != kept.root:
                    raise ContradictsOutside(f"at {kept.size}, before the fork at {fork}")
                return

    def _keep(self, checkpoint: Checkpoint) -> bool:
        """False when somebody else has written meanwhile; the next turn looks again."""
        outside = self.outside
        with outside.folder.held():
            outside.settle()
            if outside.newest() != self.last:
                return False
            keys = [outside.key()]
            if checkpoint.announces is not None:
                keys.append(outside.next_key())
            note = signed(checkpoint, *keys)
            outside.known().opened(note)
            outside.folder.keep(note)
            outside.settle()
        return True

    # What is told about it

    def told(self) -> Any:
        """For the readiness door."""
        if self.stopped or self.last is None:
            return self.stopped or "none yet"
        return {"size": self.last.size, "closed_through": self.last.closed_through.isoformat()}

    def _measure(self, stand: Stand) -> None:
        if self.last is None:
            return
        behind = 0.0 if self._is_told(stand) else time.time() - self.last.closed_through.timestamp()
        self.metrics.checkpoint_size.set(self.last.size)
        self.metrics.checkpoint_age.set(max(behind, 0.0))

    def _alarm(self, reason: str, **more: Any) -> None:
        self._carry_on()
        self.stopped = reason
        self.metrics.checkpoints_stopped.labels(reason).set(1)
        _log.error("no checkpoint is written", reason=reason, **more)

    def _carry_on(self) -> None:
        if self.stopped is not None:
            self.metrics.checkpoints_stopped.labels(self.stopped).set(0)
            self.stopped = None


async def rotate(checkpointing: Checkpointing) -> PublicKey | None:
    """Make a new key, announce it in a checkpoint signed by both, and let it sign from then on;
    None when nothing can be claimed just now.

    Run again after it died, it goes on where it was: a key that was made is used, and one that was
    announced takes its place.
    """
    outside = checkpointing.outside
    if settled := await asyncio.to_thread(_settled, outside):
        return settled
    key = await asyncio.to_thread(outside.next_key)
    for _ in range(ATTEMPTS):  # the publisher may have written in between
        if await checkpointing.write(announces=key.public()) is not None:
            return key.public()
    return None


def _settled(outside: Outside) -> PublicKey | None:
    with outside.folder.held():
        return outside.settle()
