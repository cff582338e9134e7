"""Whoever comes to a door of ours shows a token or a signature, from the first day."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

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
