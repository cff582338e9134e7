"""PostgreSQL: pools that let go of locks when a process is paused, and migrations."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

Role = Literal["api", "consumer", "publisher", "operator", "all"]

# A process that is paused inside a transaction keeps its locks until the server ends the session.
# So every role says how long it may be silent in one, how long it waits for a lock, and has the
# server look whether the client is still there.
_LIMITS: Final[Mapping[str, Mapping[str, str]]] = {
    "api": {"idle_in_transaction_session_timeout": "5s", "statement_timeout": "30s"},
    "consumer": {"idle_in_transaction_session_timeout": "15s"},
    "publisher": {"idle_in_transaction_session_timeout": "5s"},
    "operator": {
        "idle_in_transaction_session_timeout": "5min",
        "lock_timeout": "30s",
        "enable_seqscan": "on",
    },
    "all": {"idle_in_transaction_session_timeout": "10s"},
}
#
# A plan is kept for as long as a connection lives. One that was made while a table was small must
# not read the whole of it when it has grown, so only an operator's sessions prefer to scan.
_EVERY_ROLE: Final = {
    "lock_timeout": "5s",
    "client_connection_check_interval": "2s",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "jit": "off",
    "enable_seqscan": "off",
}

# What a process that lives for long waits out: the server is away, or it has had enough of us. The
# driver's own fault stands for a connection that was told to end and is not closed yet
# (tests/traps/test_asyncpg.py).
OUT_OF_REACH: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


class EditedMigration(Exception):
    """A migration that has run was changed afterwards; add a new one instead."""


class WrongMigrationName(Exception):
    """A migration is called NNNN_what_it_does.sql, and its number occurs once."""


@asynccontextmanager
async def pool(
    url: str, *, role: Role, size: int = 10, ready: int | None = None
) -> AsyncIterator[Pool]:
    """Connections for one role of one process; so many of them `ready` before anybody asks."""
    async with asyncpg.create_pool(
        url,
        min_size=min(2 if ready is None else ready, size),
        max_size=size,
        command_timeout=None,
        timeout=10,
        reset=_nothing_to_reset,
        init=None if ready is None else _know_arrays,
        server_settings=limits(role),
    ) as connections:
        yield connections


def limits(role: Role) -> dict[str, str]:
    """The settings of a role's sessions."""
    return {**_EVERY_ROLE, **_LIMITS[role], "application_name": f"jenjang-{role}"}


async def _nothing_to_reset(connection: Connection) -> None:
    """Session state is never set (only SET LOCAL), so letting go needs no round trip.

    An open transaction is rolled back by asyncpg before this is asked.
    """


async def _know_arrays(connection: Connection) -> None:
    """The driver asks the server what an array is, of each kind when it first meets one, on each
    connection: several milliseconds each time, in the midst of a rush. So all at once, before."""
    await connection.prepare(_ARRAYS)


_ARRAYS: Final = "SELECT " + ", ".join(
    f"${nth}::{kind}[]"
    for nth, kind in enumerate(
        ("text", "integer", "bigint", "uuid", "date", "boolean", "bytea", "timestamptz"), start=1
    )
)


# Migrations


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of SQL, run once."""

    folder: str
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


async def migrate(url: str, *folders: Path) -> list[str]:
    """Run what has not run yet, folder after folder, each in the order of its numbers.

    All in one transaction: either the database is at this release or it is where it was.
    Returns the names of what ran.
    """
    connection = await asyncpg.connect(url, server_settings=limits("operator"))
    try:
        await _make_table(connection)
        async with connection.transaction():
            await connection.execute("LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE")
            return [
                f"{migration.folder}/{migration.name}"
                for folder in folders
                for migration in migrations_in(folder)
                if await _run_once(connection, migration)
            ]
    finally:
        await connection.close()


def migrations_in(folder: Path) -> Iterator[Migration]:
    """The migrations of a folder, in order; `services/x/migrations` is called `x`."""
    owner = folder.parent.name if folder.name == "migrations" else folder.name
    numbers: set[str] = set()
    for file in sorted(folder.glob("*.sql")):
        if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", file.name) or file.name[:4] in numbers:
            raise WrongMigrationName(str(file.name))
        numbers.add(file.name[:4])
        yield Migration(owner, file.name, file.read_text(encoding="utf-8"))


async def _make_table(connection: Connection) -> None:
    """Two processes may start at once: the loser finds the table made."""
    try:
        await connection.execute(
            """
            CREATE TABLE IF NOT EXISTS migration (
                folder text NOT NULL,
                name   text NOT NULL,
                sha256 text NOT NULL,
                ran_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                PRIMARY KEY (folder, name)
            )
            """
        )
    except (
        asyncpg.UniqueViolationError,
        asyncpg.DuplicateTableError,
        asyncpg.DuplicateObjectError,
    ):
        return


async def _run_once(connection: Connection, migration: Migration) -> bool:
    ran = await connection.fetchval(
        "SELECT sha256 FROM migration WHERE folder = $1 AND name = $2",
        migration.folder,
        migration.name,
    )
    if ran is None:
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO migration (folder, name, sha256) VALUES ($1, $2, $3)",
            migration.folder,
            migration.name,
            migration.sha256,
        )
    elif ran != migration.sha256:
        raise EditedMigration(f"{migration.folder}/{migration.name}")
    return ran is None
