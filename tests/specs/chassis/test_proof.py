"""The leaf: every column counts, in either part, and no two records share an encoding."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.proof import Said, Stored, leaf, leaf_of, said_part, stored_part

STORED = Stored(
    event_id=UUID(int=1),
    stream="s-1",
    version=1,
    type="t",
    schema=1,
    subject=UUID(int=2),
    agency="a",
    effective_from=date(2025, 6, 1),
    actor="who",
    door="door",
    document="doc",
    sha256="ab",
    verified=True,
    causation=UUID(int=3),
    correlation=UUID(int=4),
    body=b"{}",
)
SAID = Said(
    service="sample",
    generation=1,
    seq=7,
    event_id=UUID(int=1),
    subject=UUID(int=2),
    agency="a",
    effective_from=date(2025, 6, 1),
    recorded_at=datetime(2025, 6, 2, 3, 4, 5, 6, tzinfo=UTC),
    said_type="t.v1",
    said_schema=1,
    partition=0,
    psn=0,
    said_body=b"{}",
)


def other(value: Any) -> list[Any]:
    """Values near this one."""
    near: dict[type, list[Any]] = {
        bool: [value is False],
        int: [98, 99],
        str: [f"{value}x", "", str(value).upper()],
        bytes: [b"", b"{ }"],
        UUID: [UUID(int=9), UUID(int=1 << 127)],
        datetime: [datetime(2025, 6, 2, 3, 4, 5, 7, tzinfo=UTC)],
        date: [date(2024, 6, 1)],
    }
    return near[type(value)]


MAY_BE_ABSENT = {"document", "sha256", "causation", "correlation"} | set(Said._fields[-5:])


def leaf_with(stored: Stored = STORED, said: Said = SAID) -> bytes:
    return leaf(stored_part(stored), said_part(said))


@pytest.mark.parametrize("name", Stored._fields)
def test_any_changed_stored_column_changes_the_leaf(name: str) -> None:
    changes = other(getattr(STORED, name)) + [None] * (name in MAY_BE_ABSENT)
    leaves = {leaf_with(stored=STORED._replace(**{name: change})) for change in changes}
    assert leaf_with() not in leaves
    assert len(leaves) == len(changes)


@pytest.mark.parametrize("name", Said._fields)
def test_any_changed_said_column_changes_the_leaf(name: str) -> None:
    changes = other(getattr(SAID, name)) + [None] * (name in MAY_BE_ABSENT)
    leaves = {leaf_with(said=SAID._replace(**{name: change})) for change in changes}
    assert leaf_with() not in leaves
    assert len(leaves) == len(changes)


@given(st.text(max_size=4), st.text(max_size=4), st.text(max_size=4), st.text(max_size=4))
def test_texts_never_flow_into_each_other(a: str, b: str, c: str, d: str) -> None:
    one = STORED._replace(actor=a, door=b)
    two = STORED._replace(actor=c, door=d)
    assert (stored_part(one) == stored_part(two)) == ((a, b) == (c, d))


def test_an_absent_field_is_not_an_empty_one() -> None:
    assert stored_part(STORED._replace(document=None)) != stored_part(STORED._replace(document=""))
    assert said_part(SAID._replace(said_body=None)) != said_part(SAID._replace(said_body=b""))


def test_the_two_parts_live_in_different_domains() -> None:
    assert stored_part(STORED)[:15] != said_part(SAID)[:15]


def test_a_leaf_can_be_made_from_the_hashes_of_its_parts() -> None:
    parts = stored_part(STORED), said_part(SAID)
    assert leaf_of(*(sha256(part).digest() for part in parts)) == leaf(*parts)


def test_the_encoding_never_changes() -> None:
    """Frozen: whoever changes it must raise LEAF_FORMAT and keep this one readable."""
    assert leaf_with().hex() == FROZEN


FROZEN = "78076e57bee04503542929b1e4bc5666ab7d1e501c8e637d91e74d722246e25c"
