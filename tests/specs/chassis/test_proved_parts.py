"""The parts of a leaf are read back from their bytes, and from nothing that looks like them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.proof import Said, Stored, said_part, stored_part
from services.chassis.proved_parts import NotAPart, said_of, stored_of

text = st.text(max_size=20)
small = st.integers(-(2**63), 2**63 - 1)
instants = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

saids = st.builds(
    Said,
    service=text,
    generation=small,
    seq=small,
    event_id=st.uuids(),
    subject=st.uuids(),
    agency=text,
    effective_from=st.dates(),
    recorded_at=instants,
    said_type=st.none() | text,
    said_schema=st.none() | small,
    partition=st.none() | small,
    psn=st.none() | small,
    said_body=st.none() | st.binary(max_size=40),
)
storeds = st.builds(
    Stored,
    event_id=st.uuids(),
    stream=text,
    version=small,
    type=text,
    schema=small,
    subject=st.uuids(),
    agency=text,
    effective_from=st.dates(),
    actor=text,
    door=text,
    document=st.none() | text,
    sha256=st.none() | text,
    verified=st.booleans(),
    causation=st.none() | st.uuids(),
    correlation=st.none() | st.uuids(),
    body=st.binary(max_size=40),
)


@given(saids)
def test_what_was_said_is_read_back(said: Said) -> None:
    assert said_of(said_part(said)) == said


@given(storeds)
def test_what_was_stored_is_read_back(stored: Stored) -> None:
    assert stored_of(stored_part(stored)) == stored


@settings(max_examples=200)
@given(saids, st.data())
def test_no_two_parts_are_read_as_the_same(said: Said, data: st.DataObject) -> None:
    part = bytearray(said_part(said))
    at = data.draw(st.integers(0, len(part) - 1))
    part[at] ^= data.draw(st.integers(1, 255))
    try:
        read = said_of(bytes(part))
    except NotAPart:
        return
    assert read != said


@pytest.mark.parametrize("cut", [0, 5, 40, 130, -1])
def test_half_a_part_is_none(cut: int) -> None:
    said = Said(
        *("s", 1, 2, UUID(int=3), UUID(int=4), "a", date(2026, 1, 1), datetime.now(UTC)),
        *(None, None, None, None, None),
    )
    with pytest.raises(NotAPart):
        said_of(said_part(said)[:cut])
    with pytest.raises(NotAPart):
        said_of(said_part(said) + b"\0")
    with pytest.raises(NotAPart):
        stored_of(said_part(said))
