"""The life of one training need (a row of AKPK): proposed, verified, validated, part of a plan.

A need is one person's or one unit's, in one competency, for one plan year: whoever names the same
three arrives at the same row, and where the need comes from is kept beside what was there before.
Whether the year's plan is locked, or the need is merged into another, is the plan's to say
(`training_plan.py`) and comes in as a value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum
from typing import assert_never
from uuid import UUID, uuid5

from services.training.domain.terms import Form, Refused

_NEEDS = UUID("8f3c0b0e-6c1d-5b8a-9d44-5f0a7b1e2c93")


class Bearer(StrEnum):
    PERSON = "PERSON"
    UNIT = "UNIT"


class Cause(StrEnum):
    """Where a need comes from."""

    GAP = "GAP"
    EVALUATION = "EVALUATION"
    SATISFACTION = "SATISFACTION"
    POST_CHANGE = "POST_CHANGE"
    OWN_WISH = "OWN_WISH"


class Priority(IntEnum):
    HIGH = 1
    MEDIUM = 2
    LOW = 3


class Stage(StrEnum):
    PROPOSED = "PROPOSED"
    RETURNED = "RETURNED"
    VERIFIED = "VERIFIED"
    VALIDATED = "VALIDATED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Whose need, in which competency, for which plan year."""

    year: int
    bearer: Bearer
    whose: UUID
    competency: str


