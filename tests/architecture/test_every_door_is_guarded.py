"""Whoever comes to a door of ours shows a token or a signature, from the first day."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import iter_route_contexts

from services.chassis import http
from services.chassis.auth import Verifier
from services.chassis.doors import log_doors
from tests.architecture.the_tree import SERVICES, service


@pytest.mark.parametrize("name", SERVICES)
def test_no_door_is_open_to_strangers(name: str) -> None:
    doors_of_the_log = log_doors(name, lambda _: None)  # type: ignore[arg-type, return-value]
    api = http.app(service(name), verifier=Verifier(name, {}), more_routers=[doors_of_the_log])
    assert http.unguarded(api) == []


async def anything() -> None:
    """An endpoint."""


class Open:
    """A service with a door that anybody may use."""

    name = "open"
    refused = Exception

    def __init__(self) -> None:
        router = APIRouter()
        router.add_api_route("/everything", anything)
        self.routers = [router]


def test_an_open_door_is_found() -> None:
    assert http.unguarded(http.app(Open(), verifier=Verifier("open", {}))) == ["/everything"]


def in_threads(api: http.Api) -> list[str]:
    """What a framework runs in a thread, two hops for each request: every call that cannot wait."""
    return sorted(
        {
            f"{context.path}: {getattr(call, '__qualname__', call)}"
            for context in iter_route_contexts(api.routes)
            for call in calls(getattr(context, "dependant", None))
            if not inspect.iscoroutinefunction(call)
            and not inspect.iscoroutinefunction(type(call).__call__)
        }
    )


def calls(dependant: Any) -> Iterator[Any]:
    if dependant is not None:
        yield dependant.call
        for inner in dependant.dependencies:
            yield from calls(inner)


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_run_in_a_thread(name: str) -> None:
    assert in_threads(http.app(service(name), verifier=Verifier(name, {}))) == []


def who() -> str:
    """A dependency that cannot wait."""
    return "anybody"


def test_a_dependency_in_a_thread_is_found() -> None:
    spoilt = Open()
    spoilt.routers[0].add_api_route("/more", anything, dependencies=[Depends(who)])
    assert in_threads(http.app(spoilt, verifier=Verifier("open", {}))) == ["/more: who"]
