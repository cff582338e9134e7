"""The processes that the nursery has borne, as the harness sees them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Process:
    """One process of a service."""

    name: str
    log: Path
    pid: int = 0
    exit_code: int | None = None
    born: threading.Event = field(default_factory=threading.Event)
    died: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        return self.exit_code is None

    def signal(self, number: signal.Signals) -> None:
        if self.running and self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self.died.wait(20), f"{self.name} does not die"

    def last_words(self, lines: int = 3) -> str:
        if not self.log.exists():
            return ""
        said = self.log.read_text(errors="replace").splitlines()
        return "\n".join(said[-lines:])

    def is_suspended(self) -> bool:
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text()
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] == "T"

    def resident_mib(self) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0


@dataclass(slots=True)
class Nursery:
    """Bears processes; what it reports is read by a thread."""

    log: Path
    _child: subprocess.Popen[bytes] | None = None
    _waiting: dict[str, Process] = field(default_factory=dict)
    _living: dict[int, Process] = field(default_factory=dict)

    def open(self) -> None:
        with self.log.open("ab") as errors:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.nursery"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        threading.Thread(target=self._listen, daemon=True).start()

    def start(
        self, name: str, service: str, arguments: Sequence[str], log: Path, env: Mapping[str, str]
    ) -> Process:
        assert self._child is not None
        assert self._child.stdin is not None
        process = self._waiting[name] = Process(name, log)
        order = {"name": name, "service": service, "arguments": list(arguments), "log": str(log)}
        self._child.stdin.write(json.dumps({**order, "env": dict(env)}).encode() + b"\n")
        self._child.stdin.flush()
        assert process.born.wait(120), f"{name} is not born; see {self.log}"
        return process

    def _listen(self) -> None:
        assert self._child is not None
        assert self._child.stdout is not None
        for line in self._child.stdout:
            what, *words = line.decode().split()
            if what == "born":
                process = self._waiting.pop(words[0])
                process.pid = int(words[1])
                self._living[process.pid] = process
                process.born.set()
            else:
                process = self._living.pop(int(words[0]))
                process.exit_code = int(words[1])
                process.died.set()

    def close(self) -> None:
        """Everybody ends: first the children, then the nursery."""
        for process in list(self._living.values()):
            process.signal(signal.SIGKILL)
        if self._child is not None and self._child.stdin is not None:
            end = time.monotonic() + 10
            while self._living and time.monotonic() < end:
                time.sleep(0.05)
            self._child.stdin.close()
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait(10)
            if self._child.stdout is not None:
                self._child.stdout.close()
