"""Start a service: `python -m services.<name>.main <role or command>`.

Whatever keeps a process from starting is said in one sentence, with exit code 2.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from services.chassis import commanding, telemetry
from services.chassis.roles import ROLES, run_role
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.serving import run_loop
from services.chassis.settings import CannotStart, ServiceSettings, read

__all__ = ["Runtime", "run"]

CANNOT_START = 2
DID_NOT_STOP = 3
LOG = telemetry.log("chassis.running")


def run(service: Service, arguments: Sequence[str] | None = None) -> None:
    """What every `main.py` ends with."""
    given = _parser(service).parse_args(arguments)
    try:
        sys.exit(_start(service, given))
    except CannotStart as reason:
        failed = "cannot start." if given.verb in ROLES else f"cannot {given.verb}."
        print(f"{service.name} {failed} {reason}", file=sys.stderr)  # noqa: T201
        sys.exit(CANNOT_START)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser(service: Service) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name}.main")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="ROLE|COMMAND")
    for role, says in ROLES.items():
        verbs.add_parser(role, help=says)
    for command in commanding.COMMANDS:
        command.declare(verbs.add_parser(command.name, help=command.says))
    for name, function in service.operator_commands.items():
        own = verbs.add_parser(name, help=(function.__doc__ or "").partition("\n")[0])
        own.add_argument("arguments", nargs="*")
    return parser


def _start(service: Service, given: argparse.Namespace) -> int:
    for command in commanding.COMMANDS:
        if command.name == given.verb and command.needs_no_settings:
            return command.run_bare(service)
    settings = read(service.settings)
    is_role = given.verb in ROLES
    level = settings.log_level if is_role else "warning"
    stream = sys.stdout if is_role else sys.stderr
    telemetry.configure(service.name, given.verb, level, stream)
    if is_role:
        return _until_stopped(run_role, service, settings, given.verb)
    return asyncio.run(commanding.run(service, settings, given))


def _until_stopped(
    role: Callable[[Service, ServiceSettings, str, asyncio.Event], Awaitable[None]],
    service: Service,
    settings: ServiceSettings,
    name: str,
) -> int:
    """One signal stops gracefully, within a bound; a second one, or the bound, ends at once."""

    async def main() -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for wish in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(wish, _stop, stopping, settings.stop_within_seconds)
        await role(service, settings, name, stopping)

    return _exit_code(main())


def _stop(stopping: asyncio.Event, within: float) -> None:
    if stopping.is_set():
        os._exit(DID_NOT_STOP)
    LOG.info("stopping", within_seconds=within)
    stopping.set()
    asyncio.get_running_loop().call_later(within + 5, _give_up)


def _give_up() -> None:
    """A library that will not stop (a Kafka client may hang) does not keep the process."""
    LOG.error("did not stop in time; what was not committed is done again at the next start")
    os._exit(DID_NOT_STOP)


def _exit_code(main: Coroutine[Any, Any, None]) -> int:
    try:
        run_loop(main)
    except* CannotStart as group:
        raise _first(group) from None
    return 0


def _first(group: BaseExceptionGroup[CannotStart]) -> CannotStart:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, CannotStart)
    return found
