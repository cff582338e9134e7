"""What every door has in common: problems instead of errors, and nothing echoed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, Depends, File, UploadFile
from pydantic import BaseModel, ConfigDict

from services.chassis import http
from services.chassis.answering import AlreadyAnswered, Answer, SameIdOtherBody
from services.chassis.auth import Verifier, issue, new_key, public_part, require, trusted_key
from services.chassis.http import Day, Instant, Readiness
from services.chassis.telemetry import Metrics

KEY = new_key("sign-in", "sign-in", {"reader": ["agency"], "writer": ["agency"]})
SECRETIVE = "198704122009011002"
router = APIRouter()


class Refused(Exception):
    """No."""


class SeatTaken(Refused):
    """This seat is taken
    by somebody else.

    A second paragraph is for programmers.
    """


class Note(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    count: int = 0
    more: Any = None


@router.post("/notes", dependencies=[Depends(require("writer"))])
async def add(note: Note) -> dict[str, int]:
    return {"length": len(note.text)}


@router.get("/days", dependencies=[Depends(require())])
async def days(as_of: Day, known_at: Instant | None = None) -> dict[str, Any]:
    return {"as_of": as_of, "known_at": known_at}


@router.get("/seats/{number}", dependencies=[Depends(require())])
async def seat(number: int) -> dict[str, int]:
    raise FAILURES[number]


@router.post("/files", dependencies=[Depends(require())], max_body_size=50_000)
async def take(file: Annotated[UploadFile, File()]) -> dict[str, int]:
    return {"size": len(await file.read())}


FAILURES: dict[int, Exception] = {
    0: SeatTaken(),
    1: RuntimeError(f"broke over {SECRETIVE}"),
    2: asyncpg.CannotConnectNowError("starting up"),
    3: ConnectionRefusedError("no"),
    4: asyncpg.CharacterNotInRepertoireError(f"invalid byte in {SECRETIVE}"),
    5: SameIdOtherBody(),
    6: AlreadyAnswered(Answer(status=202, body=b'{"token":"a~b~1"}')),
    7: TimeoutError(),
}


@dataclass(frozen=True)
class AService:
    name: str = "notes"
    routers: tuple[APIRouter, ...] = (router,)
    refused: type[Exception] = Refused


def a_verifier() -> Verifier:
    return Verifier("notes", {KEY["kid"]: trusted_key(public_part(KEY))})


def token(role: str = "writer") -> str:
    return issue(KEY, audience="notes", subject="someone", role=role, agency="demo", scope="agency")


def client(**given: Any) -> httpx.AsyncClient:
    api = http.app(AService(), verifier=a_verifier(), **given)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=api),
        base_url="http://notes.test",
        headers={"Authorization": f"Bearer {token()}"},
    )


@pytest.fixture
async def door() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as opened:
        yield opened


def is_problem(answer: httpx.Response, status: int, slug: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert answer.json()["type"] == f"urn:jenjang:problem:{slug}"
    assert answer.json()["status"] == status
    assert SECRETIVE not in answer.text


async def test_a_refusal_is_its_class_name_and_its_docstring(door: httpx.AsyncClient) -> None:
    answer = await door.get("/seats/0")
    is_problem(answer, 409, "seat-taken")
    assert answer.json()["title"] == "This seat is taken by somebody else."


@pytest.mark.parametrize(
    ("number", "status", "slug"),
    [
        (1, 500, "unexpected"),
        (2, 503, "unavailable"),
        (3, 503, "unavailable"),
        (4, 422, "not-valid"),
        (5, 409, "same-id-other-body"),
        (7, 503, "unavailable"),
    ],
)
async def test_failures_are_told_apart_and_tell_nothing(
    door: httpx.AsyncClient, number: int, status: int, slug: str
) -> None:
    answer = await door.get(f"/seats/{number}")
    is_problem(answer, status, slug)
    assert ("retry-after" in answer.headers) == (status == 503)


async def test_a_request_answered_before_gets_the_same_answer(door: httpx.AsyncClient) -> None:
    answer = await door.get("/seats/6")
    assert (answer.status_code, answer.json()) == (202, {"token": "a~b~1"})


async def test_wrong_fields_are_listed_and_no_value_is_echoed(door: httpx.AsyncClient) -> None:
    answer = await door.post("/notes", json={"count": SECRETIVE + "x", SECRETIVE: 1})
    is_problem(answer, 422, "not-valid")
    reasons = {error["field"]: error["reason"] for error in answer.json()["errors"]}
    assert reasons == {
        "body.text": "missing",
        "body.count": "int_parsing",
        "body.…": "extra_forbidden",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b'{"text": "\\ud800"}',
        b'{"text": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b'{"text": "a", "more": NaN}',
        b'{"text": "a", "count": 1' + b"0" * 400 + b"}",
        b'{"text": "a", "count": 9223372036854775808}',
        b'{"text": "a", "more": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"text": "a", "more": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"text": "a"',
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
async def test_a_body_that_would_only_fail_further_in_is_malformed(
    door: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    is_problem(await door.post("/notes", content=body, headers=headers), 400, "malformed")


async def test_ordinary_bodies_pass(door: httpx.AsyncClient) -> None:
    backslashes = {"text": "a\\u0000b", "count": 2**63 - 1, "more": [[{"deep": [1, 2.5, None]}]]}
    answer = await door.post("/notes", json=backslashes)
    assert answer.json() == {"length": 8}
    assert (await door.post("/notes", json=["not", "an", "object"])).status_code == 422
    assert (await door.post("/notes")).status_code == 422


async def test_a_body_sent_in_parts_is_looked_through_whole(door: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for part in (b'{"text": "a\\u0', b'000b"}'):
            yield part

    headers = {"Content-Type": "application/json"}
    is_problem(await door.post("/notes", content=parts(), headers=headers), 400, "malformed")


@pytest.mark.parametrize("path", ["/days?as_of=2025-01-01%00", "/nothing%00"])
async def test_a_nul_in_the_address_is_malformed(door: httpx.AsyncClient, path: str) -> None:
    is_problem(await door.get(path), 400, "malformed")


async def test_too_large_is_too_large_however_it_is_sent(door: httpx.AsyncClient) -> None:
    large = b'{"text": "' + b"a" * 1_100_000 + b'"}'

    async def unannounced() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    headers = {"Content-Type": "application/json"}
    for content in (large, unannounced()):
        is_problem(await door.post("/notes", content=content, headers=headers), 413, "too-large")


async def test_too_large_is_said_in_one_form_even_to_a_stranger(door: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer no"}
    answer = await door.post("/notes", content=b"a" * 1_100_000, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code in (401, 413)


async def test_a_door_for_files_states_its_own_size(door: httpx.AsyncClient) -> None:
    small = await door.post("/files", files={"file": b"a" * 40_000})
    assert small.json() == {"size": 40_000}
    is_problem(await door.post("/files", files={"file": b"a" * 60_000}), 413, "too-large")


async def test_unreadable_forms_are_refused(door: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    answer = await door.post("/files", content=b"no boundary", headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert 400 <= answer.status_code < 500


async def test_what_is_not_there_and_what_is_not_allowed(door: httpx.AsyncClient) -> None:
    is_problem(await door.get("/nowhere"), 404, "not-found")
    wrong = await door.delete("/notes")
    is_problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["allow"] == "POST"
    is_problem(await door.get("/notes", headers={"Authorization": ""}), 405, "method-not-allowed")
    anonymous = await door.post("/notes", json={"text": "a"}, headers={"Authorization": ""})
    is_problem(anonymous, 401, "not-signed-in")
    assert anonymous.headers["www-authenticate"] == "Bearer"
    reader = {"Authorization": f"Bearer {token('reader')}"}
    is_problem(await door.post("/notes", json={"text": "a"}, headers=reader), 403, "not-allowed")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "query.as_of"),
        ("as_of=31-05-2025", "query.as_of"),
        ("as_of=2025-02-30", "query.as_of"),
        ("as_of=2025-05-31T00:00:00", "query.as_of"),
        ("as_of=1748649600", "query.as_of"),
        ("as_of=0001-01-01", "query.as_of"),
        ("as_of=9999-12-31", "query.as_of"),
        ("as_of=2025-05-31&known_at=2025-06-02", "query.known_at"),
        ("as_of=2025-05-31&known_at=2025-06-02T08:00:00", "query.known_at"),
        ("as_of=2025-05-31&known_at=2025-06-02T08:00:00+07:00", "query.known_at"),
        ("as_of=2025-05-31&known_at=0001-01-01T00:00:00Z", "query.known_at"),
        ("as_of=2025-05-31&known_at=1748649600", "query.known_at"),
    ],
)
async def test_days_and_instants_have_one_form(
    door: httpx.AsyncClient, query: str, field: str
) -> None:
    answer = await door.get(f"/days?{query}")
    is_problem(answer, 422, "not-valid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_days_and_instants_are_read(door: httpx.AsyncClient) -> None:
    known = {"as_of": "2025-05-31", "known_at": "2025-06-02T08:00:00.5+07:00"}
    answer = await door.get("/days", params=known)
    assert answer.json() == {"as_of": "2025-05-31", "known_at": "2025-06-02T01:00:00.500000Z"}


async def test_a_request_keeps_its_id_unless_it_is_odd(door: httpx.AsyncClient) -> None:
    kept = await door.get("/nowhere", headers={"X-Request-Id": "from-portal-0042"})
    assert kept.headers["x-request-id"] == "from-portal-0042"
    for odd in ("short", "a" * 65, "with space in it", "line\tbreak-here"):
        fresh = await door.get("/nowhere", headers={"X-Request-Id": odd})
        assert len(fresh.headers["x-request-id"]) == 32


async def test_every_answer_carries_the_same_protection(door: httpx.AsyncClient) -> None:
    for path in ("/health/live", "/nowhere", "/seats/1"):
        answer = await door.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_health_says_what_it_looked_at() -> None:
    async def behind() -> Readiness:
        return Readiness(False, {"lag": {"board": 9000}})

    async with client(readiness=behind, started=lambda: False) as door:
        door.headers.pop("Authorization")
        assert (await door.get("/health/live")).status_code == 200
        assert (await door.get("/health/started")).status_code == 503
        ready = await door.get("/health/ready")
        assert (ready.status_code, ready.json()["lag"]) == (503, {"board": 9000})


async def test_metrics_name_routes_and_never_addresses() -> None:
    metrics = Metrics()
    async with client(metrics=metrics) as door:
        await door.get("/seats/0")
        await door.get(f"/nothing/{SECRETIVE}")
        text = (await door.get("/metrics")).text
    assert 'jenjang_http_requests_total{method="GET",route="/seats/{number}",status="409"} 1.0' in (
        text
    )
    assert SECRETIVE not in text


async def test_the_document_needs_a_token_and_no_page_is_served(door: httpx.AsyncClient) -> None:
    document = (await door.get("/openapi.json")).json()
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in str(document)
    assert document["paths"]["/notes"]["post"]["security"] == [{"token": []}]
    is_problem(await door.get("/openapi.json", headers={"Authorization": ""}), 401, "not-signed-in")
    for page in ("/docs", "/redoc"):
        assert (await door.get(page)).status_code == 404


def test_the_document_is_made_without_keys_or_servers() -> None:
    assert http.openapi(AService())["info"]["title"] == "notes"


async def test_a_hundred_at_once_keep_their_ids_apart(door: httpx.AsyncClient) -> None:
    ids = [f"request-{number:04}" for number in range(100)]
    answers = await asyncio.gather(
        *(door.get("/nowhere", headers={"X-Request-Id": one}) for one in ids)
    )
    assert [answer.headers["x-request-id"] for answer in answers] == ids