def need_id_of(agency: str, key: Key) -> UUID:
    return uuid5(_NEEDS, f"{agency}\n{key.year}\n{key.bearer}\n{key.whose}\n{key.competency}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedOrigin:
    """`reference` names the gap, result, survey or decree; `evaluator` whose evaluation it was."""

    cause: Cause
    reference: str
    evaluator: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What would meet the need. `cost` is that of one person; `line` a budget line of that year."""

    gap: int
    priority: Priority
    form: Form
    jp: int
    cost: int
    people: int
    provider: str
    quarter: int
    line: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the year's plan says; `ceiling` is that of the line the need names, None without one."""

    locked: bool = False
    merged: bool = False
    ceiling: int | None = None


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    event_id: UUID
    need_id: UUID
    key: Key
    origin: NeedOrigin
    ask: Ask
    standing: Standing
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Verify, validate, return or reject; `words` are sealed and needed to say no."""

    to: Stage
    words: str | None
    standing: Standing
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackNeed:
    """These proposals were a mistake, if nobody has moved or changed the need since."""

    withdraws: tuple[UUID, ...]
    standing: Standing
    on: date


Command = Propose | Move | TakeBackNeed


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedProposed:
    """For the first time, or again with more or other details: it holds what holds from now on."""

    event_id: UUID
    need_id: UUID
    key: Key
    origins: tuple[NeedOrigin, ...]
    ask: Ask
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedMoved:
    need_id: UUID
    key: Key
    stage: Stage
    words: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedTakenBack:
    """`origins` and `ask` are what holds again; None: the need was never there."""

    need_id: UUID
    withdraws: UUID
    key: Key
    stage: Stage
    origins: tuple[NeedOrigin, ...]
    ask: Ask | None
    on: date


Event = NeedProposed | NeedMoved | NeedTakenBack


# What must be remembered to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`latest` is the proposal that holds; `earlier` the need as it was before it."""

    need_id: UUID
    key: Key
    origins: tuple[NeedOrigin, ...]
    ask: Ask
    stage: Stage
    latest: UUID
    earlier: Need | None = None
    fallen: tuple[UUID, ...] = ()


State = Need | None
initial: State = None


# What is refused


class NoSuchNeed(Refused):
    """There is no such training need."""


class CompetencyNotHeard(Refused):
    """No standard and no result that has been heard of names this competency."""


class UnknownUnit(Refused):
    """Your agency has no such unit, or the news has not arrived yet."""


class UnknownLine(Refused):
    """Your agency has no budget line with this id that has a ceiling."""


class PlanIsLocked(Refused):
    """The plan of this year is locked by decree; its needs do not change any more."""


class NeedIsMerged(Refused):
    """This need was merged into another one; change that one."""


class NeedIsVerified(Refused):
    """The need has been verified with other details; return it first."""


class NeedNotAtThisStage(Refused):
    """The need is not at the stage from which it can be moved there."""


class WordsNeeded(Refused):
    """Say why, in words that whoever proposed the need will read."""


class NumbersOutOfRange(Refused):
    """A gap is 1 to 5, a quarter 1 to 4; JP and people are at least 1, the cost is not below 0."""


class PersonIsOne(Refused):
    """The need of one person is planned for one person."""


class CostAboveCeiling(Refused):
    """Cost times people is more than the ceiling of the budget line."""


class NeedChangedSince(Refused):
    """Somebody has moved or changed this need since; correct it by hand."""


# The rules

# From where a need may be moved; back to the proposer from wherever somebody looks at it.
MOVES = {
    Stage.VERIFIED: (Stage.PROPOSED,),
    Stage.VALIDATED: (Stage.VERIFIED,),
    Stage.RETURNED: (Stage.PROPOSED, Stage.VERIFIED, Stage.VALIDATED),
    Stage.REJECTED: (Stage.PROPOSED, Stage.VERIFIED, Stage.VALIDATED, Stage.RETURNED),
}
NOES = (Stage.RETURNED, Stage.REJECTED)


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case Propose():
            return _propose(command, state)
        case Move():
            return _move(command, state)
        case TakeBackNeed():
            return _take_back(command, state)
        case _:
            assert_never(command)


def _propose(command: Propose, state: State) -> list[Event]:
    if state is not None and _is_told(command, state):
        return []
    _check_open(command.standing)
    _check_numbers(command)
    if state is not None and state.stage in {Stage.VERIFIED, Stage.VALIDATED}:
        raise NeedIsVerified
    known = state.origins if state is not None else ()
    origins = known if command.origin in known else (*known, command.origin)
    return [
        NeedProposed(
            event_id=command.event_id,
            need_id=command.need_id,
            key=command.key,
            origins=origins,
            ask=command.ask,
            on=command.on,
        )
    ]


def _is_told(command: Propose, state: Need) -> bool:
    """A need that was returned or rejected waits to be proposed again, even as it was."""
    same = command.origin in state.origins and command.ask == state.ask
    return same and state.stage not in NOES


def _check_open(standing: Standing) -> None:
    if standing.locked:
        raise PlanIsLocked
    if standing.merged:
        raise NeedIsMerged


def _check_numbers(command: Propose) -> None:
    ask = command.ask
    fits = 1 <= ask.gap <= 5 and 1 <= ask.quarter <= 4
    if not fits or ask.jp < 1 or ask.people < 1 or ask.cost < 0:
        raise NumbersOutOfRange
    if command.key.bearer is Bearer.PERSON and ask.people != 1:
        raise PersonIsOne
    if ask.line is not None and ask.cost * ask.people > (command.standing.ceiling or 0):
        raise CostAboveCeiling


def _move(command: Move, state: State) -> list[Event]:
    if state is None:
        raise NoSuchNeed
    if state.stage is command.to:
        return []
    _check_open(command.standing)
    if state.stage not in MOVES.get(command.to, ()):
        raise NeedNotAtThisStage
    if command.to in NOES and not (command.words or "").strip():
        raise WordsNeeded
    return [
        NeedMoved(
            need_id=state.need_id,
            key=state.key,
            stage=command.to,
            words=command.words,
            on=command.on,
        )
    ]


def _take_back(command: TakeBackNeed, state: State) -> list[Event]:
    """From the latest proposal back, as far as these go and nobody has moved it in between."""
    if state is None or frozenset(command.withdraws) <= frozenset(state.fallen):
        return []
    _check_open(command.standing)
    told: list[Event] = []
    at: State = state
    while at is not None and at.stage is Stage.PROPOSED and at.latest in command.withdraws:
        told.append(_taken_back(at, command.on))
        at = at.earlier
    if not told:
        raise NeedChangedSince
    return told


def _taken_back(state: Need, on: date) -> NeedTakenBack:
    before = state.earlier
    return NeedTakenBack(
        need_id=state.need_id,
        withdraws=state.latest,
        key=state.key,
        stage=before.stage if before else Stage.PROPOSED,
        origins=before.origins if before else (),
        ask=before.ask if before else None,
        on=on,
    )


def evolve(state: State, event: Event) -> State:
    match event:
        case NeedProposed():
            return Need(
                need_id=event.need_id,
                key=event.key,
                origins=event.origins,
                ask=event.ask,
                stage=Stage.PROPOSED,
                latest=event.event_id,
                earlier=state,
                fallen=state.fallen if state else (),
            )
        case NeedTakenBack(withdraws=falls) if state is not None:
            before = state.earlier
            return before and replace(before, fallen=(*state.fallen, falls))
        case NeedMoved(stage=stage) if state is not None:
            return replace(state, stage=stage)
        case _:
            raise AssertionError("a training need begins with NeedProposed")
