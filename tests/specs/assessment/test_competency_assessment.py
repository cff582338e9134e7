from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.assessment.domain import competency_assessment
from services.assessment.domain.competency_assessment import (
    STANDARD_COMPETENCIES,
    CompetencyAssessed,
    CompetencyAssessmentCorrected,
    CompetencyMissing,
    CorrectAssessment,
    LevelOutOfRange,
    NeverValid,
    NotYetAssessed,
    RecordAssessment,
    Report,
    UnknownCompetency,
)
from services.assessment.domain.terms import ContradictsRecord, NothingToCorrect
from services.chassis.spec import Spec

given = Spec(competency_assessment).given

DAY = date(2025, 3, 10)
FIRST, SECOND = UUID(int=1), UUID(int=2)
THREES = dict.fromkeys(STANDARD_COMPETENCIES, 3)
REPORT = Report(
    assessed_on=DAY,
    institution="UPT Penilaian Kompetensi",
    levels=THREES,
    valid_until=date(2028, 3, 10),
    jpm=Decimal("88.89"),
    category="MS",
)
record = RecordAssessment(event_id=FIRST, report=REPORT, today=DAY)
assessed = CompetencyAssessed(event_id=FIRST, report=REPORT, on=DAY)
OTHER = replace(REPORT, levels={**THREES, "M.01": 4})


def test_a_result_is_kept_as_the_institution_reported_it() -> None:
    given().when(record).then(assessed)
    given(assessed).when(replace(record, event_id=SECOND)).then()


def test_another_account_of_the_same_assessment_is_refused() -> None:
    given(assessed).when(replace(record, report=OTHER)).then_refused(ContradictsRecord)


def test_a_correction_names_the_event_it_replaces() -> None:
    correct = CorrectAssessment(event_id=SECOND, report=OTHER, today=DAY)
    given(assessed).when(correct).then(
        CompetencyAssessmentCorrected(event_id=SECOND, replaces=FIRST, report=OTHER, on=DAY)
    )
    given().when(correct).then_refused(NothingToCorrect)


@pytest.mark.parametrize(
    ("levels", "reason"),
    [
        ({code: 3 for code in list(STANDARD_COMPETENCIES)[:-1]}, CompetencyMissing),
        ({**THREES, "M.09": 3}, UnknownCompetency),
        ({**THREES, "SK.01": 0}, LevelOutOfRange),
        ({**THREES, "SK.01": 6}, LevelOutOfRange),
    ],
)
def test_all_nine_competencies_have_a_level_from_one_to_five(
    levels: dict[str, int], reason: type[Exception]
) -> None:
    given().when(replace(record, report=replace(REPORT, levels=levels))).then_refused(reason)


@pytest.mark.parametrize("level", [1, 5])
def test_the_lowest_and_the_highest_level_count(level: int) -> None:
    report = replace(REPORT, levels=dict.fromkeys(STANDARD_COMPETENCIES, level))
    given().when(replace(record, report=report)).then(replace(assessed, report=report))


def test_a_result_is_valid_for_one_day_at_least() -> None:
    never = replace(REPORT, valid_until=DAY)
    given().when(replace(record, report=never)).then_refused(NeverValid)
    one_day = replace(REPORT, valid_until=DAY + timedelta(days=1))
    given().when(replace(record, report=one_day)).then(replace(assessed, report=one_day))


def test_an_assessment_of_tomorrow_is_refused() -> None:
    given().when(replace(record, today=DAY - timedelta(days=1))).then_refused(NotYetAssessed)


def test_another_assessor_or_method_is_another_account() -> None:
    for other in (replace(REPORT, method="CACT"), replace(REPORT, assessor="Asesor Contoh")):
        given(assessed).when(replace(record, report=other)).then_refused(ContradictsRecord)
