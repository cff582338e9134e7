"""The life of one year's plan of training (AKPK, HCDP): duplicates merged, then locked by decree.

What stands in the plan is what had been validated when it was locked. Which need that was is told
by the log: what was sealed before the lock is in, what was sealed after it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID, uuid5

from services.training.domain.terms import Refused
from services.training.domain.training_need import NeedIsMerged, PlanIsLocked

_PLANS = UUID("c9a5d6c2-0c0e-5f37-8e8b-1f2d3a4b5c6e")


def plan_id_of(agency: str, year: int) -> UUID:
    return uuid5(_PLANS, f"{agency}\n{year}")


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeNeeds:
    """`duplicate` is the same need as `into`; its history stays."""

    year: int
    duplicate: UUID
    into: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPlan:
    """`needs` validated ones cost `cost`; `exceeded` budget lines could not pay for theirs."""

    event_id: UUID
    year: int
    decree_number: str
    needs: int
    cost: int
    exceeded: tuple[UUID, ...]
    on: date


Command = MergeNeeds | LockPlan


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsMerged:
    year: int
    duplicate: UUID
    into: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLocked:
    event_id: UUID
    year: int
    decree_number: str
    needs: int
    cost: int
    on: date


Event = NeedsMerged | PlanLocked


# What must be remembered to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    merged: tuple[tuple[UUID, UUID], ...] = ()
    decree_number: str | None = None

    @property
    def is_locked(self) -> bool:
        return self.decree_number is not None

    def has_merged(self, need: UUID) -> bool:
        return any(duplicate == need for duplicate, _ in self.merged)


State = Plan
initial: State = Plan()


# What is refused


class MergedIntoItself(Refused):
    """A need is merged into another one."""


class HoldsMergedNeeds(Refused):
    """Other needs were merged into this one; merge the others into it instead."""


class NothingValidated(Refused):
    """No need of this year has been validated; there is nothing to lock."""


class PlanIsOpen(Refused):
    """The plan of this year has not been locked yet."""


class PlanAboveCeiling(Refused):
    """The validated needs cost more than a budget line's ceiling allows."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case MergeNeeds():
            return _merge(command, state)
        case LockPlan():
            return _lock(command, state)
        case _:
            assert_never(command)


def _merge(command: MergeNeeds, state: State) -> list[Event]:
    if (command.duplicate, command.into) in state.merged:
        return []
    if state.is_locked:
        raise PlanIsLocked
    if command.duplicate == command.into:
        raise MergedIntoItself
    if state.has_merged(command.duplicate) or state.has_merged(command.into):
        raise NeedIsMerged
    if any(into == command.duplicate for _, into in state.merged):
        raise HoldsMergedNeeds
    return [
        NeedsMerged(
            year=command.year,
            duplicate=command.duplicate,
            into=command.into,
            on=command.on,
        )
    ]


def _lock(command: LockPlan, state: State) -> list[Event]:
    if state.decree_number == command.decree_number:
        return []
    if state.is_locked:
        raise PlanIsLocked
    if command.needs < 1:
        raise NothingValidated
    if command.exceeded:
        raise PlanAboveCeiling
    return [
        PlanLocked(
            event_id=command.event_id,
            year=command.year,
            decree_number=command.decree_number,
            needs=command.needs,
            cost=command.cost,
            on=command.on,
        )
    ]


def evolve(state: State, event: Event) -> State:
    match event:
        case NeedsMerged(duplicate=duplicate, into=into):
            return replace(state, merged=(*state.merged, (duplicate, into)))
        case PlanLocked(decree_number=number):
            return replace(state, decree_number=number)
        case _:
            assert_never(event)
