"""Pindah instansi (PerBKN 5/2019): the agency of a person is a dated fact like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from services.chassis.spec import Spec
from services.profile.domain import person
from services.profile.domain.fact_events import PositionAssigned
from services.profile.domain.facts import Position
from services.profile.domain.person import NotRegistered
from services.profile.domain.registration import (
    ChangeEmployment,
    EmploymentBeforeTheLast,
    MovesNowhere,
    MoveToAgency,
)
from services.profile.domain.terms import Assignment, EmploymentKind, PositionClass
from tests.specs.profile.test_person import DETAILS, JOINED, register, registered

given = Spec(person).given
TWO, THREE, FOUR = (UUID(int=n) for n in (2, 3, 4))
DAY = date(2025, 3, 1)
move = MoveToAgency(event_id=THREE, leaves="demo", joins="lain", on=DAY)
arrived = replace(registered, event_id=THREE, registered_on=DAY, details=DETAILS, moved_from="demo")
HELD = Position(
    post_id=UUID(int=7),
    position_class=PositionClass.PELAKSANA,
    jenjang=None,
    field=None,
    unit_id=UUID(int=8),
    assignment=Assignment.DEFINITIVE,
    effective_from=date(2020, 1, 2),
)
holds = PositionAssigned(event_id=TWO, position=HELD)
ended = PositionAssigned(
    event_id=uuid5(THREE, f"ends {TWO}"), position=replace(HELD, until=DAY), replaces=TWO
)


def test_a_move_stands_beside_the_employment_before_and_ends_what_is_held() -> None:
    given(registered, holds).when(move).then(arrived, ended)


def test_what_has_ended_already_and_what_begins_later_is_left_alone() -> None:
    before = replace(holds, position=replace(HELD, until=date(2021, 1, 1)))
    given(registered, before).when(move).then(arrived)
    later = replace(holds, position=replace(HELD, effective_from=DAY))
    given(registered, later).when(move).then(arrived)


def test_whoever_moves_goes_elsewhere_and_after_entering() -> None:
    given(registered).when(replace(move, joins="demo")).then_refused(MovesNowhere)
    given(registered).when(replace(move, on=JOINED)).then_refused(EmploymentBeforeTheLast)
    given().when(move).then_refused(NotRegistered)


def test_the_record_is_known_again_after_a_move_and_goes_on() -> None:
    given(registered, arrived).when(replace(register, event_id=FOUR)).then()
    cpns = replace(registered, employment=EmploymentKind.CPNS)
    moved = replace(arrived, employment=EmploymentKind.CPNS)
    change = ChangeEmployment(event_id=FOUR, employment=EmploymentKind.PNS, since=date(2025, 6, 1))
    given(cpns, moved).when(change).then(
        replace(registered, event_id=FOUR, registered_on=date(2025, 6, 1), details=DETAILS)
    )
