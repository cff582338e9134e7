from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis.spec import Spec
from services.training.domain import training_plan
from services.training.domain.training_need import NeedIsMerged, PlanIsLocked
from services.training.domain.training_plan import (
    HoldsMergedNeeds,
    LockPlan,
    MergedIntoItself,
    MergeNeeds,
    NeedsMerged,
    NothingValidated,
    PlanAboveCeiling,
    PlanLocked,
)

given = Spec(training_plan).given
MAY = date(2026, 5, 4)
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
merge = MergeNeeds(year=2027, duplicate=A, into=B, on=MAY)
merged = NeedsMerged(year=2027, duplicate=A, into=B, on=MAY)
lock = LockPlan(
    event_id=UUID(int=9),
    year=2027,
    decree_number="SK-1",
    needs=2,
    cost=100,
    exceeded=(),
    on=MAY,
)
locked = PlanLocked(
    event_id=UUID(int=9), year=2027, decree_number="SK-1", needs=2, cost=100, on=MAY
)


def test_two_rows_become_one_need_and_never_a_circle() -> None:
    given().when(merge).then(merged)
    given().when(replace(merge, into=A)).then_refused(MergedIntoItself)
    given(merged).when(replace(merge, duplicate=B, into=A)).then_refused(NeedIsMerged)
    given(merged).when(replace(merge, duplicate=A, into=C)).then_refused(NeedIsMerged)
    given(merged).when(replace(merge, duplicate=B, into=C)).then_refused(HoldsMergedNeeds)
    given(merged).when(replace(merge, duplicate=C, into=B)).then(replace(merged, duplicate=C))


def test_a_plan_is_locked_once_by_one_decree() -> None:
    given(merged).when(lock).then(locked)
    given(locked).when(replace(lock, event_id=UUID(int=8), needs=3)).then()
    given(locked).when(replace(lock, decree_number="SK-2")).then_refused(PlanIsLocked)
    given(locked).when(merge).then_refused(PlanIsLocked)
    given(merged, locked).when(merge).then()


def test_a_plan_without_needs_or_money_is_not_locked() -> None:
    given().when(replace(lock, needs=0)).then_refused(NothingValidated)
    given().when(replace(lock, exceeded=(C,))).then_refused(PlanAboveCeiling)
