"""PermenPANRB 14/2017: the nine elements, their exact weights, the bands and the sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from services.assessment.domain import satisfaction_survey
from services.assessment.domain.satisfaction import ELEMENTS, Index, index_of, least_sample
from services.assessment.domain.satisfaction_survey import (
    CorrectSurvey,
    MeanOutOfRange,
    MoreAnsweredThanServed,
    NotAnElement,
    Outcome,
    Period,
    PeriodNotOver,
    RecordSurvey,
    SurveyRecorded,
)
from services.assessment.domain.terms import ContradictsRecord, NothingToCorrect
from services.chassis.spec import Spec

given = Spec(satisfaction_survey).given

C45 = ("3.2", "3.1", "2.9", "3.8", "3.3", "3.4", "3.5", "3.0", "3.2")
MEANS = {element: Decimal(mean) for element, mean in zip(ELEMENTS, C45, strict=True)}


def same(mean: str) -> dict[str, Decimal]:
    return dict.fromkeys(ELEMENTS, Decimal(mean))


def test_c45_permenpanrb_14_2017_exact_ninths_give_81_67_and_b() -> None:
    assert index_of(MEANS) == Index(value=Decimal("81.67"), grade="B")
    for weight, wrong in (("0.111", "81.59"), ("0.11", "80.85")):
        rounded = sum(MEANS.values()) * Decimal(weight) * 25
        assert rounded.quantize(Decimal("0.01"), "ROUND_HALF_UP") == Decimal(wrong)
        assert index_of(MEANS).value != Decimal(wrong)


@pytest.mark.parametrize(
    ("mean", "value", "grade"),
    [
        ("1", "25.00", "D"),
        ("2.5996", "64.99", "D"),
        ("2.6", "65.00", "C"),
        ("3.064", "76.60", "C"),
        ("3.0642", "76.61", "B"),
        ("3.0644", "76.61", "B"),
        ("3.532", "88.30", "B"),
        ("3.5324", "88.31", "A"),
        ("4", "100.00", "A"),
    ],
)
def test_permenpanrb_14_2017_bands_have_no_gaps(mean: str, value: str, grade: str) -> None:
    assert index_of(same(mean)) == Index(value=Decimal(value), grade=grade)


def test_permenpanrb_14_2017_an_element_that_does_not_apply_leaves_its_weight() -> None:
    without = {element: mean for element, mean in same("3.2").items() if element != "U4"}
    assert index_of(without) == index_of(same("3.2"))


@hypothesis_given(
    st.dictionaries(
        st.sampled_from(sorted(ELEMENTS)), st.decimals(1, 4, places=2), min_size=1, max_size=9
    )
)
def test_every_possible_survey_has_an_index_and_a_letter(means: dict[str, Decimal]) -> None:
    index = index_of(means)
    assert Decimal(25) <= index.value <= 100
    assert index.grade in "ABCD"


@pytest.mark.parametrize(
    ("served", "sample"),
    [(10, 10), (50, 44), (100, 80), (200, 132), (300, 169), (500, 217), (1_000, 278),
     (2_000, 322), (5_000, 357), (10_000, 370), (100_000, 384)],
)  # fmt: skip
def test_permenpanrb_14_2017_sample_of_krejcie_and_morgan(served: int, sample: int) -> None:
    assert least_sample(served) == sample


@hypothesis_given(st.integers(1, 1_000_000))
def test_a_sample_is_never_larger_than_the_population(served: int) -> None:
    assert 1 <= least_sample(served) <= served


PERIOD = Period(
    unit=UUID(int=5), service="KTP-EL", first_day=date(2025, 1, 1), last_day=date(2025, 6, 30)
)
OUTCOME = Outcome(respondents=278, served=1_000, means=MEANS)
record = RecordSurvey(event_id=UUID(int=1), period=PERIOD, outcome=OUTCOME, today=date(2025, 7, 1))
recorded = SurveyRecorded(
    event_id=UUID(int=1),
    replaces=None,
    period=PERIOD,
    outcome=OUTCOME,
    index=Index(value=Decimal("81.67"), grade="B"),
    needed=278,
    on=date(2025, 6, 30),
)
FEWER = replace(OUTCOME, respondents=277)


def test_a_survey_is_recorded_once() -> None:
    given().when(record).then(recorded)
    given(recorded).when(replace(record, outcome=FEWER)).then_refused(ContradictsRecord)


def test_too_few_answers_show_no_index() -> None:
    given().when(replace(record, outcome=FEWER)).then(replace(recorded, outcome=FEWER, index=None))


def test_a_correction_names_what_it_replaces() -> None:
    correct = CorrectSurvey(
        event_id=UUID(int=2), period=PERIOD, outcome=FEWER, today=date(2025, 7, 2)
    )
    given().when(correct).then_refused(NothingToCorrect)
    given(recorded).when(correct).then(
        replace(recorded, event_id=UUID(int=2), replaces=UUID(int=1), outcome=FEWER, index=None)
    )


def test_what_cannot_be_is_refused() -> None:
    def asked(**changes: object) -> RecordSurvey:
        return replace(record, outcome=replace(OUTCOME, **changes))  # type: ignore[arg-type]

    given().when(asked(means={})).then_refused(NotAnElement)
    given().when(asked(means={"U10": Decimal(3)})).then_refused(NotAnElement)
    for mean in ("0.99", "4.01", "NaN", "3.1234567"):
        given().when(asked(means={"U1": Decimal(mean)})).then_refused(MeanOutOfRange)
    given().when(asked(respondents=0)).then_refused(MoreAnsweredThanServed)
    given().when(asked(respondents=1_001)).then_refused(MoreAnsweredThanServed)
    given().when(replace(record, today=date(2025, 6, 30))).then_refused(PeriodNotOver)
