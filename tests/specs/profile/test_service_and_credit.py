"""Masa kerja and angka kredit are facts like any other: dated, keyed, corrected by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.chassis.spec import Spec
from services.profile.domain import person
from services.profile.domain.fact_events import CreditPointsGiven, ServiceCredited
from services.profile.domain.facts import (
    ContradictsRecord,
    CreditKind,
    CreditPoints,
    EndsBeforeItBegins,
    NotAMonthCount,
    NotCreditPoints,
    ServiceCredit,
    fuller,
    points,
)
from services.profile.domain.person import TellFact
from tests.specs.profile.test_person import registered

given = Spec(person).given
TWO, THREE = UUID(int=2), UUID(int=3)
SERVED = ServiceCredit(years=4, months=11, effective_from=date(2020, 4, 1))
# PermenPANRB 1/2023: points are converted from the rating; a PAK prints three decimals.
EARNED = CreditPoints(
    kind=CreditKind.CONVERSION,
    main="12.500",
    supporting="0.000",
    starts_on=date(2024, 1, 1),
    until=date(2025, 1, 1),
)
served = ServiceCredited(event_id=TWO, credit=SERVED)
earned = CreditPointsGiven(event_id=TWO, credit=EARNED)


def test_service_is_counted_from_its_tmt() -> None:
    given(registered).when(TellFact(event_id=TWO, fact=SERVED)).then(served)


def test_a_number_of_the_decree_makes_the_same_count_fuller() -> None:
    numbered = replace(SERVED, decree_number="SK-1")
    given(registered, served).when(TellFact(event_id=THREE, fact=numbered)).then(
        ServiceCredited(event_id=THREE, credit=numbered, replaces=TWO)
    )


def test_another_count_of_the_same_day_contradicts_and_may_correct() -> None:
    other = TellFact(event_id=THREE, fact=replace(SERVED, years=5))
    given(registered, served).when(other).then_refused(ContradictsRecord)
    given(registered, served).when(replace(other, replaces=TWO)).then(
        ServiceCredited(event_id=THREE, credit=replace(SERVED, years=5), replaces=TWO)
    )


def test_points_of_a_period_are_told_once() -> None:
    given(registered).when(TellFact(event_id=TWO, fact=EARNED)).then(earned)
    given(registered, earned).when(TellFact(event_id=THREE, fact=EARNED)).then()


def test_the_same_period_may_bring_points_of_another_kind() -> None:
    first = replace(EARNED, kind=CreditKind.INTEGRATION)
    given(registered, earned).when(TellFact(event_id=THREE, fact=first)).then(
        CreditPointsGiven(event_id=THREE, credit=first)
    )


@pytest.mark.parametrize(("years", "months"), [(1, 12), (-1, 0), (61, 0), (0, -1)])
def test_months_of_service_never_make_a_year(years: int, months: int) -> None:
    with pytest.raises(NotAMonthCount):
        ServiceCredit(years=years, months=months, effective_from=date(2020, 4, 1))


@pytest.mark.parametrize("said", ["99.9995", "-1", "1,5", "1e3", "100000", "", "٣"])
def test_points_are_never_rounded(said: str) -> None:
    with pytest.raises(NotCreditPoints):
        points(said)


def test_points_are_kept_as_they_are_printed_and_in_their_period() -> None:
    with pytest.raises(NotCreditPoints):
        replace(EARNED, main="12.5")
    with pytest.raises(EndsBeforeItBegins):
        replace(EARNED, until=EARNED.starts_on)
    assert replace(EARNED, supporting="1.005").total == Decimal("13.505")


@drawn(st.decimals(0, 99999, places=3))
def test_any_points_with_three_decimals_stay_what_they_are(said: Decimal) -> None:
    kept = points(f"{said:f}")
    assert Decimal(kept) == said
    assert points(kept) == kept


def test_facts_of_two_families_do_not_complete_each_other() -> None:
    with pytest.raises(ContradictsRecord):
        fuller(SERVED, EARNED)
