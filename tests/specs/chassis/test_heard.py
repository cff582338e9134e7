"""Reading headers batch by batch says what reading them record by record says, or stands back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.cloudevents import SaidRow, said_headers
from services.chassis.heard import _ORDER, Raw, Unplaceable, all_placed, placed

REFUSED = (AttributeError, TypeError, ValueError, Unplaceable)


def raw(psn: int, body: bytes = b"{}") -> Raw:
    row = SaidRow(
        generation=1 + psn % 2,
        partition=psn % 3,
        psn=psn,
        event_id=UUID(int=psn),
        seq=7 * psn,
        type=f"sample.happened.v{psn % 2}",
        schema=1 + psn % 2,
        subject=UUID(int=psn % 5),
        agency="demo",
        effective_from=date(2025, 1, 1 + psn % 28),
        recorded_at=datetime(2026, 1, 5, microsecond=psn, tzinfo=UTC),
        body=body,
    )
    headers = said_headers("sample", row)
    assert tuple(name for name, _ in headers) == _ORDER
    return Raw("sample", "kafka", row.partition, psn, headers, body)


usual = [raw(psn) for psn in range(1, 40)]


def test_a_usual_batch_is_read_at_once() -> None:
    assert all_placed(usual) == [placed(one) for one in usual]


odd_values = st.sampled_from(
    [None, b"", b"0", b"-1", b"1.5", b"\xff", b"9" * 10, b"9" * 19, b"9" * 400, b"a\0b"]
) | st.binary(max_size=40)


@given(where=st.integers(0, len(_ORDER) - 1), value=odd_values)
def test_one_odd_header_is_read_the_same_or_sends_all_to_be_looked_at(
    where: int, value: bytes | None
) -> None:
    headers = list(usual[3].headers)
    headers[where] = (headers[where][0], value)
    odd = usual[3]._replace(headers=headers)
    try:
        found = all_placed([*usual[:3], odd])
    except REFUSED:
        return
    assert found[-1] == placed(odd)


@pytest.mark.parametrize(
    "odd",
    [
        usual[0]._replace(source="other"),
        usual[0]._replace(body=None),
        usual[0]._replace(body=b""),
        usual[0]._replace(headers=[]),
        usual[0]._replace(headers=[*usual[0].headers, ("more", b"")]),
        usual[0]._replace(headers=list(reversed(usual[0].headers))),
        usual[0]._replace(headers=[("other", value) for _, value in usual[0].headers]),
    ],
)
def test_what_is_not_as_we_say_it_is_not_read_at_once(odd: Raw) -> None:
    with pytest.raises(REFUSED):
        all_placed([*usual[1:3], odd])
