"""Every operation of a service, asked by every role, with whatever its OpenAPI allows.

What is sent is drawn by schemathesis from the service's own document: valid and invalid, made up
and (`known.py`) of people and things that are on record. The same is drawn in every run.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx
import orjson
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.chassis import auth
from tests.doors.known import Known, Taken
from tests.doors.shares import Shares
from tests.support.at_hand import ROLES, AtHand

CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EVERYBODY = (*ROLES, auth.SERVICE)
AFTER = "Jenjang-After"
KEY = "Idempotency-Key"
DEPTH = int(os.environ.get("DEPTH", "1"))
"""`make test-doors DEPTH=6` looks six times as hard."""
DRAWN = 10 * DEPTH
EACH = 5 * DEPTH
"""So many requests of each role; two of one whom the door always turns away."""


@dataclass(slots=True, repr=False)
class Doors:
    """The doors of one service, who asks them, and what came of it."""

    hand: AtHand
    service_key: Mapping[str, Any]
    document: dict[str, Any]
    known: Known = field(default_factory=Known)
    shares: Shares = field(default_factory=Shares)
    wrong: dict[str, str] = field(default_factory=dict)
    """What must not be, each thing once, with a request that shows it."""
    me: UUID = field(default_factory=uuid4)
    """The employee who asks."""
    watching: bool = True
    settle: Callable[[], Awaitable[Any]] | None = None
    _tokens: dict[tuple[str, UUID], dict[str, str]] = field(default_factory=dict)

    @classmethod
    async def of(cls, hand: AtHand, service_key: Mapping[str, Any]) -> Doors:
        """The document is asked for at its own door; what is asked well from now on is kept."""
        answer = await hand.client.get("/openapi.json", headers=hand.who())
        doors = cls(hand, service_key, answer.json())
        hand.client.event_hooks = {"request": [], "response": [doors._watched]}
        return doors

    @property
    def api(self) -> Any:
        return self.hand.client._transport.app  # type: ignore[attr-defined]  # an ASGITransport

    def token(self, role: str, subject: UUID | None = None) -> dict[str, str]:
        """The same official is the same person all the time."""
        usual = self.me if role == "employee" else uuid5(NAMESPACE_URL, role)
        subject = subject or usual
        if (role, subject) not in self._tokens:
            self._tokens[role, subject] = self._issued(role, subject)
        return self._tokens[role, subject]

    def _issued(self, role: str, subject: UUID) -> dict[str, str]:
        if role != auth.SERVICE:
            return self.hand.who(role, subject=subject)
        token = auth.issue(
            self.service_key,
            audience=self.hand.service.name,
            subject=self.hand.service.name,
            role=role,
            agency=auth.EVERY_AGENCY,
            scope=role,
        )
        return {"Authorization": f"Bearer {token}"}

    # What goes well, told by hand

    async def ask(
        self,
        role: str,
        label: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        sent: Mapping[str, Any] | None = None,
        **path: Any,
    ) -> Any:
        """A request that must be answered 2xx, and the same again where it may come again.

        `sent` is what a body that is no JSON is sent as.
        """
        method, template = label.split(" ", 1)
        how = dict(sent) if sent else {} if body is None else {"json": body}
        headers = {**self.token(role), **how.pop("headers", {}), KEY: str(uuid4())}
        request = partial(self.hand.client.request, method, template.format(**path))
        answer = await request(params=query, headers=headers, **how)
        assert answer.is_success, f"{label}: {answer.status_code} {answer.text}"
        if KEY in self._headers_of(method, template):
            again = await request(params=query, headers=headers, **how)
            assert (again.status_code, again.json()) == (answer.status_code, answer.json()), label
        return answer.json() if _is_json(answer.headers) else answer.content

    def _headers_of(self, method: str, template: str) -> set[str]:
        operation = self.document["paths"].get(template, {}).get(method.lower(), {})
        parameters = operation.get("parameters", [])
        return {one["name"] for one in parameters if one["in"] == "header"}

    async def _watched(self, answer: httpx.Response) -> None:
        """Remember what a door has taken, whoever asked: the helpers of other tests may."""
        request = answer.request
        found = operation_at(self.document, request.method, request.url.path)
        if found is None or not self.watching:
            return
        label, path = found
        self.shares.count(label, _role(request), answer.status_code)
        if not answer.is_success:
            return
        body = orjson.loads(request.content) if _is_json(request.headers) else None
        self.known.remember(label, Taken(path, dict(request.url.params), body))
        if _is_json(answer.headers):
            self.known.learn(orjson.loads(await answer.aread()))

    # Whatever else may come

    async def ask_everything(self, labels: Sequence[str] = ()) -> None:
        """Questions, then commands, then the questions again over what the commands have left."""
        self.watching = False
        operations = [
            one for one in operations_of(self.document) if one.label in (labels or one.label)
        ]
        questions = [one for one in operations if one.method.upper() == "GET"]
        commands = [one for one in operations if one.method.upper() != "GET"]
        for nth, operation in enumerate((*questions, *commands, *questions)):
            await self._ask_all(operation, Random(nth))

    async def _ask_all(self, operation: Any, chance: Random) -> None:
        cases = self._cases(operation, chance)
        for role in EVERYBODY:
            for nth in range(EACH):
                status = await self._ask(role, next(cases))
                if status == 403 and nth:
                    break
        try:
            await (self.settle or self.hand.settled)()
        except Exception as error:  # what a door has taken must be told and projected
            self.wrong[f"{operation.label}: what it took cannot be projected"] = repr(error)
            raise

    def _cases(self, operation: Any, chance: Random) -> Iterator[Any]:
        """The drawn ones over and over, each time about others; one of three is not valid."""
        mode = schemathesis.GenerationMode
        valid = drawn(operation.as_strategy(generation_mode=mode.POSITIVE), DRAWN)
        spoilt = drawn(operation.as_strategy(generation_mode=mode.NEGATIVE), DRAWN // 2)
        nth = 0
        while True:
            if nth % 3 == 2 and spoilt:
                yield spoilt[nth // 3 % len(spoilt)]
            else:
                yield self._about_somebody(valid[nth % len(valid)], chance)
            nth += 1

    def _about_somebody(self, case: Any, chance: Random) -> Any:
        label, told = case.operation.label, self.known.told
        body = case.body
        if isinstance(body, dict | list) and case.media_type == "application/json":
            alter = chance.random() < 0.5
            body = self.known.altered(label, body, chance) if alter else told(body, chance)
        return case.operation.Case(
            method=case.method,
            path_parameters=self.known.path(label, case.path_parameters, chance),
            headers=self._headers(case.headers, chance),
            query=told(dict(case.query), chance),
            body=body,
            media_type=case.media_type,
        )

    def _headers(self, made_up: Mapping[str, Any], chance: Random) -> dict[str, Any]:
        """A reader seldom waits for somebody's command, and then mostly for a real one."""
        headers = dict(made_up)
        if headers.pop(AFTER, None) and chance.random() < 0.3:
            tokens = self.known.some("token", chance)
            headers[AFTER] = chance.choice(tokens or [made_up[AFTER]])
        return headers

    async def _ask(self, role: str, case: Any) -> int:
        try:
            request = self._request(role, case)
        except httpx.InvalidURL:  # no client of ours can send it
            return 0
        try:
            answer = await self.hand.client.send(request)
        except Exception as error:
            self.shares.count(case.operation.label, role, 500)
            self._note(case, f"fell over: {error!r}", _spoken(role, request))
            return 500
        self.shares.count(case.operation.label, role, answer.status_code)
        try:
            case.validate_response(answer, checks=CHECKS)
        except* Failure as failures:
            why = "; ".join(str(one) for one in failures.exceptions)
            told = f"{answer.status_code} {answer.text[:300]}"
            self._note(case, why[:800], f"{_spoken(role, request)}\n  {told}")
        return answer.status_code

    def _note(self, case: Any, why: str, seen: str) -> None:
        self.wrong.setdefault(f"{case.operation.label}: {why}", seen)

    def _request(self, role: str, case: Any) -> httpx.Request:
        sent = case.as_transport_kwargs(base_url=str(self.hand.client.base_url))
        headers = {**sent.pop("headers"), **self.token(role)}
        if isinstance(sent.get("data"), bytes | str):
            sent["content"] = sent.pop("data")
        if sent.get("files"):
            sent["files"] = [(name, _part(part)) for name, part in _pairs(sent["files"])]
        request = self.hand.client.build_request(headers=headers, **sent)
        request.read()
        return request


