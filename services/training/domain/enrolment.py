"""The life of one enrolment: opened, then finished or withdrawn; a completion may be revoked.

The natural key of an enrolment is (person, programme, first day of the class): whoever speaks of
the same class, an officer who enrols or a provider who reports, arrives at the same enrolment
(`completion.enrolment_of`).

An enrolment that is finished earns its JP once; saying so twice changes nothing, a certificate
that follows is added to it, saying something different is refused. A certificate older than this
system finishes an enrolment that nobody opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.training.domain.completion import Class, Completion
from services.training.domain.terms import Refused, RevocationReason

# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """`class_code`: of the class that keeps a seat, if it is one of the agency's schedule."""

    enrolment: UUID
    of: Class
    on: date
    class_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCompletion:
    """`event_id` becomes the id of the event, so that a revocation can name it."""

    enrolment: UUID
    event_id: UUID
    completion: Completion
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPastTraining:
    """A certificate from before enrolments were kept here."""

    enrolment: UUID
    event_id: UUID
    of: Class
    completion: Completion
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailure:
    enrolment: UUID
    on: date
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackFailure:
    """It was recorded by mistake: the enrolment is open again."""

    enrolment: UUID
    failed_on: date
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """`class_code`: the class whose seat is freed with it."""

    enrolment: UUID
    on: date
    class_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeCompletion:
    enrolment: UUID
    on: date
    reason: RevocationReason


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackCompletion:
    """It was recorded by mistake. `reopens`: somebody had enrolled the person before that."""

    enrolment: UUID
    withdraws: UUID
    reopens: bool
    on: date


Command = (
    Enrol
    | RecordCompletion
    | RecordPastTraining
    | RecordFailure
    | TakeBackFailure
    | Withdraw
    | RevokeCompletion
    | TakeBackCompletion
)


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentOpened:
    enrolment: UUID
    of: Class
    on: date
    class_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFinished:
    enrolment: UUID
    event_id: UUID
    of: Class
    completion: Completion
    on: date
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFailed:
    """`mark` is sealed."""

    enrolment: UUID
    of: Class
    on: date
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentWithdrawn:
    enrolment: UUID
    of: Class
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRevoked:
    enrolment: UUID
    revokes: UUID
    of: Class
    on: date
    reason: RevocationReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionTakenBack:
    """As if it had never been recorded: unlike a revocation it may be recorded again."""

    enrolment: UUID
    withdraws: UUID
    of: Class
    reopens: bool
    on: date


Event = (
    EnrolmentOpened
    | TrainingFinished
    | TrainingFailed
    | EnrolmentWithdrawn
    | CompletionRevoked
    | CompletionTakenBack
)


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class Open:
    of: Class
    class_code: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    of: Class
    on: date
    class_code: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    of: Class
    event_id: UUID
    completion: Completion
    class_code: str | None = None


@dataclass(frozen=True, slots=True)
class Revoked:
    of: Class
    event_id: UUID
    completion: Completion


@dataclass(frozen=True, slots=True)
class Withdrawn:
    pass


State = Unknown | Open | Failed | Finished | Revoked | Withdrawn
initial: State = Unknown()


# What is refused


class NotEnrolled(Refused):
    """Nobody has enrolled this person in this class of this programme."""


class InAnotherClass(Refused):
    """The person is in another class of this programme that begins on the same day."""


class AlreadyWithdrawn(Refused):
    """The enrolment was withdrawn before."""


class AlreadyFinished(Refused):
    """The training is finished already."""


class NotFinished(Refused):
    """There is no completion that could be revoked."""


class ContradictsRecord(Refused):
    """This training is already recorded with other details."""


class CompletionChangedSince(Refused):
    """Somebody has changed this completion since; correct it by hand."""


class RevokedBefore(Refused):
    """This same completion was recorded before and then revoked."""


class BeforeEnrolment(Refused):
    """The training would end before its class began."""


class NotYetOver(Refused):
    """The training would have ended on a day that is still to come."""


class WithoutJp(Refused):
    """A finished training earns at least one JP."""


# The rules


def decide(command: Command, state: State) -> list[Event]:  # noqa: PLR0911 - a line for each
    match command:
        case Enrol():
            return _enrol(command, state)
        case RecordCompletion():
            return _record_completion(command, state)
        case RecordPastTraining():
            return _record_past_training(command, state)
        case RecordFailure():
            return _record_failure(command, state)
        case Withdraw():
            return _withdraw(command, state)
        case RevokeCompletion():
            return _revoke_completion(command, state)
        case TakeBackCompletion():
            return _take_back(command, state)
        case TakeBackFailure():
            if not isinstance(state, Failed) or state.on != command.failed_on:
                raise CompletionChangedSince
            return [_opened(command, state.of, state.class_code)]
        case _:
            assert_never(command)


