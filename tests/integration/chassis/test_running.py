"""A process: how it starts, what keeps it from starting, and how it stops."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from deploy.local.children import free_port
from services.chassis import auth, commanding
from services.chassis.commanding import migrate
from services.chassis.roles import run_role
from services.chassis.settings import CannotStart, read
from tests.support.eventually import eventually
from tests.support.sample_service import SERVICE, Settings

SIGN_IN = auth.new_key("sign-in", "sign-in", {"writer": ["agency"]})
OWN = auth.new_service_key("sample")


@dataclass(frozen=True)
class Place:
    """Where a sample service runs: its settings, and a client with a token for it."""

    settings: Settings
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def client(self) -> httpx.AsyncClient:
        token = auth.issue(
            SIGN_IN,
            audience="sample",
            subject=str(uuid4()),
            role="writer",
            agency="demo",
            scope="agency",
        )
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=20)


@pytest.fixture
def place(database: str, tmp_path: Path) -> Place:
    """An empty database, keys, a free port, and a broker that is not there."""
    jwks = {"keys": [auth.public_part(SIGN_IN), auth.public_part(OWN)]}
    (tmp_path / "jwks.json").write_text(json.dumps(jwks))
    (tmp_path / "own.json").write_text(json.dumps(OWN))
    environment = {
        "DATABASE_URL_SAMPLE": database,
        "KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
        "PORT_SAMPLE": str(free_port()),
        "AUTH_JWKS": str(tmp_path / "jwks.json"),
        "SERVICE_KEY_SAMPLE": str(tmp_path / "own.json"),
        "STOP_WITHIN_SECONDS": "5",
    }
    settings = Settings(
        database_url=database,
        kafka_bootstrap=environment["KAFKA_BOOTSTRAP"],
        port=int(environment["PORT_SAMPLE"]),
        auth_keys=tmp_path / "jwks.json",
        service_key=tmp_path / "own.json",
        stop_within_seconds=5,
    )
    return Place(settings, environment)


async def started(place: Place, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.sample_service",
        *arguments,
        env={**os.environ, **place.environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def said(place: Place, *arguments: str) -> tuple[int, str, str]:
    """What a process answers that ends by itself."""
    process = await started(place, *arguments)
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def is_ready(place: Place) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        async with place.client() as client:
            try:
                return (await client.get("/health/ready")).status_code == 200
            except httpx.TransportError:
                return False

    return ask


@asynccontextmanager
async def running(place: Place, role: str = "all") -> AsyncIterator[asyncio.Event]:
    """The service in this process, until the block ends."""
    stopping = asyncio.Event()
    task = asyncio.create_task(run_role(SERVICE, place.settings, role, stopping))
    ready = is_ready(place)

    async def started_or_failed() -> bool:
        return task.done() or await ready()

    try:
        await eventually(started_or_failed, within=60)
        if task.done():
            await task
        yield stopping
    finally:
        stopping.set()
        await asyncio.wait_for(task, 20)


@pytest.fixture
async def migrated_place(place: Place) -> Place:
    await migrate(SERVICE, place.settings)
    return place


async def test_a_life_from_start_to_stop(migrated_place: Place) -> None:
    """One process, all roles: ready, asked twice, told to stop with a request under way."""
    process = await started(migrated_place, "all")
    try:
        await eventually(is_ready(migrated_place), within=90)
        async with migrated_place.client() as client:
            subject = uuid4()
            first = await client.post(f"/counters/{subject}", json={"step": "a"})
            again = await client.post(f"/counters/{subject}", json={"step": "a"})
            other = await client.post(f"/counters/{subject}", json={"step": "a", "by": 2})
            assert first.json() == {"token": f"sample~counter-{subject}~1"}
            assert first.headers["jenjang-token"] == first.json()["token"]
            assert (again.status_code, again.json()) == (200, first.json())
            assert other.json()["type"] == "urn:jenjang:problem:same-id-other-body"
            slow = asyncio.create_task(client.get("/slow", params={"seconds": 1}))
            await asyncio.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            assert (await slow).json() == {"slept": True}
        out, err = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0, err.decode()
        lines = [json.loads(line) for line in out.decode().splitlines()]
        assert [line["event"] for line in lines if line["event"] in ("started", "stopped")] == [
            "started",
            "stopped",
        ]
        assert err == b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_what_an_operator_says_is_answered(place: Place) -> None:
    code, out, _ = await said(place, "migrate")
    assert (code, out.splitlines()[0]) == (0, "chassis/0001_event_store.sql")
    assert await migrate(SERVICE, place.settings) == 0
    assert (await said(place, "hello", "world"))[:2] == (0, "hello world\n")


async def test_an_operator_is_told_what_is_found(
    migrated_place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    async def told(verb: str, **more: str) -> tuple[int, str]:
        given = argparse.Namespace(verb=verb, **more)
        code = await commanding.run(SERVICE, migrated_place.settings, given)
        return code, capsys.readouterr().out

    assert await told("parked") == (0, "Nothing is parked.\n")
    assert (await told("release"))[0] == 0
    code, report = await told("reconcile")
    assert (code, json.loads(report)["whole"]) == (0, True)
    with pytest.raises(CannotStart, match="There is no projection board"):
        await told("rebuild", projection="board")


async def test_a_port_in_use_is_one_sentence(migrated_place: Place) -> None:
    with socket.create_server(("127.0.0.1", migrated_place.settings.port)):
        code, out, err = await said(migrated_place, "api")
    assert (code, out) == (2, "")
    assert err == (
        f"sample cannot start. Port {migrated_place.settings.port} on 127.0.0.1"
        " is in use by another process.\n"
    )


async def test_a_database_that_was_not_migrated_is_one_sentence(place: Place) -> None:
    with pytest.raises(CannotStart, match=r"lacks \d+ migrations .*main migrate"):
        await run_role(SERVICE, place.settings, "api", asyncio.Event())


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"database_url": "postgresql://x:hunter2@127.0.0.1:1/sample"}, "127.0.0.1:1/sample"),
        ({"database_url": "not a url"}, "cannot be used"),
        ({"auth_keys": None}, "AUTH_JWKS is not set"),
        ({"service_key": None}, "SERVICE_KEY_SAMPLE is not set"),
        ({"service_key": Path("/nowhere")}, "SERVICE_KEY_SAMPLE: /nowhere cannot be read"),
        ({"time_zone": "Asia/Nowhere"}, "no time zone Asia/Nowhere"),
        ({"keks": "short"}, "KEK"),
        ({"host": "192.0.2.1"}, "Port"),
    ],
)
async def test_what_keeps_it_from_starting_is_one_sentence(
    place: Place, changed: dict[str, object], sentence: str
) -> None:
    given = {**place.settings.model_dump(), **changed}
    with pytest.raises(CannotStart, match=sentence) as refusal:
        await run_role(SERVICE, read(Settings, **given), "api", asyncio.Event())
    assert "hunter2" not in str(refusal.value)


async def test_a_database_that_does_not_exist_is_one_sentence(place: Place) -> None:
    url = place.environment["DATABASE_URL_SAMPLE"].rpartition("/")[0] + "/nowhere"
    given = {**place.settings.model_dump(), "database_url": url}
    with pytest.raises(CannotStart, match=r"/nowhere .InvalidCatalogNameError"):
        await run_role(SERVICE, read(Settings, **given), "api", asyncio.Event())


@pytest.mark.parametrize("role", ["consumer", "publisher"])
async def test_roles_apart_answer_for_their_health_alone(migrated_place: Place, role: str) -> None:
    changed = {f"{role}_port": migrated_place.settings.port}
    settings = read(Settings, **{**migrated_place.settings.model_dump(), **changed})
    assert isinstance(settings, Settings)
    place = Place(settings, migrated_place.environment)
    async with running(place, role), place.client() as client:
        assert (await client.get("/metrics")).status_code == 200
        assert (await client.post("/counters/1", json={"step": "a"})).status_code == 404
        assert (await client.get("/log/heads")).status_code == 404


async def test_a_database_that_goes_away_is_said_and_survived(
    migrated_place: Place, database: str
) -> None:
    """Everything answers 503 and nothing falls over; when it is back, all is well."""
    name = database.rpartition("/")[2].partition("?")[0]
    elsewhere = await asyncpg.connect(database.replace(f"/{name}", "/postgres"))
    async with running(migrated_place), migrated_place.client() as client:
        try:
            await elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            await elsewhere.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
            )

            async def says_so() -> bool:
                ready = await client.get("/health/ready")
                return ready.status_code == 503 and ready.json().get("ready") is False

            await eventually(says_so)  # whoever is cut off in the middle says only "unavailable"
            refused = await client.post(f"/counters/{uuid4()}", json={"step": "a"})
            assert refused.status_code == 503
            assert refused.json()["type"] == "urn:jenjang:problem:unavailable"
            assert (await client.get("/health/live")).status_code == 200
        finally:
            await elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            await elsewhere.close()
        await eventually(is_ready(migrated_place), within=10)
        done = await client.post(f"/counters/{uuid4()}", json={"step": "a"})
        assert done.status_code == 200


async def test_another_services_door_takes_only_services(migrated_place: Place) -> None:
    own = auth.ServiceTokens(OWN, "sample")
    async with running(migrated_place), migrated_place.client() as client:
        assert (await client.get("/log/heads")).status_code == 403

        async def heads() -> bool:
            answer = await client.get("/log/heads", auth=own.auth_for("sample"))
            return answer.status_code == 200

        await eventually(heads, within=10)
