from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.assessment.domain import feedback_round
from services.assessment.domain.berakhlak import ITEMS
from services.assessment.domain.feedback_cycle import CycleIsClosed
from services.assessment.domain.feedback_round import (
    Answer,
    AnswerIncomplete,
    CloseRound,
    FeedbackGiven,
    GroupReport,
    NotAskedToAnswer,
    NotTimeToAnswer,
    OpenRound,
    RoundClosed,
    RoundOpened,
)
from services.assessment.domain.reporting_line import Relation
from services.assessment.domain.terms import ContradictsRecord
from services.chassis.spec import Spec
from tests.specs.assessment.test_feedback_cycle import CYCLE, RULES

given = Spec(feedback_round).given

RATERS = {Relation.PEER: (UUID(int=1), UUID(int=2)), Relation.SELF: (UUID(int=9),)}
THREES, FIVES = dict.fromkeys(ITEMS, 3), dict.fromkeys(ITEMS, 5)
opened = RoundOpened(cycle=CYCLE, rules=RULES, raters=RATERS)
answer = Answer(ballot="a", relation=Relation.PEER, marks=THREES, today=date(2025, 7, 3))


def said(ballot: str, relation: Relation, marks: dict[str, int]) -> FeedbackGiven:
    return FeedbackGiven(
        cycle=CYCLE, ballot=ballot, relation=relation, marks=marks, on=RULES.opens_on
    )


close = CloseRound(on=date(2025, 7, 15))
PEERS = [said(ballot, Relation.PEER, THREES) for ballot in "abc"]


def test_a_round_is_opened_once_and_its_raters_stay() -> None:
    given().when(OpenRound(cycle=CYCLE, rules=RULES, raters=RATERS)).then(opened)
    given(opened).when(OpenRound(cycle=CYCLE, rules=RULES, raters={})).then()


def test_an_answer_counts_once_and_does_not_say_when() -> None:
    given(opened).when(answer).then(said("a", Relation.PEER, THREES))
    given(opened, PEERS[0]).when(replace(answer, marks=FIVES)).then_refused(ContradictsRecord)


def test_only_who_was_asked_may_answer() -> None:
    given(opened).when(replace(answer, relation=None)).then_refused(NotAskedToAnswer)
    given().when(answer).then_refused(NotAskedToAnswer)


def test_an_answer_is_whole() -> None:
    for marks in ({**THREES, "BP": 6}, {**THREES, "BP": 0}, {**THREES, "X": 3}, {"BP": 3}):
        given(opened).when(replace(answer, marks=marks)).then_refused(AnswerIncomplete)


def test_answers_come_within_the_days_of_the_cycle() -> None:
    for day in (date(2025, 6, 30), date(2025, 7, 15)):
        given(opened).when(replace(answer, today=day)).then_refused(NotTimeToAnswer)


def test_two_subordinates_are_heard_together_with_the_peers_and_the_own_answer_apart() -> None:
    others = [said(ballot, Relation.SUBORDINATE, FIVES) for ballot in "de"]
    own = said("s", Relation.SELF, FIVES)
    given(opened, *PEERS, *others, own).when(close).then(
        RoundClosed(
            cycle=CYCLE,
            groups=(
                GroupReport(
                    relations=(Relation.PEER, Relation.SUBORDINATE),
                    answers=5,
                    means=dict.fromkeys(ITEMS, Decimal("3.80")),
                ),
            ),
            own_marks=FIVES,
            withheld=(),
            on=date(2025, 7, 15),
        )
    )


def test_two_answers_are_not_shown_and_that_is_said() -> None:
    given(opened, *PEERS[:2]).when(close).then(
        RoundClosed(cycle=CYCLE, groups=(), own_marks=None, withheld=(Relation.PEER,), on=close.on)
    )


def test_a_closed_round_takes_no_more() -> None:
    ended = RoundClosed(cycle=CYCLE, groups=(), own_marks=None, withheld=(), on=close.on)
    given(opened, ended).when(answer).then_refused(CycleIsClosed)
    given(opened, ended).when(close).then()
    given().when(close).then()
