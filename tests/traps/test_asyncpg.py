"""What asyncpg does that whoever lives long must know."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import asyncpg
import pytest

from services.chassis.postgres import OUT_OF_REACH

_FIELDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0"
LAST_WORDS = b"E" + struct.pack("!I", len(_FIELDS) + 4) + _FIELDS


@dataclass
class Between:
    """Carries every byte to the server and back, and can speak as the server."""

    to_client: list[asyncio.StreamWriter] = field(default_factory=list)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(65536):
                writer.write(chunk)
        except ConnectionError:
            return
        finally:
            writer.close()

    def say_last_words(self) -> None:
        """As the server does before it closes; the closing itself is still on its way."""
        for writer in self.to_client:
            writer.write(LAST_WORDS)


@asynccontextmanager
async def between(url: str) -> AsyncIterator[tuple[Between, str]]:
    parts = urlsplit(url)
    middle = Between()

    async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_server = await asyncio.open_connection(parts.hostname, parts.port)
        middle.to_client.append(writer)
        async with asyncio.TaskGroup() as both:
            both.create_task(middle.carry(reader, to_server))
            both.create_task(middle.carry(there, writer))

    server = await asyncio.start_server(come, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield middle, parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}").geturl()
    server.close()


async def test_a_connection_told_to_end_fails_as_the_drivers_own_fault(database: str) -> None:
    """Not as a lost connection: whoever waits out lost connections must wait this out too."""
    async with between(database) as (middle, url):
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT 1") == 1
        middle.say_last_words()
        for _ in range(10):  # turns of the loop: in one of them the words are read
            await asyncio.sleep(0)
        with pytest.raises(asyncpg.InternalClientError) as raised:
            await connection.fetchval("SELECT 1")
        assert isinstance(raised.value, OUT_OF_REACH)
        connection.terminate()
