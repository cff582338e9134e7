"""What a process of a service stands on while it runs: opened once, closed in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
import httpx
import structlog

from services.chassis import postgres
from services.chassis.auth import ServiceTokens, Verifier, trusted_keys
from services.chassis.bell import Bell
from services.chassis.deciding import uuid7
from services.chassis.event_store import EventStore
from services.chassis.forgetting import Forgetting, nothing_more
from services.chassis.forgotten_list import ForgottenList
from services.chassis.plain_http import PlainTransport
from services.chassis.service import Service
from services.chassis.settings import CannotStart, ServiceSettings
from services.chassis.telemetry import Metrics
from services.chassis.tokens import OwnWrites
from services.chassis.vault import Vault

if TYPE_CHECKING:
    from services.chassis.postgres import Pool, Role

# Sealer, relay, projectors and hearing hold one each while they work; the rest is for the doors.
CONNECTIONS = {"api": 12, "consumer": 10, "publisher": 4, "operator": 4, "all": 18}
# Opening one takes longer than most questions, so a rush finds some open.
READY = {"api": 6, "all": 8}
CHASSIS_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Handed to `Service.build_deps`, which takes from it what commands and queries need."""

    settings: ServiceSettings
    pool: Pool
    store: EventStore
    vault: Vault | None
    forgetting: Forgetting | None
    verifier: Verifier
    http: Callable[[str], httpx.AsyncClient]
    own_writes: OwnWrites
    metrics: Metrics
    appended: Bell
    now: Callable[[], datetime]
    today: Callable[[], date]
    new_id: Callable[[], UUID]


@dataclass(slots=True)
class Clients:
    """One HTTP client per service that is called, with our token and the request's id."""

    urls: Mapping[str, str]
    tokens: ServiceTokens
    _open: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def to(self, service: str) -> httpx.AsyncClient:
        if service not in self.urls:
            raise CannotStart(f"SERVICE_URL_{service.upper()} is not set.")
        if service not in self._open:
            self._open[service] = httpx.AsyncClient(
                base_url=self.urls[service],
                auth=self.tokens.auth_for(service),
                timeout=httpx.Timeout(5, connect=2),
                event_hooks={"request": [_pass_request_id]},
                trust_env=False,
                transport=PlainTransport() if self.urls[service].startswith("http:") else None,
            )
        return self._open[service]

    async def close(self) -> None:
        for client in self._open.values():
            await client.aclose()


async def _pass_request_id(request: httpx.Request) -> None:
    known = structlog.contextvars.get_contextvars().get("request_id")
    if known:
        request.headers["X-Request-Id"] = known


@asynccontextmanager
async def opened(service: Service, settings: ServiceSettings, role: Role) -> AsyncIterator[Runtime]:
    """Open everything a role needs, or say in one sentence what is missing."""
    zone = _zone(settings)
    verifier = Verifier(service.name, trusted_keys(settings.auth_keys))
    clients = Clients(settings.service_urls, ServiceTokens.read(settings.service_key, service.name))
    keks = settings.key_encryption_keys()
    if not keks and any(stored.encrypted for stored in service.codec.stored):
        raise CannotStart(f"KEK_{service.name.upper()} is not set, and {service.name} seals texts.")
    appended = Bell()
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(reachable_pool(service, settings, role))
        stack.push_async_callback(clients.close)
        vault = Vault(pool, keks) if keks else None
        yield Runtime(
            settings=settings,
            pool=pool,
            store=EventStore(
                pool, service.codec, service=service.name, vault=vault, appended=appended.ring
            ),
            vault=vault,
            forgetting=_forgetting(service, settings, pool, vault),
            verifier=verifier,
            http=clients.to,
            own_writes=OwnWrites.of(service, pool, clients.to),
            metrics=Metrics(),
            appended=appended,
            now=lambda: datetime.now(UTC),
            today=lambda: datetime.now(zone).date(),
            new_id=uuid7,
        )


def _forgetting(
    service: Service, settings: ServiceSettings, pool: Pool, vault: Vault | None
) -> Forgetting | None:
    """Where nothing is sealed there is nothing to forget."""
    if vault is None:
        return None
    folder = settings.forgotten_folder
    listed = None if folder is None else ForgottenList(folder, service.name)
    return Forgetting(pool, vault, listed, service.forgets or nothing_more)


def _zone(settings: ServiceSettings) -> ZoneInfo:
    try:
        return ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CannotStart(f"TIME_ZONE: there is no time zone {settings.time_zone}.") from None


@asynccontextmanager
async def reachable_pool(
    service: Service, settings: ServiceSettings, role: Role
) -> AsyncIterator[Pool]:
    async with AsyncExitStack() as stack:
        try:
            connecting = postgres.pool(
                settings.database_url.get_secret_value(),
                role=role,
                size=CONNECTIONS[role],
                ready=READY.get(role),
            )
            pool = await stack.enter_async_context(connecting)
        except UNREACHABLE as error:
            raise unreachable(service, settings, error) from None
        yield pool


UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
    asyncpg.InternalClientError,
)


def unreachable(service: Service, settings: ServiceSettings, error: Exception) -> CannotStart:
    """The address without the password, and the kind of failure."""
    address = urlsplit(settings.database_url.get_secret_value())
    place = f"{address.hostname or 'the local socket'}:{_port(address.netloc)}{address.path}"
    return CannotStart(
        f"The database of {service.name} cannot be used at {place} ({type(error).__name__})."
        f" Is PostgreSQL running, and is DATABASE_URL_{service.name.upper()} right?"
    )


def _port(netloc: str) -> str:
    port = netloc.rpartition(":")[2]
    return port if port.isdigit() else "5432"


def migration_folders(service: Service) -> list[Path]:
    return [CHASSIS_MIGRATIONS, *([service.migrations] if service.migrations else [])]


async def missing_migrations(service: Service, pool: Pool) -> list[str]:
    """Which files have not run in this database."""
    try:
        rows = await pool.fetch("SELECT folder, name FROM migration")
    except asyncpg.UndefinedTableError:
        rows = []
    ran = {(row["folder"], row["name"]) for row in rows}
    wanted = [
        one for folder in migration_folders(service) for one in postgres.migrations_in(folder)
    ]
    return [f"{one.folder}/{one.name}" for one in wanted if (one.folder, one.name) not in ran]


async def built(service: Service, runtime: Runtime) -> Any:
    """The service's own bundle; `build_deps` may be an ordinary or an async function."""
    deps = service.build_deps(runtime)
    return await deps if isinstance(deps, Awaitable) else deps
