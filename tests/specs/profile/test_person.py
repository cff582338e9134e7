"""The life of a person on record, told in sentences that could be false."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

import pytest

from services.chassis.spec import Spec
from services.profile.domain import person
from services.profile.domain.fact_events import (
    EducationRecorded,
    PositionAssigned,
    RankGranted,
    SanctionImposed,
)
from services.profile.domain.facts import (
    ContradictsRecord,
    Education,
    EndsBeforeItBegins,
    NumberOfAPerson,
    Position,
    Rank,
    Sanction,
)
from services.profile.domain.identifiers import IdentifierKind
from services.profile.domain.person import (
    AssignPosition,
    BeforeBirth,
    GrantRank,
    ImposeSanction,
    NotRegistered,
    RecordEducation,
)
from services.profile.domain.registration import (
    Details,
    DetailsChanged,
    Identifier,
    NothingToReplace,
    PersonRegistered,
    Register,
)
from services.profile.domain.terms import (
    Assignment,
    EmploymentKind,
    PositionClass,
    Severity,
    Sex,
)

given = Spec(person).given
ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))
JOINED = date(2015, 5, 1)
NUMBER = Identifier(kind=IdentifierKind.NIP, digest="ab" * 32, valid_from=JOINED)
DETAILS = Details(name="Rati Bano", number="198609262015051901")
registered = PersonRegistered(
    event_id=ONE,
    birth_date=date(1986, 9, 26),
    sex=Sex.M,
    employment=EmploymentKind.PNS,
    identifiers=(NUMBER,),
    registered_on=JOINED,
    details=DETAILS,
)
register = Register(
    event_id=ONE,
    birth_date=date(1986, 9, 26),
    sex=Sex.M,
    employment=EmploymentKind.PNS,
    identifiers=(NUMBER,),
    registered_on=JOINED,
    details=DETAILS,
)


def test_a_person_enters_the_record_once() -> None:
    given().when(register).then(registered)


def test_another_door_that_says_the_same_adds_nothing() -> None:
    given(registered).when(replace(register, event_id=TWO)).then()


def test_a_new_telephone_is_nobody_elses_business() -> None:
    details = replace(DETAILS, phone="0000-1")
    given(registered).when(replace(register, event_id=TWO, details=details)).then(
        DetailsChanged(event_id=TWO, details=details)
    )


def test_another_birth_date_contradicts_the_record() -> None:
    other = replace(register, event_id=TWO, birth_date=date(1986, 9, 27))
    given(registered).when(other).then_refused(ContradictsRecord)


def test_a_correction_of_the_identity_names_what_it_replaces() -> None:
    number = replace(NUMBER, digest="cd" * 32)
    other = replace(register, event_id=TWO, identifiers=(number,), replaces=ONE)
    given(registered).when(other).then(
        replace(registered, event_id=TWO, identifiers=(number,), replaces=ONE)
    )
    wrong = replace(other, replaces=THREE)
    given(registered).when(wrong).then_refused(NothingToReplace)


def test_probation_ends_without_a_contradiction() -> None:
    on_probation = replace(registered, employment=EmploymentKind.CPNS)
    given(on_probation).when(replace(register, event_id=TWO)).then(
        replace(registered, event_id=TWO, replaces=ONE)
    )
    given(registered).when(
        replace(register, event_id=TWO, employment=EmploymentKind.CPNS)
    ).then_refused(ContradictsRecord)


# Ranks

RANK = Rank(golongan="III/b", effective_from=date(2019, 4, 1))
granted = RankGranted(event_id=TWO, rank=RANK)


def test_nothing_is_told_about_a_stranger() -> None:
    given().when(GrantRank(event_id=TWO, rank=RANK)).then_refused(NotRegistered)
    given().when(AssignPosition(event_id=TWO, position=POST)).then_refused(NotRegistered)


def test_a_rank_is_granted_once() -> None:
    given(registered).when(GrantRank(event_id=TWO, rank=RANK)).then(granted)
    given(registered, granted).when(GrantRank(event_id=THREE, rank=RANK)).then()


def test_an_account_with_the_decree_completes_one_without() -> None:
    known = replace(RANK, decree_number="SK-DEMO-1")
    given(registered, granted).when(GrantRank(event_id=THREE, rank=known)).then(
        RankGranted(event_id=THREE, rank=known, replaces=TWO)
    )


def test_an_account_without_the_decree_takes_nothing_away() -> None:
    known = RankGranted(event_id=TWO, rank=replace(RANK, decree_number="SK-DEMO-1"))
    given(registered, known).when(GrantRank(event_id=THREE, rank=RANK)).then()


def test_two_ranks_of_one_day_contradict_each_other() -> None:
    other = replace(RANK, golongan="III/c")
    given(registered, granted).when(GrantRank(event_id=THREE, rank=other)).then_refused(
        ContradictsRecord
    )


def test_a_correction_replaces_the_rank_it_names_and_no_other() -> None:
    right = replace(RANK, golongan="III/c")
    correct = GrantRank(event_id=THREE, rank=right, replaces=TWO)
    corrected = RankGranted(event_id=THREE, rank=right, replaces=TWO)
    given(registered, granted).when(correct).then(corrected)
    given(registered).when(correct).then_refused(NothingToReplace)
    again = GrantRank(event_id=UUID(int=4), rank=RANK, replaces=TWO)
    given(registered, granted, corrected).when(again).then_refused(NothingToReplace)
    sanction = SanctionImposed(event_id=TWO, sanction=REPRIMAND)
    given(registered, sanction).when(correct).then_refused(NothingToReplace)


def test_a_correction_may_not_run_into_another_fact() -> None:
    earlier = RankGranted(event_id=THREE, rank=replace(RANK, effective_from=JOINED))
    moved = GrantRank(event_id=UUID(int=4), rank=replace(RANK, effective_from=JOINED), replaces=TWO)
    given(registered, granted, earlier).when(moved).then_refused(ContradictsRecord)


def test_nothing_happens_to_anybody_before_birth() -> None:
    early = replace(RANK, effective_from=date(1986, 9, 25))
    given(registered).when(GrantRank(event_id=TWO, rank=early)).then_refused(BeforeBirth)


# Positions

POST = Position(
    post_id=UUID(int=70),
    position_class=PositionClass.PENGAWAS,
    jenjang=None,
    field=None,
    unit_id=UUID(int=80),
    assignment=Assignment.DEFINITIVE,
    effective_from=date(2020, 1, 2),
)
HIGHER = replace(
    POST,
    post_id=UUID(int=71),
    position_class=PositionClass.ADMINISTRATOR,
    effective_from=date(2026, 1, 5),
)
assigned = PositionAssigned(event_id=TWO, position=POST)


def test_a_definitive_position_ends_the_one_before() -> None:
    ended = PositionAssigned(
        event_id=uuid5(THREE, f"ends {TWO}"),
        position=replace(POST, until=HIGHER.effective_from),
        replaces=TWO,
    )
    given(registered, assigned).when(AssignPosition(event_id=THREE, position=HIGHER)).then(
        PositionAssigned(event_id=THREE, position=HIGHER), ended
    )


def test_an_acting_position_ends_nothing() -> None:
    acting = replace(HIGHER, assignment=Assignment.PLT)
    given(registered, assigned).when(AssignPosition(event_id=THREE, position=acting)).then(
        PositionAssigned(event_id=THREE, position=acting)
    )


def test_a_position_told_late_ends_where_the_known_one_begins() -> None:
    known = PositionAssigned(event_id=TWO, position=HIGHER)
    given(registered, known).when(AssignPosition(event_id=THREE, position=POST)).then(
        PositionAssigned(event_id=THREE, position=replace(POST, until=HIGHER.effective_from))
    )


def test_the_last_day_of_a_position_may_be_told_later() -> None:
    until = replace(POST, until=date(2025, 1, 1))
    given(registered, assigned).when(AssignPosition(event_id=THREE, position=until)).then(
        PositionAssigned(event_id=THREE, position=until, replaces=TWO)
    )


def test_a_position_cannot_end_before_it_begins() -> None:
    with pytest.raises(EndsBeforeItBegins):
        replace(POST, until=POST.effective_from)


# Diplomas and sanctions

YEAR = Education(level=7, field=None, completed_on=date(2009, 12, 31), year_only=True)
DAY = Education(level=7, field=None, completed_on=date(2009, 8, 17))
REPRIMAND = Sanction(
    kind="TEGURAN TERTULIS",
    severity=Severity.LIGHT,
    starts_on=date(2022, 5, 1),
    ends_on=None,
    law="PP-94-2021",
)


def test_an_exact_day_replaces_a_year_and_a_year_adds_nothing_to_a_day() -> None:
    known = EducationRecorded(event_id=TWO, education=YEAR)
    exact = RecordEducation(event_id=THREE, education=DAY)
    given(registered, known).when(exact).then(
        EducationRecorded(event_id=THREE, education=DAY, replaces=TWO)
    )
    exactly = EducationRecorded(event_id=TWO, education=DAY)
    given(registered, exactly).when(RecordEducation(event_id=THREE, education=YEAR)).then()


def test_two_exact_days_of_one_diploma_contradict_each_other() -> None:
    known = EducationRecorded(event_id=TWO, education=DAY)
    other = replace(DAY, completed_on=date(2009, 8, 18))
    given(registered, known).when(RecordEducation(event_id=THREE, education=other)).then_refused(
        ContradictsRecord
    )


def test_a_sanction_is_imposed_once() -> None:
    impose = ImposeSanction(event_id=TWO, sanction=REPRIMAND)
    imposed = SanctionImposed(event_id=TWO, sanction=REPRIMAND)
    given(registered).when(impose).then(imposed)
    given(registered, imposed).when(replace(impose, event_id=THREE)).then()


def test_a_forgotten_person_can_still_be_decided_upon() -> None:
    forgotten = replace(registered, details=None)
    given(forgotten).when(GrantRank(event_id=TWO, rank=RANK)).then(granted)


@pytest.mark.parametrize("number", ["198704122010011001", "SK 19870412 201001 1 001"])
def test_a_decree_is_not_numbered_after_a_person(number: str) -> None:
    rank = replace(RANK, decree_number=number)
    given(registered).when(GrantRank(event_id=TWO, rank=rank)).then_refused(NumberOfAPerson)
