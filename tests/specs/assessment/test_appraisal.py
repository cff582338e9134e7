from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.assessment.domain import appraisal
from services.assessment.domain.appraisal import (
    Account,
    AppraisalCompleted,
    AppraisalCorrected,
    CompleteAppraisal,
    CorrectAppraisal,
    RatingContradictsMarks,
    YearAhead,
)
from services.assessment.domain.ratings import (
    Expectation,
    Law,
    LawNotNamed,
    MarksOfAnotherLaw,
    Points,
    Quadrant,
    Rating,
)
from services.assessment.domain.terms import ContradictsRecord, NothingToCorrect
from services.chassis.spec import Spec

given = Spec(appraisal).given

FIRST, SECOND = UUID(int=1), UUID(int=2)
GOOD = Quadrant(work_result=Expectation.MET, behaviour=Expectation.MET)
MISCONDUCT = Quadrant(work_result=Expectation.ABOVE, behaviour=Expectation.BELOW)

complete = CompleteAppraisal(
    event_id=FIRST, year=2024, law=None, marks=GOOD, rating=None, today=date(2025, 1, 20)
)
correct = CorrectAppraisal(
    event_id=SECOND, year=2024, law=None, marks=MISCONDUCT, rating=None, today=date(2025, 3, 1)
)
completed = AppraisalCompleted(
    event_id=FIRST,
    year=2024,
    account=Account(law=Law.PERMENPANRB_6_2022, marks=GOOD, rating=Rating.BAIK),
    on=date(2024, 12, 31),
)
corrected = AppraisalCorrected(
    event_id=SECOND,
    replaces=FIRST,
    year=2024,
    account=Account(law=Law.PERMENPANRB_6_2022, marks=MISCONDUCT, rating=Rating.KURANG),
    on=date(2024, 12, 31),
)


def test_a_year_is_appraised_once_and_counts_from_its_last_day() -> None:
    given().when(complete).then(completed)
    given(completed).when(replace(complete, event_id=SECOND)).then()


def test_the_rating_follows_from_the_marks() -> None:
    given().when(replace(complete, marks=MISCONDUCT)).then(
        replace(completed, account=corrected.account)
    )


def test_a_rating_that_agrees_with_its_marks_is_taken() -> None:
    given().when(replace(complete, rating=Rating.BAIK)).then(completed)


def test_a_rating_that_contradicts_its_marks_is_refused() -> None:
    hidden = replace(complete, marks=MISCONDUCT, rating=Rating.BUTUH_PERBAIKAN)
    given().when(hidden).then_refused(RatingContradictsMarks)


def test_other_marks_for_the_same_year_are_a_contradiction() -> None:
    given(completed).when(replace(complete, marks=MISCONDUCT)).then_refused(ContradictsRecord)


def test_a_correction_names_the_event_it_replaces() -> None:
    given(completed).when(correct).then(corrected)
    given(completed, corrected).when(correct).then()


def test_a_correction_of_a_correction_replaces_the_correction() -> None:
    again = replace(correct, event_id=UUID(int=3), marks=GOOD)
    given(completed, corrected).when(again).then(
        replace(corrected, event_id=UUID(int=3), replaces=SECOND, account=completed.account)
    )


def test_nothing_on_record_cannot_be_corrected() -> None:
    given().when(correct).then_refused(NothingToCorrect)


def test_a_year_that_has_not_begun_cannot_be_appraised() -> None:
    given().when(replace(complete, year=2026)).then_refused(YearAhead)


def test_2021_is_refused_without_its_law() -> None:
    points = replace(complete, year=2021, marks=Points(score=Decimal(88)))
    given().when(points).then_refused(LawNotNamed)
    given().when(replace(points, law=Law.PP_30_2019)).then(
        AppraisalCompleted(
            event_id=FIRST,
            year=2021,
            account=Account(
                law=Law.PP_30_2019, marks=Points(score=Decimal(88)), rating=Rating.CUKUP
            ),
            on=date(2021, 12, 31),
        )
    )


def test_an_older_year_keeps_its_own_words() -> None:
    given().when(replace(complete, year=2016, marks=Points(score=Decimal(50)))).then(
        AppraisalCompleted(
            event_id=FIRST,
            year=2016,
            account=Account(
                law=Law.PP_46_2011, marks=Points(score=Decimal(50)), rating=Rating.BURUK
            ),
            on=date(2016, 12, 31),
        )
    )


def test_an_older_year_has_no_quadrant() -> None:
    given().when(replace(complete, year=2016)).then_refused(MarksOfAnotherLaw)
