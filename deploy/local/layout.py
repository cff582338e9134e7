"""Which processes there are, where they listen, and where their things lie."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.brokers import Kind
from deploy.local.children import Sorry

ROOT = Path(__file__).parents[2]
DOWNLOADS = ROOT / ".local"
VERIFIER = DOWNLOADS / "verifier" / "jenjang-verify.pyz"
LOCAL = Path(os.environ.get("LOCAL_FOLDER") or ROOT / ".local")

SERVICES = ("profile", "assessment", "training", "career")
PORTS = {
    "portal": 8100,
    "profile": 8101,
    "assessment": 8102,
    "training": 8103,
    "career": 8104,
    "postgres": 8105,
    "broker": 8106,
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the environment asks of the local stack; everything has a default."""

    broker: Kind = "memory"
    bootstrap: str | None = None
    databases: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: dict(PORTS))
    demonstration: bool = True
    people: int = 2000
    seed: int = 7

    @property
    def own_databases(self) -> tuple[str, ...]:
        """The services whose database is on the embedded server."""
        return tuple(name for name in SERVICES if name not in self.databases)

    def listens(self) -> dict[str, int]:
        """The ports that this stack will need for itself."""
        ours = dict(self.ports)
        if self.bootstrap:
            del ours["broker"]
        if not self.own_databases:
            del ours["postgres"]
        return ours


def wishes() -> Wishes:
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP") or None
    given = {name: os.environ.get(f"DATABASE_URL_{name.upper()}") for name in SERVICES}
    return Wishes(
        broker=_broker("kafka" if bootstrap else "memory"),
        bootstrap=bootstrap,
        databases={name: url for name, url in given.items() if url},
        ports={name: _number(f"PORT_{name.upper()}", port) for name, port in PORTS.items()},
        demonstration=os.environ.get("DEMO", "1") != "0",
        people=_number("PEOPLE", 2000),
        seed=_number("SEED", 7),
    )


def _broker(default: Kind) -> Kind:
    match os.environ.get("BROKER") or default:
        case "memory":
            return "memory"
        case "kafka":
            return "kafka"
        case other:
            raise Sorry(f"BROKER is either memory or kafka, not {other!r}.")


def _number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise Sorry(f"{name} is a number, not {value!r}.")
    return int(value)
