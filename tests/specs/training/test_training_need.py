"""A need keeps where it comes from, and says no more once its year is locked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.training.domain import training_need
from services.training.domain.terms import Form
from services.training.domain.training_need import (
    Ask,
    Bearer,
    Cause,
    CostAboveCeiling,
    Key,
    Move,
    NeedChangedSince,
    NeedIsMerged,
    NeedIsVerified,
    NeedMoved,
    NeedNotAtThisStage,
    NeedOrigin,
    NeedProposed,
    NeedTakenBack,
    NoSuchNeed,
    NumbersOutOfRange,
    PersonIsOne,
    PlanIsLocked,
    Priority,
    Propose,
    Stage,
    Standing,
    TakeBackNeed,
    WordsNeeded,
    need_id_of,
)

given = Spec(training_need).given

MAY = date(2026, 5, 4)
KEY = Key(year=2027, bearer=Bearer.PERSON, whose=UUID(int=7), competency="TK-01")
NEED = need_id_of("demo", KEY)
GAP = NeedOrigin(cause=Cause.GAP, reference="SKJ-2026", evaluator=UUID(int=8))
WISH = NeedOrigin(cause=Cause.OWN_WISH, reference="-")
ASK = Ask(
    gap=2,
    priority=Priority.HIGH,
    form=Form.TECHNICAL,
    jp=20,
    cost=3_000_000,
    people=1,
    provider="BPSDM",
    quarter=2,
)
OPEN, LOCKED, MERGED = Standing(), Standing(locked=True), Standing(merged=True)

propose = Propose(
    event_id=UUID(int=1), need_id=NEED, key=KEY, origin=GAP, ask=ASK, standing=OPEN, on=MAY
)
proposed = NeedProposed(
    event_id=UUID(int=1), need_id=NEED, key=KEY, origins=(GAP,), ask=ASK, on=MAY
)


def move(to: Stage, words: str | None = None, standing: Standing = OPEN) -> Move:
    return Move(to=to, words=words, standing=standing, on=MAY)


def moved(stage: Stage, words: str | None = None) -> NeedMoved:
    return NeedMoved(need_id=NEED, key=KEY, stage=stage, words=words, on=MAY)


def test_a_need_is_proposed_once_and_keeps_its_origin() -> None:
    given().when(propose).then(proposed)
    given(proposed).when(replace(propose, event_id=UUID(int=2))).then()


def test_the_same_need_from_elsewhere_keeps_both_origins() -> None:
    again = replace(propose, event_id=UUID(int=2), origin=WISH)
    given(proposed).when(again).then(replace(proposed, event_id=UUID(int=2), origins=(GAP, WISH)))


def test_other_details_hold_from_now_on_until_somebody_has_verified() -> None:
    dearer = replace(ASK, cost=4_000_000)
    again = replace(propose, event_id=UUID(int=2), ask=dearer)
    given(proposed).when(again).then(replace(proposed, event_id=UUID(int=2), ask=dearer))
    given(proposed, moved(Stage.VERIFIED)).when(again).then_refused(NeedIsVerified)
    given(proposed, moved(Stage.VERIFIED)).when(propose).then()


def test_a_need_is_verified_then_validated() -> None:
    given(proposed).when(move(Stage.VERIFIED, "Rapat 4 Mei")).then(
        moved(Stage.VERIFIED, "Rapat 4 Mei")
    )
    given(proposed).when(move(Stage.VALIDATED)).then_refused(NeedNotAtThisStage)
    given(proposed, moved(Stage.VERIFIED)).when(move(Stage.VALIDATED)).then(moved(Stage.VALIDATED))


@pytest.mark.parametrize("no", [Stage.RETURNED, Stage.REJECTED])
def test_a_no_says_why_and_the_need_may_be_proposed_again(no: Stage) -> None:
    given(proposed).when(move(no)).then_refused(WordsNeeded)
    given(proposed).when(move(no, " ")).then_refused(WordsNeeded)
    given(proposed).when(move(no, "Sudah dilatih")).then(moved(no, "Sudah dilatih"))
    given(proposed, moved(no, "Sudah dilatih")).when(replace(propose, event_id=UUID(int=2))).then(
        replace(proposed, event_id=UUID(int=2))
    )


def test_nothing_changes_after_the_lock() -> None:
    given().when(replace(propose, standing=LOCKED)).then_refused(PlanIsLocked)
    given(proposed).when(move(Stage.VERIFIED, standing=LOCKED)).then_refused(PlanIsLocked)
    given(proposed).when(
        TakeBackNeed(withdraws=(UUID(int=1),), standing=LOCKED, on=MAY)
    ).then_refused(PlanIsLocked)
    given(proposed).when(replace(propose, standing=LOCKED)).then()


def test_a_merged_need_is_changed_where_it_was_merged_into() -> None:
    given(proposed).when(move(Stage.VERIFIED, standing=MERGED)).then_refused(NeedIsMerged)


@pytest.mark.parametrize(
    "change",
    [{"gap": 0}, {"gap": 6}, {"quarter": 5}, {"jp": 0}, {"people": 0}, {"cost": -1}],
    ids=str,
)
def test_numbers_are_checked(change: dict[str, Any]) -> None:
    ask = replace(ASK, **change)
    given().when(replace(propose, ask=ask)).then_refused(NumbersOutOfRange)


def test_a_person_is_one() -> None:
    given().when(replace(propose, ask=replace(ASK, people=2))).then_refused(PersonIsOne)


def test_cost_times_people_stays_below_the_ceiling_of_the_line() -> None:
    unit = replace(KEY, bearer=Bearer.UNIT)
    ask = replace(ASK, people=10, line=UUID(int=3))
    asked = replace(propose, key=unit, ask=ask, standing=Standing(ceiling=29_999_999))
    given().when(asked).then_refused(CostAboveCeiling)
    given().when(replace(asked, standing=Standing(ceiling=30_000_000))).then(
        replace(proposed, key=unit, ask=ask)
    )
    given().when(replace(asked, standing=OPEN)).then_refused(CostAboveCeiling)


def test_a_proposal_is_taken_back_as_long_as_nobody_has_moved_it() -> None:
    back = TakeBackNeed(withdraws=(UUID(int=1),), standing=OPEN, on=MAY)
    gone = NeedTakenBack(
        need_id=NEED,
        withdraws=UUID(int=1),
        key=KEY,
        stage=Stage.PROPOSED,
        origins=(),
        ask=None,
        on=MAY,
    )
    given(proposed).when(back).then(gone)
    given(proposed, moved(Stage.VERIFIED)).when(back).then_refused(NeedChangedSince)
    second = replace(proposed, event_id=UUID(int=2), ask=replace(ASK, jp=30))
    given(proposed, second).when(back).then_refused(NeedChangedSince)
    given(proposed, second).when(replace(back, withdraws=(UUID(int=2),))).then(
        replace(gone, withdraws=UUID(int=2), origins=(GAP,), ask=ASK)
    )


def test_all_that_a_file_proposed_is_taken_back_in_one_act() -> None:
    second = replace(proposed, event_id=UUID(int=2), origins=(GAP, WISH))
    first_back = NeedTakenBack(
        need_id=NEED,
        withdraws=UUID(int=2),
        key=KEY,
        stage=Stage.PROPOSED,
        origins=(GAP,),
        ask=ASK,
        on=MAY,
    )
    both = TakeBackNeed(withdraws=(UUID(int=1), UUID(int=2)), standing=OPEN, on=MAY)
    given(proposed, second).when(both).then(
        first_back, replace(first_back, withdraws=UUID(int=1), origins=(), ask=None)
    )


def test_what_holds_again_stands_at_the_stage_it_had() -> None:
    returned = moved(Stage.RETURNED, "Kurang jelas")
    second = replace(proposed, event_id=UUID(int=2), ask=replace(ASK, jp=30))
    given(proposed, returned, second).when(
        TakeBackNeed(withdraws=(UUID(int=2),), standing=OPEN, on=MAY)
    ).then(
        NeedTakenBack(
            need_id=NEED,
            withdraws=UUID(int=2),
            key=KEY,
            stage=Stage.RETURNED,
            origins=(GAP,),
            ask=ASK,
            on=MAY,
        )
    )


def test_nobody_moves_a_need_that_is_not_there() -> None:
    given().when(move(Stage.VERIFIED)).then_refused(NoSuchNeed)


def test_a_need_is_one_per_bearer_competency_and_year() -> None:
    assert need_id_of("demo", replace(KEY, year=2028)) != NEED
    assert need_id_of("demo", replace(KEY, bearer=Bearer.UNIT)) != NEED
    assert need_id_of("demo", replace(KEY)) == NEED
