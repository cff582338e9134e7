"""The whole system as a newcomer starts it, in a folder and on ports of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.children import free_port
from deploy.local.layout import PORTS
from tests.support.sharing import ROOT

READY = "Ctrl-C stops everything"


@dataclass(frozen=True, slots=True)
class RunningSystem:
    folder: Path
    environment: dict[str, str]
    supervisor: subprocess.Popen[bytes]

    @property
    def portal(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT_PORTAL']}"

    @property
    def output(self) -> str:
        return (self.folder / "up.log").read_text()

    def run(self, *command: str) -> str:
        """What a command prints, run as a reader of the README would."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running(folder: Path, *, people: int) -> Iterator[RunningSystem]:
    """A system of its own, with a demonstration of that many people."""
    folder.mkdir(parents=True, exist_ok=True)
    ports = {f"PORT_{name.upper()}": str(free_port()) for name in PORTS}
    environment = {**os.environ, **ports, "LOCAL_FOLDER": str(folder), "PEOPLE": str(people)}
    with running_with(folder, environment) as system:
        yield system


@contextmanager
def running_with(folder: Path, environment: dict[str, str]) -> Iterator[RunningSystem]:
    """Start it, wait until it says that it is there, and stop it however the test ends."""
    log = folder / "up.log"
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.up"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    system = RunningSystem(folder, environment, supervisor)
    try:
        _await(system)
        yield system
    finally:
        supervisor.terminate()
        supervisor.wait(60)


def _await(system: RunningSystem) -> None:
    until = time.monotonic() + 300
    while READY not in system.output:
        assert system.supervisor.poll() is None, system.output
        assert time.monotonic() < until, system.output
        time.sleep(0.2)
