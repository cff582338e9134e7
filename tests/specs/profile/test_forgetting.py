"""When a person may be forgotten, and what nobody can do afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.profile.domain import person
from services.profile.domain.fact_events import (
    PositionAssigned,
)
from services.profile.domain.facts import Position, Rank
from services.profile.domain.forgetting import (
    ApprovedByTheAsker,
    AskForgetting,
    Forget,
    ForgetAgain,
    ForgettingAsked,
    Ground,
    NotAsked,
    PersonForgotten,
    PersonIsForgotten,
    RetentionRuns,
    StillInPost,
    WithoutDocument,
)
from services.profile.domain.person import (
    GrantRank,
    NotRegistered,
)
from services.profile.domain.registration import Register
from services.profile.domain.terms import Assignment, PositionClass
from tests.specs.profile.test_person import DETAILS, ONE, THREE, TWO, registered

given = Spec(person).given
TODAY, ENDED = date(2026, 3, 2), date(2025, 12, 31)
OFFICER, OFFICIAL = "officer-1", "official-1"

ask = AskForgetting(
    event_id=TWO,
    ground=Ground.RETENTION_ENDED,
    kept_until=ENDED,
    document_number="045/ANRI/2026",
    asked_by=OFFICER,
    today=TODAY,
)
was_asked = ForgettingAsked(
    event_id=TWO,
    ground=Ground.RETENTION_ENDED,
    kept_until=ENDED,
    document_number="045/ANRI/2026",
    asked_by=OFFICER,
    on=TODAY,
)
approve = Forget(event_id=THREE, approved_by=OFFICIAL, today=TODAY)
forgotten = PersonForgotten(
    event_id=THREE,
    ground=Ground.RETENTION_ENDED,
    asked_by=OFFICER,
    approved_by=OFFICIAL,
    on=TODAY,
)
again = ForgetAgain(event_id=THREE, today=TODAY)


def holds(until: date | None) -> PositionAssigned:
    position = Position(
        post_id=ONE,
        position_class=PositionClass.PELAKSANA,
        jenjang=None,
        field=None,
        unit_id=ONE,
        assignment=Assignment.DEFINITIVE,
        effective_from=date(2016, 1, 1),
        until=until,
    )
    return PositionAssigned(event_id=UUID(int=9), position=position)


def test_one_asks_and_another_approves() -> None:
    given(registered).when(ask).then(was_asked)
    given(registered, was_asked).when(approve).then(forgotten)


def test_whoever_asked_cannot_approve() -> None:
    own = replace(approve, approved_by=OFFICER)
    given(registered, was_asked).when(own).then_refused(ApprovedByTheAsker)


def test_nobody_is_forgotten_unasked() -> None:
    given(registered).when(approve).then_refused(NotAsked)


@pytest.mark.parametrize("kept_until", [TODAY, date(2060, 1, 1)])
def test_nobody_is_forgotten_while_the_schedule_keeps_the_record(kept_until: date) -> None:
    given(registered).when(replace(ask, kept_until=kept_until)).then_refused(RetentionRuns)


def test_a_day_later_it_is_lawful() -> None:
    yesterday = replace(ask, kept_until=date(2026, 3, 1))
    given(registered).when(yesterday).then(replace(was_asked, kept_until=date(2026, 3, 1)))


@pytest.mark.parametrize("until", [None, date(2026, 3, 3)])
def test_whoever_holds_a_post_is_not_forgotten(until: date | None) -> None:
    given(registered, holds(until)).when(ask).then_refused(StillInPost)
    given(registered, was_asked, holds(until)).when(approve).then_refused(StillInPost)


def test_whoever_has_left_the_post_may_be() -> None:
    given(registered, holds(TODAY), was_asked).when(approve).then(forgotten)


def test_it_rests_on_a_document() -> None:
    given(registered).when(replace(ask, document_number="  ")).then_refused(WithoutDocument)


def test_somebody_unknown_cannot_be_forgotten() -> None:
    given().when(ask).then_refused(NotRegistered)
    given().when(approve).then_refused(NotRegistered)


def test_another_document_is_asked_anew() -> None:
    other = replace(ask, document_number="046/ANRI/2026")
    given(registered, was_asked).when(other).then(
        replace(was_asked, document_number="046/ANRI/2026")
    )


def test_nothing_is_recorded_about_the_forgotten() -> None:
    rank = GrantRank(
        event_id=UUID(int=8), rank=Rank(golongan="III/b", effective_from=date(2020, 4, 1))
    )
    register = Register(
        event_id=UUID(int=8),
        birth_date=registered.birth_date,
        sex=registered.sex,
        employment=registered.employment,
        identifiers=registered.identifiers,
        registered_on=registered.registered_on,
        details=DETAILS,
    )
    for command in (rank, register, ask):
        given(registered, was_asked, forgotten).when(command).then_refused(PersonIsForgotten)


def test_forgetting_twice_says_nothing_twice() -> None:
    given(registered, was_asked, forgotten).when(approve).then()
    given(registered, was_asked, forgotten).when(again).then()


def test_whoever_is_listed_outside_is_forgotten_again_whatever_the_record_says() -> None:
    said = replace(forgotten, ground=Ground.LISTED, asked_by=None, approved_by=None)
    given(registered, holds(None)).when(again).then(said)
    given().when(again).then()
