"""Whatever is sent to whichever door, it is answered in the same form, and never with a 500."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.chassis.service import Service
from tests.support.at_hand import AtHand, at_hand

SERVICES = ("profile", "assessment", "training", "career")
SOMEBODY = str(UUID(int=7))
MARK = "198704122009011002"

# Each is harmless in some places and poison in others.
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63 - 1,
    1.5,
    "",
    MARK,
    "a" * 70_000,
    "\u202eabc\u0301\ufeff",
    "'; DROP TABLE log; --",
    "9999-12-31",
    "0001-01-01",
    [[]],
    {MARK: MARK},
)
ODD_TEXT = ("", "%00", "%F0%9F%92%A9%ff", "9" * 400, "-1", "0001-01-01", "..%2f..'")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    spec: dict[str, Any]
    schemas: dict[str, Any]

    @property
    def body(self) -> dict[str, Any] | None:
        content = self.spec.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return None if schema is None else example(schema, self.schemas)

    def parameters(self, place: str) -> list[str]:
        return [one["name"] for one in self.spec.get("parameters", []) if one["in"] == place]


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, spec in methods.items():
            yield Operation(method.upper(), path, spec, schemas)


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Something that fits a schema, more or less."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return example(choices[0], schemas)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        return {name: example(inner, schemas) for name, inner in properties.items()}
    if schema.get("type") == "array":
        return [example(schema.get("items", {}), schemas)]
    return plain_example(schema)


def plain_example(schema: dict[str, Any]) -> Any:
    of_format = {"uuid": SOMEBODY, "date": "2025-05-31", "date-time": "2025-05-31T00:00:00Z"}
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return of_format.get(schema.get("format", ""), "abc")


def odd_bodies(body: Any) -> Iterator[Any]:
    yield from (None, [], "text", 7)
    if not isinstance(body, dict):
        return
    yield {}
    yield {**body, MARK: 1}
    for name in body:
        for odd in ODD:
            yield {**body, name: odd}
        yield {other: value for other, value in body.items() if other != name}
        if isinstance(body[name], dict):
            yield from ({**body, name: inner} for inner in odd_bodies(body[name]))


def addressed(path: str, value: str = SOMEBODY) -> str:
    parts = [value if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def check(answer: httpx.Response, what: str) -> None:
    assert answer.status_code < 500, f"{what}: {answer.status_code} {answer.text}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", what
        assert MARK not in answer.text, f"{what} echoes what was sent"


def described(name: str) -> Service:
    service: Service = importlib.import_module(f"services.{name}.main").SERVICE
    return service


ASKING = ("officer", "assessor", "policy_admin", "official", "provider_manager")


@dataclass
class Caller:
    """Asks each door as the first whom it lets in."""

    hand: AtHand

    def __post_init__(self) -> None:
        self.tokens = {role: self.hand.who(role) for role in ASKING}
        self.let_in: dict[tuple[str, str], str] = {}

    async def send(self, operation: Operation, path: str, **more: Any) -> httpx.Response:
        door = (operation.method, operation.path)
        for role in [self.let_in[door]] if door in self.let_in else ASKING:
            answer = await self.hand.client.request(
                operation.method, path, headers=self.tokens[role], **more
            )
            if answer.status_code != 403:
                self.let_in[door] = role
                break
        return answer


async def try_addresses(caller: Caller, operation: Operation) -> None:
    queries = [f"?{name}=" for name in operation.parameters("query")]
    for odd in ODD_TEXT:
        paths = [addressed(operation.path, odd)] if "{" in operation.path else []
        paths += [f"{addressed(operation.path)}{query}{odd}" for query in queries]
        for path in paths:
            answer = await caller.send(operation, path, json=operation.body)
            check(answer, f"{operation.method} {path}")


async def try_bodies(caller: Caller, operation: Operation) -> None:
    if operation.body is None:
        return
    for body in odd_bodies(operation.body):
        answer = await caller.send(operation, addressed(operation.path), json=body)
        check(answer, f"{operation.method} {operation.path} with {str(body)[:300]}")


async def try_files(caller: Caller, operation: Operation) -> None:
    if "requestBody" not in operation.spec:
        return
    for content in (b"", b"rubbish", b"PK\x03\x04rubbish"):
        files = {"file": ("../../x.xlsx", content)}
        answer = await caller.send(operation, addressed(operation.path), files=files)
        check(answer, f"{operation.method} {operation.path} with a file")


@pytest.mark.slow
@pytest.mark.parametrize("name", SERVICES)
async def test_no_door_breaks(name: str, database: str, tmp_path: Path) -> None:
    async with at_hand(described(name), database, tmp_path) as hand:
        document = (await hand.client.get("/openapi.json", headers=hand.who())).json()
        caller = Caller(hand)
        for operation in operations(document):
            await try_addresses(caller, operation)
            await try_bodies(caller, operation)
            await try_files(caller, operation)


@pytest.mark.parametrize("name", SERVICES)
async def test_strangers_are_told_nothing(name: str, database: str, tmp_path: Path) -> None:
    """No token, another service's token, or rubbish: 401 before anything else is looked at."""
    async with at_hand(described(name), database, tmp_path) as hand:
        document = (await hand.client.get("/openapi.json", headers=hand.who())).json()
        for operation in operations(document):
            if "security" not in operation.spec:
                continue
            for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic eDp5"}):
                answer = await hand.client.request(
                    operation.method, addressed(operation.path), headers=headers
                )
                assert answer.status_code in (400, 401), f"{operation.method} {operation.path}"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, json={}, headers={"content-type": "application/problem+json"}),
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(
            422, json={"input": MARK}, headers={"content-type": "application/problem+json"}
        ),
    ],
)
def test_the_check_can_fail(answer: httpx.Response) -> None:
    with pytest.raises(AssertionError):
        check(answer, "a door")