def _enrol(command: Enrol, state: State) -> list[Event]:
    match state:
        case Open(class_code=known) if command.class_code in (None, known):
            return []
        case Open(class_code=str()):
            raise InAnotherClass
        case Unknown() | Withdrawn() | Open():
            return [_opened(command, command.of, command.class_code)]
        case Failed() | Finished() | Revoked():
            raise AlreadyFinished
        case _:
            assert_never(state)


def _opened(command: Enrol | TakeBackFailure, of: Class, class_code: str | None) -> EnrolmentOpened:
    return EnrolmentOpened(enrolment=command.enrolment, of=of, on=command.on, class_code=class_code)


def _record_completion(command: RecordCompletion | RecordPastTraining, state: State) -> list[Event]:
    match state:
        case Unknown():
            raise NotEnrolled
        case Open(of=of) | Failed(of=of):
            return [_finished(command, of)]
        case Finished(of, event_id, known) if known.agrees_with(command.completion):
            filled = known.filled_from(command.completion)
            if filled == known:
                return []
            return [_finished(replace(command, completion=filled), of, replaces=event_id)]
        case Finished():
            raise ContradictsRecord
        case Revoked(completion=known) if known.agrees_with(command.completion):
            raise RevokedBefore
        case Revoked(of, event_id):
            return [_finished(command, of, replaces=event_id)]
        case Withdrawn():
            raise AlreadyWithdrawn
        case _:
            assert_never(state)


def _record_past_training(command: RecordPastTraining, state: State) -> list[Event]:
    if isinstance(state, Unknown):
        return [_finished(command, command.of)]
    return _record_completion(command, state)


def _finished(
    command: RecordCompletion | RecordPastTraining, of: Class, replaces: UUID | None = None
) -> TrainingFinished:
    completion = command.completion
    if completion.on < of.starts_on:
        raise BeforeEnrolment
    if completion.on > command.today:
        raise NotYetOver
    if completion.jp < 1:
        raise WithoutJp
    return TrainingFinished(
        enrolment=command.enrolment,
        event_id=command.event_id,
        of=of,
        completion=completion,
        on=completion.on,
        replaces=replaces,
    )


def _record_failure(command: RecordFailure, state: State) -> list[Event]:
    match state:
        case Unknown():
            raise NotEnrolled
        case Open(of) if command.on < of.starts_on:
            raise BeforeEnrolment
        case Open(of):
            failed = TrainingFailed(
                enrolment=command.enrolment, of=of, on=command.on, mark=command.mark
            )
            return [failed]
        case Failed(on=on) if on == command.on:
            return []
        case Failed() | Finished() | Revoked():
            raise ContradictsRecord
        case Withdrawn():
            raise AlreadyWithdrawn
        case _:
            assert_never(state)


def _withdraw(command: Withdraw, state: State) -> list[Event]:
    match state:
        case Unknown():
            raise NotEnrolled
        case Open(class_code=known) if known != command.class_code:
            raise InAnotherClass
        case Open(of):
            return [EnrolmentWithdrawn(enrolment=command.enrolment, of=of, on=command.on)]
        case Withdrawn():
            return []
        case Failed() | Finished() | Revoked():
            raise AlreadyFinished
        case _:
            assert_never(state)


def _revoke_completion(command: RevokeCompletion, state: State) -> list[Event]:
    match state:
        case Finished(of, event_id):
            return [
                CompletionRevoked(
                    enrolment=command.enrolment,
                    revokes=event_id,
                    of=of,
                    on=command.on,
                    reason=command.reason,
                )
            ]
        case Revoked():
            return []
        case Unknown() | Open() | Failed() | Withdrawn():
            raise NotFinished
        case _:
            assert_never(state)


def _take_back(command: TakeBackCompletion, state: State) -> list[Event]:
    if not isinstance(state, Finished) or state.event_id != command.withdraws:
        raise CompletionChangedSince
    return [
        CompletionTakenBack(
            enrolment=command.enrolment,
            withdraws=command.withdraws,
            of=state.of,
            reopens=command.reopens,
            on=command.on,
        )
    ]


def evolve(state: State, event: Event) -> State:
    match event:
        case EnrolmentOpened(of=of, class_code=class_code):
            return Open(of, class_code)
        case TrainingFinished(of=of, event_id=event_id, completion=completion):
            return Finished(of, event_id, completion, _class_code(state))
        case TrainingFailed(of=of, on=on):
            return Failed(of, on, _class_code(state))
        case EnrolmentWithdrawn():
            return Withdrawn()
        case CompletionRevoked(of=of, revokes=revokes):
            return _revoked(state, of, revokes)
        case CompletionTakenBack(of=of, reopens=reopens):
            assert isinstance(state, Finished), "only a completion can have been taken back"
            return Open(of, state.class_code) if reopens else Unknown()
        case _:
            assert_never(event)


def _class_code(state: State) -> str | None:
    return state.class_code if isinstance(state, Open | Failed | Finished) else None


def _revoked(state: State, of: Class, revokes: UUID) -> State:
    assert isinstance(state, Finished), "only a completion can have been revoked"
    return Revoked(of, revokes, state.completion)
