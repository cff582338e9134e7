"""Whatever was once stored goes on being read as today's class, and is stored the same way."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import pytest

from services.chassis.event_codec import EventCodec, Stored
from tests.architecture.the_tree import SERVICES, service
from tests.contracts.stored_samples import FOLDER, PLACE, OpenRing, choices, path_of, sample


def everything_stored() -> list[tuple[str, EventCodec, Stored, int, Path]]:
    found = []
    for name in SERVICES:
        codec = service(name).codec
        for stored in codec.stored:
            found += [
                (name, codec, stored, schema, path_of(name, stored, schema, choice))
                for schema in range(1, stored.schema + 1)
                for choice in choices(stored)
                # A choice may be younger than an earlier schema.
                if choice is None
                or schema == stored.schema
                or path_of(name, stored, schema, choice).exists()
            ]
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_every_stored_shape_has_its_frozen_sample_and_no_sample_is_an_orphan(name: str) -> None:
    wanted = {path for at, _, _, _, path in everything_stored() if at == name}
    assert set((FOLDER / name).glob("*")) == wanted


@pytest.mark.parametrize("name", SERVICES)
def test_the_frozen_sample_is_read_as_todays_class_and_stored_as_it_was(name: str) -> None:
    for at, codec, stored, schema, path in everything_stored():
        if at == name:
            body = path.read_bytes()
            event = codec.decode(stored.name, schema, body, PLACE, OpenRing())
            assert type(event) is stored.cls
            if schema == stored.schema:
                assert codec.encode(event, PLACE, OpenRing()).body == body


@pytest.mark.parametrize("name", SERVICES)
def test_without_a_key_the_rest_of_the_event_is_still_there(name: str) -> None:
    for at, codec, stored, schema, path in everything_stored():
        if at == name and stored.encrypted and schema == stored.schema:
            event = codec.decode(stored.name, schema, path.read_bytes())
            assert {attrgetter(field)(event) for field in stored.encrypted} == {None}


# The guard can fail


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLater:
    year: int
    month: int


def test_a_field_more_without_an_upcaster_is_noticed() -> None:
    before = Stored(Opened, name="shop.opened")
    body = sample(EventCodec([before]), before)
    assert body == b'{"year":2024}'
    with pytest.raises(ValueError, match="month"):
        EventCodec([Stored(OpenedLater, name="shop.opened")]).decode("shop.opened", 1, body)


def test_with_an_upcaster_it_is_read() -> None:
    codec = EventCodec(
        [Stored(OpenedLater, name="shop.opened", schema=2)],
        {("shop.opened", 1): lambda raw: {**raw, "month": 1}},
    )
    assert codec.decode("shop.opened", 1, b'{"year":1}') == OpenedLater(year=1, month=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash:
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    by: Cash | Card


def test_every_class_that_a_field_may_hold_has_a_sample() -> None:
    paid = Stored(Paid, name="shop.paid")
    bodies = [sample(EventCodec([paid]), paid, choice) for choice in choices(paid)]
    assert bodies == [b'{"by":{"amount":1}}', b'{"by":{"digits":"A"}}']
