"""The life of one nomination: somebody is put forward for a class, approved or refused, enrolled.

From the enrolment on `enrolment.py` tells the rest. A nomination that was refused or withdrawn, or
whose enrolment was, may be made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.training.domain.terms import Refused

# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominate:
    """`by`: whoever puts the person forward; the person, if it is the own wish."""

    nomination: UUID
    class_code: str
    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseNomination:
    by: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawNomination:
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolNominee:
    enrolment: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveClass:
    """The enrolment that it led to is withdrawn: whoever comes back is nominated anew."""

    on: date


Command = Nominate | Approve | RefuseNomination | WithdrawNomination | EnrolNominee | LeaveClass


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominated:
    nomination: UUID
    class_code: str
    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationApproved:
    nomination: UUID
    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationRefused:
    """`reason` is sealed."""

    nomination: UUID
    by: str
    reason: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationWithdrawn:
    nomination: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NomineeEnrolled:
    nomination: UUID
    enrolment: UUID
    on: date


Event = Nominated | NominationApproved | NominationRefused | NominationWithdrawn | NomineeEnrolled


# What must be remembered to decide


class Step(StrEnum):
    NOMINATED = "NOMINATED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    ENROLLED = "ENROLLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    nomination: UUID
    class_code: str
    step: Step


State = Known | None
initial: State = None


# What is refused


class NotNominated(Refused):
    """Nobody has nominated this person for this class."""


class NominationIsDecided(Refused):
    """The nomination was decided or withdrawn before."""


class NotApproved(Refused):
    """Only an approved nomination leads to an enrolment."""


class AlreadyEnrolled(Refused):
    """The person is enrolled; withdraw the enrolment."""


# The rules


def decide(command: Command, state: State) -> list[Event]:  # noqa: PLR0911 - a line for each
    match command:
        case Nominate():
            return _nominate(command, state)
        case Approve(by=by, on=on):
            known = of_record(state)
            if known.step in (Step.APPROVED, Step.ENROLLED):
                return []
            return [NominationApproved(nomination=_waiting(known), by=by, on=on)]
        case RefuseNomination(by=by, reason=reason, on=on):
            known = of_record(state)
            if known.step is Step.REFUSED:
                return []
            refused = NominationRefused(nomination=_waiting(known), by=by, reason=reason, on=on)
            return [refused]
        case WithdrawNomination(on=on):
            return _withdraw(of_record(state), on)
        case LeaveClass(on=on):
            known = of_record(state)
            if known.step is not Step.ENROLLED:
                return []
            return [NominationWithdrawn(nomination=known.nomination, on=on)]
        case EnrolNominee(enrolment=enrolment, on=on):
            known = of_record(state)
            if known.step is Step.ENROLLED:
                return []
            if known.step is not Step.APPROVED:
                raise NotApproved
            return [NomineeEnrolled(nomination=known.nomination, enrolment=enrolment, on=on)]
        case _:
            assert_never(command)


def _nominate(command: Nominate, state: State) -> list[Event]:
    if state is not None and state.step not in (Step.REFUSED, Step.WITHDRAWN):
        return []
    told = Nominated(
        nomination=command.nomination,
        class_code=command.class_code,
        by=command.by,
        on=command.on,
    )
    return [told]


def _withdraw(known: Known, on: date) -> list[Event]:
    match known.step:
        case Step.NOMINATED | Step.APPROVED:
            return [NominationWithdrawn(nomination=known.nomination, on=on)]
        case Step.REFUSED:
            raise NominationIsDecided
        case Step.WITHDRAWN:
            return []
        case Step.ENROLLED:
            raise AlreadyEnrolled
        case _:
            assert_never(known.step)


def _waiting(known: Known) -> UUID:
    if known.step is not Step.NOMINATED:
        raise NominationIsDecided
    return known.nomination


def of_record(state: State) -> Known:
    if state is None:
        raise NotNominated
    return state


_STEPS: dict[type[Event], Step] = {
    NominationApproved: Step.APPROVED,
    NominationRefused: Step.REFUSED,
    NominationWithdrawn: Step.WITHDRAWN,
    NomineeEnrolled: Step.ENROLLED,
}


def step_after(event: Event) -> Step:
    """Where a nomination stands after this."""
    return _STEPS.get(type(event), Step.NOMINATED)


def evolve(state: State, event: Event) -> State:
    if isinstance(event, Nominated):
        return Known(nomination=event.nomination, class_code=event.class_code, step=Step.NOMINATED)
    known = of_record(state)
    return Known(nomination=known.nomination, class_code=known.class_code, step=step_after(event))
