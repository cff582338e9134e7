"""The life of one appointment: proposed, then decreed by a named official, or withdrawn.

The machine advises. What it said when the official decided is kept with the decision, so that
anybody can ask again later on exactly the same basis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from services.career.domain.eligibility import Eligibility
from services.career.domain.terms import (
    Assignment,
    Jenjang,
    Official,
    PositionClass,
    Refused,
    named,
    reference,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    post_id: UUID
    position_class: PositionClass
    jenjang: Jenjang | None
    field: str | None
    unit_id: UUID
    assignment: Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the rulebook said, in which texts, on which basis, from which events."""

    policy: str
    as_of: date
    status: Eligibility
    versions: tuple[str, ...]
    basis: str
    events_sha256: str
    answer_sha256: str
    provisional: bool


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    person_id: UUID
    post: Post
    proposed_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decree:
    appointment_id: UUID
    decree_number: str
    effective_from: date
    decided_by: Official
    advice: Advice
    against_advice_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    reason_code: str
    withdrawn_by: str
    on: date


Command = Propose | Decree | Withdraw

# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentProposed:
    person_id: UUID
    post: Post
    proposed_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentDecreed:
    """Whole in itself: nobody has to look up what was proposed to know what was decreed."""

    appointment_id: UUID
    person_id: UUID
    post: Post
    decree_number: str
    effective_from: date
    decided_by: Official
    advice: Advice
    against_advice_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentWithdrawn:
    """The reason is sealed as any word about a person is; None once that person is forgotten."""

    reason_code: str | None
    withdrawn_by: str
    on: date


Event = AppointmentProposed | AppointmentDecreed | AppointmentWithdrawn

# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class Proposed:
    person_id: UUID
    post: Post


@dataclass(frozen=True, slots=True)
class Decreed:
    person_id: UUID
    post: Post
    decree_number: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class Withdrawn:
    reason_code: str | None


State = Unknown | Proposed | Decreed | Withdrawn
initial: State = Unknown()

# What is refused


class NotProposed(Refused):
    """Nobody has proposed this appointment."""


class ProposedDifferently(Refused):
    """Under this id another appointment was proposed."""


class AlreadyDecreed(Refused):
    """This appointment was decreed; another decree has to follow it."""


class AlreadyWithdrawn(Refused):
    """This proposal was withdrawn."""


class AgainstAdvice(Refused):
    """The rulebook does not say yes: an official who decides otherwise gives the reason."""


class AdviceForAnotherDay(Refused):
    """The advice must be for the day from which the appointment takes effect."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case Propose():
            return _propose(command, state)
        case Decree():
            return _decree(command, state)
        case Withdraw():
            return _withdraw(command, state)
        case _:
            assert_never(command)


def _propose(command: Propose, state: State) -> list[Event]:
    match state:
        case Unknown():
            return [
                AppointmentProposed(
                    person_id=command.person_id,
                    post=command.post,
                    proposed_by=command.proposed_by,
                    on=command.on,
                )
            ]
        case Proposed(person_id, post) if (person_id, post) == (command.person_id, command.post):
            return []
        case Proposed():
            raise ProposedDifferently
        case Decreed():
            raise AlreadyDecreed
        case Withdrawn():
            raise AlreadyWithdrawn
        case _:
            assert_never(state)


def _decree(command: Decree, state: State) -> list[Event]:
    match state:
        case Unknown():
            raise NotProposed
        case Proposed(person_id, post):
            return [_decreed(command, person_id, post)]
        case Decreed(decree_number=number, effective_from=day) if (number, day) == (
            command.decree_number,
            command.effective_from,
        ):
            return []
        case Decreed():
            raise AlreadyDecreed
        case Withdrawn():
            raise AlreadyWithdrawn
        case _:
            assert_never(state)


def _decreed(command: Decree, person_id: UUID, post: Post) -> Event:
    advice = command.advice
    if advice.as_of != command.effective_from:
        raise AdviceForAnotherDay
    if advice.status is not Eligibility.ELIGIBLE and not command.against_advice_because:
        raise AgainstAdvice
    return AppointmentDecreed(
        appointment_id=command.appointment_id,
        person_id=person_id,
        post=post,
        decree_number=reference(command.decree_number),
        effective_from=command.effective_from,
        decided_by=named(command.decided_by),
        advice=advice,
        against_advice_because=command.against_advice_because,
    )


def _withdraw(command: Withdraw, state: State) -> list[Event]:
    match state:
        case Unknown():
            raise NotProposed
        case Proposed():
            return [
                AppointmentWithdrawn(
                    reason_code=command.reason_code,
                    withdrawn_by=command.withdrawn_by,
                    on=command.on,
                )
            ]
        case Withdrawn():
            return []
        case Decreed():
            raise AlreadyDecreed
        case _:
            assert_never(state)


def evolve(state: State, event: Event) -> State:
    match event:
        case AppointmentProposed(person_id=person_id, post=post):
            return Proposed(person_id, post)
        case AppointmentDecreed():
            return Decreed(event.person_id, event.post, event.decree_number, event.effective_from)
        case AppointmentWithdrawn(reason_code=reason):
            return Withdrawn(reason)
        case _:
            assert_never(event)
