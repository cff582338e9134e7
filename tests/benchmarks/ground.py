"""The servers that the benches have for themselves: a durable PostgreSQL, and a broker."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from deploy.local.brokers import Broker
from deploy.local.children import free_port
from deploy.local.postgres import Postgres, forget
from services.chassis import postgres
from services.chassis.kafka import Kafka
from services.chassis.postgres import Role
from services.chassis.runtime import migration_folders
from services.chassis.service import Service
from tests.benchmarks.measuring import Size, Stopwatch
from tests.support.servers import new_broker

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

PARTITIONS = 4
# Durable on both sides of every comparison; checkpoints fall between the runs, not into them.
DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
}


@dataclass(slots=True)
class Ground:
    """Where the benches of the chassis stand."""

    size: Size
    postgres: Postgres
    broker: Broker
    _numbers: Iterator[int] = field(default_factory=count)

    def stopwatch(self) -> Stopwatch:
        children = [self.postgres.child, self.broker.child]
        return Stopwatch([child.pid for child in children if child is not None])

    def name(self, what: str) -> str:
        """A name that no other run has."""
        return f"{what}_{next(self._numbers)}"

    @property
    def kafka(self) -> Kafka:
        return Kafka(self.broker.bootstrap, self.broker.kind, PARTITIONS)

    # Databases

    async def database(self, template: str | None = None) -> str:
        """A new database, empty or a copy of another; its name."""
        name = self.name("bench")
        async with self.connection() as connection:
            copied = f" TEMPLATE {template}" if template else ""
            await connection.execute(f"CREATE DATABASE {name}{copied}")
        return name

    async def drop(self, name: str) -> None:
        async with self.connection() as connection:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def migrated(self, service: Service) -> str:
        name = await self.database()
        await postgres.migrate(self.postgres.url(name), *migration_folders(service))
        return name

    @asynccontextmanager
    async def connection(self, database: str = "postgres") -> AsyncIterator[Connection]:
        connection = await asyncpg.connect(self.postgres.url(database))
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def pool(self, database: str, role: Role, size: int = 10) -> AsyncIterator[Pool]:
        async with postgres.pool(self.postgres.url(database), role=role, size=size) as pool:
            yield pool


@contextmanager
def ground(size: Size) -> Iterator[Ground]:
    """Started for the benches that need it, and gone when they are done."""
    with tempfile.TemporaryDirectory(prefix="jenjang-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data = folder / "postgres"
        server = Postgres(data, free_port(), folder / "postgres.log", settings=DURABLE)
        broker = new_broker(folder / "broker", folder / "broker.log")
        try:
            server.start()
            broker.start()
            yield Ground(size, server, broker)
        finally:
            broker.stop()
            server.stop()
            forget(data)
