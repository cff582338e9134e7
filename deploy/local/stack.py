"""The children of one stack: watched together, stopped in the reverse of the order they started."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.children import Child, Sorry


@dataclass(slots=True)
class Stack:
    """Groups of children; those of one group start and stop side by side."""

    folder: Path
    groups: list[list[Child]] = field(default_factory=list)

    def adopt(self, *children: Child) -> None:
        self.groups.append(list(children))
        self._note()

    def launch(self, *children: Child) -> None:
        """Start them side by side."""
        self.groups.append([])
        for child in children:
            child.start()
            self.groups[-1].append(child)
        self._note()

    def wait_until(self, true: Callable[[], bool], within: float, every: float = 0.1) -> None:
        until = time.monotonic() + within
        while not true():
            self.check()
            if time.monotonic() > until:
                raise Sorry(f"Not ready within {within:.0f} s; see {self.folder / 'logs'}.")
            time.sleep(every)

    def check(self) -> None:
        """Raise the obituary of the first child that is no longer there."""
        for group in self.groups:
            for child in group:
                if not child.running:
                    raise Sorry(child.obituary())

    def watch(self) -> None:
        while True:
            self.check()
            time.sleep(0.25)

    def stop(self, told: Callable[[str], None]) -> None:
        for group in reversed(self.groups):
            living = [child for child in group if child.running]
            if living:
                told(", ".join(child.name for child in living))
            for child in living:
                child.signal(child.stop_signal)
            for child in living:
                child.stop(within=20)
        self.groups.clear()
        (self.folder / "processes.json").unlink(missing_ok=True)

    def _note(self) -> None:
        """Write down who runs, for those who measure."""
        pids = {child.name: child.pid for group in self.groups for child in group}
        (self.folder / "processes.json").write_text(json.dumps(pids))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One stack per folder. The lock is the system's: it cannot be stale after a crash."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Sorry(
                f"The stack is already running (process {running_as(folder)}); "
                "`make down` stops it."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)


def running_as(folder: Path) -> int | None:
    """The process of the running stack; a pid that a crash left behind counts for nothing."""
    try:
        with (folder / "up.lock").open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(lock.read() or 0)
    except FileNotFoundError:
        pass
    return None
