"""Leave, study, awards: facts of their own, with their days; told twice they add nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.profile.domain import person
from services.profile.domain.fact_events import (
    AwardGiven,
    EducationRecorded,
    RankGranted,
    StudyAssigned,
    UnpaidLeaveGranted,
)
from services.profile.domain.facts import (
    Award,
    ContradictsRecord,
    Education,
    EndsBeforeItBegins,
    StudyAssignment,
    UnpaidLeave,
)
from services.profile.domain.person import (
    BeforeBirth,
    ConfirmFact,
    NotRegistered,
    RecordEducation,
    TellFact,
)
from services.profile.domain.registration import NothingToReplace
from services.profile.domain.retirement import pension_from
from tests.specs.profile.test_person import granted, registered

given = Spec(person).given
TWO, THREE, FOUR = (UUID(int=n) for n in (2, 3, 4))
LEAVE = UnpaidLeave(starts_on=date(2021, 1, 1), until=date(2024, 1, 1))
STUDY = StudyAssignment(
    level=8,
    field="Kesehatan Masyarakat",
    starts_on=date(2023, 9, 1),
    until=None,
    released=True,
    self_funded=False,
)
MEDAL = Award(kind="SLKS_X", given_on=date(2025, 8, 17))
granted_leave = UnpaidLeaveGranted(event_id=TWO, leave=LEAVE)


def test_unpaid_leave_is_a_fact_with_both_its_days() -> None:
    given(registered).when(TellFact(event_id=TWO, fact=LEAVE)).then(granted_leave)
    with pytest.raises(EndsBeforeItBegins):
        replace(LEAVE, until=LEAVE.starts_on)


def test_an_earlier_return_from_leave_is_a_correction_that_names_it() -> None:
    back = replace(LEAVE, until=date(2023, 1, 1))
    told = TellFact(event_id=THREE, fact=back)
    given(registered, granted_leave).when(told).then_refused(ContradictsRecord)
    given(registered, granted_leave).when(replace(told, replaces=TWO)).then(
        UnpaidLeaveGranted(event_id=THREE, leave=back, replaces=TWO)
    )


def test_a_study_assignment_is_told_again_when_its_end_is_known() -> None:
    assigned = StudyAssigned(event_id=TWO, study=STUDY)
    given(registered).when(TellFact(event_id=TWO, fact=STUDY)).then(assigned)
    ended = replace(STUDY, until=date(2025, 9, 1))
    given(registered, assigned).when(TellFact(event_id=THREE, fact=ended)).then(
        StudyAssigned(event_id=THREE, study=ended, replaces=TWO)
    )


def test_an_award_is_given_once() -> None:
    given_award = AwardGiven(event_id=TWO, award=MEDAL)
    given(registered).when(TellFact(event_id=TWO, fact=MEDAL)).then(given_award)
    given(registered, given_award).when(TellFact(event_id=THREE, fact=MEDAL)).then()


@pytest.mark.parametrize("fact", [LEAVE, STUDY, MEDAL])
def test_nothing_of_it_is_told_of_a_stranger_or_before_birth(
    fact: UnpaidLeave | StudyAssignment | Award,
) -> None:
    told = TellFact(event_id=TWO, fact=fact)
    given().when(told).then_refused(NotRegistered)
    young = replace(registered, birth_date=date(2025, 12, 31))
    given(young).when(told).then_refused(BeforeBirth)


def test_a_degree_is_recognised_by_a_correction() -> None:
    degree = Education(level=8, field=None, completed_on=date(2025, 8, 1), recognised=False)
    known = EducationRecorded(event_id=TWO, education=degree)
    told = replace(degree, recognised=True)
    given(registered, known).when(RecordEducation(event_id=THREE, education=told)).then_refused(
        ContradictsRecord
    )
    recognised = RecordEducation(event_id=THREE, education=told, replaces=TWO)
    given(registered, known).when(recognised).then(
        EducationRecorded(event_id=THREE, education=told, replaces=TWO)
    )


def test_what_was_declared_is_told_again_when_somebody_has_seen_the_document() -> None:
    confirm = ConfirmFact(event_id=THREE, fact=TWO)
    given(registered, granted).when(confirm).then(replace(granted, event_id=THREE, replaces=TWO))
    given(registered).when(confirm).then_refused(NothingToReplace)
    given().when(confirm).then_refused(NotRegistered)
    assert isinstance(granted, RankGranted)


# Retirement: regulations 2.5, UU 20/2023 article 55 and the post's record


@pytest.mark.parametrize(
    ("born", "age", "from_day"),
    [
        (date(1966, 1, 31), 60, date(2026, 2, 1)),
        (date(1968, 12, 1), 58, date(2027, 1, 1)),
        (date(1968, 2, 29), 58, date(2026, 3, 1)),
    ],
)
def test_pension_begins_on_the_first_of_the_month_after_the_age_is_reached(
    born: date, age: int, from_day: date
) -> None:
    assert pension_from(born, age) == from_day


def test_c34_a_teacher_and_an_analyst_of_one_jenjang_retire_by_their_posts_pp_11_2017() -> None:
    born = date(1970, 5, 10)
    assert pension_from(born, 60).year - pension_from(born, 58).year == 2
