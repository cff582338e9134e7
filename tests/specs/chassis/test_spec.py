"""The specification language itself can fail."""

from __future__ import annotations

import pytest

from services.chassis.spec import Spec
from tests.support import counter
from tests.support.counter import Count, Counted, OtherNote, Refused, State, TooMuch

given = Spec(counter).given
once = Counted(step="a", by=1)


def test_a_decision_is_told_in_one_sentence() -> None:
    given().when(Count(step="a")).then(once)
    given(once).when(Count(step="a")).then()
    given(once).when(Count(step="a", note="other")).then_refused(OtherNote)


def test_other_events_than_expected_fail() -> None:
    with pytest.raises(AssertionError, match="but decided"):
        given().when(Count(step="a")).then(Counted(step="b", by=1))


def test_a_refusal_that_does_not_come_fails() -> None:
    with pytest.raises(AssertionError, match="expected TooMuch"):
        given().when(Count(step="a")).then_refused(TooMuch)


def test_another_refusal_than_expected_comes_through() -> None:
    with pytest.raises(TooMuch):
        given().when(Count(step="a", by=101)).then_refused(Refused)


class Forgetful:
    """A decider that does everything again."""

    initial = State()

    def decide(self, command: Count, state: State) -> list[Counted]:
        return [Counted(step=command.step, by=command.by)]

    def evolve(self, state: State, event: Counted) -> State:
        return state


def test_a_decider_that_repeats_itself_fails_unless_it_says_so() -> None:
    forgetful = Spec(Forgetful()).given()
    with pytest.raises(AssertionError, match="must change nothing"):
        forgetful.when(Count(step="a")).then(once)
    forgetful.when(Count(step="a")).then_each_time(once)
