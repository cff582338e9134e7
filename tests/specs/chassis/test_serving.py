"""One connection: a head of any length is not held."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from uvicorn.server import ServerState

from services.chassis.serving import LARGEST_HEAD, Listener, server


class Wire(asyncio.Transport):
    """A connection's other end, which keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        self.said += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        return None

    def resume_reading(self) -> None:
        return None


async def echo(scope: Any, receive: Any, send: Any) -> None:
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def connected() -> tuple[Listener, Wire]:
    config = server(echo, 1).config
    config.load()
    listener, wire = Listener(config, ServerState(), {}), Wire()
    listener.connection_made(wire)
    return listener, wire


async def answered(wire: Wire) -> bytes:
    for _ in range(20):
        await asyncio.sleep(0)
    return wire.said


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Trail: ",
    ],
)
async def test_a_head_without_an_end_is_refused(begun: bytes) -> None:
    listener, wire = connected()
    listener.data_received(begun)
    for _ in range(LARGEST_HEAD // 4096):
        assert not wire.closed
        listener.data_received(b"a" * 4096)
    assert wire.closed
    assert b" 400 " in await answered(wire)


async def test_a_body_is_not_a_head() -> None:
    listener, wire = connected()
    length = 3 * LARGEST_HEAD
    listener.data_received(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length)
    for _ in range(3):
        listener.data_received(b"a" * LARGEST_HEAD)
    assert b"%d" % length in await answered(wire)
    assert not wire.closed
    listener.connection_lost(None)


async def test_every_request_of_a_connection_has_a_head_of_its_own() -> None:
    listener, wire = connected()
    for _ in range(3):
        wire.said = b""
        long = b"a" * (LARGEST_HEAD // 2)
        listener.data_received(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n" % long)
        assert b" 200 " in await answered(wire)
    assert not wire.closed
    listener.connection_lost(None)
