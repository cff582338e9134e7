"""Stored names, upcasters one after the other, sealed fields, and what cannot be stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.chassis.event_codec import (
    BadlyStored,
    EventCodec,
    KeyReserved,
    Place,
    Stored,
    UnknownType,
    Unstorable,
)

PLACE = Place(UUID(int=1), "thing-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    amount: Decimal
    unit: str
    on: date
    note: str | None = None
    parts: tuple[int, ...] = ()


class Backwards:
    """A ring that seals by turning the text round, and names where it was sealed."""

    def __init__(self) -> None:
        self.forgotten = False

    def seal(self, subject: UUID, stream: str, field: str, schema: int, text: str) -> str:
        return f"{stream}|{field}|{schema}|{text[::-1]}"

    def open(self, subject: UUID, stream: str, field: str, schema: int, sealed: str) -> str | None:
        assert sealed.startswith(f"{stream}|{field}|{schema}|")
        return None if self.forgotten else sealed.rpartition("|")[2][::-1]


def grams(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "unit": "g"}


def day(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "on": "2020-01-01", "amount": str(raw["amount"])}


CODEC = EventCodec(
    [Stored(Weighed, name="weighed", schema=3, effective="on", encrypted=("note",))],
    upcasters={("weighed", 1): grams, ("weighed", 2): day},
)
EVENT = Weighed(amount=Decimal("1.50"), unit="kg", on=date(2025, 6, 1), note="säh", parts=(1, 2))


def test_an_event_comes_back_as_it_was() -> None:
    ring = Backwards()
    encoded = CODEC.encode(EVENT, PLACE, ring)
    assert (encoded.type, encoded.schema) == ("weighed", 3)
    assert (
        encoded.body
        == (
            '{"amount":"1.50","note":{"enc":"thing-1|note|3|\\"häs\\""},'
            '"on":"2025-06-01","parts":[1,2],"unit":"kg"}'
        ).encode()
    )
    assert CODEC.decode("weighed", 3, encoded.body, PLACE, ring) == EVENT


def test_without_the_key_a_sealed_field_is_none_and_the_rest_stays() -> None:
    ring = Backwards()
    body = CODEC.encode(EVENT, PLACE, ring).body
    ring.forgotten = True
    for opened in (CODEC.decode("weighed", 3, body, PLACE, ring), CODEC.decode("weighed", 3, body)):
        assert (opened.note, opened.amount) == (None, EVENT.amount)


def test_a_field_that_is_absent_needs_no_key() -> None:
    assert b'"note":null' in CODEC.encode(Weighed(amount=Decimal(1), unit="g", on=EVENT.on)).body


def test_what_is_encrypted_is_never_written_openly() -> None:
    with pytest.raises(BadlyStored):
        CODEC.encode(EVENT)


def test_old_shapes_pass_through_every_upcaster_in_turn() -> None:
    oldest = CODEC.decode("weighed", 1, b'{"amount":5}')
    older = CODEC.decode("weighed", 2, b'{"amount":5,"unit":"kg"}')
    assert oldest == Weighed(amount=Decimal(5), unit="g", on=date(2020, 1, 1))
    assert older == Weighed(amount=Decimal(5), unit="kg", on=date(2020, 1, 1))


@pytest.mark.parametrize(("name", "schema"), [("unheard", 1), ("weighed", 4), ("weighed", 0)])
def test_what_nobody_can_read_is_an_error(name: str, schema: int) -> None:
    with pytest.raises(UnknownType):
        CODEC.decode(name, schema, b"{}")


def test_an_event_nobody_declared_is_not_stored() -> None:
    with pytest.raises(UnknownType):
        CODEC.encode(Backwards())


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\\\0"])
def test_a_text_that_cannot_be_kept_is_refused_sealed_or_not(text: str) -> None:
    for event in (
        Weighed(amount=Decimal(1), unit=text, on=EVENT.on),
        Weighed(amount=Decimal(1), unit="g", on=EVENT.on, note=text),
    ):
        with pytest.raises(Unstorable):
            CODEC.encode(event, PLACE, Backwards())


def test_an_escaped_backslash_is_not_a_nul() -> None:
    event = Weighed(amount=Decimal(1), unit="\\u0000", on=EVENT.on)
    assert CODEC.decode("weighed", 3, CODEC.encode(event).body) == event


def test_the_chassis_own_event_needs_no_declaration() -> None:
    event = KeyReserved(holder=UUID(int=3))
    encoded = CODEC.encode(event)
    assert CODEC.decode(encoded.type, encoded.schema, encoded.body) == event


@dataclass(frozen=True)
class WithFloat:
    amount: float


@dataclass(frozen=True)
class WithSet:
    parts: frozenset[str]


@dataclass(frozen=True)
class Fine:
    text: str


@pytest.mark.parametrize(
    "stored",
    [
        [Stored(WithFloat, name="a")],
        [Stored(WithSet, name="a")],
        [Stored(Fine, name="a", encrypted=("text",))],
        [Stored(Fine, name="a", encrypted=("absent",))],
        [Stored(Fine, name="a", effective="absent")],
        [Stored(Fine, name="a"), Stored(Weighed, name="a")],
        [Stored(Fine, name="a"), Stored(Fine, name="b")],
        [Stored(int, name="a")],
    ],
    ids=["float", "set", "not-optional", "no-field", "no-day", "name", "class", "no-dataclass"],
)
def test_a_declaration_that_does_not_hold_together_is_refused_at_start(
    stored: list[Stored],
) -> None:
    with pytest.raises(BadlyStored):
        EventCodec(stored)


def test_an_upcaster_that_leads_nowhere_is_refused_at_start() -> None:
    with pytest.raises(BadlyStored):
        EventCodec([Stored(Fine, name="a")], upcasters={("a", 1): grams})


def test_a_missing_step_between_two_schemas_is_an_error() -> None:
    codec = EventCodec([Stored(Fine, name="a", schema=3)], upcasters={("a", 1): grams})
    with pytest.raises(UnknownType):
        codec.decode("a", 1, b'{"text":"x"}')
