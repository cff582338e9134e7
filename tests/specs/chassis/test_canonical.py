"""One value, one sequence of bytes; the reference is the independent package rfc8785."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.canonical import NotCanonical, canonical, canonical_of
from tests.support.counter import Count

texts = st.text(st.characters(codec="utf-8"), max_size=12)
whole = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | whole | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(texts, whole, max_size=6))
def test_the_order_in_which_members_were_put_in_does_not_matter(value: dict[str, int]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical(turned) == canonical(value)


def test_keys_beyond_the_basic_plane_sort_by_utf_16() -> None:
    value: Any = {"\U0001f600": 1, "\ufb33": 2, "a": {"\U0001f600": [1], "\ufb33": 2}}
    assert canonical(value) == rfc8785.dumps(value)


class Colour(Enum):
    RED = "red"


class Weight(Enum):
    HALF = 0.5


def test_values_of_other_types_become_strings() -> None:
    value = {
        "day": date(2025, 6, 1),
        "at": datetime(2025, 6, 1, 12, tzinfo=UTC),
        "id": UUID(int=1),
        "amount": Decimal("1.50"),
        "colour": Colour.RED,
        Colour.RED: (1, 2),
    }
    assert canonical(value) == (
        b'{"amount":"1.50","at":"2025-06-01T12:00:00+00:00","colour":"red","day":"2025-06-01",'
        b'"id":"00000000-0000-0000-0000-000000000001","red":[1,2]}'
    )


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        {"a": [1.0]},
        Weight.HALF,
        float("nan"),
        2**53,
        {1: "a"},
        {"a": {1, 2}},
        b"bytes",
        "\ud800",
        {"\ud800": 1},
        datetime(2025, 6, 1),  # noqa: DTZ001 - the very thing that is refused
    ],
    ids=repr,
)
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_dataclass_is_written_by_its_fields() -> None:
    assert canonical_of(Count(step="a", by=2)) == b'{"by":2,"note":null,"step":"a"}'


@dataclass(frozen=True, slots=True)
class Inner:
    colour: Colour
    amounts: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Outer:
    inner: Inner
    several: list[Inner]
    by_name: dict[str, Any]
    on: date = date(2025, 6, 1)


def test_dataclasses_inside_are_written_like_the_plain_values_they_hold() -> None:
    inner = Inner(Colour.RED, (("a", Decimal("1.50")), ("b", Decimal(2))))
    outer = Outer(inner, [inner], {"\U0001f600": inner, "\ufb33": UUID(int=1)})
    assert canonical_of(outer) == canonical(asdict(outer))


@pytest.mark.parametrize("value", [1.5, {1, 2}, datetime(2025, 6, 1), 2**53])  # noqa: DTZ001
def test_a_dataclass_with_a_value_without_a_single_spelling_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_of(Outer(Inner(Colour.RED, ()), [], {"of": [value]}))
