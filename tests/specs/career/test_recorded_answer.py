"""The life of a recorded answer, told as specs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.career.domain import recorded_answer
from services.career.domain.recorded_answer import (
    Answered,
    AnsweredOtherwise,
    AnswerRecorded,
    Asked,
    RecordAnswer,
)
from services.chassis.spec import Spec

given = Spec(recorded_answer).given

TODAY = date(2026, 2, 1)
PERSON = UUID(int=1)
record = RecordAnswer(
    answer_id=UUID(int=2),
    person_id=PERSON,
    asked=Asked(policy="administrator", as_of=TODAY, basis="{}", known_at=None, known_on=None),
    answered=Answered(
        status="ELIGIBLE",
        versions=("national@2022-02-03",),
        events=9,
        events_sha256="0" * 64,
        answer_sha256="1" * 64,
        provisional=False,
    ),
    asked_by="auditor",
    on=TODAY,
)
recorded = AnswerRecorded(
    answer_id=record.answer_id,
    person_id=PERSON,
    asked=record.asked,
    answered=record.answered,
    asked_by="auditor",
    on=TODAY,
)


def test_an_answer_is_recorded_as_it_was_given() -> None:
    given().when(record).then(recorded)


def test_another_answer_under_the_same_id_is_refused() -> None:
    other = replace(record, answered=replace(record.answered, status="NOT_ELIGIBLE"))
    given(recorded).when(other).then_refused(AnsweredOtherwise)
