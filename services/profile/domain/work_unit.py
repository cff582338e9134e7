"""The life of one work unit (unit kerja): defined, and defined anew when it is renamed or moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.profile.domain.terms import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUnit:
    """A unit of an agency; `parent_id` is None at the top."""

    unit_id: UUID
    code: str
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineWorkUnit:
    event_id: UUID
    unit: WorkUnit
    on: date


Command = DefineWorkUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUnitDefined:
    event_id: UUID
    unit: WorkUnit
    on: date

    @property
    def effective_from(self) -> date:
        return self.on


Event = WorkUnitDefined
State = WorkUnit | None
initial: State = None


class UnderItself(Refused):
    """A unit cannot stand under itself."""


def decide(command: Command, state: State) -> list[Event]:
    if command.unit.parent_id == command.unit.unit_id:
        raise UnderItself
    if command.unit == state:
        return []
    return [WorkUnitDefined(event_id=command.event_id, unit=command.unit, on=command.on)]


def evolve(state: State, event: Event) -> State:
    return event.unit
