"""The outermost skin of every HTTP app: what is refused before anybody looks at it, and what every
answer carries.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from email.message import Message as MimeHeaders
from typing import Any
from uuid import uuid4

import orjson
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.problems import (
    Malformed,
    Problem,
    Unexpected,
    answer,
    answer_to,
    status_reason,
)
from services.chassis.telemetry import Metrics, log

DEEPEST = 32
FURTHEST = 2**63
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
LOG = log("chassis.edge")

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Unacceptable(HTTPException):
    """A problem found while the body was being read. A door that keeps whatever comes, because
    its sender signed it, finds the bytes in `body`."""

    def __init__(self, problem: Problem, body: bytes) -> None:
        super().__init__(problem.status)
        self.problem = problem
        self.body = body


def check_json(body: bytes) -> None:
    """Refuse what would only fail further in: no JSON, NUL characters, numbers that fit nowhere,
    and structures so deep that they are meant to hurt."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Malformed("The body is not JSON.") from None
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise Malformed("The body is nested too deeply.")


def _inside(value: Any) -> list[Any]:
    match value:
        case dict():
            return [*value.keys(), *value.values()]
        case list():
            return value
        case str() if "\0" in value:
            raise Malformed("The body holds a NUL character.")
        case int() | float() if not -FURTHEST <= value < FURTHEST:
            raise Malformed("The body holds a number that is too large.")
    return []


def _speaks_json(headers: Headers) -> bool:
    mime = MimeHeaders()
    mime["content-type"] = headers.get("content-type", "")
    subtype = mime.get_content_subtype()
    is_application = mime.get_content_maintype() == "application"
    return is_application and (subtype == "json" or subtype.endswith("+json"))


def _looked_through(receive: Receive, headers: Headers) -> Receive:
    """A JSON body is checked at the moment when its last part has been read."""
    if not _speaks_json(headers):
        return receive
    parts: list[bytes] = []

    async def checked() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            parts.append(message.get("body", b""))
            if not message.get("more_body") and any(parts):
                body = b"".join(parts)
                parts.clear()
                try:
                    check_json(body)
                except Problem as problem:
                    raise Unacceptable(problem, body) from None
        return message

    return checked


class Answering:
    """One answer on its way out: adds headers, and turns a library's bare error into a problem."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self._replacing = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif not self._replacing:
            await self._send(message)

    async def _start(self, message: Message) -> None:
        self.status = message["status"]
        headers = MutableHeaders(scope=message)
        plain = headers.get("content-type", "").startswith("text/plain")
        if self.status >= 400 and plain:
            self._replacing = True
            kept = {name: headers[name] for name in ("allow", "retry-after") if name in headers}
            await self.problem(self.status, status_reason(self.status), kept)
            return
        self._dress(headers)
        await self._send(message)

    async def problem(
        self, status: int, reason: type[Exception], headers: Mapping[str, str] | None = None
    ) -> None:
        await self._say(answer(reason, status, headers=headers))

    async def refuse(self, problem: Problem) -> None:
        await self._say(answer_to(problem))

    async def _say(self, response: Any) -> None:
        self.status = response.status_code
        self._dress(response.headers)
        start = {"type": "http.response.start", "status": response.status_code}
        await self._send({**start, "headers": response.raw_headers})
        await self._send({"type": "http.response.body", "body": response.body})

    def _dress(self, headers: MutableHeaders) -> None:
        headers["X-Request-Id"] = self._request_id
        for name, value in SECURITY.items():
            headers.setdefault(name, value)


class Edge:
    """Wraps the whole app, error handling included."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = Headers(scope=scope)
        scope.setdefault("state", {})["request_id"] = request_id = _request_id(headers)
        out = Answering(send, request_id)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._answer(scope, _looked_through(receive, headers), out)
            self._note(scope, out.status, time.perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, out: Answering) -> None:
        try:
            if "\0" in scope["path"] or b"%00" in scope["query_string"]:
                await out.refuse(Malformed("The address holds a NUL character."))
                return
            await self._app(scope, receive, out)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Whatever went wrong, its text stays here: it may quote a record.
            LOG.error("request failed", exc_info=error)
            if not out.status:
                await out.problem(500, Unexpected)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """The route as it was declared: an address that somebody made up may hold anything."""
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        if not route.startswith(("/health", "/metrics")):
            LOG.info("answered", method=method, route=route, status=status, ms=int(seconds * 1000))


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid4().hex


def _route(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "unknown"
