"""What a post obliges its holder to, since when, and by when where an agency has decreed it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.chassis.spec import Spec
from services.training.adapters.leadership_duties import read_duties, shipped_duties
from services.training.domain import leadership_duty
from services.training.domain.leadership_duty import (
    DeadlineSaysOtherwise,
    DeadlineSet,
    Finished,
    Held,
    NoDutyForClass,
    NotAMonthsDeadline,
    Owed,
    SetDeadline,
    deadlines_on,
    owed,
)

given = Spec(leadership_duty).given
FILE = Path("services/training/leadership_duties.json")
DUTIES = shipped_duties()
DAY = date(2026, 2, 1)
PENGAWAS = Held(position_class="PENGAWAS", since=date(2024, 5, 1), until=None)


def of(
    *held: Held, done: tuple[Finished, ...] = (), months: int | None = None, day: date = DAY
) -> Owed:
    deadlines = {} if months is None else {"PENGAWAS": months}
    found = owed(DUTIES, held, done, deadlines, day)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("position_class", "programme"),
    [
        ("PENGAWAS", "PKP"),
        ("ADMINISTRATOR", "PKA"),
        ("JPT_PRATAMA", "PKN II"),
        ("JPT_MADYA", "PKN I"),
    ],
)
def test_each_class_of_posts_has_its_own_programme(position_class: str, programme: str) -> None:
    held = Held(position_class=position_class, since=date(2024, 5, 1), until=None)
    assert of(held).duty.programme == programme


def test_it_begins_with_the_unbroken_time_in_the_class() -> None:
    before = Held(position_class="PENGAWAS", since=date(2021, 5, 1), until=date(2024, 5, 1))
    assert of(PENGAWAS, before).since == date(2021, 5, 1)
    assert of(PENGAWAS, before).months == 57
    with_a_gap = Held(position_class="PENGAWAS", since=date(2021, 5, 1), until=date(2024, 4, 30))
    assert of(PENGAWAS, with_a_gap).since == date(2024, 5, 1)


def test_a_programme_finished_before_or_after_or_under_its_old_name_meets_it() -> None:
    for programme, on in (
        ("PKP", date(2020, 1, 1)),
        ("pkp", DAY),
        ("DIKLATPIM IV", date(2015, 1, 1)),
    ):
        done = Finished(programme=programme, on=on)
        assert of(PENGAWAS, done=(done,)).done == done
    later = Finished(programme="PKP", on=date(2026, 2, 2))
    assert of(PENGAWAS, done=(later,)).done is None
    assert of(PENGAWAS, done=(Finished(programme="PKA", on=DAY),)).done is None


def test_it_is_overdue_the_day_after_the_agency_s_own_deadline_and_never_without_one() -> None:
    assert of(PENGAWAS).due_on is None
    assert not of(PENGAWAS, day=date(2099, 1, 1)).overdue
    assert not of(PENGAWAS, months=21).overdue
    assert of(PENGAWAS, months=21, day=date(2026, 2, 2)).overdue
    done = Finished(programme="PKP", on=DAY)
    assert not of(PENGAWAS, months=1, done=(done,)).overdue


def test_who_holds_no_such_post_owes_nothing() -> None:
    pelaksana = Held(position_class="PELAKSANA", since=date(2020, 1, 1), until=None)
    over = Held(position_class="PENGAWAS", since=date(2020, 1, 1), until=DAY)
    for held in ((), (pelaksana,), (over,)):
        assert owed(DUTIES, held, (), {}, DAY) is None


def deadline(months: int | None = 24, decree: str = "Perwali Demo 5/2025") -> SetDeadline:
    return SetDeadline(
        position_class="PENGAWAS", months=months, decree_number=decree, on=date(2025, 1, 1)
    )


FIRST = DeadlineSet(
    position_class="PENGAWAS",
    months=24,
    decree_number="Perwali Demo 5/2025",
    on=date(2025, 1, 1),
)


def test_an_agency_sets_a_deadline_by_decree() -> None:
    given().when(deadline()).then(FIRST)
    given(FIRST).when(deadline(12)).then_refused(DeadlineSaysOtherwise)
    given().when(deadline(0)).then_refused(NotAMonthsDeadline)
    pelaksana = SetDeadline(position_class="PELAKSANA", months=1, decree_number="1", on=DAY)
    given().when(pelaksana).then_refused(NoDutyForClass)


def test_a_deadline_holds_from_its_day_until_it_is_taken_away() -> None:
    gone = DeadlineSet(
        position_class="PENGAWAS", months=None, decree_number="6/2026", on=date(2026, 1, 1)
    )
    assert deadlines_on((FIRST, gone), date(2024, 12, 31)) == {}
    assert deadlines_on((FIRST, gone), date(2025, 1, 1)) == {"PENGAWAS": 24}
    assert deadlines_on((FIRST, gone), date(2026, 1, 1)) == {}


def test_a_duty_said_twice_or_missing_is_not_read() -> None:
    twice, missing = json.loads(FILE.read_text()), json.loads(FILE.read_text())
    twice["duties"].append(twice["duties"][0])
    del missing["duties"][0]
    for wrong in (twice, missing):
        with pytest.raises(ValidationError):
            read_duties(json.dumps(wrong).encode())
