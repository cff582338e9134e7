"""A dispute always waits for somebody who is named, until it is over; and it says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.profile.domain import dispute
from services.profile.domain.dispute import (
    AnswerReturn,
    Command,
    CorrectionNeeded,
    Decide,
    DisputeFiled,
    DisputeIsOver,
    DisputeMoved,
    File,
    NoSuchDispute,
    NotYoursToAnswer,
    ReasonNeeded,
    Return,
    Status,
    Take,
    WithdrawDispute,
)

given = Spec(dispute).given
ONE, TWO, THREE, FOUR, FIVE = (UUID(int=n) for n in range(1, 6))
PERSON, FACT, RIGHT = UUID(int=70), UUID(int=80), UUID(int=81)
DAY = date(2026, 3, 2)
DUE = DAY + timedelta(days=14)
ANN, BEN = "officer-ann", "officer-ben"

file = File(event_id=ONE, person_id=PERSON, fact=FACT, claim="TMT salah", on=DAY)
filed = DisputeFiled(event_id=ONE, person_id=PERSON, fact=FACT, claim="TMT salah", on=DAY, due=DUE)
take = Take(event_id=TWO, owner=ANN, on=DAY)
taken = DisputeMoved(
    event_id=TWO,
    dispute_id=ONE,
    status=Status.TAKEN,
    owner=ANN,
    words=None,
    corrected_by=None,
    on=DAY,
    due=DUE,
)
back = Return(event_id=THREE, owner=ANN, reason="SK tidak terbaca", on=DAY)
returned = replace(taken, event_id=THREE, status=Status.RETURNED, words="SK tidak terbaca")
answer = AnswerReturn(event_id=FOUR, person_id=PERSON, answer="terlampir", on=DAY)
answered = replace(taken, event_id=FOUR, words="terlampir")
accept = Decide(
    event_id=FIVE, owner=ANN, accepted=True, reason="sesuai SK", corrected_by=RIGHT, on=DAY
)
accepted = DisputeMoved(
    event_id=FIVE,
    dispute_id=ONE,
    status=Status.ACCEPTED,
    owner=ANN,
    words="sesuai SK",
    corrected_by=RIGHT,
    on=DAY,
    due=None,
)


def test_a_dispute_goes_from_the_person_to_an_owner_and_back_and_ends() -> None:
    given().when(file).then(filed)
    given(filed).when(take).then(taken)
    given(filed, taken).when(back).then(returned)
    given(filed, taken, returned).when(answer).then(answered)
    given(filed, taken, returned, answered).when(accept).then(accepted)


def test_nothing_is_said_without_words() -> None:
    given().when(replace(file, claim=" ")).then_refused(ReasonNeeded)
    given(filed, taken).when(replace(back, reason="")).then_refused(ReasonNeeded)
    given(filed, taken).when(replace(accept, reason="")).then_refused(ReasonNeeded)


def test_it_is_accepted_only_with_the_fact_that_now_stands() -> None:
    given(filed, taken).when(replace(accept, corrected_by=None)).then_refused(CorrectionNeeded)
    given(filed, taken).when(replace(accept, accepted=False)).then_refused(CorrectionNeeded)
    reject = replace(accept, accepted=False, corrected_by=None)
    given(filed, taken).when(reject).then(
        replace(accepted, status=Status.REJECTED, corrected_by=None)
    )


def test_only_its_owner_returns_or_decides_and_another_officer_may_take_it_over() -> None:
    given(filed, taken).when(replace(back, owner=BEN)).then_refused(NotYoursToAnswer)
    given(filed, taken).when(replace(accept, owner=BEN)).then_refused(NotYoursToAnswer)
    given(filed).when(accept).then_refused(NotYoursToAnswer)
    over = replace(take, event_id=THREE, owner=BEN)
    given(filed, taken).when(over).then(replace(taken, event_id=THREE, owner=BEN))


def test_only_the_person_answers_and_only_what_was_returned() -> None:
    given(filed, taken).when(answer).then_refused(NotYoursToAnswer)
    stranger = replace(answer, person_id=UUID(int=71))
    given(filed, taken, returned).when(stranger).then_refused(NotYoursToAnswer)
    given(filed, taken, returned).when(replace(take, event_id=FIVE)).then_refused(NotYoursToAnswer)


def test_the_person_may_withdraw_it_at_any_step() -> None:
    withdraw = WithdrawDispute(event_id=FIVE, person_id=PERSON, on=DAY)
    gone = replace(accepted, status=Status.WITHDRAWN, words=None, corrected_by=None)
    given(filed, taken).when(withdraw).then(gone)
    given(filed).when(withdraw).then(replace(gone, owner=None))
    given(filed).when(replace(withdraw, person_id=FACT)).then_refused(NotYoursToAnswer)


@pytest.mark.parametrize("command", [take, back, answer, WithdrawDispute(
    event_id=TWO, person_id=PERSON, on=DAY
)])  # fmt: skip
def test_what_is_over_stays_over(command: Command) -> None:
    late = replace(command, event_id=UUID(int=9))
    given(filed, taken, accepted).when(late).then_refused(DisputeIsOver)
    given().when(late).then_refused(NoSuchDispute)
