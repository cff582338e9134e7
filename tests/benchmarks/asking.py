"""A client that costs little: on two cores, whoever asks takes from whoever answers.

It speaks as much HTTP as the services' doors answer with: a length, and connections that stay.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

PATIENCE_SECONDS = 30
# The services let go of a connection that was silent for 30 seconds; ours is not used so late.
FRESH_SECONDS = 20


class NoAnswer(OSError):
    """The connection ended, or what came is not an answer of our doors."""


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: float = 0.0

    async def asked(self, request: bytes) -> tuple[int, bytes]:
        self.writer.write(request)
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            status, length = _read(head)
            body = await self.reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise NoAnswer("the connection ended") from error
        self.used = time.monotonic()
        return status, body


def _read(head: bytes) -> tuple[int, int]:
    """The status, and how long the body is.

    >>> _read(b"HTTP/1.1 200 OK\\r\\nContent-Length: 7\\r\\n\\r\\n")
    (200, 7)
    """
    first, *lines = head[:-4].split(b"\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(b":") for line in lines)}
    try:
        return int(first.split(b" ", 2)[1]), int(headers[b"content-length"])
    except (KeyError, IndexError, ValueError) as error:
        raise NoAnswer(f"not an answer of ours: {first[:60]!r}") from error


@dataclass(slots=True)
class Asking:
    """Requests to ports of the loopback, as many at once as are wanted."""

    _idle: dict[int, list[_Connection]] = field(default_factory=lambda: defaultdict(list))

    async def ask(
        self, port: int, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, bytes]:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        async with asyncio.timeout(PATIENCE_SECONDS):
            connection = await self._connection(port)
            try:
                answer = await connection.asked(request)
            except BaseException:
                connection.writer.close()
                raise
        self._idle[port].append(connection)
        return answer

    async def _connection(self, port: int) -> _Connection:
        while self._idle[port]:
            connection = self._idle[port].pop()
            if time.monotonic() - connection.used < FRESH_SECONDS:
                return connection
            connection.writer.close()
        return _Connection(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.writer.close()
