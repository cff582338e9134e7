"""Runs the reactions of a service: one cursor per source partition, never taken back.

A command is given before the cursor moves, and given again after a crash; the `Once` that it
carries makes the second time decide nothing. Rebuilding a read model does not come near this.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import asyncpg

from services.chassis.answering import AlreadyAnswered, Once
from services.chassis.batch import seen_of
from services.chassis.bell import Bell, Patience
from services.chassis.cursors import BEGIN_REACTIONS, REACTIONS_DUE
from services.chassis.events import Origin, Seen
from services.chassis.failpoints import reach
from services.chassis.news import News
from services.chassis.problems import Busy, Problem
from services.chassis.reacting import Reaction, Reactions
from services.chassis.reading import InboxReader, Place
from services.chassis.telemetry import log, said_of
from services.chassis.words import Dictionary, Unreadable, Words

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

BATCH: Final = 200
POLL_SECONDS: Final = 0.2
CALM_SECONDS: Final = 0.5
NEW_PARTITIONS_SECONDS: Final = 5.0
ATTEMPTS: Final = 5
_log = log("chassis.reactor")
# Not the command's fault: it is given again until it is taken.
OUTAGE: Final = (
    OSError,
    TimeoutError,
    Busy,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # told to end and not closed yet (postgres.OUT_OF_REACH)
)


def command_id(event_id: UUID, rule: str) -> UUID:
    """The same event and the same rule are the same command, whoever gives it and when.

    >>> command_id(UUID(int=1), "open") == command_id(UUID(int=1), "open")
    True
    """
    return uuid5(event_id, rule)


@dataclass(slots=True)
class Reactor:
    """All reactions of one service."""

    reactions: Reactions
    pool: Pool
    dictionary: Dictionary
    deps: Any
    refused: type[Exception] = Problem
    service: str = ""
    news: News = field(default_factory=News)
    words: Words = field(init=False)
    _looked: float = 0.0
    _lives: int = -1
    _bell: Bell = field(init=False)

    def __post_init__(self) -> None:
        self.words = Words(self.reactions.reads, self.dictionary)
        self._bell = self.news.bell(self._concerns)

    def _concerns(self, source: str, type: str) -> bool:
        reads = source in self.words.sources()
        return reads and self.words.reading(type, own=False) != "skip"

    async def run(self) -> None:
        """Until cancelled."""
        patience = Patience(POLL_SECONDS, CALM_SECONDS)
        while True:
            ticket = self._bell.ticket()
            try:
                moved = await self.step()
            except (*OUTAGE, asyncpg.PostgresError) as error:
                _log.warning("reactions wait", exc_info=error)
                await asyncio.sleep(1)
            else:
                if moved:
                    patience.was_busy()
                else:
                    await self._bell.heard_since(ticket, patience.seconds)

    async def step(self) -> bool:
        """One batch on every partition that has something; whether anything was there."""
        await self._look_for_partitions()
        due = await self.pool.fetch(REACTIONS_DUE, sorted(self.words.sources()))
        for *place, psn, through in due:
            await self._advance(Place(*place), psn, through)
        return bool(due)

    async def catch_up(self) -> None:
        while await self.step():
            pass

    async def _look_for_partitions(self) -> None:
        now, lives = asyncio.get_running_loop().time(), self.news.lives
        if lives != self._lives or now - self._looked >= NEW_PARTITIONS_SECONDS:
            await self._begin_cursors()
            self._looked, self._lives = now, lives

    async def _begin_cursors(self) -> None:
        await self.pool.execute(BEGIN_REACTIONS, sorted(self.words.sources()))

    async def _advance(self, place: Place, psn: int, through: int | None) -> None:
        """React to a batch, then move the cursor, if nobody else has moved it meanwhile."""
        reader = InboxReader(place.source)
        limit = BATCH if through is None else min(BATCH, through - psn)
        entries = await reader.after(self.pool, place, psn, limit, self.words.types(own=False))
        for entry in entries:
            await self._take(place, entry)
        if not entries:
            return
        await reach("reacted-before-cursor")
        await self.pool.execute(
            """
            UPDATE reaction_cursor SET psn = $5
             WHERE source = $1 AND generation = $2 AND partition = $3 AND psn = $4
            """,
            *place,
            psn,
            entries[-1][0],
        )

    async def _take(self, place: Place, entry: Any) -> None:
        _, _, type, schema, *_, body = entry
        seen = seen_of(place, entry)
        reading = self.words.reading(type, own=False)
        if reading == "skip":
            return
        if reading != "heard":
            await self._park(seen, "", reading, "")
            return
        try:
            reaction = self.reactions.react(self.words.event_of(type, schema, body), seen)
        except Unreadable as why:
            await self._park(seen, "", why.reason, why.error)
        except Exception as error:
            await self._park(seen, "", "failed", said_of(error))
        else:
            if reaction is not None:
                await self._give(seen, reaction)

    async def _give(self, seen: Seen, reaction: Reaction) -> None:
        """Give the command; what says no, or keeps failing by itself, is parked with its reason."""
        once, origin = once_of(seen, reaction.rule), self._origin(seen, reaction.rule)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await reaction.run(self.deps, once, origin)
            except AlreadyAnswered:
                return
            except OUTAGE:
                raise
            except (self.refused, Problem) as no:
                await self._park(seen, reaction.rule, "refused", type(no).__name__)
                return
            except Exception as error:
                _log.exception("reaction failed", rule=reaction.rule, attempt=attempt)
                if attempt == ATTEMPTS:
                    await self._park(seen, reaction.rule, "failed", said_of(error))
                await asyncio.sleep(0.05 * attempt)
            else:
                return

    def _origin(self, seen: Seen, rule: str) -> Origin:
        return Origin(
            actor=f"service:{self.service}",
            door=f"reaction:{rule}",
            causation=seen.event_id,
            correlation=seen.event_id,
        )

    async def _park(self, seen: Seen, rule: str, reason: str, error: str) -> None:
        _log.warning("reaction parked", rule=rule, reason=reason, error=error)
        await self.pool.execute(
            """
            INSERT INTO reaction_parked (source, generation, partition, psn, subject, event_id,
                                         type, rule, reason, error)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (source, generation, partition, psn)
                DO UPDATE SET reason = excluded.reason, error = excluded.error, released_at = NULL
            """,
            seen.source,
            seen.generation,
            seen.partition,
            seen.psn,
            seen.subject,
            seen.event_id,
            seen.type,
            rule,
            reason,
            error,
        )

    async def release(self) -> int:
        """Give the parked commands again; how many were taken this time."""
        rows = await self.pool.fetch(
            """
            SELECT source, generation, partition, psn FROM reaction_parked
             WHERE released_at IS NULL ORDER BY source, generation, partition, psn
            """
        )
        released = 0
        for *place, psn in rows:
            released += await self._again(Place(*place), psn)
        return released

    async def _again(self, place: Place, psn: int) -> bool:
        """Marked as released first; what fails again is parked again by the very same insert."""
        for entry in await InboxReader(place.source).at(self.pool, place, [psn]):
            await self.pool.execute(
                f"UPDATE reaction_parked SET released_at = clock_timestamp() WHERE {_HERE}",  # noqa: S608
                *place,
                psn,
            )
            await self._take(place, entry)
        waits = await self.pool.fetchval(
            f"SELECT released_at IS NULL FROM reaction_parked WHERE {_HERE}",  # noqa: S608
            *place,
            psn,
        )
        return not waits


_HERE: Final = "source = $1 AND generation = $2 AND partition = $3 AND psn = $4"


def once_of(seen: Seen, rule: str) -> Once:
    """What makes the command the same command every time."""
    fingerprint = sha256(f"{seen.event_id} {rule}".encode()).digest()
    return Once(f"reaction:{rule}", str(command_id(seen.event_id, rule)), fingerprint)
