"""Processes we start: each dies with us, says its last words, and is stopped in good order."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1


class Sorry(Exception):
    """Something that the person at the keyboard can put right; the message is the one sentence."""


@dataclass(slots=True)
class Child:
    """One process of ours, with a log of its own.

    `last_signal` is what the kernel sends it if we die without a word; `None` lets it outlive us.
    """

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    last_signal: signal.Signals | None = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = None
    _log_start: int = 0

    def start(self) -> None:
        """Start it. Call from the main thread: the kernel ties a child to the starting thread."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                env={**os.environ, **self.env},
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.user,
                group=group_of(self.user),
                extra_groups=[] if self.user else None,
                start_new_session=True,  # Ctrl-C is ours to pass on, in our order
                preexec_fn=_die_with(os.getpid(), self.last_signal),
            )

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was never started"
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self, within: float = 10) -> None:
        """Ask it to stop; insist when it does not."""
        if not self.running:
            return
        self.signal(self.stop_signal)
        if not self.ended(within):
            self.kill()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.ended(10)

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def ended(self, within: float) -> bool:
        assert self.process is not None
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def last_words(self, lines: int = 1) -> str:
        """The end of what it logged since it was last started."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            said = [line.strip() for line in log.read().decode(errors="replace").splitlines()]
        return "\n".join([line for line in said if line][-lines:])

    def await_ready(self, ready: Callable[[], bool], within: float = 30) -> None:
        """Wait until it answers; whatever interrupts the wait does not leave it behind."""
        until = time.monotonic() + within
        try:
            while not ready():
                if not self.running:
                    raise Sorry(self.obituary())
                if time.monotonic() > until:
                    raise Sorry(f"{self.name} gave no answer for {within:.0f} s; see {self.log}.")
                time.sleep(0.05)
        except BaseException:
            self.stop()
            raise

    def obituary(self) -> str:
        code = self.exit_code or 0
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        words = self.last_words()
        return f"{self.name} {how}" + (f": {words}" if words else "") + f" (log: {self.log})."


def group_of(user: str | None) -> int | None:
    if user is None:
        return None
    return pwd.getpwnam(user).pw_gid


def _die_with(parent: int, number: signal.Signals | None) -> Callable[[], None] | None:
    """What runs in the child before its program: tie its life to ours (Linux)."""
    if number is None or not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # we died while the child was being born
            os._exit(1)

    return tie


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
