"""The two doors of a source behind Kafka's back, and one for tokens; and who knocks at them.

`heads` says in one snapshot how far the source has spoken; `said` hands out the stored bytes.
With them a hole, a lost tail, a broker without memory and a new listener are all the same case.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import httpx
import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from services.chassis.auth import Principal, require
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow, said_headers
from services.chassis.heads import Heads, heads_from_json, heads_to_json, said_heads
from services.chassis.heard import Raw, line_of, raw_of_line
from services.chassis.holding import Holding, note_report, objections
from services.chassis.in_doubt import doubt
from services.chassis.own_writes import Said

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

MOST_AT_ONCE: Final = 5_000
CHUNK: Final = 500
FURTHEST: Final = 2**63 - 1

Position = Annotated[int, Query(ge=0, le=FURTHEST)]
Small = Annotated[int, Query(ge=0, le=2**31 - 1)]


class DoorClosed(OSError):
    """A source does not answer, or not as it should."""


# The source's side


def log_doors(service: str, pool_of: Callable[[Request], Pool]) -> APIRouter:
    """The doors of a service's log, for other services only."""
    router = APIRouter(
        prefix="/log", include_in_schema=False, dependencies=[Depends(require("service"))]
    )

    @router.get("/heads")
    async def heads(request: Request) -> Response:
        return await _heads_answer(pool_of(request), service)

    @router.post("/heads")
    async def heads_for(
        request: Request, holding: Holding, who: Annotated[Principal, Depends(require("service"))]
    ) -> Response:
        """A listener says what it holds, and so learns and teaches how far the source has come."""
        pool = pool_of(request)
        generation, against = await objections(pool, service, who.subject, holding)
        if against:
            await doubt(pool, generation, against)
        await note_report(pool, who.subject, holding)  # last: the gate takes it for agreement
        return await _heads_answer(pool, service)

    @router.get("/said")
    async def said(
        request: Request,
        generation: Small,
        partition: Small,
        after_psn: Position = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 1_000,
    ) -> Response:
        lines = _said_lines(pool_of(request), service, generation, partition, after_psn, limit)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @router.get("/token")
    async def token(
        request: Request, stream: str, version: Annotated[int, Query(ge=1, le=FURTHEST)]
    ) -> Response:
        return JSONResponse(await _token(pool_of(request), stream, version))

    return router


async def _heads_answer(pool: Pool, service: str) -> Response:
    found = await said_heads(pool, service)
    if found is None:
        return JSONResponse({"service": service, "generation": 0}, 503)
    return Response(heads_to_json(found), media_type="application/json")


async def _said_lines(
    pool: Pool, service: str, generation: int, partition: int, after: int, limit: int
) -> AsyncIterator[bytes]:
    """A page at a time, so that neither side holds more than a chunk."""
    async with pool.acquire() as connection:
        while limit > 0:
            rows = await said_after(connection, generation, partition, after, min(CHUNK, limit))
            if not rows:
                return
            yield b"".join(line_of(said_headers(service, row), row.body) for row in rows)
            after, limit = rows[-1].psn, limit - len(rows)


async def said_after(
    connection: Connection | Pool, generation: int, partition: int, after: int, limit: int
) -> list[SaidRow]:
    """What was said on one partition after a position, in order, as sealed."""
    rows = await connection.fetch(
        f"""
        SELECT {SAID_COLUMNS} FROM log
         WHERE generation = $1 AND partition = $2 AND psn > $3
         ORDER BY psn LIMIT $4
        """,  # noqa: S608 - a constant of this program
        generation,
        partition,
        after,
        limit,
    )
    return [SaidRow(*row) for row in rows]


async def _token(pool: Pool, stream: str, version: int) -> dict[str, Any]:
    row = await _sealed(pool, stream, version)
    if row is None:
        return {"state": "unsealed"}
    if row["psn"] is None:
        return {"state": "silent"}
    return {
        "state": "said",
        "generation": row["generation"],
        "partition": row["partition"],
        "psn": row["psn"],
    }


async def _sealed(pool: Pool, stream: str, version: int) -> Any:
    return await pool.fetchrow(
        "SELECT generation, seq, partition, psn FROM log WHERE stream = $1 AND version = $2",
        stream,
        version,
    )


@dataclass(frozen=True, slots=True)
class OwnDoor:
    """A service that waits for what it wrote itself asks its own log."""

    pool: Pool

    async def token(self, stream: str, version: int) -> Said | Literal["silent", "unsealed"]:
        row = await _sealed(self.pool, stream, version)
        return "unsealed" if row is None else Said(row["generation"], 0, row["seq"])


# The listener's side


@dataclass(frozen=True, slots=True)
class HttpDoors:
    """The doors of another service; `http` knows its address and carries our token."""

    source: str
    http: httpx.AsyncClient

    async def heads(self, holding: Holding | None = None) -> Heads:
        if holding is None:
            told = await self._asked("GET", "/log/heads")
        else:
            told = await self._asked(
                "POST",
                "/log/heads",
                content=holding.model_dump_json().encode(),
                headers={"Content-Type": "application/json"},
            )
        try:
            return heads_from_json(self.source, told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DoorClosed(f"{self.source}: heads make no sense") from error

    async def said(self, generation: int, partition: int, after: int, limit: int) -> list[Raw]:
        """Stored records of one partition, in order."""
        body = await self._get(
            "/log/said",
            generation=generation,
            partition=partition,
            after_psn=after,
            limit=min(limit, MOST_AT_ONCE),
        )
        try:
            return [raw_of_line(self.source, partition, line) for line in body.splitlines()]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DoorClosed(f"{self.source}: said makes no sense") from error

    async def token(self, stream: str, version: int) -> Said | Literal["silent", "unsealed"]:
        try:
            told = orjson.loads(await self._get("/log/token", stream=stream, version=version))
            match told["state"]:
                case "said":
                    return Said(told["generation"], told["partition"], told["psn"])
                case "silent":
                    return "silent"
                case _:
                    return "unsealed"
        except (ValueError, KeyError, TypeError) as error:
            raise DoorClosed(f"{self.source}: the answer makes no sense") from error

    async def _get(self, path: str, **query: Any) -> bytes:
        return await self._asked("GET", path, params=query)

    async def _asked(self, method: str, path: str, **more: Any) -> bytes:
        try:
            answer = await self.http.request(method, path, **more)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise DoorClosed(f"{self.source}: {type(error).__name__}") from error
        return answer.content
