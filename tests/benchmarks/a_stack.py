"""The whole local stack as `make up` runs it, in a folder of its own and on free ports."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from deploy.local import memory, postgres
from deploy.local.children import Sorry, free_port
from deploy.local.keys import Keys
from deploy.local.layout import PORTS, ROOT
from deploy.local.token import token
from tests.benchmarks.asking import Asking
from tests.benchmarks.measuring import cpu_of
from tests.support.eventually import eventually

STARTED = "Ctrl-C stops everything"
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AStack:
    """A running stack, and a client beside it."""

    folder: Path
    environment: dict[str, str]
    client: Asking
    tokens: dict[tuple[str, str], str]

    async def ask(
        self, role: str, service: str, path: str, body: Plain | None = None, after: str = ""
    ) -> Plain:
        """One request; `after` is the token of a command whose effect is waited for."""
        headers = {"Authorization": f"Bearer {self._token(role, service)}"}
        if after:
            headers["Jenjang-After"] = after
        port = int(self.environment[f"PORT_{service.upper()}"])
        method = "GET" if body is None else "POST"
        sent = b"" if body is None else orjson.dumps(body)
        status, answer = await self.client.ask(port, method, path, headers, sent)
        if not 200 <= status < 300:
            raise Sorry(f"{method} {service}{path}: {status} {answer[:200].decode()}")
        said: Plain = orjson.loads(answer)
        return said

    def _token(self, role: str, service: str) -> str:
        if (role, service) not in self.tokens:
            keys = Keys(self.folder / "keys")
            self.tokens[role, service] = token(keys, role, service)
        return self.tokens[role, service]

    def held(self) -> dict[str, int]:
        """Bytes that each process holds."""
        return memory.measured(self.folder)

    def pids(self) -> list[int]:
        return list(self._processes().values())

    def used(self) -> dict[str, float]:
        """Seconds of CPU that each process has used."""
        return {name: cpu_of(pid) for name, pid in self._processes().items()}

    def _processes(self) -> dict[str, int]:
        pids: dict[str, int] = json.loads((self.folder / "processes.json").read_text())
        return pids

    async def operate(self, service: str, command: str) -> tuple[int, str]:
        """An operator's command: its exit code and what it says."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local.operate", service, command),
            cwd=ROOT,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@asynccontextmanager
async def a_stack(people: int) -> AsyncIterator[AStack]:
    """Started with so many people, stopped and forgotten afterwards."""
    folder = _folder()
    ports = {f"PORT_{name.upper()}": str(free_port()) for name in PORTS}
    environment = {**os.environ, **ports, "LOCAL_FOLDER": str(folder), "PEOPLE": str(people)}
    told = folder / "up.txt"
    with told.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local.up"),
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
        )
    try:
        await _started(process, told)
        with closing(Asking()) as client:
            yield AStack(folder, environment, client, {})
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        postgres.forget(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="jenjang-bench-stack-"))
    folder.chmod(0o755)
    return folder


async def _started(process: asyncio.subprocess.Process, told: Path) -> None:
    def has_started() -> bool:
        if process.returncode is not None:
            raise Sorry(f"The stack did not start: {told.read_text()[-500:]}")
        return STARTED in told.read_text()

    await eventually(has_started, within=900, every=0.2)
