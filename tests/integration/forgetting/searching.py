"""Look for a text everywhere it could lie, in every spelling in which it could lie there."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

_EMPTY = re.compile(rb"\0{8,}")
_HEX = re.compile(rb"\\x([0-9a-f]{8,})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")


def spellings(text: str) -> set[bytes]:
    """The ways in which a text is written into bytes."""
    plain = {text, text.upper(), text.lower(), quote(text), orjson.dumps(text)[1:-1].decode()}
    found = {one.encode(code) for one in plain for code in ("utf-8", "utf-16-le", "utf-16-be")}
    found |= {one.hex().encode() for one in found}
    # In the middle of a longer text base64 begins at one of three places; its ends are cut off.
    for one in [text.encode(), text.encode("utf-16-le")]:
        for before in range(3):
            coded = b64encode(b"\0" * before + one)
            found.add(coded[4 if before else 0 : -4])
    return {one for one in found if len(one) >= 6}


def finds(content: bytes, canaries: Iterable[str]) -> list[str]:
    """Which of these stand in the bytes, also inside what is written there in hex or base64."""
    layers = [content, *_inner(content)]
    return [
        text
        for text in canaries
        if any(spelled in layer for spelled in spellings(text) for layer in layers)
    ]


def _inner(content: bytes) -> Iterator[bytes]:
    for found in _HEX.findall(content):
        raw = bytes.fromhex(found[: len(found) // 2 * 2].decode())
        yield raw
        yield from _decoded(raw)
    yield from _decoded(content)


def _decoded(content: bytes) -> Iterator[bytes]:
    for found in _BASE64.findall(content):
        trimmed = found.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        yield b64decode(trimmed[: len(trimmed) // 4 * 4])


async def rows_of(pool: Pool) -> bytes:
    """Every row of every table, as text: bytes stand there in hex."""
    tables = await pool.fetch(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    lines: list[str] = []
    for table in tables:
        rows = await pool.fetch(f"SELECT t::text AS line FROM {table['name']} t")
        lines += [row["line"] for row in rows]
    return "\n".join(lines).encode()


async def pages_of(pool: Pool) -> bytes:
    """The files of every table and index, rows included that no query shows any more."""
    await pool.execute("CHECKPOINT")
    files = await pool.fetch(
        """
        SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) AS content
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname IN ('public', 'pg_toast') AND c.relkind IN ('r', 'i', 't')
        """
    )
    # Most of a small page is empty: what says nothing need not be searched.
    return b"\n".join(_EMPTY.sub(b"\0", row["content"]) for row in files)
