from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.assessment.domain import periodic_rating
from services.assessment.domain.appraisal import RatingContradictsMarks
from services.assessment.domain.periodic_rating import (
    CorrectPeriod,
    Length,
    NoSuchPeriod,
    Period,
    PeriodAhead,
    PeriodRated,
    PeriodRatingWithdrawn,
    RatePeriod,
    WithdrawPeriod,
    first_day,
    last_day,
)
from services.assessment.domain.ratings import Expectation, MarksOfAnotherLaw, Quadrant, Rating
from services.assessment.domain.terms import ChangedSince, ContradictsRecord, NothingToCorrect
from services.chassis.spec import Spec

given = Spec(periodic_rating).given

TODAY = date(2024, 5, 20)
SECOND = Period(year=2024, length=Length.QUARTER, number=2)
MISCONDUCT = Quadrant(work_result=Expectation.ABOVE, behaviour=Expectation.BELOW)
MET = Quadrant(work_result=Expectation.MET, behaviour=Expectation.MET)
rate = RatePeriod(event_id=UUID(int=1), period=SECOND, marks=MISCONDUCT, rating=None, today=TODAY)
rated = PeriodRated(
    event_id=UUID(int=1),
    replaces=None,
    period=SECOND,
    marks=MISCONDUCT,
    rating=Rating.KURANG,
    on=date(2024, 6, 30),
)
correct = CorrectPeriod(
    event_id=UUID(int=2), period=SECOND, marks=MET, rating=Rating.BAIK, today=TODAY
)
corrected = replace(
    rated, event_id=UUID(int=2), replaces=UUID(int=1), marks=MET, rating=Rating.BAIK
)
withdraw = WithdrawPeriod(withdraws=UUID(int=1), on=TODAY)
withdrawn = PeriodRatingWithdrawn(withdraws=UUID(int=1), period=SECOND, on=TODAY)


def test_c17_a_quarter_is_worded_by_the_matrix_of_permenpanrb_6_2022() -> None:
    given().when(rate).then(rated)


def test_another_account_of_the_quarter_is_a_correction() -> None:
    given(rated).when(replace(rate, marks=MET)).then_refused(ContradictsRecord)
    given(rated).when(correct).then(corrected)
    given().when(correct).then_refused(NothingToCorrect)


def test_what_was_recorded_by_mistake_is_taken_back_unless_somebody_changed_it() -> None:
    # The second time there is nothing to take back: refused, not silent.
    given(rated).when(withdraw).then_each_time(withdrawn)
    given(rated, corrected).when(withdraw).then_refused(ChangedSince)
    given(rated, withdrawn).when(withdraw).then_refused(ChangedSince)
    given(rated, withdrawn).when(rate).then(rated)


@pytest.mark.parametrize(
    ("length", "number"), [(Length.MONTH, 0), (Length.MONTH, 13), (Length.QUARTER, 5)]
)
def test_a_year_has_twelve_months_and_four_quarters(length: Length, number: int) -> None:
    period = Period(year=2023, length=length, number=number)
    given().when(replace(rate, period=period)).then_refused(NoSuchPeriod)


def test_the_matrix_begins_in_2022_and_a_period_must_have_begun() -> None:
    before = replace(rate, period=Period(year=2021, length=Length.MONTH, number=12))
    given().when(before).then_refused(MarksOfAnotherLaw)
    third = replace(rate, period=replace(SECOND, number=3))
    given().when(third).then_refused(PeriodAhead)


def test_the_word_that_comes_with_the_marks_must_agree() -> None:
    given().when(replace(rate, rating=Rating.BUTUH_PERBAIKAN)).then_refused(RatingContradictsMarks)


def test_a_february_ends_with_its_last_day() -> None:
    february = Period(year=2024, length=Length.MONTH, number=2)
    assert (first_day(february), last_day(february)) == (date(2024, 2, 1), date(2024, 2, 29))