def operation_at(
    document: Mapping[str, Any], method: str, path: str
) -> tuple[str, dict[str, Any]] | None:
    """Which operation an address means, and what stands in it; plain words before parameters."""
    asked = path.split("/")
    for template in sorted(document["paths"], key=_places):
        parts = template.split("/")
        if len(parts) != len(asked) or method.lower() not in document["paths"][template]:
            continue
        pairs = list(zip(parts, asked, strict=True))
        if all(part == said or part[:1] == "{" for part, said in pairs):
            path_of = {part[1:-1]: said for part, said in pairs if part[:1] == "{"}
            return f"{method} {template}", path_of
    return None


def _places(template: str) -> list[bool]:
    return [part[:1] == "{" for part in template.split("/")]


def _is_json(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").startswith("application/json")


def _role(request: httpx.Request) -> str:
    """Whose token it is; a signature is nobody's role."""
    token = request.headers.get("authorization", "..").split(".")[1]
    claims = orjson.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)) or b"{}")
    return str(claims.get("role", "signed"))


def _pairs(files: Any) -> list[tuple[str, Any]]:
    return list(files.items()) if isinstance(files, dict) else list(files or ())


def _part(part: Any) -> Any:
    """What is no file is sent as its text."""
    if isinstance(part, tuple):
        return (part[0], _part(part[1]), *part[2:])
    return part if isinstance(part, bytes | str) else str(part)


def _spoken(role: str, request: httpx.Request) -> str:
    body = request.content[:600].decode("utf-8", "replace")
    return f"{role}: {request.method} {request.url} {body}"


def operations_of(document: dict[str, Any]) -> list[Any]:
    found: Any = schemathesis.openapi.from_dict(document).get_all_operations()
    return [one.ok() for one in found]


def drawn(strategy: Any, many: int) -> list[Any]:
    """So many values, the same ones in every run."""
    found: list[Any] = []

    @seed(7)
    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return found
