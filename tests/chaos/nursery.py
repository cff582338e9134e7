"""Starts processes quickly: everything is imported once, and each process begins as a fork.

A line on standard input is an order; each birth and each death is a line on standard output. The
children are as apart as any processes: they share nothing and die with the nursery.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from typing import Any

# What the roles import when they begin.
import services.chassis.fetching
import services.chassis.hearing
import services.chassis.reactor
import services.chassis.rebuilding
import services.chassis.relay
import services.chassis.sealing  # noqa: F401
from contracts import registry  # noqa: F401
from deploy.local.children import _die_with
from services.chassis import failpoints
from services.chassis.running import run
from tests.chaos import listener, source

SERVICES = {"source": source.SERVICE, "listener": listener.SERVICE}


def main() -> None:
    pending = b""
    while True:
        ready, _, _ = select.select([0], [], [], 0.05)
        if ready:
            read = os.read(0, 65536)
            if not read:
                return
            *lines, pending = (pending + read).split(b"\n")
            for line in lines:
                _birth(json.loads(line))
        _deaths()


def _birth(order: dict[str, Any]) -> None:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _live(order, parent)
    print("born", order["name"], pid, flush=True)


def _deaths() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        print("died", pid, os.waitstatus_to_exitcode(status), flush=True)


def _live(order: dict[str, Any], parent: int) -> None:
    os.setsid()
    tie = _die_with(parent, signal.SIGKILL)
    if tie is not None:
        tie()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["env"])
    failpoints.arm(os.environ.get("FAILPOINT", ""))
    code = 1
    try:
        run(SERVICES[order["service"]], order["arguments"])
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
