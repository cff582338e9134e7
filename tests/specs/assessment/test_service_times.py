from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from services.assessment.domain import service_times
from services.assessment.domain.satisfaction_survey import Period, PeriodNotOver
from services.assessment.domain.service_times import (
    Case,
    CaseOfAnotherPeriod,
    CorrectTimes,
    Figures,
    FiguresImpossible,
    FinishedBeforeReceived,
    NoCases,
    RecordTimes,
    ReportTimes,
    Times,
    TimesRecorded,
    TimesReported,
    TimesWithdrawn,
    WithdrawTimes,
    days_taken,
    median,
    ninetieth,
)
from services.assessment.domain.terms import ChangedSince, ContradictsRecord, NothingToCorrect
from services.chassis.spec import Spec

given = Spec(service_times).given

MONDAY = date(2025, 3, 3)
PERIOD = Period(
    unit=UUID(int=5), service="KTP-EL", first_day=date(2025, 3, 1), last_day=date(2025, 3, 31)
)


def case(taken: int) -> Case:
    return Case(received_on=MONDAY, finished_on=MONDAY + timedelta(days=taken))


OUT = MONDAY + timedelta(days=1)
record = RecordTimes(
    event_id=UUID(int=1),
    period=PERIOD,
    cases=[case(0), case(2), case(3), case(9)],
    outages=frozenset({OUT}),
    today=date(2025, 4, 1),
)
recorded = TimesRecorded(
    event_id=UUID(int=1),
    replaces=None,
    period=PERIOD,
    times=Times(cases={0: 1, 1: 1, 2: 1, 8: 1}, outages=(OUT,), median=Decimal("1.5"), p90=8),
    on=date(2025, 3, 31),
)


def test_outage_days_are_not_counted_and_the_cases_are_not_kept() -> None:
    given().when(record).then(recorded)


def test_another_account_of_the_same_period_is_a_contradiction_or_a_correction() -> None:
    given(recorded).when(replace(record, outages=frozenset())).then_refused(ContradictsRecord)
    correct = CorrectTimes(
        event_id=UUID(int=2),
        period=PERIOD,
        cases=[case(4)],
        outages=frozenset(),
        today=date(2025, 4, 2),
    )
    given().when(correct).then_refused(NothingToCorrect)
    times = Times(cases={4: 1}, outages=(), median=Decimal(4), p90=4)
    given(recorded).when(correct).then(
        replace(recorded, event_id=UUID(int=2), replaces=UUID(int=1), times=times)
    )


def test_what_cannot_be_is_refused() -> None:
    backwards = Case(received_on=MONDAY, finished_on=MONDAY - timedelta(days=1))
    given().when(replace(record, cases=[])).then_refused(NoCases)
    given().when(replace(record, cases=[backwards])).then_refused(FinishedBeforeReceived)
    given().when(replace(record, cases=[case(40)])).then_refused(CaseOfAnotherPeriod)
    given().when(replace(record, today=date(2025, 3, 31))).then_refused(PeriodNotOver)


@pytest.mark.parametrize(
    ("days", "middle", "most"),
    [([5], "5", 5), ([1, 2], "1.5", 2), ([1, 2, 9], "2", 9), (list(range(1, 11)), "5.5", 9),
     (list(range(1, 12)), "6", 10)],
)  # fmt: skip
def test_median_and_ninetieth(days: Sequence[int], middle: str, most: int) -> None:
    assert (median(days), ninetieth(days)) == (Decimal(middle), most)


@hypothesis_given(st.lists(st.integers(0, 400), min_size=1).map(sorted))
def test_nine_tenths_are_within_and_no_shorter_time_would_do(days: list[int]) -> None:
    most = ninetieth(days)
    assert sum(day <= most for day in days) * 10 >= len(days) * 9
    assert sum(day < most for day in days) * 10 < len(days) * 9


@hypothesis_given(st.integers(0, 60), st.sets(st.integers(-5, 70)))
def test_an_outage_never_makes_a_case_longer_or_negative(taken: int, out: set[int]) -> None:
    outages = {MONDAY + timedelta(days=offset) for offset in out}
    assert 0 <= days_taken(case(taken), outages) <= taken


# What a unit reports of itself

FIGURES = Figures(finished=1200, median=Decimal("2.5"), p90=6, outage_days=3)
report = ReportTimes(event_id=UUID(int=7), period=PERIOD, figures=FIGURES, today=date(2025, 4, 1))
reported = TimesReported(event_id=UUID(int=7), period=PERIOD, figures=FIGURES, on=date(2025, 3, 31))


def test_a_unit_reports_its_own_figures_once() -> None:
    given().when(report).then(reported)
    other = replace(FIGURES, p90=7)
    given(reported).when(replace(report, figures=other)).then_refused(ContradictsRecord)


def test_figures_and_cases_of_one_period_contradict_each_other() -> None:
    given(reported).when(record).then_refused(ContradictsRecord)


@pytest.mark.parametrize(
    "figures",
    [
        replace(FIGURES, finished=0),
        replace(FIGURES, median=Decimal("6.5")),
        replace(FIGURES, median=Decimal("2.3")),
        replace(FIGURES, median=Decimal(-1)),
    ],
)
def test_impossible_figures_are_refused(figures: Figures) -> None:
    given().when(replace(report, figures=figures)).then_refused(FiguresImpossible)


def test_what_was_recorded_by_mistake_is_withdrawn_by_its_name() -> None:
    gone = WithdrawTimes(withdraws=UUID(int=7), on=date(2025, 4, 2))
    withdrawn = TimesWithdrawn(withdraws=UUID(int=7), period=PERIOD, on=date(2025, 4, 2))
    given(reported).when(gone).then_each_time(withdrawn)
    given().when(gone).then_refused(ChangedSince)
    given(reported, withdrawn).when(report).then(reported)
