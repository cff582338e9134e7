from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from services.chassis.spec import Spec
from services.training.domain import enrolment
from services.training.domain.completion import Class, Completion
from services.training.domain.enrolment import (
    AlreadyFinished,
    AlreadyWithdrawn,
    BeforeEnrolment,
    CompletionChangedSince,
    CompletionRevoked,
    CompletionTakenBack,
    ContradictsRecord,
    Enrol,
    EnrolmentOpened,
    EnrolmentWithdrawn,
    InAnotherClass,
    NotEnrolled,
    NotFinished,
    NotYetOver,
    RecordCompletion,
    RecordFailure,
    RecordPastTraining,
    RevokeCompletion,
    RevokedBefore,
    TakeBackFailure,
    TrainingFailed,
    TrainingFinished,
    Withdraw,
    WithoutJp,
)
from services.training.domain.terms import Evidence, Form, RevocationReason

given = Spec(enrolment).given

E = UUID(int=1)
FIRST, SECOND = UUID(int=11), UUID(int=12)
MAY, JUNE, JULY = date(2025, 5, 5), date(2025, 6, 20), date(2025, 7, 1)
PKP = Class(programme="PKP", starts_on=MAY)
PASSED = Completion(
    on=JUNE,
    jp=900,
    title="Pelatihan Kepemimpinan Pengawas",
    form=Form.STRUCTURAL,
    provider="BPSDM",
    evidence=Evidence.PASSED,
    certificate_number="001/PKP/2025",
)
LONGER = replace(PASSED, jp=901)

opened = EnrolmentOpened(enrolment=E, of=PKP, on=date(2025, 4, 1))
finished = TrainingFinished(enrolment=E, event_id=FIRST, of=PKP, completion=PASSED, on=JUNE)
failed = TrainingFailed(enrolment=E, of=PKP, on=JUNE)
withdrawn = EnrolmentWithdrawn(enrolment=E, of=PKP, on=MAY)
revoked = CompletionRevoked(
    enrolment=E, revokes=FIRST, of=PKP, on=JULY, reason=RevocationReason.CERTIFICATE_INVALID
)

enrol = Enrol(enrolment=E, of=PKP, on=date(2025, 4, 1))
complete = RecordCompletion(enrolment=E, event_id=FIRST, completion=PASSED, today=JULY)
past = RecordPastTraining(enrolment=E, event_id=FIRST, of=PKP, completion=PASSED, today=JULY)
revoke = RevokeCompletion(enrolment=E, on=JULY, reason=RevocationReason.CERTIFICATE_INVALID)
withdraw = Withdraw(enrolment=E, on=MAY)
fail = RecordFailure(enrolment=E, on=JUNE)


def test_whoever_is_enrolled_may_finish() -> None:
    given().when(enrol).then(opened)
    given(opened).when(complete).then(finished)


def test_enrolling_twice_changes_nothing() -> None:
    given(opened).when(enrol).then()


def test_the_same_webhook_twice_changes_nothing() -> None:
    given(opened, finished).when(complete).then()
    given(opened, finished).when(replace(complete, event_id=SECOND)).then()


def test_a_different_account_of_the_same_training_is_refused() -> None:
    contradicting = [
        LONGER,
        replace(PASSED, on=JULY),
        replace(PASSED, evidence=Evidence.ATTENDED),
        replace(PASSED, certificate_number="002/PKP/2025"),
    ]
    for account in contradicting:
        given(opened, finished).when(replace(complete, completion=account)).then_refused(
            ContradictsRecord
        )


def test_other_spelling_and_less_paperwork_are_the_same_account() -> None:
    account = replace(PASSED, title="PKP angkatan II", certificate_number=None, provider="bpsdm")
    given(opened, finished).when(replace(complete, completion=account)).then()


def test_nobody_enrolled_means_refused() -> None:
    given().when(complete).then_refused(NotEnrolled)
    given().when(withdraw).then_refused(NotEnrolled)
    given().when(fail).then_refused(NotEnrolled)


def test_a_training_cannot_end_before_its_class_began() -> None:
    early = replace(PASSED, on=MAY - timedelta(days=1))
    given(opened).when(replace(complete, completion=early)).then_refused(BeforeEnrolment)
    given().when(replace(past, completion=early)).then_refused(BeforeEnrolment)
    given(opened).when(replace(fail, on=early.on)).then_refused(BeforeEnrolment)


def test_a_training_may_end_on_the_day_it_began() -> None:
    one_day = replace(PASSED, on=MAY)
    given(opened).when(replace(complete, completion=one_day)).then(
        replace(finished, completion=one_day, on=MAY)
    )


def test_a_training_that_is_not_over_cannot_be_finished() -> None:
    yesterday = JUNE - timedelta(days=1)
    given(opened).when(replace(complete, today=yesterday)).then_refused(NotYetOver)
    given(opened).when(replace(complete, today=JUNE)).then(finished)


