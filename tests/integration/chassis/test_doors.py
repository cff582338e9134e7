"""The doors of a log, asked by the client that listeners use, over the real app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request
from starlette.responses import Response

from services.chassis import auth
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow
from services.chassis.doors import DoorClosed, HttpDoors, OwnDoor, log_doors
from services.chassis.fetching import Fetching
from services.chassis.own_writes import BadToken, Said, read_token, wait_for
from services.chassis.problems import Problem, answer_to
from tests.integration.chassis.listening import Listener
from tests.support.sample.contracts import MarkedV1
from tests.support.sample.speaking import START, Speaker

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


async def seal(pool: Pool, speaker: Speaker) -> None:
    """Put what the speaker said into this database's log, as a sealer would."""
    for row in speaker.every():
        await pool.execute(
            f"""
            INSERT INTO log ({SAID_COLUMNS}, stream, version, type, schema, actor, door, verified,
                             body, leaf_format, leaf)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, 'happened', 1,
                    'tester', 'test', true, '', 1, '')
            """,
            *row,
            f"stream-{row.seq}",
        )
    heads = speaker.heads_now()
    await pool.execute(
        """
        INSERT INTO log (generation, event_id, seq, subject, agency, effective_from, recorded_at,
                         stream, version, type, schema, actor, door, verified, body, leaf_format,
                         leaf)
        VALUES (1, $1, $2, $1, 'here', '2025-06-01', $3, 'silent', 1, 'hidden', 1, 'tester',
                'test', true, '', 1, '')
        """,
        uuid4(),
        speaker.seq + 1,
        START,
    )
    await pool.execute(
        """
        INSERT INTO sealer (epoch, generation, seq, closed_through, psn_heads, holder, renewed_at)
        VALUES (1, 1, $1, $2, $3, 'test', now())
        """,
        speaker.seq + 1,
        heads.closed_through,
        list(heads.heads),
    )


@pytest.fixture
def speaker() -> Speaker:
    speaker = Speaker()
    for n in range(1300):
        speaker.say(MarkedV1(thing_id=uuid4(), value=n, note="é\n\\"))
    return speaker


@pytest_asyncio.fixture
async def client(pool: Pool, speaker: Speaker) -> AsyncIterator[httpx.AsyncClient]:
    await seal(pool, speaker)
    key = auth.new_service_key("listener")
    app = FastAPI()
    app.state.verifier = auth.Verifier(
        "sample", {key["kid"]: auth.trusted_key(auth.public_part(key))}
    )
    app.include_router(log_doors("sample", lambda _: pool))
    app.add_exception_handler(Problem, _problem)
    tokens = auth.ServiceTokens(key, "listener")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://sample",
        auth=tokens.auth_for("sample"),
    ) as client:
        yield client


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer_to(error)


async def test_heads_are_one_snapshot(client: httpx.AsyncClient, speaker: Speaker) -> None:
    told = speaker.heads_now()._replace(seq=speaker.seq + 1)
    assert await HttpDoors("sample", client).heads() == told


async def test_said_gives_the_very_bytes_page_by_page(
    client: httpx.AsyncClient, speaker: Speaker
) -> None:
    doors = HttpDoors("sample", client)
    assert len(await doors.said(1, 0, 3, 7)) == 7
    raws = await doors.said(1, 0, 0, 5000)
    direct = [speaker.raw(row) for row in speaker.said_rows[0]]
    assert [(raw.headers, raw.body) for raw in raws] == [(raw.headers, raw.body) for raw in direct]
    assert await doors.said(1, 0, len(direct), 10) == []
    assert await doors.said(2, 0, 0, 10) == []


async def test_tokens_are_resolved(client: httpx.AsyncClient, pool: Pool, speaker: Speaker) -> None:
    doors = HttpDoors("sample", client)
    said: SaidRow = speaker.every()[4]
    assert await doors.token("stream-5", 1) == Said(1, said.partition, said.psn)
    assert await doors.token("silent", 1) == "silent"
    assert await doors.token("stream-5", 2) == "unsealed"
    assert await OwnDoor(pool).token("stream-5", 1) == Said(1, 0, 5)


async def test_nobody_without_a_service_token_gets_in(client: httpx.AsyncClient) -> None:
    for path in (
        "/log/heads",
        "/log/said?generation=1&partition=0",
        "/log/token?stream=a&version=1",
    ):
        answer = await client.get(path, auth=lambda request: request)
        assert answer.status_code == 401
    client.auth = httpx.Auth()
    with pytest.raises(DoorClosed):
        await HttpDoors("sample", client).heads()


async def test_a_whole_inbox_is_filled_through_the_doors(
    client: httpx.AsyncClient, pool: Pool, speaker: Speaker
) -> None:
    listener = Listener(pool, speaker)
    fetching = Fetching(
        pool, listener.inbox, {"sample": HttpDoors("sample", client)}, listener.metrics
    )
    while await fetching.poll("sample"):
        pass
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 1300
    assert await pool.fetchval("SELECT count(*) FROM inbox_aside") == 0
    rows = await pool.fetch("SELECT psn, body FROM inbox WHERE partition = 1 ORDER BY psn")
    assert [row["body"] for row in rows] == [row.body for row in speaker.said_rows[1]]


async def test_waiting_for_what_one_wrote(
    client: httpx.AsyncClient, pool: Pool, speaker: Speaker
) -> None:
    doors = {"sample": HttpDoors("sample", client)}
    said = speaker.every()[4]

    async def wait(token: str) -> bool:
        return await wait_for(
            pool, projections=["marks", "chains"], token=token, doors=doors, within=0.3
        )

    assert not await wait("sample~stream-5~1")
    for projection, psn in (("marks", said.psn), ("chains", said.psn - 1)):
        await pool.execute(
            "INSERT INTO projection_cursor VALUES ($1, 'sample', 1, $2, $3, 0, 1)",
            projection,
            said.partition,
            psn,
        )
    assert not await wait("sample~stream-5~1")
    await pool.execute("UPDATE projection_cursor SET psn = $1", said.psn)
    assert await wait("sample~stream-5~1")
    assert await wait("sample~silent~1")
    assert not await wait("sample~stream-9999~1")
    for bad in ("", "sample", "sample~a", "sample~a~b", "other~a~1", "sample~a~-1"):
        with pytest.raises(BadToken):
            await wait(bad)
    assert read_token("a~b~c~3") == ("a", "b~c", 3)
