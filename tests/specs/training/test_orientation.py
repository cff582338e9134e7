"""A new position opens a checklist; corrections carry it along, mistakes close it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.chassis.spec import Spec
from services.training.adapters.orientation_tasks import read_tasks, shipped_tasks
from services.training.domain import orientation
from services.training.domain.orientation import (
    Aside,
    BeforeThePosition,
    CloseOrientation,
    CompleteTask,
    NoSuchOrientation,
    NoSuchTask,
    OpenOrientation,
    OrientationClosed,
    OrientationIsClosed,
    OrientationMoved,
    OrientationOpened,
    OrientationSeen,
    ReopenTask,
    SeeOrientation,
    SetTaskAside,
    Task,
    TaskCompleted,
    TaskReopened,
    TaskSetAside,
    due,
)

given = Spec(orientation).given
LIST, POSITION, CORRECTED = UUID(int=1), UUID(int=2), UUID(int=3)
MAY, JUNE = date(2026, 5, 4), date(2026, 6, 2)
TASKS = (Task(code="SPMT", due_on=date(2026, 5, 18)), Task(code="DATA", due_on=JUNE))
FILE = Path("services/training/orientation_tasks.json")


def open_(position: UUID = POSITION, **changes: Any) -> OpenOrientation:
    told: dict[str, Any] = {"replaces": None, "effective_from": MAY, "tasks": TASKS, "on": MAY}
    return OpenOrientation(orientation=LIST, position=position, **{**told, **changes})


opened = OrientationOpened(
    orientation=LIST, position=POSITION, effective_from=MAY, tasks=TASKS, on=MAY
)
closed = OrientationClosed(orientation=LIST, on=JUNE)
seen = OrientationSeen(orientation=LIST, on=MAY)
done = TaskCompleted(orientation=LIST, code="SPMT", on=MAY)


def test_a_new_position_opens_its_checklist_once() -> None:
    given().when(open_()).then(opened)


def test_a_corrected_position_takes_its_checklist_along() -> None:
    given(opened, done).when(open_(CORRECTED, replaces=POSITION)).then(
        OrientationMoved(
            orientation=LIST, position=CORRECTED, effective_from=MAY, tasks=TASKS, on=MAY
        )
    )


def test_a_correction_of_a_position_that_opened_nothing_opens_a_list() -> None:
    told = open_(CORRECTED, replaces=UUID(int=9))
    given().when(told).then(
        OrientationOpened(
            orientation=LIST, position=CORRECTED, effective_from=MAY, tasks=TASKS, on=MAY
        )
    )


def test_a_position_recorded_by_mistake_closes_its_list() -> None:
    given(opened).when(CloseOrientation(position=POSITION, on=JUNE)).then(closed)
    given().when(CloseOrientation(position=POSITION, on=JUNE)).then()
    complete = CompleteTask(orientation=LIST, code="SPMT", on=JUNE)
    given(opened, closed).when(complete).then_refused(OrientationIsClosed)


def test_a_task_is_done_or_set_aside_and_what_is_said_last_counts() -> None:
    complete = CompleteTask(orientation=LIST, code="SPMT", on=MAY)
    given(opened).when(complete).then(done)
    aside = SetTaskAside(orientation=LIST, code="SPMT", because=Aside.DONE_BEFORE, on=MAY)
    given(opened, done).when(aside).then(
        TaskSetAside(orientation=LIST, code="SPMT", because=Aside.DONE_BEFORE, on=MAY)
    )
    reopen = ReopenTask(orientation=LIST, code="SPMT", on=MAY)
    given(opened, done).when(reopen).then(TaskReopened(orientation=LIST, code="SPMT", on=MAY))
    given(opened).when(reopen).then()


def test_the_list_is_seen_once() -> None:
    given(opened).when(SeeOrientation(orientation=LIST, on=MAY)).then(seen)


def test_what_is_not_there_is_refused() -> None:
    given(opened).when(CompleteTask(orientation=LIST, code="OATH", on=MAY)).then_refused(NoSuchTask)
    given().when(SeeOrientation(orientation=LIST, on=MAY)).then_refused(NoSuchOrientation)
    early = CompleteTask(orientation=LIST, code="SPMT", on=date(2026, 5, 3))
    given(opened).when(early).then_refused(BeforeThePosition)


def test_a_task_is_overdue_the_day_after_its_day() -> None:
    assert due(TASKS, (), JUNE) == ["SPMT"]
    assert due(TASKS, ("SPMT",), date(2026, 6, 3)) == ["DATA"]


def test_the_tasks_follow_from_employment_and_position() -> None:
    def codes(employment: str | None, position: str) -> set[str]:
        found = shipped_tasks().for_position(employment, position, MAY)
        return {one.code for one in found}

    usual = {"SPMT", "DATA", "MENTOR", "FIRST_SKP"}
    assert codes("PNS", "PELAKSANA") == usual
    assert codes("PNS", "ADMINISTRATOR") == usual | {"OATH"}
    assert codes("PPPK", "FUNGSIONAL") == usual | {"OATH", "PPPK_ORIENTATION"}
    assert codes("CPNS", "PELAKSANA") == usual | {"LATSAR"}
    assert codes(None, "PELAKSANA") == usual


def test_a_position_of_long_ago_is_history() -> None:
    assert shipped_tasks().is_new(date(2026, 3, 1), date(2026, 6, 1))
    assert not shipped_tasks().is_new(date(2026, 2, 28), date(2026, 6, 1))
    assert shipped_tasks().is_new(date(2026, 7, 1), date(2026, 6, 1))


def test_a_task_said_twice_or_without_a_source_is_not_read() -> None:
    twice, without = json.loads(FILE.read_text()), json.loads(FILE.read_text())
    twice["tasks"].append(twice["tasks"][0])
    del without["tasks"][0]["source"]
    for wrong in (twice, without):
        with pytest.raises(ValidationError):
            read_tasks(json.dumps(wrong).encode())
