"""The whole system as `make up` runs it, with a small demonstration, and a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from deploy.local.children import free_port
from deploy.local.layout import PORTS, ROOT
from deploy.local.postgres import psql, url_at

STARTED = "Ctrl-C stops everything"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class System:
    """A running local stack: where its portal is, and how to run a command beside it."""

    folder: Path
    environment: dict[str, str]

    @property
    def portal(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT_PORTAL']}"

    def run(self, *arguments: str) -> str:
        """What a command of the README prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def alter(self, service: str, statement: str) -> None:
        """What somebody may do to rows who owns the server."""
        password = (self.folder / "keys" / "postgres.password").read_text()
        port = int(self.environment["PORT_POSTGRES"])
        url = url_at(port, service, user="postgres", password=password)
        psql(url, f"SET session_replication_role = replica; {statement}")

    def story(self, key: str) -> dict[str, Any]:
        file = self.folder / "demonstration" / "files" / "stories.json"
        return next(one for one in orjson.loads(file.read_bytes()) if one["key"] == key)


@pytest.fixture(scope="package")
def system() -> Iterator[System]:
    """Started once for this folder's tests, on free ports, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="jenjang-e2e-"))
    folder.chmod(0o755)
    ports = {f"PORT_{name.upper()}": str(free_port()) for name in PORTS}
    environment = {**os.environ, **ports, "LOCAL_FOLDER": str(folder), "PEOPLE": "40"}
    with (folder / "up.txt").open("w+") as told:
        stack = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.up"],
            cwd=ROOT,
            env=environment,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        try:
            _await_started(stack, folder / "up.txt")
            yield System(folder, environment)
        finally:
            stack.terminate()
            stack.wait(timeout=60)
    shutil.rmtree(folder, ignore_errors=True)


def _await_started(stack: subprocess.Popen[bytes], told: Path) -> None:
    for _ in range(900):
        if STARTED in told.read_text():
            return
        try:
            stack.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
        break
    logs = sorted(told.parent.glob("logs/*.log"))
    tails = [f"== {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs]
    pytest.fail("\n".join([told.read_text(), *tails]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Let go of before any other test: its event loop would be in the way of theirs."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, system: System) -> Iterator[Page]:
    """A fresh visitor. Whatever the browser complains about fails the test."""
    context = browser.new_context(base_url=system.portal, locale="id-ID")
    visitor = context.new_page()
    visitor.set_default_timeout(30_000)
    complaints: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        # A page that answers 403 or 404 is an answer; the browser reports it as an error.
        if said.type == "error" and "status of 40" not in said.text:
            complaints.append(said.text)

    visitor.on("console", heard)

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the visitor went elsewhere meanwhile
            complaints.append(f"not loaded: {request.url}")

    visitor.on("requestfailed", failed)
    yield visitor
    context.close()
    assert complaints == []
