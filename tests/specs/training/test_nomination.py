"""Somebody is nominated for a class, approved or refused, and enrolled."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.training.domain import nomination
from services.training.domain.nomination import (
    AlreadyEnrolled,
    Approve,
    EnrolNominee,
    LeaveClass,
    Nominate,
    Nominated,
    NominationApproved,
    NominationIsDecided,
    NominationRefused,
    NominationWithdrawn,
    NomineeEnrolled,
    NotApproved,
    NotNominated,
    RefuseNomination,
    WithdrawNomination,
)

given = Spec(nomination).given

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
ID, ENROLMENT = UUID(int=1), UUID(int=2)
nominate = Nominate(nomination=ID, class_code="PKP-2026-1", by="officer", on=DAY)
nominated = Nominated(nomination=ID, class_code="PKP-2026-1", by="officer", on=DAY)
approve = Approve(by="official", on=NEXT)
approved = NominationApproved(nomination=ID, by="official", on=NEXT)
refuse = RefuseNomination(by="official", reason="Belum satu tahun di jabatan", on=NEXT)
refused = NominationRefused(
    nomination=ID, by="official", reason="Belum satu tahun di jabatan", on=NEXT
)
withdraw = WithdrawNomination(on=NEXT)
withdrawn = NominationWithdrawn(nomination=ID, on=NEXT)
enrol = EnrolNominee(enrolment=ENROLMENT, on=NEXT)
enrolled = NomineeEnrolled(nomination=ID, enrolment=ENROLMENT, on=NEXT)


def test_from_nomination_over_approval_to_enrolment() -> None:
    given().when(nominate).then(nominated)
    given(nominated).when(approve).then(approved)
    given(nominated, approved).when(enrol).then(enrolled)
    given(nominated, approved, enrolled).when(approve).then()
    given(nominated, approved, enrolled).when(nominate).then()


def test_nobody_is_enrolled_without_approval() -> None:
    given(nominated).when(enrol).then_refused(NotApproved)
    given(nominated, refused).when(enrol).then_refused(NotApproved)


def test_a_refusal_says_who_and_why_and_may_be_followed_by_another_nomination() -> None:
    given(nominated).when(refuse).then(refused)
    given(nominated, refused).when(approve).then_refused(NominationIsDecided)
    given(nominated, approved).when(refuse).then_refused(NominationIsDecided)
    given(nominated, refused).when(nominate).then(nominated)


def test_a_nomination_is_withdrawn_until_there_is_an_enrolment() -> None:
    given(nominated).when(withdraw).then(withdrawn)
    given(nominated, approved).when(withdraw).then(withdrawn)
    given(nominated, withdrawn).when(nominate).then(nominated)
    given(nominated, refused).when(withdraw).then_refused(NominationIsDecided)
    given(nominated, approved, enrolled).when(withdraw).then_refused(AlreadyEnrolled)


@pytest.mark.parametrize("command", [approve, refuse, withdraw, enrol, LeaveClass(on=NEXT)])
def test_there_must_be_a_nomination(command: nomination.Command) -> None:
    given().when(command).then_refused(NotNominated)


def test_whoever_leaves_the_class_is_nominated_anew() -> None:
    leave = LeaveClass(on=NEXT)
    given(nominated, approved, enrolled).when(leave).then(withdrawn)
    given(nominated, approved, enrolled, withdrawn).when(enrol).then_refused(NotApproved)
    given(nominated, approved, enrolled, withdrawn).when(nominate).then(nominated)
    given(nominated, approved).when(leave).then()
