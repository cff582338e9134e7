from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.career.domain import appointment
from services.career.domain.appointment import (
    Advice,
    AdviceForAnotherDay,
    AgainstAdvice,
    AlreadyDecreed,
    AlreadyWithdrawn,
    AppointmentDecreed,
    AppointmentProposed,
    AppointmentWithdrawn,
    Decree,
    NotProposed,
    Post,
    Propose,
    ProposedDifferently,
    Withdraw,
)
from services.career.domain.eligibility import Eligibility
from services.career.domain.terms import (
    Assignment,
    NotADecisionOfAPerson,
    Office,
    Official,
    PositionClass,
)
from services.chassis.spec import Spec

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
PERSON, ID = UUID(int=1), UUID(int=2)
MAYOR = Official(person="0197c0de-0000-7000-8000-000000000001", office=Office.PPK)
POST = Post(
    post_id=UUID(int=3),
    position_class=PositionClass.ADMINISTRATOR,
    jenjang=None,
    field=None,
    unit_id=UUID(int=4),
    assignment=Assignment.DEFINITIVE,
)
ADVICE = Advice(
    policy="administrator",
    as_of=JUNE,
    status=Eligibility.ELIGIBLE,
    versions=("national@2022-02-03",),
    basis="{}",
    events_sha256="0" * 64,
    answer_sha256="1" * 64,
    provisional=False,
)
given = Spec(appointment).given

propose = Propose(person_id=PERSON, post=POST, proposed_by="officer", on=MAY)
proposed = AppointmentProposed(person_id=PERSON, post=POST, proposed_by="officer", on=MAY)
decree = Decree(
    appointment_id=ID,
    decree_number="SK-1/2025",
    effective_from=JUNE,
    decided_by=MAYOR,
    advice=ADVICE,
    against_advice_because=None,
)
decreed = AppointmentDecreed(
    appointment_id=ID,
    person_id=PERSON,
    post=POST,
    decree_number="SK-1/2025",
    effective_from=JUNE,
    decided_by=MAYOR,
    advice=ADVICE,
    against_advice_because=None,
)
withdraw = Withdraw(reason_code="declined", withdrawn_by="officer", on=MAY)
withdrawn = AppointmentWithdrawn(reason_code="declined", withdrawn_by="officer", on=MAY)


def test_somebody_is_proposed() -> None:
    given().when(propose).then(proposed)


def test_a_named_official_decrees_and_the_advice_is_kept() -> None:
    given(proposed).when(decree).then(decreed)


def test_what_nobody_proposed_cannot_be_decreed() -> None:
    given().when(decree).then_refused(NotProposed)


def test_no_machine_decrees() -> None:
    nobody = Official(person="", office=Office.PPK)
    given(proposed).when(replace(decree, decided_by=nobody)).then_refused(NotADecisionOfAPerson)


def test_an_official_may_decide_otherwise_and_says_why() -> None:
    no = replace(ADVICE, status=Eligibility.NOT_ELIGIBLE)
    given(proposed).when(replace(decree, advice=no)).then_refused(AgainstAdvice)
    given(proposed).when(replace(decree, advice=no, against_advice_because="court-order")).then(
        replace(decreed, advice=no, against_advice_because="court-order")
    )


def test_advice_for_another_day_is_no_advice() -> None:
    earlier = replace(ADVICE, as_of=MAY)
    given(proposed).when(replace(decree, advice=earlier)).then_refused(AdviceForAnotherDay)


def test_the_same_decree_again_decides_nothing_whatever_is_advised_now() -> None:
    later = replace(ADVICE, status=Eligibility.NOT_ELIGIBLE, basis='{"career":{}}')
    given(proposed, decreed).when(replace(decree, advice=later)).then()


def test_another_decree_needs_another_appointment() -> None:
    other = replace(decree, decree_number="SK-2/2025")
    given(proposed, decreed).when(other).then_refused(AlreadyDecreed)
    given(proposed, decreed).when(propose).then_refused(AlreadyDecreed)
    given(proposed, decreed).when(withdraw).then_refused(AlreadyDecreed)


def test_a_proposal_is_withdrawn() -> None:
    given(proposed).when(withdraw).then(withdrawn)


def test_what_was_withdrawn_is_over() -> None:
    given(proposed, withdrawn).when(decree).then_refused(AlreadyWithdrawn)
    given(proposed, withdrawn).when(propose).then_refused(AlreadyWithdrawn)


def test_nothing_is_withdrawn_that_was_not_proposed() -> None:
    given().when(withdraw).then_refused(NotProposed)


def test_one_id_is_one_proposal() -> None:
    other = replace(propose, person_id=UUID(int=9))
    given(proposed).when(other).then_refused(ProposedDifferently)
