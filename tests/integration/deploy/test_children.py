"""Whatever happens to us, to a child or to a port: one clear sentence, and nobody left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from deploy.local.children import Child, Sorry, free_port
from deploy.local.postgres import Postgres
from deploy.local.stack import Stack, alone, running_as
from tests.support.eventually import eventually
from tests.support.sharing import ROOT

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)",
]


def a_child(folder: Path, command: list[str], name: str = "sleeper") -> Child:
    return Child(name=name, command=command, log=folder / f"{name}.log")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_child_is_reported_by_name_and_signal(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    child = a_child(tmp_path, SLEEPS)
    stack.launch(child)
    child.signal(signal.SIGKILL)
    with pytest.raises(Sorry, match="sleeper was killed by SIGKILL"):
        stack.watch()
    stack.stop(lambda _: None)


def test_a_child_that_ends_is_reported_with_its_last_words(tmp_path: Path) -> None:
    child = a_child(tmp_path, [sys.executable, "-c", "raise SystemExit('the port is taken')"])
    child.start()
    with pytest.raises(Sorry, match="sleeper ended with 1: the port is taken"):
        child.await_ready(lambda: False)


def test_a_child_that_stays_mute_is_given_up_and_gone(tmp_path: Path) -> None:
    child = a_child(tmp_path, SLEEPS)
    child.start()
    with pytest.raises(Sorry, match="gave no answer"):
        child.await_ready(lambda: False, within=0.1)
    assert not alive(child.pid)


def test_a_child_that_will_not_stop_is_stopped(tmp_path: Path) -> None:
    child = a_child(tmp_path, DEAF)
    child.start()
    child.await_ready(lambda: "deaf" in child.last_words())
    child.stop(within=0.2)
    assert child.exit_code == -signal.SIGKILL


def test_the_last_to_start_is_the_first_to_stop(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    for name in ("first", "second", "third"):
        stack.launch(a_child(tmp_path, SLEEPS, name))
    told: list[str] = []
    stack.stop(told.append)
    assert told == ["third", "second", "first"]


async def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from deploy.local.children import Child;"
        f"c = Child('c', {SLEEPS!r}, Path(sys.argv[1])); c.start();"
        "print(c.pid, flush=True); time.sleep(60)"
    )
    supervisor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path / "log")),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert supervisor.stdout is not None
    child = int(await supervisor.stdout.readline())
    assert alive(child)
    supervisor.kill()
    await supervisor.wait()
    await eventually(lambda: not alive(child), within=5)


def test_two_stacks_do_not_share_a_folder(tmp_path: Path) -> None:
    with alone(tmp_path):
        assert running_as(tmp_path) == os.getpid()
        with (
            pytest.raises(Sorry, match=f"already running .process {os.getpid()}."),
            alone(tmp_path),
        ):
            pass
    assert running_as(tmp_path) is None


def test_what_a_crash_left_in_the_lock_does_not_block_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "up.lock").write_text(str(os.getpid()))
    assert running_as(tmp_path) is None
    with alone(tmp_path):
        pass


def test_postgres_starts_although_its_old_pid_belongs_to_a_stranger(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", free_port(), tmp_path / "postgres.log")
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data}\n")
    server.start()
    assert server.answers()
    server.stop()
