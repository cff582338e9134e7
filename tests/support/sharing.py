"""One server for all workers of a test run, for as long as one of them needs it.

Whoever comes first starts a keeper; the keeper starts the server. Each user holds a shared lock
that the operating system drops when the user ends, however it ends. When nobody holds it any more,
the keeper stops the server, removes its folder and ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
ADDRESS = "address.json"
USERS = "users.lock"


def run_folder(run_id: str) -> Path:
    folder = Path(tempfile.gettempdir()) / f"jenjang-tests-{run_id}"
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


@contextmanager
def shared(what: str, run_id: str) -> Iterator[dict[str, str]]:
    """The address of the run's one `what` ("postgres" or "broker")."""
    folder = run_folder(run_id) / what
    folder.mkdir(exist_ok=True)
    with (folder / USERS).open("w") as users, (folder / "start.lock").open("w") as start:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(start, fcntl.LOCK_EX)
        if not (folder / ADDRESS).exists():
            _start_keeper(what, folder)
        address: dict[str, str] = json.loads((folder / ADDRESS).read_text())
        fcntl.flock(start, fcntl.LOCK_UN)
        yield address


def _start_keeper(what: str, folder: Path) -> None:
    log = folder / "keeper.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", what, str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + 300  # the first Apache Kafka is downloaded
    while not (folder / ADDRESS).exists():
        if keeper.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"no {what} for the tests:\n{log.read_text()}")
        time.sleep(0.02)
    # The keeper outlives whoever started it; it is not ours to wait for.
    keeper.returncode = 0


def forget_run(run_id: str) -> None:
    """Wait until the keepers have cleaned up behind themselves, then remove what is left."""
    folder = Path(tempfile.gettempdir()) / f"jenjang-tests-{run_id}"
    for lock in folder.glob(f"*/{USERS}"):
        until = time.monotonic() + 30
        while (lock.parent / ADDRESS).exists() and time.monotonic() < until:
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def nobody_uses(folder: Path) -> bool:
    """Take the users' lock for good, if nobody holds it."""
    users = os.open(folder / USERS, os.O_RDWR)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(users)
        return False
    return True
