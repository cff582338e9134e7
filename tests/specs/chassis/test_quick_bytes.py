"""Written quickly or slowly, the bytes are the same; the slow way has what is not certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from asyncpg.pgproto import pgproto
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from contracts.registry import ALL
from services.chassis.canonical import canonical
from services.chassis.event_codec import EventCodec
from services.chassis.quick_bytes import quick_bytes
from tests.architecture.the_tree import SERVICES, service

# Quotes, NUL, half of a pair, names beyond the basic plane: whatever a text may hold.
texts = st.text(st.characters(exclude_categories=()), max_size=6) | st.sampled_from(["", "a\0b"])
VALUES: Mapping[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(-3, 3) | st.integers(2**53 - 2, 2**53 + 2),
    bool: st.booleans(),
    NoneType: st.none(),
    UUID: st.uuids() | st.uuids().map(lambda one: pgproto.UUID(one.bytes)),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
}


def drawn(hint: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - a line for each kind
    """Values of a type, whatever narrows it."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in VALUES:
        return VALUES[hint]
    if origin in (Union, UnionType):
        return st.one_of([drawn(choice) for choice in args])
    if origin is Annotated:
        return drawn(args[0])
    if origin is Literal:
        return st.sampled_from(args)
    if origin in (list, Sequence):
        return st.lists(drawn(args[0]), max_size=3)
    if origin is tuple:
        items = drawn(args[0])
        return st.lists(items, max_size=3).map(tuple) if args[1:] == (...,) else _row(args)
    if origin in (dict, Mapping):
        return st.dictionaries(drawn(args[0]), drawn(args[1]), max_size=3)
    return _made(hint)


def _row(args: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.tuples(*map(drawn, args))


@cache
def _made(kind: Any) -> st.SearchStrategy[Any]:
    """Members of an enum; dataclasses and models without what they would check of themselves."""
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    hints = get_type_hints(kind, include_extras=True)
    if issubclass(kind, BaseModel):
        members = {name: drawn(hints[name]) for name in kind.model_fields}
        return st.builds(kind.model_construct, **members)
    assert is_dataclass(kind)
    given_to = st.fixed_dictionaries({one.name: drawn(hints[one.name]) for one in fields(kind)})
    return given_to.map(lambda members: _unchecked(kind, members))


def _unchecked(kind: Any, members: Mapping[str, Any]) -> Any:
    made = object.__new__(kind)
    for name, value in members.items():
        object.__setattr__(made, name, value)
    return made


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def slowly(thing: Any) -> bytes | None:
    """As everything was written before there was a quick way; None for what cannot be."""
    try:
        kind: Any = type(thing)
        return canonical(_adapter(kind).dump_python(thing, mode="json"))
    except ValueError:
        return None


EVERY = {
    **{one.name: one.cls for name in SERVICES for one in service(name).codec.stored},
    **{one.name: one.cls for one in EventCodec.OWN},
    **{contract.TYPE: contract for contract in ALL},
}


@pytest.mark.parametrize("kind", EVERY.values(), ids=EVERY)
def test_what_is_stored_and_said_is_written_alike(kind: type[Any]) -> None:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(drawn(kind))
    def alike(thing: Any) -> None:
        quick = quick_bytes(thing)
        assert quick is None or quick == slowly(thing)

    alike()


class Colour(StrEnum):
    RED = "red"


class Weight(Enum):
    HALF = 0.5


class Loud(str):
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Inner:
    only: Any


@dataclass(frozen=True, slots=True)
class Outer:
    second: Any
    first: Any = None


@dataclass(frozen=True, slots=True)
class Überschrift:
    größe: int
    art: int


def test_the_common_kinds_are_written_quickly() -> None:
    levels = {"b": (1, 2), "a": [Inner(True), Inner(None)]}
    thing = Outer(levels, Outer(Colour.RED, Inner(Decimal("1.50"))))
    assert quick_bytes(thing) == (
        b'{"first":{"first":{"only":"1.50"},"second":"red"},'
        b'"second":{"a":[{"only":true},{"only":null}],"b":[1,2]}}'
    )


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        [1.5],
        {"a": {"b": 1.5}},
        Weight.HALF,
        datetime(2025, 6, 1, tzinfo=UTC),
        {"é": 1, "a": 2},
        {1: 2},
        {Colour.RED: 1},
        frozenset({1}),
        b"bytes",
        Loud("text"),
        2**53,
        "\ud800",
        Überschrift(1, 2),
        Ellipsis,
    ],
    ids=str,
)
def test_what_is_not_certain_is_left_to_the_slow_way(value: Any) -> None:
    for thing in (Inner(value), Outer(value), Outer([Inner((value,))]), Outer(1, {"a": value})):
        assert quick_bytes(thing) is None


def test_what_stands_alone_is_left_to_the_slow_way_too() -> None:
    for value in (1.5, datetime(2025, 6, 1, tzinfo=UTC), {1: 2}, object()):
        assert quick_bytes(value) is None
