"""Streams in PostgreSQL: append at an expected version, read whole.

An append is one transaction that locks the rows of its streams in `stream_head` and nothing else.
A stream is read from `log` and `tail` in one statement, so that an event is seen exactly once
however far the sealer has come.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

import asyncpg

from services.chassis.append_arguments import (
    APPEND_MANY,
    APPEND_ONE,
    Append,
    Encoded,
    of_many,
    of_one,
)
from services.chassis.event_codec import EventCodec, Place, Ring, Unstorable
from services.chassis.events import About, Origin, Recorded
from services.chassis.failpoints import is_armed, reach
from services.chassis.grouping import Groups
from services.chassis.in_doubt import REFUSED_APPEND, HistoryInDoubt
from services.chassis.problems import Busy

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

E = TypeVar("E")
CONFLICT = "JJ001"


class Conflict(Busy):
    """Somebody else appended to the same record first; please try again."""

    def __init__(self, stream: str | None = None) -> None:
        super().__init__()
        self.stream = stream


class Vault(Protocol):
    """Where the subjects' keys are (see vault.py)."""

    async def keyring(self, subjects: Iterable[UUID], *, make: bool = False) -> Ring: ...


class EventStore:
    """The streams of one service."""

    def __init__(
        self,
        pool: Pool,
        codec: EventCodec,
        *,
        service: str,
        vault: Vault | None = None,
        appended: Callable[[], None] = lambda: None,
    ) -> None:
        """`appended` is called after every commit: the sealer of the same process need not wait."""
        self.pool = pool
        self.codec = codec
        self.service = service
        self._vault = vault
        self._appended = appended
        self._groups = Groups(self._commit_group)

    # Reading

    async def load(self, stream: str) -> list[Recorded[Any]]:
        """Every event of a stream, in order."""
        return (await self.load_many([stream]))[stream]

    async def load_many(self, streams: Iterable[str]) -> dict[str, list[Recorded[Any]]]:
        """Every event of some streams; a stream that does not exist is empty."""
        found: dict[str, list[Recorded[Any]]] = {stream: [] for stream in streams}
        try:
            rows = await self.pool.fetch(_LOAD, list(found))
        except asyncpg.CharacterNotInRepertoireError:
            raise Unstorable from None
        ring = await self._ring_for(rows)
        for row in rows:
            found[row["stream"]].append(self._recorded(row, ring))
        return found

    async def head(self, stream: str) -> int:
        """The version a stream has reached; 0 when it does not exist."""
        version = await self.pool.fetchval(
            "SELECT version FROM stream_head WHERE stream = $1", stream
        )
        return version or 0

    # Writing

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction for what must happen together."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection
            await reach("before-commit")
        self._appended()

    async def append(
        self, appends: Sequence[Append], *, connection: Connection | None = None
    ) -> None:
        """All of these or none; `Conflict` when a stream is not at the version expected."""
        await self.write(await self.encode(appends), connection=connection)

    async def encode(self, appends: Sequence[Append]) -> list[Encoded]:
        """Turn events into bytes, before any transaction begins."""
        sealed = [a for a in appends if self.codec.seals(event for _, event, _ in a.events)]
        ring = None
        if sealed and self._vault is not None:
            ring = await self._vault.keyring({a.subject for a in sealed}, make=True)
        return [self._encoded(append, ring) for append in appends if append.events]

    async def write(
        self, encoded: Sequence[Encoded], *, connection: Connection | None = None
    ) -> None:
        """Append what is encoded; in a transaction of its own unless one is given."""
        if not encoded:
            return
        if connection is not None:
            await self._insert(connection, encoded)
            await reach("after-insert")
        elif is_armed("after-insert", "before-commit"):
            async with self.transaction() as own:
                await self._insert(own, encoded)
                await reach("after-insert")
        elif (
            len(encoded) > 1
            or self._groups.idle
            or not await self._groups.committed(encoded[0].append.stream, encoded[0])
        ):
            with self._groups.by_itself():
                async with self.pool.acquire() as own:
                    await self._insert(own, encoded)  # one statement is one transaction
            self._appended()

    async def _commit_group(self, group: Sequence[Encoded]) -> Collection[str]:
        """Append for several writers at once; the streams for which it could not be done."""
        if len(group) == 1:
            return {group[0].append.stream}
        async with self.pool.acquire() as connection:
            left_out = await connection.fetchval(APPEND_MANY, False, *_many(group))
        self._appended()
        return left_out or ()

    async def _insert(self, connection: Connection, encoded: Sequence[Encoded]) -> None:
        try:
            if len(encoded) == 1:
                await connection.execute(APPEND_ONE, *of_one(encoded[0]))
            else:
                await connection.execute(APPEND_MANY, True, *_many(encoded))
        except asyncpg.DeadlockDetectedError:
            raise Conflict from None
        except asyncpg.LockNotAvailableError:
            raise Busy from None
        except asyncpg.CharacterNotInRepertoireError:
            raise Unstorable from None
        except asyncpg.PostgresError as error:
            if error.sqlstate == REFUSED_APPEND:
                raise HistoryInDoubt from None
            if error.sqlstate != CONFLICT:
                raise
            raise Conflict(getattr(error, "detail", None)) from None

    def _encoded(self, append: Append, ring: Ring | None) -> Encoded:
        place = Place(append.subject, append.stream)
        return Encoded(
            append, [self.codec.encode(event, place, ring) for _, event, _ in append.events]
        )

    async def _ring_for(self, rows: Sequence[asyncpg.Record]) -> Ring | None:
        if self._vault is None:
            return None
        sealed = {row["subject"] for row in rows if self.codec.is_sealed(row["type"])}
        return await self._vault.keyring(sealed) if sealed else None

    def _recorded(self, row: asyncpg.Record, ring: Ring | None) -> Recorded[Any]:
        place = Place(row["subject"], row["stream"])
        return Recorded(
            about=about_of(row),
            event=self.codec.decode(row["type"], row["schema"], row["body"], place, ring),
            origin=Origin(
                actor=row["actor"],
                door=row["door"],
                document=row["document"],
                sha256=row["sha256"],
                verified=row["verified"],
                causation=row["causation"],
                correlation=row["correlation"],
            ),
        )


def about_of(row: asyncpg.Record) -> About:
    """What a row of `log` or `tail` is about."""
    return About(
        event_id=row["event_id"],
        stream=row["stream"],
        version=row["version"],
        subject=row["subject"],
        agency=row["agency"],
        effective_from=row["effective_from"],
    )


_COLUMNS = """event_id, stream, version, type, schema, subject, agency, effective_from, actor, door,
       document, sha256, verified, causation, correlation, body"""

_LOAD = f"""
SELECT {_COLUMNS} FROM log WHERE stream = ANY ($1::text[])
 UNION ALL
SELECT {_COLUMNS} FROM tail WHERE stream = ANY ($1::text[])
 ORDER BY stream, version
"""  # noqa: S608 - the columns are ours


def _many(encoded: Sequence[Encoded]) -> tuple[Any, ...]:
    return of_many(_heads([one.append for one in encoded]), encoded)


def _heads(appends: Sequence[Append]) -> list[tuple[str, int, int]]:
    """Where each stream stands and where it goes; appends to one stream follow each other."""
    heads: dict[str, tuple[int, int]] = {}
    for append in appends:
        first, so_far = heads.get(append.stream, (append.expected_version,) * 2)
        if so_far != append.expected_version:
            raise Conflict(append.stream)
        heads[append.stream] = (first, append.reached)
    return [(stream, *versions) for stream, versions in heads.items()]