def test_a_finished_training_earns_at_least_one_jp() -> None:
    given(opened).when(replace(complete, completion=replace(PASSED, jp=0))).then_refused(WithoutJp)


def test_an_old_certificate_finishes_an_enrolment_that_nobody_opened() -> None:
    given().when(past).then(finished)
    given(finished).when(past).then()
    given(finished).when(replace(past, completion=LONGER)).then_refused(ContradictsRecord)


def test_an_old_certificate_finishes_an_open_enrolment_like_a_report_does() -> None:
    given(opened).when(past).then(finished)


def test_whoever_withdrew_may_enrol_again() -> None:
    given(opened).when(withdraw).then(withdrawn)
    given(opened, withdrawn).when(withdraw).then()
    given(opened, withdrawn).when(enrol).then(opened)


def test_whoever_withdrew_cannot_finish_or_fail() -> None:
    given(opened, withdrawn).when(complete).then_refused(AlreadyWithdrawn)
    given(opened, withdrawn).when(fail).then_refused(AlreadyWithdrawn)


def test_what_is_finished_can_be_neither_withdrawn_nor_opened_again() -> None:
    given(opened, finished).when(withdraw).then_refused(AlreadyFinished)
    given(opened, finished).when(enrol).then_refused(AlreadyFinished)


def test_whoever_failed_may_still_pass_the_same_class() -> None:
    given(opened).when(fail).then(failed)
    given(opened, failed).when(fail).then()
    given(opened, failed).when(complete).then(finished)


def test_passing_and_failing_contradict_each_other() -> None:
    given(opened, finished).when(fail).then_refused(ContradictsRecord)
    given(opened, failed).when(replace(fail, on=JULY)).then_refused(ContradictsRecord)


def test_a_revocation_names_the_completion_that_falls() -> None:
    given(opened, finished).when(revoke).then(revoked)
    given(opened, finished, revoked).when(revoke).then()


def test_only_a_completion_can_be_revoked() -> None:
    for history in [(), (opened,), (opened, failed), (opened, withdrawn)]:
        given(*history).when(revoke).then_refused(NotFinished)


def test_a_revoked_completion_does_not_come_back_when_its_webhook_is_sent_again() -> None:
    given(opened, finished, revoked).when(complete).then_refused(RevokedBefore)


def test_after_a_revocation_the_right_details_replace_the_wrong_ones() -> None:
    command = RecordCompletion(enrolment=E, event_id=SECOND, completion=LONGER, today=JULY)
    given(opened, finished, revoked).when(command).then(
        replace(finished, event_id=SECOND, completion=LONGER, replaces=FIRST)
    )


def test_a_certificate_that_follows_is_added_to_what_is_finished() -> None:
    bare = replace(PASSED, certificate_number=None)
    before = replace(finished, completion=bare)
    later = replace(PASSED, mark="87.50", certificate_link="https://sertifikat.example/1")
    added = replace(finished, event_id=SECOND, completion=later, replaces=FIRST)
    again = replace(complete, event_id=SECOND, completion=later)
    given(opened, before).when(again).then(added)
    given(opened, before, added).when(complete).then()


def test_an_enrolment_of_the_schedule_names_its_class() -> None:
    in_class = replace(opened, class_code="PKP-1")
    into = replace(enrol, class_code="PKP-1")
    given().when(into).then(in_class)
    given(opened).when(into).then(in_class)
    given(in_class).when(enrol).then()
    given(in_class).when(replace(enrol, class_code="PKP-2")).then_refused(InAnotherClass)


def test_a_withdrawal_names_the_class_whose_seat_it_frees() -> None:
    in_class = replace(opened, class_code="PKP-1")
    given(in_class).when(withdraw).then_refused(InAnotherClass)
    given(in_class).when(replace(withdraw, class_code="PKP-1")).then(withdrawn)
    back = CompletionTakenBack(enrolment=E, withdraws=FIRST, of=PKP, reopens=True, on=JULY)
    history = (in_class, finished, back)
    given(*history).when(replace(withdraw, class_code="PKP-1")).then(withdrawn)


def test_a_failure_keeps_its_mark() -> None:
    given(opened).when(replace(fail, mark="40")).then(replace(failed, mark="40"))


def test_a_failure_told_by_mistake_is_taken_back_and_the_seat_is_still_known() -> None:
    in_class = replace(opened, class_code="PKP-1")
    back = TakeBackFailure(enrolment=E, failed_on=JUNE, on=JULY)
    again = replace(in_class, on=JULY)
    given(in_class, failed).when(back).then_each_time(again)
    given(in_class, failed, again).when(replace(withdraw, class_code="PKP-1")).then(withdrawn)
    other = replace(back, failed_on=MAY)
    given(in_class, failed).when(other).then_refused(CompletionChangedSince)
    given(in_class, finished).when(back).then_refused(CompletionChangedSince)
