"""A server of one's own, for what would disturb the neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.children import free_port
from deploy.local.memory_broker import MemoryBroker
from deploy.local.postgres import FORGETFUL, Postgres


@pytest.fixture(scope="session")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder: Path = tmp_path_factory.mktemp("postgres")
    few = {**FORGETFUL, "max_connections": "40"}
    server = Postgres(folder / "data", free_port(), folder / "log", settings=few)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def memory_broker(tmp_path: Path) -> Iterator[MemoryBroker]:
    broker = MemoryBroker(free_port(), tmp_path / "log")
    broker.start()
    yield broker
    broker.stop()
