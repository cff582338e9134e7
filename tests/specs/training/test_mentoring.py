"""A match, its sessions, its end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.chassis.spec import Spec
from services.training.domain import mentoring
from services.training.domain.mentoring import (
    BeforeTheMatch,
    Begin,
    End,
    GuidesOneself,
    Match,
    MentoringBegun,
    MentoringEnded,
    MentoringIsOver,
    NoSuchMentoring,
    NotAGuidingForm,
    NotALength,
    Outcome,
    RecordSession,
    SessionAfterEnd,
    SessionHeld,
    SessionNotHeldYet,
    SessionSaysOtherwise,
    SessionTakenBack,
    TakeBackSession,
    mentoring_of,
)
from services.training.domain.terms import Form

given = Spec(mentoring).given
MENTOR, MENTEE, SESSION = UUID(int=1), UUID(int=2), UUID(int=3)
MARCH, APRIL, MAY, JUNE = (date(2026, month, 2) for month in (3, 4, 5, 6))
MATCH = Match(mentor=MENTOR, mentee=MENTEE, form=Form.MENTORING, competency="M.03", since=MARCH)
ID = mentoring_of(MATCH)

begun = MentoringBegun(mentoring=ID, match=MATCH, on=MARCH)
held = SessionHeld(
    mentoring=ID, event_id=SESSION, form=Form.MENTORING, minutes=90, topic="Rapat", on=APRIL
)
ended = MentoringEnded(mentoring=ID, outcome=Outcome.REACHED, remark=None, on=MAY)


def session(held_on: date = APRIL, minutes: int = 90, **more: Any) -> RecordSession:
    told = {"event_id": SESSION, "topic": "Rapat", "today": JUNE, **more}
    return RecordSession(held_on=held_on, minutes=minutes, **told)


def end(on: date = MAY, outcome: Outcome = Outcome.REACHED) -> End:
    return End(outcome=outcome, remark=None, on=on)


def begin(**changes: Any) -> Begin:
    told = {"mentor": MENTOR, "mentee": MENTEE, "form": Form.MENTORING, "competency": "M.03"}
    match = Match(**{**told, "since": MARCH, **changes})
    return Begin(mentoring=ID, match=match, on=MARCH)


def test_a_match_begins_once() -> None:
    given().when(begin()).then(begun)


def test_nobody_guides_oneself_and_a_class_is_no_guiding() -> None:
    given().when(begin(mentee=MENTOR)).then_refused(GuidesOneself)
    given().when(begin(form=Form.TECHNICAL)).then_refused(NotAGuidingForm)


def test_a_session_is_recorded_once_a_day() -> None:
    given(begun).when(session()).then(held)
    given(begun, held).when(session(topic="Lain")).then()
    given(begun, held).when(session(minutes=60)).then_refused(SessionSaysOtherwise)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (session(date(2026, 3, 1)), BeforeTheMatch),
        (session(date(2026, 6, 3)), SessionNotHeldYet),
        (session(minutes=0), NotALength),
        (session(minutes=1441), NotALength),
    ],
)
def test_a_session_lies_within_the_match_and_the_past(
    command: RecordSession, reason: type[Exception]
) -> None:
    given(begun).when(command).then_refused(reason)


def test_a_session_taken_back_may_be_recorded_again() -> None:
    gone = SessionTakenBack(mentoring=ID, withdraws=SESSION, on=MAY)
    given(begun, held).when(TakeBackSession(held_on=APRIL, on=MAY)).then(gone)
    given(begun, held, gone).when(session()).then(held)


def test_it_ends_once_and_after_its_sessions() -> None:
    given(begun, held).when(end()).then(ended)
    given(begun, held).when(end(MARCH)).then_refused(SessionAfterEnd)
    given(begun, ended).when(end(outcome=Outcome.BROKEN_OFF)).then_refused(MentoringIsOver)
    given(begun).when(end(date(2026, 3, 1))).then_refused(BeforeTheMatch)


def test_after_the_end_only_what_was_held_before_it_is_recorded() -> None:
    given(begun, ended).when(session()).then(held)
    given(begun, ended).when(session(date(2026, 5, 3))).then_refused(MentoringIsOver)


def test_without_a_match_there_is_nothing_to_record() -> None:
    given().when(session()).then_refused(NoSuchMentoring)
