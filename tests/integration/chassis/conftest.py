"""A migrated database and the stores that stand on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from services.chassis import postgres
from services.chassis.event_store import EventStore
from tests.support.counter import CODEC

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

MIGRATIONS = Path(postgres.__file__).parent / "migrations"


@pytest_asyncio.fixture
async def migrated(database: str) -> str:
    await postgres.migrate(database, MIGRATIONS)
    return database


@pytest_asyncio.fixture
async def pool(migrated: str) -> AsyncIterator[Pool]:
    async with postgres.pool(migrated, role="all", size=8) as connections:
        yield connections


@pytest.fixture
def store(pool: Pool) -> EventStore:
    return EventStore(pool, CODEC, service="sample")


@pytest.fixture
def stores(pool: Pool) -> Callable[[], EventStore]:
    return lambda: EventStore(pool, CODEC, service="sample")
