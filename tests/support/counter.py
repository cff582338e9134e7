"""A decider with neutral words, for everything that the chassis promises of any decider."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.chassis.event_codec import EventCodec, Stored
from services.chassis.events import Origin

DAY = date(2025, 6, 1)
ORIGIN = Origin(actor="tester", door="test")


class Refused(Exception):
    """The counter says no."""


class TooMuch(Refused):
    """A counter ends at a hundred."""


class OtherNote(Refused):
    """This step was counted with another note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    step: str
    by: int = 1
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    step: str
    by: int
    on: date = DAY
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Nobody else's business."""

    text: str


@dataclass(frozen=True, slots=True)
class State:
    total: int = 0
    steps: dict[str, str | None] = field(default_factory=dict)


Event = Counted | Hidden
initial = State()


def decide(command: Count, state: State) -> list[Counted]:
    if command.step in state.steps:
        if state.steps[command.step] != command.note:
            raise OtherNote
        return []
    if state.total + command.by > 100:
        raise TooMuch
    return [Counted(step=command.step, by=command.by, note=command.note)]


def evolve(state: State, event: Event) -> State:
    match event:
        case Counted(step=step, by=by, note=note):
            return State(state.total + by, {**state.steps, step: note})
        case Hidden():
            return state


STORED = (Stored(Counted, name="counted", effective="on"), Stored(Hidden, name="hidden"))
CODEC = EventCodec(STORED)
SUBJECTS = [UUID(int=n) for n in range(1, 17)]
