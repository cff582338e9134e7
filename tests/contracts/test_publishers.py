"""What a service maps is what it says it says; a mapping that failed would stop its sealing."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from contracts.registry import decode
from services.chassis.canonical import canonical
from services.chassis.event_codec import Stored
from services.chassis.events import About
from services.chassis.service import Service
from tests.architecture.the_tree import SERVICES, service
from tests.contracts.stored_samples import PLACE, OpenRing, choices, path_of


def said_about(described: Service, stored: Stored) -> list[Any]:
    """What a service says about the frozen samples of one of its events."""
    return [_said(described, stored, choice) for choice in choices(stored)]


def _said(described: Service, stored: Stored, choice: str | None) -> Any:
    body = path_of(described.name, stored, choice=choice).read_bytes()
    event = described.codec.decode(stored.name, stored.schema, body, PLACE, OpenRing())
    about = About(
        event_id=PLACE.subject,
        stream=PLACE.stream,
        version=1,
        subject=PLACE.subject,
        agency="demo",
        effective_from=date(2024, 2, 29),
    )
    return described.to_contract(event, about)


def unread(described: Service) -> list[str]:
    """Contracts whose bytes, as a sealer makes them, are not read back as what was said."""
    wrong = []
    for stored in described.codec.stored:
        for said in filter(None, said_about(described, stored)):
            body = canonical(said.model_dump(mode="json"))
            if type(said) not in described.said or decode(said.TYPE, said.SCHEMA, body) != said:
                wrong.append(stored.name)
    return wrong


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mapped_is_announced_and_read_back(name: str) -> None:
    assert unread(service(name)) == []


@pytest.mark.parametrize("name", SERVICES)
def test_everything_announced_is_mapped_from_some_event(name: str) -> None:
    described = service(name)
    mapped = {
        type(said) for stored in described.codec.stored for said in said_about(described, stored)
    }
    assert set(described.said) - mapped == set()


@pytest.mark.parametrize("name", SERVICES)
def test_no_sealed_text_leaves_a_service(name: str) -> None:
    """Sealed fields of the samples spell "A" in every part; their values never reach a contract."""
    described = service(name)
    for stored in described.codec.stored:
        for said in filter(None, said_about(described, stored)):
            told = set(orjson.loads(canonical(said.model_dump(mode="json"))))
            assert told.isdisjoint(stored.encrypted)
