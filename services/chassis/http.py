"""The app of a service: its routers, and around them everything every door has in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import asyncpg
import httpx
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from services.chassis import problems
from services.chassis.answering import AlreadyAnswered
from services.chassis.auth import Guard, Verifier, require
from services.chassis.edge import Edge, Unacceptable
from services.chassis.query_values import Day, Instant
from services.chassis.telemetry import Metrics, log
from services.chassis.vault import SubjectForgotten

__all__ = ["Day", "Instant", "Readiness", "app", "openapi", "unguarded"]

OPEN = frozenset({"/health/live", "/health/ready", "/health/started", "/metrics"})
LOG = log("chassis.http")


class Described(Protocol):
    """What the factory needs to know of a service."""

    @property
    def name(self) -> str: ...
    @property
    def routers(self) -> Sequence[APIRouter]: ...
    @property
    def refused(self) -> type[Exception]: ...


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether traffic may come, and each thing that was looked at."""

    ready: bool = True
    details: dict[str, Any] = field(default_factory=dict)


async def _always_ready() -> Readiness:
    return Readiness()


class Api(FastAPI):
    """FastAPI inside our own skin, so that no answer leaves without it."""

    metrics: Metrics

    def build_middleware_stack(self) -> ASGIApp:
        return Edge(super().build_middleware_stack(), self.metrics)

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            self.openapi_schema = _with_problems(super().openapi())
        return self.openapi_schema


def app(
    service: Described,
    deps: Any = None,
    *,
    verifier: Verifier,
    metrics: Metrics | None = None,
    readiness: Callable[[], Awaitable[Readiness]] = _always_ready,
    started: Callable[[], bool] = lambda: True,
    max_body_bytes: int = 1_048_576,
    more_routers: Sequence[APIRouter] = (),
) -> Api:
    """`deps` is what the service's commands and queries are given: `request.app.state.deps`."""
    api = Api(
        title=service.name,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=max_body_bytes,
    )
    api.metrics = metrics or Metrics()
    api.state.deps = deps
    api.state.verifier = verifier
    _answer_errors(api, service.refused)
    api.include_router(_health(api.metrics, readiness, started))
    for router in (*service.routers, *more_routers):
        api.include_router(router)
    api.add_api_route(
        "/openapi.json", _openapi, include_in_schema=False, dependencies=[Depends(require())]
    )
    return api


async def _openapi(request: Request) -> Response:
    return JSONResponse(request.app.openapi())


def _health(
    metrics: Metrics,
    readiness: Callable[[], Awaitable[Readiness]],
    started: Callable[[], bool],
) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"live": True})

    @router.get("/health/started")
    async def has_started() -> Response:
        return JSONResponse({"started": started()}, 200 if started() else 503)

    @router.get("/health/ready")
    async def ready() -> Response:
        found = await readiness()
        content = {"ready": found.ready, **found.details}
        return JSONResponse(content, 200 if found.ready else 503)

    @router.get("/metrics")
    async def exposition() -> Response:
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4")

    return router


def openapi(service: Described) -> dict[str, Any]:
    """The app's document, made without any key, server or database."""
    return app(service, verifier=Verifier(service.name, {})).openapi()


# Errors: three kinds, three places


def _answer_errors(api: FastAPI, refused: type[Exception]) -> None:
    async def unavailable(_: Request, error: Exception) -> Response:
        LOG.warning("unavailable", exc_info=error)
        return problems.answer_to(problems.Unavailable())

    async def refusal(_: Request, error: Exception) -> Response:
        return problems.answer(type(error), 409)

    async def unstorable(_: Request, error: Exception) -> Response:
        LOG.warning("a value reached the database that it cannot hold", exc_info=error)
        return problems.answer_to(problems.NotValid("A value cannot be stored."))

    for outage in OUTAGES:
        api.add_exception_handler(outage, unavailable)
    if refused is not Exception:
        api.add_exception_handler(refused, refusal)
    api.add_exception_handler(asyncpg.DataError, unstorable)
    api.add_exception_handler(SubjectForgotten, _gone)
    api.add_exception_handler(problems.Problem, _problem)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _bare)
    api.add_exception_handler(AlreadyAnswered, _again)


# Not ours to fix: the other side is away, or has no room for us just now.
OUTAGES: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # a lock not had in time, a database being closed
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,
    httpx.TransportError,
    OSError,  # sockets, names that do not resolve, time-outs, another service's closed door
)


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, problems.Problem)
    return problems.answer_to(error)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problems.answer_to(problems.invalid(error.errors()))


async def _gone(_: Request, error: Exception) -> Response:
    return problems.answer(type(error), 410)


async def _again(_: Request, error: Exception) -> Response:
    assert isinstance(error, AlreadyAnswered)
    return Response(error.answer.body, error.answer.status, media_type="application/json")


async def _bare(_: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such path, wrong method, unreadable body."""
    assert isinstance(error, HTTPException)
    if isinstance(error, Unacceptable):
        return problems.answer_to(error.problem)
    reason = problems.status_reason(error.status_code)
    return problems.answer(reason, error.status_code, headers=error.headers)


# What the app says about itself


def unguarded(api: FastAPI) -> list[str]:
    """Every route that anybody could call: there must be none beside health and metrics."""
    return [
        str(context.path)
        for context in iter_route_contexts(api.routes)
        if context.path not in OPEN and not any(_guards(getattr(context, "dependant", None)))
    ]


def _guards(dependant: Dependant | None) -> Iterator[Guard]:
    if dependant is None:
        return
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _guards(inner)


PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("field", "reason", "message")},
            },
        },
    },
}


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Every error is a problem, and the schema says so; the framework's own form is never sent."""
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    components["Problem"] = PROBLEM
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in schema.get("paths", {}).values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": "A problem", "content": content}
    return schema
