"""Presence is recorded once per session, corrected by being told otherwise, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis.deciding import fold
from services.chassis.spec import Spec
from services.training.domain import attendance
from services.training.domain.attendance import (
    AttendanceRecorded,
    AttendanceTakenBack,
    NoSuchSession,
    RecordAttendance,
    SessionToCome,
    TakeBackAttendance,
    presence,
)

given = Spec(attendance).given

DAYS = (date(2026, 5, 4), date(2026, 5, 5))
ENROLMENT = UUID(int=9)
record = RecordAttendance(
    event_id=UUID(int=1), enrolment=ENROLMENT, session=1, present=True, sessions=DAYS, today=DAYS[0]
)
recorded = AttendanceRecorded(
    event_id=UUID(int=1), enrolment=ENROLMENT, session=1, present=True, on=DAYS[0]
)
absent = replace(recorded, event_id=UUID(int=2), present=False)


def test_a_session_is_recorded_once_and_corrected() -> None:
    given().when(record).then(recorded)
    given(recorded).when(replace(record, event_id=UUID(int=3))).then()
    given(recorded).when(replace(record, event_id=UUID(int=2), present=False)).then(absent)
    again = replace(record, event_id=UUID(int=3))
    given(recorded, absent).when(again).then(replace(recorded, event_id=UUID(int=3)))


@pytest.mark.parametrize("session", [0, 3, -1])
def test_a_class_has_so_many_sessions(session: int) -> None:
    given().when(replace(record, session=session)).then_refused(NoSuchSession)


def test_nobody_was_there_on_a_day_that_has_not_come() -> None:
    given().when(replace(record, session=2)).then_refused(SessionToCome)


def test_what_is_taken_back_leaves_what_stood_before() -> None:
    take_back = TakeBackAttendance(
        enrolment=ENROLMENT, withdraws=(UUID(int=2), UUID(int=7)), on=DAYS[1]
    )
    gone = AttendanceTakenBack(enrolment=ENROLMENT, withdraws=(UUID(int=2),), on=DAYS[1])
    given(recorded, absent).when(take_back).then(gone)
    assert presence(fold(attendance, (recorded, absent))) == {1: False}
    assert presence(fold(attendance, (recorded, absent, gone))) == {1: True}
