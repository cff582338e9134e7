"""Rows handed from the sealer to the relay: the very next ones without a gap, or none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis.cloudevents import SaidRow
from services.chassis.just_sealed import JustSealed

AT, DAY = datetime(2026, 1, 5, tzinfo=UTC), date(2026, 1, 5)


def row(psn: int, generation: int = 1, partition: int = 0) -> SaidRow:
    someone = UUID(int=psn)
    return SaidRow(generation, partition, psn, someone, psn, "t", 1, someone, "a", DAY, AT, b"{}")


def test_what_follows_a_position_is_handed_over_once() -> None:
    sealed = JustSealed()
    sealed.put([row(1), row(2), row(1, partition=1), row(3)])
    assert [one.psn for one in sealed.take(1, 0, after=1)] == [2, 3]
    assert sealed.take(1, 0, after=1) == []
    assert [one.psn for one in sealed.take(1, 1, after=0)] == [1]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row(3), row(4)], id="a gap before the first"),
        pytest.param([row(2), row(4)], id="a gap inside"),
        pytest.param([row(2), row(2), row(3)], id="the same position twice"),
        pytest.param([row(2, generation=2)], id="another generation"),
    ],
)
def test_whatever_is_not_the_very_next_is_left_to_the_log(rows: list[SaidRow]) -> None:
    sealed = JustSealed()
    sealed.put(rows)
    assert sealed.take(1, 0, after=1) == []


def test_what_nobody_fetches_goes() -> None:
    sealed = JustSealed(most=2)
    sealed.put([row(1), row(2), row(3)])
    assert sealed.take(1, 0, after=0) == []
    sealed.put([row(4)])
    sealed.forget()
    assert sealed.take(1, 0, after=3) == []
