"""A budget line never gives more than its ceiling, on any day, whatever is told in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.chassis.deciding import fold
from services.chassis.spec import Spec
from services.training.domain import budget_line
from services.training.domain.budget_line import (
    AboveCeiling,
    AboveCommitment,
    AmountNotPositive,
    Balance,
    CeilingBelowCommitted,
    CeilingSet,
    Command,
    Commit,
    CommitmentReleased,
    CommitmentToppedUp,
    FundsCommitted,
    FundsRealised,
    Line,
    LineChangedSince,
    MovementsTakenBack,
    NoCeilingYet,
    NoSuchCommitment,
    NumberSaysOtherwise,
    Purpose,
    Realise,
    Release,
    SetCeiling,
    TakeBackMovements,
    TopUp,
    balance,
    limits_kept,
)
from services.training.domain.terms import Refused

given = Spec(budget_line).given

JANUARY, MARCH, JUNE = date(2026, 1, 2), date(2026, 3, 2), date(2026, 6, 1)
LINE = Line(
    year=2026, programme="5.04.02", activity="5.04.02.1.01", sub_activity="0001", fund="PAD"
)


def id_(number: int) -> UUID:
    return UUID(int=number)


ceiling = CeilingSet(event_id=id_(1), line=LINE, amount=100, decree_number="DPA-1", on=JANUARY)
committed = FundsCommitted(
    event_id=id_(2),
    line=LINE,
    number="SPK-1",
    purpose=Purpose.CLASS,
    reference="PKP-2026-1",
    amount=60,
    on=MARCH,
)
paid = FundsRealised(
    event_id=id_(3), line=LINE, number="SPK-1", document="SP2D-1", amount=40, on=JUNE
)
set_ceiling = SetCeiling(event_id=id_(1), line=LINE, amount=100, decree_number="DPA-1", on=JANUARY)
commit = Commit(
    event_id=id_(2),
    number="SPK-1",
    purpose=Purpose.CLASS,
    reference="PKP-2026-1",
    amount=60,
    on=MARCH,
)
pay = Realise(event_id=id_(3), number="SPK-1", document="SP2D-1", amount=40, on=JUNE)


def test_a_ceiling_is_set_and_changed_by_decree() -> None:
    given().when(set_ceiling).then(ceiling)
    more = replace(set_ceiling, event_id=id_(9), amount=120, decree_number="DPPA-1", on=JUNE)
    raised = replace(ceiling, event_id=id_(9), amount=120, decree_number="DPPA-1", on=JUNE)
    given(ceiling).when(more).then(raised)


def test_a_decree_says_one_thing() -> None:
    given(ceiling).when(replace(set_ceiling, amount=101)).then_refused(NumberSaysOtherwise)
    given(ceiling).when(replace(set_ceiling, event_id=id_(7))).then()


def test_money_is_committed_once_under_its_number() -> None:
    given(ceiling).when(commit).then(committed)
    given(ceiling, committed).when(replace(commit, event_id=id_(8))).then()
    given(ceiling, committed).when(replace(commit, amount=61)).then_refused(NumberSaysOtherwise)


def test_never_more_than_the_ceiling() -> None:
    second = replace(commit, event_id=id_(4), number="SPK-2")
    given(ceiling, committed).when(replace(second, amount=41)).then_refused(AboveCeiling)
    given(ceiling, committed).when(replace(second, amount=40)).then(
        replace(committed, event_id=id_(4), number="SPK-2", amount=40)
    )


def test_a_commitment_told_late_is_checked_on_every_day_it_touches() -> None:
    lowered = replace(ceiling, event_id=id_(5), amount=70, decree_number="DPPA-1", on=JUNE)
    early = replace(commit, event_id=id_(4), number="SPK-2", amount=11, on=JANUARY)
    given(ceiling, committed, lowered).when(early).then_refused(AboveCeiling)


def test_nothing_is_committed_before_there_is_a_ceiling() -> None:
    given().when(commit).then_refused(NoCeilingYet)
    given(ceiling).when(replace(commit, on=date(2025, 12, 31))).then_refused(NoCeilingYet)


def test_a_ceiling_does_not_fall_below_what_is_committed() -> None:
    lower = replace(set_ceiling, event_id=id_(5), amount=59, decree_number="DPPA-1", on=JUNE)
    given(ceiling, committed).when(lower).then_refused(CeilingBelowCommitted)
    given(ceiling, committed).when(replace(lower, amount=60)).then(
        replace(ceiling, event_id=id_(5), amount=60, decree_number="DPPA-1", on=JUNE)
    )


def test_never_more_paid_than_committed_unless_topped_up() -> None:
    given(ceiling, committed).when(pay).then(paid)
    too_much = replace(pay, event_id=id_(4), document="SP2D-2", amount=21)
    given(ceiling, committed, paid).when(too_much).then_refused(AboveCommitment)
    add = TopUp(event_id=id_(5), number="SPK-1", document="ADD-1", amount=1, on=JUNE)
    topped = CommitmentToppedUp(
        event_id=id_(5), line=LINE, number="SPK-1", document="ADD-1", amount=1, on=JUNE
    )
    given(ceiling, committed, paid).when(add).then(topped)
    given(ceiling, committed, paid, topped).when(too_much).then(
        replace(paid, event_id=id_(4), document="SP2D-2", amount=21)
    )
    given(ceiling, committed).when(replace(add, amount=41)).then_refused(AboveCeiling)


def test_nothing_is_paid_before_it_was_committed() -> None:
    given(ceiling, committed).when(replace(pay, on=JANUARY)).then_refused(AboveCommitment)
    given(ceiling).when(pay).then_refused(NoSuchCommitment)
    given(ceiling).when(Release(event_id=id_(4), number="SPK-1", on=JUNE)).then_refused(
        NoSuchCommitment
    )


def test_what_is_released_returns_to_the_line() -> None:
    release = Release(event_id=id_(6), number="SPK-1", on=JUNE)
    released = CommitmentReleased(event_id=id_(6), line=LINE, number="SPK-1", amount=20, on=JUNE)
    given(ceiling, committed, paid).when(release).then(released)
    given(ceiling, committed, paid, released).when(
        replace(pay, event_id=id_(7), document="SP2D-2", amount=1)
    ).then_refused(AboveCommitment)
    given(ceiling, committed, paid, released).when(
        replace(commit, event_id=id_(7), number="SPK-2", amount=60, on=JUNE)
    ).then(replace(committed, event_id=id_(7), number="SPK-2", amount=60, on=JUNE))


def test_an_amount_is_at_least_one_rupiah() -> None:
    given(ceiling).when(replace(commit, amount=0)).then_refused(AmountNotPositive)
    given().when(replace(set_ceiling, amount=-1)).then_refused(AmountNotPositive)


def test_what_nothing_rests_on_is_taken_back() -> None:
    back = TakeBackMovements(withdraws=(id_(2),), on=JUNE)
    given(ceiling, committed).when(back).then(
        MovementsTakenBack(line=LINE, withdraws=(id_(2),), on=JUNE)
    )
    given(ceiling, committed, paid).when(back).then_refused(LineChangedSince)
    both = replace(back, withdraws=(id_(2), id_(3)))
    given(ceiling, committed, paid).when(both).then(
        MovementsTakenBack(line=LINE, withdraws=(id_(2), id_(3)), on=JUNE)
    )


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (date(2026, 1, 1), Balance(ceiling=None, committed=0, realised=0)),
        (JANUARY, Balance(ceiling=100, committed=0, realised=0)),
        (date(2026, 5, 31), Balance(ceiling=100, committed=60, realised=0)),
        (JUNE, Balance(ceiling=100, committed=60, realised=40)),
    ],
)
def test_a_balance_is_that_of_its_day(day: date, stands: Balance) -> None:
    assert balance((ceiling, committed, paid), day) == stands


amounts = st.integers(0, 120)
days = st.integers(0, 6).map(lambda n: JANUARY + timedelta(days=n))
numbers = st.sampled_from(["A", "B"])
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        SetCeiling,
        event_id=st.uuids(),
        line=st.just(LINE),
        amount=amounts,
        decree_number=st.sampled_from(["1", "2", "3"]),
        on=days,
    ),
    st.builds(
        Commit,
        event_id=st.uuids(),
        number=numbers,
        purpose=st.just(Purpose.NEED),
        reference=st.just("x"),
        amount=amounts,
        on=days,
    ),
    st.builds(
        TopUp, event_id=st.uuids(), number=numbers, document=numbers, amount=amounts, on=days
    ),
    st.builds(
        Realise, event_id=st.uuids(), number=numbers, document=numbers, amount=amounts, on=days
    ),
    st.builds(Release, event_id=st.uuids(), number=numbers, on=days),
)


@settings(deadline=None, derandomize=True)
@for_all(st.lists(commands, max_size=25))
def test_no_order_of_commands_leads_beyond_a_limit(asked: list[Command]) -> None:
    told: list[budget_line.Event] = []
    for command in asked:
        try:
            told += budget_line.decide(command, fold(budget_line, told))
        except Refused:
            continue
        state = fold(budget_line, told)
        assert limits_kept(state)
        end = balance(state, date.max)
        assert end.realised <= end.committed <= (end.ceiling or 0)
