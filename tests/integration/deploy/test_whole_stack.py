"""The whole stack started, stopped, started again, and losing a service."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.local.children import free_port
from deploy.local.keys import Keys
from deploy.local.layout import PORTS
from deploy.local.token import token
from tests.support.sharing import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole stack")]

SOMEBODY = {
    "number": "199001012020011001",
    "name": "Somebody Invented",
    "birth_date": "1990-01-01",
    "sex": "M",
    "employment": "PNS",
    "registered_on": "2020-01-01",
}


@dataclass(frozen=True, slots=True)
class Running:
    folder: Path
    supervisor: subprocess.Popen[bytes]
    profile: httpx.Client

    @property
    def output(self) -> str:
        return (self.folder / "up.txt").read_text()

    @property
    def pids(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self.folder / "processes.json").read_text())
        return found


@contextmanager
def running(folder: Path, environment: dict[str, str]) -> Iterator[Running]:
    """Until it says that it is there; stopped however the test ends."""
    with (folder / "up.txt").open("w") as told:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.up"],
            cwd=ROOT,
            env=environment,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    try:
        _await(folder / "up.txt", supervisor)
        signed = {"Authorization": f"Bearer {token(Keys(folder / 'keys'), 'officer', 'profile')}"}
        url = f"http://127.0.0.1:{environment['PORT_PROFILE']}"
        with httpx.Client(base_url=url, headers=signed, timeout=30) as profile:
            yield Running(folder, supervisor, profile)
    finally:
        supervisor.terminate()
        supervisor.wait(60)


def _await(told: Path, supervisor: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 180
    while "Ctrl-C stops everything" not in told.read_text():
        assert supervisor.poll() is None, told.read_text()
        assert time.monotonic() < until, told.read_text()
        time.sleep(0.1)


def _people(stack: Running) -> list[dict[str, str]]:
    """Somebody is listed once their registration is sealed, which waits for the listeners' word."""
    until = time.monotonic() + 30
    while True:
        people: list[dict[str, str]] = stack.profile.get("/people").json()["people"]
        if people or time.monotonic() > until:
            return people
        time.sleep(0.2)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_was_recorded_is_kept_and_a_killed_service_is_one_sentence(tmp_path: Path) -> None:
    ports = {f"PORT_{name.upper()}": str(free_port()) for name in PORTS}
    environment = {**os.environ, **ports, "LOCAL_FOLDER": str(tmp_path), "DEMO": "0"}
    with running(tmp_path, environment) as first:
        registered = first.profile.post("/people", json=SOMEBODY)
        assert registered.status_code == 201, registered.text
        pids = first.pids
        first.supervisor.send_signal(signal.SIGINT)
        assert first.supervisor.wait(60) == 0
        assert [name for name, pid in pids.items() if alive(pid)] == []

    with running(tmp_path, environment) as second:
        assert [person["name"] for person in _people(second)] == ["Somebody Invented"]
        pids = second.pids
        os.kill(pids["career"], signal.SIGKILL)
        assert second.supervisor.wait(60) == 1
        assert "✗ career was killed by SIGKILL" in second.output
        assert "Traceback" not in second.output
        assert [name for name, pid in pids.items() if alive(pid)] == []
