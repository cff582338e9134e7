from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.assessment.domain import potential_assessment
from services.assessment.domain.competency_assessment import NeverValid, NotYetAssessed
from services.assessment.domain.potential_assessment import (
    ASPECTS,
    AspectMissing,
    CorrectPotential,
    Potential,
    PotentialAssessed,
    PotentialWithdrawn,
    RecordPotential,
    ScoreBeyondScale,
    WithdrawPotential,
)
from services.assessment.domain.terms import ChangedSince, ContradictsRecord, NothingToCorrect
from services.chassis.spec import Spec

given = Spec(potential_assessment).given

FIRST, SECOND = UUID(int=1), UUID(int=2)
SCORES = dict.fromkeys(ASPECTS, Decimal(4))
POTENTIAL = Potential(
    assessed_on=date(2025, 3, 10),
    institution="UPT Penilaian Kompetensi",
    method="CACT",
    scale=Decimal(5),
    scores=SCORES,
    valid_until=date(2028, 3, 10),
)
record = RecordPotential(event_id=FIRST, potential=POTENTIAL, today=date(2025, 3, 20))
recorded = PotentialAssessed(event_id=FIRST, replaces=None, potential=POTENTIAL)


def asked(**changes: object) -> RecordPotential:
    return replace(record, potential=replace(POTENTIAL, **changes))  # type: ignore[arg-type]


def test_permenpanrb_3_2020_eight_aspects_are_scored() -> None:
    assert len(ASPECTS) == 8
    given().when(record).then(recorded)
    for scores in ({**SCORES, "luck": Decimal(1)}, {"emotional": Decimal(1)}):
        given().when(asked(scores=scores)).then_refused(AspectMissing)


def test_a_score_lies_within_its_scale() -> None:
    for score in ("5.01", "-1", "NaN", "3.1234567"):
        scores = {**SCORES, "emotional": Decimal(score)}
        given().when(asked(scores=scores)).then_refused(ScoreBeyondScale)
    given().when(asked(scale=Decimal(1_001))).then_refused(ScoreBeyondScale)


def test_days_agree() -> None:
    given().when(asked(valid_until=date(2025, 3, 10))).then_refused(NeverValid)
    given().when(replace(record, today=date(2025, 3, 9))).then_refused(NotYetAssessed)


def test_another_account_is_a_contradiction_or_a_correction() -> None:
    better = replace(POTENTIAL, scores=dict.fromkeys(ASPECTS, Decimal(5)))
    correct = CorrectPotential(event_id=SECOND, potential=better, today=date(2025, 4, 1))
    given(recorded).when(replace(record, potential=better)).then_refused(ContradictsRecord)
    given().when(correct).then_refused(NothingToCorrect)
    given(recorded).when(correct).then(
        PotentialAssessed(event_id=SECOND, replaces=FIRST, potential=better)
    )


def test_what_was_recorded_by_mistake_is_taken_back_unless_somebody_changed_it() -> None:
    day = date(2025, 4, 1)
    withdraw = WithdrawPotential(withdraws=FIRST, on=day)
    fallen = PotentialWithdrawn(
        withdraws=FIRST,
        assessed_on=POTENTIAL.assessed_on,
        institution=POTENTIAL.institution,
        on=day,
    )
    given(recorded).when(withdraw).then_each_time(fallen)
    given(recorded, replace(recorded, event_id=SECOND, replaces=FIRST)).when(withdraw).then_refused(
        ChangedSince
    )
    given(recorded, fallen).when(record).then(recorded)
