"""What carries our requests from service to service: HTTP/1.1 without TLS, read by a parser in C.

httpx goes on asking; this stands where its own transport stood, which took two thirds of what a
question cost. An answer is held whole. A connection that was silent for long is not used again,
for the other side may be about to let go of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast

import httptools
import httpx

FRESH_SECONDS: Final = 20.0
Place = tuple[str, int]


class _Line(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self.used = time.monotonic()
        self.is_open = True
        self.reusable = False
        self._transport: asyncio.Transport | None = None
        self._parser: Any = None
        self._answer: asyncio.Future[httpx.Response] | None = None
        self._patience: asyncio.Timeout | None = None
        self._seconds: float | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []

    async def ask(self, request: bytes, seconds: float | None) -> httpx.Response:
        """Send it and wait for the answer, no longer than `seconds` for any part of it."""
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._headers, self._body, self._answer = [], [], loop.create_future()
        self._seconds, self.reusable = seconds, False
        if not self.is_open:
            raise httpx.ReadError("the connection ended")
        async with asyncio.timeout(seconds) as self._patience:
            self._transport.write(request)
            return await self._answer

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.close()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # libuv's has no such base

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked
            return
        if self._seconds is not None and self._patience and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time() + self._seconds)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(httpx.RemoteProtocolError(str(error)))

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(httpx.ReadError("the connection ended"))

    def _fail(self, error: httpx.HTTPError) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    # What the parser tells

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        assert self._answer is not None
        self.used, self.reusable = time.monotonic(), self._parser.should_keep_alive()
        if not self._answer.done():
            body = httpx.ByteStream(b"".join(self._body))
            status = self._parser.get_status_code()
            self._answer.set_result(httpx.Response(status, headers=self._headers, stream=body))


@dataclass(slots=True)
class PlainTransport(httpx.AsyncBaseTransport):
    """Connections that stay, to whatever plain addresses are asked."""

    _idle: dict[Place, list[_Line]] = field(default_factory=dict)

    async def carried(self, request: httpx.Request) -> httpx.Response:
        url, patience = request.url, request.extensions.get("timeout", {})
        if url.scheme != "http" or request.method == "HEAD":
            raise httpx.UnsupportedProtocol(f"{request.method} {url.scheme}")
        place = url.host, url.port or 80
        said = _spelled(request) + await request.aread()
        with _as_httpx():
            line = self._free(place) or await _connected(place, patience.get("connect"))
            try:
                answer = await line.ask(said, patience.get("read"))
            except BaseException:
                line.close()
                raise
        if line.reusable and line.is_open:
            self._idle.setdefault(place, []).append(line)
        else:
            line.close()
        return answer

    handle_async_request = carried  # httpx's word for it

    def _free(self, place: Place) -> _Line | None:
        lines = self._idle.get(place, [])
        while lines:
            line = lines.pop()
            if line.is_open and time.monotonic() - line.used < FRESH_SECONDS:
                return line
            line.close()
        return None

    async def aclose(self) -> None:
        for lines in self._idle.values():
            for line in lines:
                line.close()
        self._idle.clear()


async def _connected(place: Place, seconds: float | None) -> _Line:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            _, line = await loop.create_connection(_Line, *place)
    except TimeoutError:
        raise httpx.ConnectTimeout("no connection in time") from None
    except OSError as error:
        raise httpx.ConnectError(str(error)) from error
    return line


def _spelled(request: httpx.Request) -> bytes:
    """The head of a request. No value may end its line and begin another."""
    first = b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)
    lines = [first, *(b"%s: %s" % header for header in request.headers.raw), b"", b""]
    head = b"\r\n".join(lines)
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1:
        raise httpx.LocalProtocolError("a header holds the end of a line")
    return head


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError:
        raise
    except TimeoutError:
        raise httpx.ReadTimeout("no answer in time") from None
    except OSError as error:
        raise httpx.NetworkError(str(error)) from error
