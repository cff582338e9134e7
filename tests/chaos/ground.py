"""The servers and processes of a run, and the one that starts again whatever has died."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx

from deploy.local import brokers, postgres
from deploy.local.brokers import Broker
from deploy.local.children import free_port
from deploy.local.postgres import FORGETFUL, Postgres, psql
from services.chassis import auth, runtime
from services.chassis.postgres import migrate
from services.chassis.service import Service
from tests.chaos import listener, source
from tests.chaos.processes import Nursery, Process
from tests.chaos.world import PARTITIONS
from tests.support.servers import new_broker

AUDIT = (Path(__file__).parent / "audit.sql").read_text()
SERVICES: dict[str, Service] = {"source": source.SERVICE, "listener": listener.SERVICE}
ROLES = ("api", "publisher", "consumer")
PATIENCE = 180.0
"""How long anything may take on a machine that others use too."""


async def until(question: Callable[[], object], what: str, within: float = PATIENCE) -> None:
    """Wait for something that a look answers."""
    end = time.monotonic() + within
    while not question():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within:.0f} s: {what}")
        await asyncio.sleep(0.05)


@dataclass(slots=True)
class Ground:
    """Two services in three processes each, their databases and their broker."""

    folder: Path
    postgres: Postgres
    broker: Broker
    environment: dict[str, str]
    sign_in: dict[str, object]
    prefix: str
    ports: dict[str, int]
    nursery: Nursery
    children: dict[tuple[str, str], Process] = field(default_factory=dict)
    armed: dict[tuple[str, str], str] = field(default_factory=dict)
    """The FAILPOINT with which a role's next process starts."""
    left_alone: set[tuple[str, str]] = field(default_factory=set)
    unlucky: bool = False
    started: int = 0
    deaths: list[str] = field(default_factory=list)
    somebody: UUID = field(default_factory=uuid4)

    def database(self, service: str, who: str = "test") -> str:
        return f"{self.postgres.url(service)}?chaos.process={who}"

    def start(self, service: str, role: str, **more: str) -> Process:
        """One more process of a role; its name is unlike that of any other."""
        self.started += 1
        name = f"{service}-{role.replace(' ', '-')}-{self.started}"
        environment = {
            **self.environment,
            f"DATABASE_URL_{service.upper()}": self.database(service, name),
            "CHAOS_UNLUCKY": "1" if self.unlucky and role == "consumer" else "",
            "FAILPOINT": "",
            **more,
        }
        log = self.folder / f"{name}.log"
        return self.nursery.start(name, service, role.split(), log, environment)

    def client(self, service: str) -> httpx.AsyncClient:
        """Somebody at a service's door, with a fresh token for each question."""

        def signed(request: httpx.Request) -> httpx.Request:
            token = auth.issue(
                self.sign_in,
                audience=service,
                subject=str(self.somebody),
                role="writer",
                agency="demo",
                scope="agency",
            )
            request.headers["Authorization"] = f"Bearer {token}"
            return request

        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.ports[service]}",
            auth=signed,
            timeout=20,
            trust_env=False,
        )

    # Keeping it up

    async def keep_up(self) -> None:
        """What has died is started again, as somebody would in earnest."""
        while True:
            for service in SERVICES:
                for role in ROLES:
                    self.see_to(service, role)
            await asyncio.sleep(0.2)

    def see_to(self, service: str, role: str) -> None:
        place = service, role
        child = self.children.get(place)
        if place in self.left_alone or (child is not None and child.running):
            return
        if child is not None:
            self.deaths.append(child.name)
            if (child.exit_code or 0) not in (0, 2, -signal.SIGKILL, -signal.SIGTERM):
                self.deaths[-1] += f" ({child.exit_code}: {child.last_words()})"
        self.children[place] = self.start(*place, FAILPOINT=self.armed.pop(place, ""))

    async def killed_at(self, service: str, role: str, failpoint: str) -> None:
        """The role's next process dies at a named place; the one after that is a sound one."""
        await self.armed_now(service, role, f"{failpoint}:kill:{1 + self.started % 3}")
        child = self.children[service, role]
        await until(lambda: not child.running, f"{child.name} dies at {failpoint}")
        assert child.exit_code == -signal.SIGKILL, child.last_words()

    async def armed_now(self, service: str, role: str, failpoint: str) -> None:
        """Kill what is there, so that a process with a failpoint takes its place."""
        place = service, role
        before = self.children[place]
        self.armed[place] = failpoint
        before.kill()
        await until(lambda: self.children[place] is not before, f"{service} {role} is started")

    async def command(self, service: str, words: str) -> tuple[int, str]:
        """An operator's command to its end: its exit code, and what it said."""
        child = self.start(service, words)
        try:
            await until(lambda: not child.running, child.name)
        finally:
            child.kill()
        return child.exit_code or 0, child.last_words(20)

    async def is_up(self, service: str) -> bool:
        async with self.client(service) as client:
            try:
                return (await client.get("/health/live")).status_code == 200
            except httpx.HTTPError:
                return False

    # Servers

    async def restart_postgres(self) -> None:
        """`pg_ctl restart -m immediate`: no checkpoint, no goodbye to anybody."""
        child = self.postgres.child
        assert child is not None
        child.signal(signal.SIGQUIT)
        await until(lambda: not child.running, "PostgreSQL ends")
        child.start()
        await self.postgres_answers()

    async def postgres_answers(self) -> None:
        end = time.monotonic() + PATIENCE
        while not await asyncio.to_thread(self.postgres.answers):
            assert time.monotonic() < end, "PostgreSQL does not come back"
            await asyncio.sleep(0.1)

    async def restart_broker(self, down_for: float) -> None:
        """Kill it; the one in memory has forgotten everything when it comes back."""
        self.broker.kill()
        await asyncio.sleep(down_for)
        child = self.broker.child
        assert child is not None
        child.start()
        port = int(self.broker.bootstrap.rpartition(":")[2])
        end = time.monotonic() + PATIENCE
        while not await asyncio.to_thread(brokers.answers, port):
            assert time.monotonic() < end, "the broker does not come back"
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def connected(self, service: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        connection = await asyncpg.connect(self.postgres.url(service))
        try:
            yield connection
        finally:
            await connection.close()


def _keys(folder: Path) -> tuple[dict[str, object], dict[str, str]]:
    sign_in = auth.new_key("sign-in", "sign-in", {"writer": ["agency"]})
    own = {name: auth.new_service_key(name) for name in SERVICES}
    public = [auth.public_part(key) for key in (sign_in, *own.values())]
    (folder / "jwks.json").write_text(json.dumps({"keys": public}))
    environment = {"AUTH_JWKS": str(folder / "jwks.json")}
    for name, key in own.items():
        (folder / f"{name}.json").write_text(json.dumps(key))
        environment[f"SERVICE_KEY_{name.upper()}"] = str(folder / f"{name}.json")
    return sign_in, environment


@asynccontextmanager
async def grounded(folder: Path) -> AsyncIterator[Ground]:
    """Servers with migrated databases; no service runs yet."""
    sign_in, environment = _keys(folder)
    prefix, ports = f"chaos{uuid4().hex[:8]}.", {name: free_port() for name in SERVICES}
    server = Postgres(folder / "data", free_port(), folder / "postgres.log", settings=FORGETFUL)
    broker = new_broker(folder / "broker", folder / "broker.log")
    environment |= {
        "KAFKA_BOOTSTRAP": broker.bootstrap,
        "BROKER": broker.kind,
        "TOPIC_PREFIX": prefix,
        "PARTITIONS": str(PARTITIONS),
        "STOP_WITHIN_SECONDS": "5",
        "LOG_LEVEL": "info",
    }
    for name, port in ports.items():
        environment[f"PORT_{name.upper()}"] = str(port)
        environment[f"CONSUMER_PORT_{name.upper()}"] = "0"
        environment[f"PUBLISHER_PORT_{name.upper()}"] = "0"
        environment[f"SERVICE_URL_{name.upper()}"] = f"http://127.0.0.1:{port}"
    nursery = Nursery(folder / "nursery.log")
    ground = Ground(folder, server, broker, environment, sign_in, prefix, ports, nursery)
    try:
        nursery.open()
        server.start(within=PATIENCE)
        broker.start()
        for name, service in SERVICES.items():
            psql(server.url(), f"CREATE DATABASE {name}")
            await migrate(server.url(name), *runtime.migration_folders(service))
            psql(server.url(name), AUDIT)
        yield ground
    finally:
        nursery.close()
        broker.stop()
        server.stop()
        with suppress(OSError):
            postgres.forget(server.folder)
