"""Our transport below httpx: answers whole, errors as httpx names them, connections used again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from services.chassis.plain_http import PlainTransport
from services.chassis.serving import run_loop

Speaking = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def answering(
    *answers: bytes, times: int = 1
) -> AsyncIterator[tuple[httpx.AsyncClient, list[bytes]]]:
    """A server that says these bytes for each request of a connection, then ends it."""
    heard: list[bytes] = []
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError):
            for _ in range(times):
                heard.append(await reader.readuntil(b"\r\n\r\n"))
                for answer in answers:
                    writer.write(answer)
                    await writer.drain()
                    await asyncio.sleep(0)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with (
        server,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            transport=PlainTransport(),
            trust_env=False,
            timeout=5,
        ) as client,
    ):
        yield client, heard
    for task in serving:
        if task is not None:
            await task


async def test_an_answer_comes_whole_in_parts_and_in_chunks() -> None:
    async with answering(
        b"HTTP/1.1 404 Not Found\r\nX-Why: ", b"x\r\nContent-Length: 4\r\n\r\nga", b"ne"
    ) as (client, _):
        answer = await client.get("/a b?c=\u00e9")
        assert (answer.status_code, answer.headers["x-why"], answer.text) == (404, "x", "gane")
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    async with answering(chunked[:50], chunked[50:]) as (client, _):
        assert (await client.get("/")).content == b"abcde"


def test_it_works_on_the_loop_that_services_run_on() -> None:
    async def asked() -> None:
        async with answering(OK) as (client, _):
            assert (await client.get("/")).text == "ok"

    run_loop(asked())


async def test_a_connection_is_used_again_and_not_after_it_ended() -> None:
    async with answering(OK, times=2) as (client, heard):
        for _ in range(4):
            assert (await client.post("/said", content=b"")).text == "ok"
            await asyncio.sleep(0.02)
        assert len(heard) == 4
        assert heard[0].startswith(b"POST /said HTTP/1.1\r\nHost: 127.0.0.1")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        pytest.param(b"", httpx.ReadError, id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", httpx.ReadError, id="half"),
        pytest.param(b"+PONG\r\n", httpx.RemoteProtocolError, id="another protocol"),
    ],
)
async def test_what_is_no_answer_is_an_error_of_httpx(said: bytes, error: type[Exception]) -> None:
    async with answering(said) as (client, _):
        with pytest.raises(error):
            await client.get("/")


async def test_who_says_nothing_and_who_is_not_there() -> None:
    async with answering(OK) as (client, _):
        with pytest.raises(httpx.LocalProtocolError):
            await client.get("/", headers={"X-Request-Id": "a\r\nX-Other: b"})
    gone = client.base_url
    async with httpx.AsyncClient(base_url=gone, transport=PlainTransport()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/")
    async with answering(times=2) as (client, _):
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/", timeout=0.1)
