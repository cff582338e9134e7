from __future__ import annotations

import doctest
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.career.domain import calendar, dossier
from services.career.domain.calendar import completed_months, months_between, months_later
from services.career.domain.dossier import Dossier, Held, PositionHeld
from services.career.domain.terms import Assignment, PositionClass

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 12, 31))
SPELLS = st.lists(st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days))), max_size=6)
PENGAWAS = Held(position_class=PositionClass.PENGAWAS)


@pytest.mark.parametrize("module", [calendar, dossier])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@given(DAYS, st.integers(min_value=0, max_value=400))
def test_an_anniversary_is_reached_on_its_day(day: date, months: int) -> None:
    then = months_later(day, months)
    if then.day == day.day:  # a month long enough to have that day
        assert months_between(day, then) == months
        assert months == 0 or months_between(day, then - timedelta(days=1)) == months - 1


def test_no_number_of_months_leads_past_the_calendar() -> None:
    assert months_later(date(2026, 2, 1), 1_000_000) == date.max


@given(SPELLS)
def test_where_a_spell_is_cut_into_two_does_not_matter(spells: list[tuple[date, date]]) -> None:
    cut = [
        part
        for since, until in spells
        for middle in [since + (until - since) / 2]
        for part in ((since, middle), (middle, until))
    ]
    assert completed_months(cut) == completed_months(spells)


@given(SPELLS)
def test_what_is_served_twice_at_once_counts_once(spells: list[tuple[date, date]]) -> None:
    assert completed_months(spells * 2) == completed_months(spells)


@given(SPELLS, st.randoms())
def test_the_order_of_decrees_does_not_matter(
    spells: list[tuple[date, date]], random: Random
) -> None:
    shuffled = random.sample(spells, len(spells))
    assert completed_months(shuffled) == completed_months(spells)


@given(SPELLS, DAYS, DAYS)
def test_service_never_shrinks_as_days_go_by(
    spells: list[tuple[date, date]], one: date, other: date
) -> None:
    posts = Dossier(
        tuple(
            PositionHeld(position_class=PositionClass.PENGAWAS, since=since, until=until)
            for since, until in spells
        )
    )
    earlier, later = sorted((one, other))
    months = [posts.up_to(day).months_as([PENGAWAS], until=day) for day in (earlier, later)]
    assert months[0] <= months[1]


def test_a_post_without_an_end_ends_where_the_next_begins() -> None:
    posts = Dossier(
        (
            PositionHeld(position_class=PositionClass.PENGAWAS, since=date(2020, 1, 1)),
            PositionHeld(position_class=PositionClass.PELAKSANA, since=date(2021, 1, 1)),
        )
    )
    assert posts.months_as([PENGAWAS], until=date(2025, 1, 1)) == 12


def test_acting_in_another_post_does_not_end_ones_own() -> None:
    posts = Dossier(
        (
            PositionHeld(position_class=PositionClass.PENGAWAS, since=date(2020, 1, 1)),
            PositionHeld(
                position_class=PositionClass.ADMINISTRATOR,
                since=date(2021, 1, 1),
                assignment=Assignment.PLT,
            ),
        )
    )
    assert posts.months_as([PENGAWAS], until=date(2023, 1, 1)) == 36
