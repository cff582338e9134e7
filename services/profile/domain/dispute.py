"""The life of one dispute: a person says that a fact on record is wrong, and somebody answers.

Filed, taken by an owner, perhaps returned with a reason and answered, then accepted, rejected or
withdrawn by the person. Whoever must act next is always known, and until when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.profile.domain.terms import Refused

# Our own promise, not the law's: so many days for whoever must act next.
DAYS_TO_ACT = 14


class Waiting(StrEnum):
    """Who must act next."""

    OFFICER = "OFFICER"
    PERSON = "PERSON"
    NOBODY = "NOBODY"


class Status(StrEnum):
    FILED = "FILED"
    TAKEN = "TAKEN"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


WAITS_FOR = {
    Status.FILED: Waiting.OFFICER,
    Status.TAKEN: Waiting.OFFICER,
    Status.RETURNED: Waiting.PERSON,
    Status.ACCEPTED: Waiting.NOBODY,
    Status.REJECTED: Waiting.NOBODY,
    Status.WITHDRAWN: Waiting.NOBODY,
}


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """`fact` is the event that said it; None when a fact is missing."""

    event_id: UUID
    person_id: UUID
    fact: UUID | None
    claim: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    event_id: UUID
    owner: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    event_id: UUID
    owner: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReturn:
    event_id: UUID
    person_id: UUID
    answer: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """`corrected_by` is the fact that now stands; needed to accept, impossible to reject with."""

    event_id: UUID
    owner: str
    accepted: bool
    reason: str
    corrected_by: UUID | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDispute:
    event_id: UUID
    person_id: UUID
    on: date


Command = File | Take | Return | AnswerReturn | Decide | WithdrawDispute


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFiled:
    """Its own id is the dispute's. `claim` is sealed, as any text about a person is."""

    event_id: UUID
    person_id: UUID
    fact: UUID | None
    claim: str | None
    on: date
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMoved:
    """Taken, returned, answered, decided, withdrawn; `words` say why, and are sealed."""

    event_id: UUID
    dispute_id: UUID
    status: Status
    owner: str | None
    words: str | None
    corrected_by: UUID | None
    on: date
    due: date | None


Event = DisputeFiled | DisputeMoved


# What must be remembered to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    filed: DisputeFiled
    status: Status
    owner: str | None
    seen: frozenset[UUID]


State = Dispute | None
initial: State = None


# What is refused


class NoSuchDispute(Refused):
    """There is no such dispute."""


class DisputeIsOver(Refused):
    """This dispute has been decided or withdrawn; file another one."""


class NotYoursToAnswer(Refused):
    """Somebody else must act on this dispute now."""


class ReasonNeeded(Refused):
    """Say why, in words that the person will read."""


class CorrectionNeeded(Refused):
    """A dispute is accepted by naming the fact that now stands, and only then."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if isinstance(command, File):
        return _file(command, state)
    if state is None:
        raise NoSuchDispute
    if command.event_id in state.seen:
        return []
    if WAITS_FOR[state.status] is Waiting.NOBODY:
        raise DisputeIsOver
    return [_moved(command, state)]


def _file(command: File, state: State) -> list[Event]:
    if state is not None:
        return []
    if not command.claim.strip():
        raise ReasonNeeded
    return [
        DisputeFiled(
            event_id=command.event_id,
            person_id=command.person_id,
            fact=command.fact,
            claim=command.claim,
            on=command.on,
            due=command.on + timedelta(days=DAYS_TO_ACT),
        )
    ]


def _moved(
    command: Take | Return | AnswerReturn | Decide | WithdrawDispute, state: Dispute
) -> DisputeMoved:
    match command:
        case Take(owner=owner):
            _check_waits_for_officer(state)
            return _next(state, command, Status.TAKEN, owner)
        case Return(owner=owner, reason=reason):
            _check_owner(owner, state)
            return _next(state, command, Status.RETURNED, owner, _said(reason))
        case AnswerReturn(person_id=person_id, answer=answer):
            if state.status is not Status.RETURNED or person_id != state.filed.person_id:
                raise NotYoursToAnswer
            return _next(state, command, Status.TAKEN, state.owner, _said(answer))
        case Decide(owner=owner, accepted=accepted, reason=reason, corrected_by=corrected):
            _check_owner(owner, state)
            if accepted != (corrected is not None):
                raise CorrectionNeeded
            status = Status.ACCEPTED if accepted else Status.REJECTED
            return replace(
                _next(state, command, status, owner, _said(reason)), corrected_by=corrected
            )
        case WithdrawDispute(person_id=person_id):
            if person_id != state.filed.person_id:
                raise NotYoursToAnswer
            return _next(state, command, Status.WITHDRAWN, state.owner)
        case _:
            assert_never(command)


def _check_waits_for_officer(state: Dispute) -> None:
    if WAITS_FOR[state.status] is not Waiting.OFFICER:
        raise NotYoursToAnswer


def _check_owner(owner: str, state: Dispute) -> None:
    if state.status is not Status.TAKEN or state.owner != owner:
        raise NotYoursToAnswer


def _said(words: str) -> str:
    if not words.strip():
        raise ReasonNeeded
    return words


def _next(
    state: Dispute,
    command: Take | Return | AnswerReturn | Decide | WithdrawDispute,
    status: Status,
    owner: str | None,
    words: str | None = None,
) -> DisputeMoved:
    over = WAITS_FOR[status] is Waiting.NOBODY
    return DisputeMoved(
        event_id=command.event_id,
        dispute_id=state.filed.event_id,
        status=status,
        owner=owner,
        words=words,
        corrected_by=None,
        on=command.on,
        due=None if over else command.on + timedelta(days=DAYS_TO_ACT),
    )


def evolve(state: State, event: Event) -> State:
    match event:
        case DisputeFiled():
            return Dispute(
                filed=event, status=Status.FILED, owner=None, seen=frozenset({event.event_id})
            )
        case DisputeMoved(status=status, owner=owner) if state is not None:
            seen = state.seen | {event.event_id}
            return replace(state, status=status, owner=owner, seen=seen)
        case _:
            raise AssertionError("a dispute begins with DisputeFiled")
