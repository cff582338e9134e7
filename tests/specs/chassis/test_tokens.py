"""A question that waits for what a command wrote: briefly, and never in vain without saying so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import APIRouter, Depends, Response

from services.chassis import http, tokens
from services.chassis.auth import Verifier, issue, new_key, public_part, require, trusted_key
from services.chassis.doors import DoorClosed, HttpDoors
from services.chassis.own_writes import Said
from services.chassis.reading import Place
from services.chassis.tokens import OwnWrites, UnreadableToken

KEY = new_key("sign-in", "sign-in", {"reader": ["agency"]})
SAID = Said(1, 2, 7)


@dataclass
class Door:
    """A source's door that answers one thing after another, and the last one for ever."""

    answers: list[Any]
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def token(self, stream: str, version: int) -> Said | Literal["silent", "unsealed"]:
        self.asked.append((stream, version))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]


@dataclass
class Cursors:
    """A database in which a projection gets there at the n-th look."""

    there_after: int
    looks: int = 0

    async def fetchval(self, _: str, *__: Any) -> int:
        self.looks += 1
        return int(self.looks > self.there_after)


def own_writes(door: Door, there_after: int = 0) -> OwnWrites:
    return OwnWrites(Cursors(there_after), {"shop": door})  # type: ignore[arg-type]


async def test_without_a_token_nothing_is_waited_for() -> None:
    door = Door([SAID])
    assert await own_writes(door).are_in(None, "board")
    assert door.asked == []


async def test_it_waits_until_it_is_sealed_and_projected() -> None:
    door = Door(["unsealed", "unsealed", SAID])
    assert await own_writes(door, there_after=2).are_in("shop~order-1~3", "board")
    assert door.asked == [("order-1", 3)] * 3


async def test_where_the_process_projects_a_reader_is_told_and_looks_twice() -> None:
    cursors, place = Cursors(1), Place("shop", 1, 2)
    waiting = OwnWrites(cursors, {"shop": Door([SAID])})  # type: ignore[arg-type]
    waiting.progress.come("board", place, 6)
    async with asyncio.TaskGroup() as group:
        seen = group.create_task(waiting.are_in("shop~order-1~3", "board"))
        await asyncio.sleep(0.001)
        waiting.progress.come("other", place, 7)
        await asyncio.sleep(0.001)
        assert cursors.looks == 1
        waiting.progress.come("board", place, 7)
    assert seen.result()
    assert cursors.looks == 2


async def test_a_reader_who_was_told_too_much_does_not_keep_looking() -> None:
    cursors = Cursors(10_000)
    waiting = OwnWrites(cursors, {"shop": Door([SAID])})  # type: ignore[arg-type]
    waiting.progress.come("board", Place("shop", 1, 2), 7)
    assert not await waiting.are_in("shop~order-1~3", "board", within=0.1)
    assert cursors.looks < 10


async def test_a_reader_who_is_not_told_looks_all_the_same() -> None:
    cursors = Cursors(1)
    waiting = OwnWrites(cursors, {"shop": Door([SAID])})  # type: ignore[arg-type]
    waiting.progress.come("board", Place("shop", 1, 2), 6)
    assert await waiting.are_in("shop~order-1~3", "board")


async def test_what_was_nobodys_business_is_not_waited_for() -> None:
    assert await own_writes(Door(["silent"]), there_after=99).are_in("shop~order-1~3", "board")


@pytest.mark.parametrize(
    ("door", "there_after"),
    [(Door(["unsealed"]), 0), (Door([SAID]), 10_000), (Door([DoorClosed("shop")]), 0)],
)
async def test_a_wait_in_vain_is_admitted(door: Door, there_after: int) -> None:
    waited = await own_writes(door, there_after).are_in("shop~order-1~3", "board", within=0.05)
    assert not waited


@pytest.mark.parametrize(
    "token", ["", "shop", "shop~order-1", "shop~order-1~x", "~order-1~3", "elsewhere~order-1~3"]
)
async def test_a_token_of_another_make_is_a_bad_request(token: str) -> None:
    with pytest.raises(UnreadableToken):
        await own_writes(Door([SAID])).are_in(token, "board")


async def test_a_stream_may_hold_the_sign_between() -> None:
    assert await tokens.after("shop~a~b~3") == "shop~a~b~3"


router = APIRouter()


@router.get("/board", dependencies=[Depends(require())])
async def board(
    response: Response, token: Annotated[str | None, Depends(tokens.after)]
) -> dict[str, str | None]:
    return {"after": token, "token": tokens.say(response, "shop~order-1~4")}


class _Shop:
    name = "shop"
    routers = (router,)
    refused = Exception


@pytest.fixture
async def door() -> AsyncIterator[httpx.AsyncClient]:
    verifier = Verifier("shop", {"sign-in": trusted_key(public_part(KEY))})
    token = issue(KEY, audience="shop", subject="x", role="reader", agency="demo", scope="agency")
    transport = httpx.ASGITransport(app=http.app(_Shop(), verifier=verifier))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://shop.test", headers=headers
    ) as client:
        yield client


async def test_a_token_travels_in_headers(door: httpx.AsyncClient) -> None:
    answer = await door.get("/board", headers={"Jenjang-After": "shop~order-1~3"})
    assert answer.json()["after"] == "shop~order-1~3"
    assert answer.headers["jenjang-token"] == "shop~order-1~4"
    assert (await door.get("/board")).json()["after"] is None


@pytest.mark.parametrize("token", ["rubbish", "shop~order~-1", "shop~order~١", "a" * 400])
async def test_a_bad_token_is_refused_at_the_door(door: httpx.AsyncClient, token: str) -> None:
    answer = await door.get("/board", headers=[(b"jenjang-after", token.encode())])
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_door_that_talks_nonsense_is_closed() -> None:
    def nonsense(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=["no"])

    transport = httpx.MockTransport(nonsense)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        with pytest.raises(DoorClosed):
            await HttpDoors("shop", client).token("order-1", 3)
