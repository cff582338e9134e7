"""The servers as tests see them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from deploy.local.apache_kafka import ApacheKafka
from deploy.local.brokers import Broker
from deploy.local.children import free_port
from deploy.local.layout import DOWNLOADS
from deploy.local.memory_broker import MemoryBroker


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running PostgreSQL; `pattern` is a superuser's URL with `{database}` in it."""

    pattern: str

    def url(self, database: str = "postgres") -> str:
        return self.pattern.format(database=database)


@dataclass(frozen=True, slots=True)
class SharedBroker:
    bootstrap: str
    kind: str


def new_broker(folder: Path, log: Path) -> Broker:
    """A broker of the kind that `BROKER` asks for, not yet started."""
    if os.environ.get("BROKER", "memory") == "kafka":
        return ApacheKafka(folder, DOWNLOADS / "kafka" / "libs", free_port(), log)
    return MemoryBroker(free_port(), log)
