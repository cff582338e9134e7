"""Listen on a port, inside a process that does other things too."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

import uvicorn
import uvloop
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.chassis.settings import CannotStart

T = TypeVar("T")
LARGEST_HEAD = 65_536


def run_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run a process's life on libuv's loop: half of what ours do is to wait for sockets."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


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


class Listener(HttpToolsProtocol):
    """One connection. The parser in C is fast, but holds a head of any length: here it ends."""

    _beside = 0
    """Bytes of the request under way that are not its body."""

    def data_received(self, data: bytes) -> None:
        self._beside += len(data)
        super().data_received(data)
        if self._beside > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_body(self, body: bytes) -> None:
        self._beside -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._beside = 0
        super().on_message_complete()


class Server(uvicorn.Server):
    """Uvicorn without its signal handlers: when to stop is decided by the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def server(app: ASGIApp, finish_within: float) -> Server:
    config = uvicorn.Config(
        app,
        http=Listener,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, int(finish_within)),
        timeout_keep_alive=30,
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
