"""A study assignment from the application to the last rupiah paid back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.training.domain import study_assignment
from services.training.domain.study_assignment import (
    AdviceForAnotherDay,
    AgainstAdvice,
    AppliedOtherwise,
    Apply,
    BeforeTheStudyEnded,
    Begin,
    BondServed,
    Command,
    DemandRepayment,
    End,
    EndsBeforeItBegins,
    Extend,
    ExtensionTooLong,
    Grant,
    Judge,
    Leave,
    LongerThanExamined,
    NoSuchStudy,
    NotAtThisStep,
    NotBegunYet,
    RecordRepayment,
    Reject,
    RepaymentOutOfRange,
    ReportProgress,
    ReportReturn,
    StudyWithoutLength,
    WithdrawApplication,
    study_id_of,
)
from services.training.domain.study_conditions import Condition, Judgement, examine, rules_on
from services.training.domain.study_events import (
    Ending,
    Event,
    LeftUnderBond,
    RepaymentDemanded,
    RepaymentReceived,
    ReturnReported,
    StudyApplied,
    StudyBegun,
    StudyConditionJudged,
    StudyEnded,
    StudyExtended,
    StudyGranted,
    StudyProgressReported,
    StudyRejected,
    StudyWithdrawn,
)
from tests.specs.training.test_study_conditions import DAY, FINE, PLAN

given = Spec(study_assignment).given

STUDY = study_id_of(UUID(int=7), DAY)
MAY, SEPTEMBER = date(2026, 5, 4), DAY
judgement = Judgement(condition=Condition.NOT_SUSPENDED, met=True, document="SKET-1")
met = examine(FINE, PLAN, rules_on(DAY), DAY)
open_ = examine(replace(FINE, judgements=()), PLAN, rules_on(DAY), DAY)

applied = StudyApplied(study_id=STUDY, plan=PLAN, on=MAY)
judged = StudyConditionJudged(study_id=STUDY, judgement=judgement, on=MAY)
granted = StudyGranted(
    study_id=STUDY,
    decree_number="SK-1",
    decided_by="official-1",
    starts_on=SEPTEMBER,
    until=date(2028, 9, 1),
    examination=met,
    because=None,
    on=MAY,
)
begun = StudyBegun(study_id=STUDY, on=SEPTEMBER)
ended = StudyEnded(
    study_id=STUDY, ending=Ending.COMPLETED, report_by=date(2028, 9, 21), on=date(2028, 8, 31)
)
back = ReturnReported(study_id=STUDY, late=False, bond_until=date(2032, 9, 4), on=date(2028, 9, 4))
left = LeftUnderBond(study_id=STUDY, bond_until=date(2032, 9, 4), on=date(2030, 1, 1))
demanded = RepaymentDemanded(study_id=STUDY, amount=100, decree_number="SK-3", on=left.on)
paid = RepaymentReceived(study_id=STUDY, amount=60, document="STS-1", on=left.on)

apply = Apply(study_id=STUDY, plan=PLAN, on=MAY)
grant = Grant(
    decree_number="SK-1",
    decided_by="official-1",
    until=date(2028, 9, 1),
    examination=met,
    because=None,
    on=MAY,
)
studying: tuple[Event, ...] = (applied, granted, begun)


def test_somebody_applies_once_for_a_day() -> None:
    given().when(apply).then(applied)
    given(applied).when(replace(apply, plan=replace(PLAN, months=12))).then_refused(
        AppliedOtherwise
    )
    given().when(replace(apply, plan=replace(PLAN, months=0))).then_refused(StudyWithoutLength)


def test_after_a_no_one_may_apply_again() -> None:
    rejected = StudyRejected(study_id=STUDY, reason="Formasi penuh", on=MAY)
    given(applied).when(Reject(reason="Formasi penuh", on=MAY)).then(rejected)
    given(applied, rejected).when(apply).then(applied)
    withdrawn = StudyWithdrawn(study_id=STUDY, on=MAY)
    given(applied).when(WithdrawApplication(on=MAY)).then(withdrawn)
    given(applied, withdrawn).when(grant).then_refused(NotAtThisStep)


def test_an_official_judges_what_the_record_cannot_tell() -> None:
    given(applied).when(Judge(judgement=judgement, on=MAY)).then(judged)
    given(applied, granted).when(Judge(judgement=judgement, on=MAY)).then_refused(NotAtThisStep)


def test_a_decree_keeps_what_the_rules_said() -> None:
    given(applied, judged).when(grant).then(granted)
    given(applied, granted).when(replace(grant, decree_number="SK-2")).then_refused(NotAtThisStep)


def test_against_the_rules_only_with_a_reason() -> None:
    given(applied).when(replace(grant, examination=open_)).then_refused(AgainstAdvice)
    reason = "Keterangan menyusul"
    given(applied).when(replace(grant, examination=open_, because=reason)).then(
        replace(granted, examination=open_, because=reason)
    )


def test_a_decree_is_about_the_day_on_which_the_study_begins() -> None:
    other = replace(met, as_of=date(2026, 8, 31))
    given(applied).when(replace(grant, examination=other)).then_refused(AdviceForAnotherDay)
    given(applied).when(replace(grant, until=SEPTEMBER)).then_refused(EndsBeforeItBegins)
    given(applied).when(replace(grant, until=date(2028, 9, 2))).then_refused(LongerThanExamined)


def test_a_study_begins_when_it_was_decreed_and_not_before() -> None:
    given(applied, granted).when(Begin(on=SEPTEMBER)).then(begun)
    given(applied, granted).when(Begin(on=date(2026, 8, 31))).then_refused(NotBegunYet)
    given(applied).when(Begin(on=SEPTEMBER)).then_refused(NotAtThisStep)


def test_progress_is_told_by_semester_and_may_be_told_anew() -> None:
    report = ReportProgress(semester=1, report="IPK 3,6", on=date(2027, 2, 1))
    told = StudyProgressReported(study_id=STUDY, semester=1, report="IPK 3,6", on=date(2027, 2, 1))
    given(*studying).when(report).then(told)
    given(*studying, told).when(replace(report, report="IPK 3,7")).then(
        replace(told, report="IPK 3,7")
    )


def test_a_study_is_extended_by_at_most_two_semesters_in_all() -> None:
    extend = Extend(semesters=1, decree_number="SK-2", on=date(2028, 6, 1))
    extended = StudyExtended(
        study_id=STUDY,
        semesters=1,
        until=date(2029, 3, 1),
        decree_number="SK-2",
        on=date(2028, 6, 1),
    )
    given(*studying).when(extend).then(extended)
    given(*studying, extended).when(
        replace(extend, semesters=2, decree_number="SK-3")
    ).then_refused(ExtensionTooLong)
    given(*studying, extended).when(replace(extend, decree_number="SK-3")).then(
        replace(extended, until=date(2029, 9, 1), decree_number="SK-3")
    )
    given(*studying).when(replace(extend, semesters=0)).then_refused(ExtensionTooLong)


@pytest.mark.parametrize("ending", Ending)
def test_a_study_ends_and_the_last_day_to_report_back_is_named(ending: Ending) -> None:
    given(*studying).when(End(ending=ending, on=ended.on)).then(replace(ended, ending=ending))
    given(*studying).when(End(ending=ending, on=date(2026, 8, 31))).then_refused(NotBegunYet)


@pytest.mark.parametrize(
    ("on", "late", "until"),
    [
        (date(2028, 9, 4), False, date(2032, 9, 4)),
        (date(2028, 9, 21), False, date(2032, 9, 21)),
        (date(2028, 9, 22), True, date(2032, 9, 22)),
    ],
)
def test_the_return_is_reported_within_fifteen_working_days_and_the_bond_begins(
    on: date, late: bool, until: date
) -> None:
    given(*studying, ended).when(ReportReturn(on=on)).then(
        replace(back, late=late, bond_until=until, on=on)
    )


def test_nobody_reports_back_before_the_end() -> None:
    given(*studying).when(ReportReturn(on=ended.on)).then_refused(NotAtThisStep)
    given(*studying, ended).when(ReportReturn(on=ended.on)).then_refused(BeforeTheStudyEnded)


def test_whoever_leaves_under_the_bond_pays_back() -> None:
    given(*studying, ended, back).when(Leave(on=left.on)).then(left)
    given(*studying, ended, back).when(Leave(on=date(2032, 9, 4))).then_refused(BondServed)
    given(*studying, ended, back).when(Leave(on=date(2028, 9, 3))).then_refused(NotBegunYet)
    given(*studying).when(Leave(on=date(2027, 1, 1))).then(
        replace(left, bond_until=None, on=date(2027, 1, 1))
    )


def test_no_more_is_paid_back_than_was_demanded() -> None:
    gone = (*studying, ended, back, left)
    demand = DemandRepayment(amount=100, decree_number="SK-3", on=left.on)
    pay = RecordRepayment(amount=60, document="STS-1", on=left.on)
    given(*gone).when(demand).then(demanded)
    given(*gone).when(pay).then_refused(RepaymentOutOfRange)
    given(*gone, demanded).when(pay).then(paid)
    more = replace(pay, document="STS-2", amount=41)
    given(*gone, demanded, paid).when(more).then_refused(RepaymentOutOfRange)
    given(*gone, demanded, paid).when(replace(more, amount=40)).then(
        replace(paid, document="STS-2", amount=40)
    )
    less = replace(demand, amount=59, decree_number="SK-4")
    given(*gone, demanded, paid).when(less).then_refused(RepaymentOutOfRange)


@pytest.mark.parametrize(
    "command", [grant, Begin(on=MAY), Leave(on=MAY), ReportReturn(on=MAY)], ids=str
)
def test_nothing_happens_to_a_study_nobody_applied_for(command: Any) -> None:
    step: Command = command
    given().when(step).then_refused(NoSuchStudy)
