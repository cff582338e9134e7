"""The orientations of one person: a new position opens a checklist, and each task has its day.

A checklist belongs to the event that told the position. A corrected position takes its checklist
along, ticks and all; a position that was recorded by mistake closes it. "Not looked at yet" is said
apart from "not done yet": whoever has never opened the list has not neglected it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.training.domain.terms import Refused


class Aside(StrEnum):
    """Why a task need not be done; a code, because free text may name a person."""

    DONE_BEFORE = "DONE_BEFORE"
    NOT_FOR_THIS_POST = "NOT_FOR_THIS_POST"
    BY_ANOTHER_AGENCY = "BY_ANOTHER_AGENCY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    code: str
    due_on: date


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrientation:
    """`position` is the event that told the position, `replaces` the one that it corrects."""

    orientation: UUID
    position: UUID
    replaces: UUID | None
    effective_from: date
    tasks: tuple[Task, ...]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOrientation:
    """The position does not stand."""

    position: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeOrientation:
    orientation: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    orientation: UUID
    code: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTaskAside:
    orientation: UUID
    code: str
    because: Aside
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTask:
    """It was ticked by mistake."""

    orientation: UUID
    code: str
    on: date


Command = (
    OpenOrientation | CloseOrientation | SeeOrientation | CompleteTask | SetTaskAside | ReopenTask
)


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationOpened:
    orientation: UUID
    position: UUID
    effective_from: date
    tasks: tuple[Task, ...]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationMoved:
    """The position was corrected; what was ticked stays ticked."""

    orientation: UUID
    position: UUID
    effective_from: date
    tasks: tuple[Task, ...]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationClosed:
    orientation: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationSeen:
    orientation: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted:
    orientation: UUID
    code: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSetAside:
    orientation: UUID
    code: str
    because: Aside
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReopened:
    orientation: UUID
    code: str
    on: date


Event = (
    OrientationOpened
    | OrientationMoved
    | OrientationClosed
    | OrientationSeen
    | TaskCompleted
    | TaskSetAside
    | TaskReopened
)


# What must be remembered to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """`settled`: by the task's code, why it was set aside, or None when it was done."""

    orientation: UUID
    position: UUID
    effective_from: date
    tasks: tuple[Task, ...]
    seen: bool = False
    closed: bool = False
    settled: dict[str, Aside | None] = field(default_factory=dict)


State = tuple[Checklist, ...]
initial: State = ()


# What is refused


class NoSuchOrientation(Refused):
    """This person has no orientation of this id."""


class NoSuchTask(Refused):
    """This orientation has no such task."""


class OrientationIsClosed(Refused):
    """The position of this orientation does not stand any more."""


class BeforeThePosition(Refused):
    """A task of an orientation is not settled before the position begins."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case OpenOrientation():
            return _open(command, state)
        case CloseOrientation(position=position, on=on):
            return [
                OrientationClosed(orientation=one.orientation, on=on)
                for one in state
                if one.position == position and not one.closed
            ]
        case SeeOrientation(orientation=orientation, on=on):
            known = _open_one(state, orientation)
            return [] if known.seen else [OrientationSeen(orientation=orientation, on=on)]
        case CompleteTask() | SetTaskAside():
            return _settle(command, state)
        case ReopenTask(orientation=orientation, code=code, on=on):
            known = _with_task(state, orientation, code)
            told = TaskReopened(orientation=orientation, code=code, on=on)
            return [told] if code in known.settled else []
        case _:
            assert_never(command)


def _open(command: OpenOrientation, state: State) -> list[Event]:
    if any(one.position == command.position for one in state):
        return []
    corrected = next((one for one in state if one.position == command.replaces), None)
    if corrected is not None and not corrected.closed:
        return [
            OrientationMoved(
                orientation=corrected.orientation,
                position=command.position,
                effective_from=command.effective_from,
                tasks=command.tasks,
                on=command.on,
            )
        ]
    return [
        OrientationOpened(
            orientation=command.orientation,
            position=command.position,
            effective_from=command.effective_from,
            tasks=command.tasks,
            on=command.on,
        )
    ]


def _settle(command: CompleteTask | SetTaskAside, state: State) -> list[Event]:
    known = _with_task(state, command.orientation, command.code)
    if command.on < known.effective_from:
        raise BeforeThePosition
    because = command.because if isinstance(command, SetTaskAside) else None
    if command.code in known.settled and known.settled[command.code] == because:
        return []
    if because is None:
        return [TaskCompleted(orientation=command.orientation, code=command.code, on=command.on)]
    return [
        TaskSetAside(
            orientation=command.orientation, code=command.code, because=because, on=command.on
        )
    ]


def _open_one(state: State, orientation: UUID) -> Checklist:
    known = next((one for one in state if one.orientation == orientation), None)
    if known is None:
        raise NoSuchOrientation
    if known.closed:
        raise OrientationIsClosed
    return known


def _with_task(state: State, orientation: UUID, code: str) -> Checklist:
    known = _open_one(state, orientation)
    if all(task.code != code for task in known.tasks):
        raise NoSuchTask
    return known


def evolve(state: State, event: Event) -> State:
    match event:
        case OrientationOpened():
            opened = Checklist(
                orientation=event.orientation,
                position=event.position,
                effective_from=event.effective_from,
                tasks=event.tasks,
            )
            return (*state, opened)
        case OrientationMoved(position=position, effective_from=since, tasks=tasks):
            return _changed(
                state,
                event,
                lambda one: replace(one, position=position, effective_from=since, tasks=tasks),
            )
        case OrientationClosed():
            return _changed(state, event, lambda one: replace(one, closed=True))
        case OrientationSeen():
            return _changed(state, event, lambda one: replace(one, seen=True))
        case TaskCompleted() | TaskSetAside() | TaskReopened():
            return _changed(state, event, lambda one: replace(one, settled=_settled(one, event)))
        case _:
            assert_never(event)


def _changed(state: State, event: Event, change: Callable[[Checklist], Checklist]) -> State:
    return tuple(change(one) if one.orientation == event.orientation else one for one in state)


def _settled(
    known: Checklist, event: TaskCompleted | TaskSetAside | TaskReopened
) -> dict[str, Aside | None]:
    rest = {code: why for code, why in known.settled.items() if code != event.code}
    match event:
        case TaskCompleted(code=code):
            return {**rest, code: None}
        case TaskSetAside(code=code, because=because):
            return {**rest, code: because}
        case TaskReopened():
            return rest


def due(tasks: Iterable[Task], settled: Iterable[str], day: date) -> list[str]:
    """Which tasks are overdue on a day: not settled, and their day has passed."""
    done = set(settled)
    return [task.code for task in tasks if task.code not in done and task.due_on < day]
