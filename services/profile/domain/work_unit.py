"""The life of one work unit (unit kerja): defined, and defined anew when it is renamed or moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from services.profile.domain.terms import Refused
from services.profile.domain.withdrawing import ChangedSince


class NoSuchRegionCode(Refused):
    """A region code is that of province, district, subdistrict or village: 32.73.02.1001."""


class NoSuchPlace(Refused):
    """Latitude runs from -90 to 90 and longitude from -180 to 180, with at most six decimals."""


_REGION = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Degrees as they were given, south and west negative."""

    latitude: str
    longitude: str

    def __post_init__(self) -> None:
        for said, most in ((self.latitude, 90), (self.longitude, 180)):
            if not _DEGREES.fullmatch(said) or abs(Decimal(said)) > most:
                raise NoSuchPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUnit:
    """A unit of an agency; `parent_id` is None at the top.

    `region_code` is that of the Home Ministry (32.73.02), `place` where it stands.
    """

    unit_id: UUID
    code: str
    name: str
    parent_id: UUID | None
    kind: str | None = None
    region_code: str | None = None
    place: Place | None = None

    def __post_init__(self) -> None:
        if self.region_code is not None and not _REGION.fullmatch(self.region_code):
            raise NoSuchRegionCode


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineWorkUnit:
    event_id: UUID
    unit: WorkUnit
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawWorkUnit:
    """`withdraws` names the definition that was a mistake; it must be the newest."""

    withdraws: UUID
    on: date


Command = DefineWorkUnit | WithdrawWorkUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUnitDefined:
    event_id: UUID
    unit: WorkUnit
    on: date

    @property
    def effective_from(self) -> date:
        return self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUnitWithdrawn:
    """It should never have been defined."""

    unit_id: UUID
    withdraws: UUID
    on: date

    @property
    def effective_from(self) -> date:
        return self.on


Event = WorkUnitDefined | WorkUnitWithdrawn


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The newest definition, and all that were told, each with its day."""

    newest: WorkUnitDefined
    told: frozenset[tuple[date, WorkUnit]]

    @property
    def unit(self) -> WorkUnit:
        return self.newest.unit


State = OnRecord | None
initial: State = None


class UnderItself(Refused):
    """A unit cannot stand under itself."""


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case DefineWorkUnit():
            return _define(command, state)
        case WithdrawWorkUnit(withdraws=withdraws, on=on):
            if state is None or state.newest.event_id != withdraws:
                raise ChangedSince
            unit_id = state.unit.unit_id
            return [WorkUnitWithdrawn(unit_id=unit_id, withdraws=withdraws, on=on)]
        case _:
            assert_never(command)


def _define(command: DefineWorkUnit, state: State) -> list[Event]:
    if command.unit.parent_id == command.unit.unit_id:
        raise UnderItself
    unit = command.unit
    if state is not None and (unit == state.unit or (command.on, unit) in state.told):
        return []
    return [WorkUnitDefined(event_id=command.event_id, unit=command.unit, on=command.on)]


def evolve(state: State, event: Event) -> State:
    if not isinstance(event, WorkUnitDefined):
        return None
    told = state.told if state else frozenset()
    return OnRecord(event, told | {(event.on, event.unit)})
