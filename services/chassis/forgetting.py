"""Forgetting a subject: its key is destroyed, it is listed outside, and it stays forgotten.

It happens in one transaction, and the list outside is written last in it: what is committed is
listed. A process that dies between the two leaves somebody listed who is still there; the command
given again, or the next start, finishes that.

Three occasions lead here: a command of this service; what another service said (erased_subjects);
the start of a process, for a database that came back from a backup does not know of it any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from services.chassis.forgotten_list import ForgottenList, ListAltered
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.problems import Busy, Unavailable
from services.chassis.settings import CannotStart
from services.chassis.telemetry import log
from services.chassis.vault import Vault

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

LOOK_SECONDS: Final = 1.0
# A key that was read a moment before it was destroyed may be remembered for this long.
STILL_REMEMBERED: Final = timedelta(minutes=2)
# What cannot be put down to anybody is readable for so long.
PASSING: Final = timedelta(days=30)
SWEEP_SECONDS: Final = 3600.0
_log = log("chassis.forgetting")

Clears = Callable[["Connection", Collection[UUID]], Awaitable[Collection[UUID]]]

Says = Callable[[], Awaitable[object]]


class NoForgottenList(Unavailable):
    """Nobody can be forgotten while there is no place outside the database to list them."""


async def nothing_more(_: Connection, __: Collection[UUID]) -> Collection[UUID]:
    """A service that keeps nothing about a subject but sealed fields."""
    return ()


@dataclass(slots=True)
class Forgetting:
    """One service's part in forgetting.

    `clears` empties what the service itself keeps about these subjects beside its sealed fields,
    and answers under which further subjects something about them is sealed.
    """

    pool: Pool
    vault: Vault
    listed: ForgottenList | None
    clears: Clears = nothing_more
    _swept: float = float("-inf")
    _traces: bool = False
    _unseen_from: int | None = None
    """From this transaction id on nobody can still see what is to be wiped."""

    async def forget(self, connection: Connection, subjects: Iterable[UUID]) -> list[UUID]:
        """In the caller's transaction, as its last act; those forgotten only now."""
        if self.listed is None:
            raise NoForgottenList
        return await self._forget(connection, subjects)

    async def _forget(self, connection: Connection, subjects: Iterable[UUID]) -> list[UUID]:
        asked = sorted(set(subjects))
        every = {*asked, *await self.clears(connection, asked)}
        gone = await self.vault.forget(connection, every)
        passing = await self.vault.forget_passing(connection)
        if self.listed is not None:
            await asyncio.to_thread(self.listed.add, every)
        self.vault.drop([*every, *passing])
        self._leave_traces(bool(gone or passing))
        return gone

    # At the start of a process

    async def again(self) -> int:
        """Forget everybody on the list once more, and list whoever is not on it; how many were
        brought back by a restore. Before anything is served."""
        if self.listed is None:
            return 0
        try:
            listed = await asyncio.to_thread(self.listed.read)
            known = await self._forgotten()
            self._leave_traces(bool(known))  # whoever forgot them may have died before wiping
            await asyncio.to_thread(self.listed.add, known)
        except ListAltered as altered:
            raise CannotStart(f"The list of the forgotten was altered: {altered}.") from None
        except OSError as error:
            raise CannotStart(
                f"The list of the forgotten cannot be used: {self.listed.path}"
                f" ({type(error).__name__})."
            ) from None
        back = sorted(set(listed) - known)
        if back:
            async with self.pool.acquire() as connection, connection.transaction():
                await self._forget(connection, back)
            _log.warning("forgotten again", subjects=len(back))
        return len(back)

    async def report(self) -> dict[str, object]:
        """For the operator: who is listed, and whether the database knows of all of them."""
        listed = () if self.listed is None else await asyncio.to_thread(self.listed.read)
        known = await self._forgotten()
        return {
            "list": None if self.listed is None else str(self.listed.path),
            "listed": len(listed),
            "forgotten": len(known),
            "still_readable": sorted(map(str, set(listed) - known)),
            "not_listed": sorted(map(str, known - set(listed))),
        }

    async def _forgotten(self) -> set[UUID]:
        """Those whose key did not merely pass."""
        rows = await self.pool.fetch(
            "SELECT subject FROM subject_key WHERE forgotten_at IS NOT NULL AND NOT passing"
        )
        return {row["subject"] for row in rows}

    # While the process lives

    async def run(self, *, heeds: bool = True, says: Says | None = None) -> None:
        """Until cancelled: drop what others have destroyed, act upon what was heard, sweep.

        `says` tells once more what the log lacks; a log in doubt takes nothing, so it is tried
        until it is taken.
        """
        while True:
            try:
                await self.watch()
                if heeds:
                    await self.heed()
                    await self._sweep()
                await self.wipe()
                if says is not None:
                    await says()
                    says = None
            except (*OUT_OF_REACH, Busy) as error:
                _log.warning("forgetting waits", exc_info=error)
            await asyncio.sleep(LOOK_SECONDS)

    async def watch(self) -> None:
        """Let go of the keys that another process has destroyed."""
        rows = await self.pool.fetch(
            "SELECT subject FROM subject_key WHERE forgotten_at > clock_timestamp() - $1::interval",
            STILL_REMEMBERED,
        )
        self.vault.drop(row["subject"] for row in rows)

    async def heed(self) -> int:
        """Forget whom others have said to forget; how many."""
        rows = await self.pool.fetch(
            """
            SELECT e.subject, max(e.times) AS times
              FROM erased_subjects e
              LEFT JOIN erasure_done d ON d.subject = e.subject
             WHERE d.times IS NULL OR d.times < e.times
             GROUP BY e.subject
             ORDER BY e.subject
             LIMIT 100
            """
        )
        if not rows:
            return 0
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.executemany(
                """
                INSERT INTO erasure_done VALUES ($1, $2)
                    ON CONFLICT (subject) DO UPDATE SET times = excluded.times
                """,
                [tuple(row) for row in rows],
            )
            # Without a list outside it is still done: a restore would then bring them back.
            await self._forget(connection, [row["subject"] for row in rows])
        _log.info("forgotten as others said", subjects=len(rows))
        return len(rows)

    async def _sweep(self) -> None:
        """Destroy the passing keys that have had their time."""
        now = asyncio.get_running_loop().time()
        if now - self._swept < SWEEP_SECONDS:
            return
        self._swept = now
        async with self.pool.acquire() as connection:
            gone = await self.vault.forget_passing(connection, PASSING)
        self.vault.drop(gone)
        self._leave_traces(bool(gone))

    def _leave_traces(self, left: bool) -> None:
        if left:
            self._traces, self._unseen_from = True, None

    async def wipe(self) -> None:
        """Write the table of keys anew: an update leaves the old row in the pages of the file.

        A row that some transaction might still see is copied along, even if that transaction works
        in another database of the server: then it is done once more when the last of them has
        ended. The plain VACUUM looks at this database alone, and mostly spares us the wait.
        """
        if not self._traces:
            return
        running = await self.pool.fetchrow(_TRANSACTIONS)
        assert running is not None
        oldest, next_one = running
        if self._unseen_from is not None and oldest < self._unseen_from:
            return
        self._unseen_from = self._unseen_from or next_one
        await self.pool.execute("VACUUM subject_key")
        await self.pool.execute("VACUUM (FULL) subject_key")
        self._traces = oldest < self._unseen_from


_TRANSACTIONS = """
SELECT pg_snapshot_xmin(now_running)::text::bigint, pg_snapshot_xmax(now_running)::text::bigint
  FROM pg_current_snapshot() AS now_running
"""
