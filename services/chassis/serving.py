"""Listen on a port, inside a process that does other things too."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Generator

import uvicorn
from starlette.types import ASGIApp

from services.chassis.settings import CannotStart


def listening(host: str, port: int) -> socket.socket:
    """A bound socket, so that a port in use is noticed before anything else begins."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        why = {
            errno.EADDRINUSE: "is in use by another process",
            errno.EACCES: "may not be used by this user",
        }.get(error.errno or 0, f"cannot be used ({error.strerror})")
        raise CannotStart(f"Port {port} on {host} {why}.") from None
    except OverflowError:
        bound.close()
        raise CannotStart(f"There is no port {port}.") from None
    bound.setblocking(False)
    return bound


class Server(uvicorn.Server):
    """Uvicorn without its signal handlers: when to stop is decided by the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def server(app: ASGIApp, finish_within: float) -> Server:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, int(finish_within)),
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=65_536,
    )
    return Server(config)


async def serve_until(stopping: asyncio.Event, serving: Server, bound: socket.socket) -> None:
    """Answer until told to stop; then accept nothing new and finish what has begun."""

    async def stop() -> None:
        await stopping.wait()
        serving.should_exit = True

    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(stop())
        await serving.serve(sockets=[bound])
        waiting.cancel()
