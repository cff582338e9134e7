"""What was said about one person in one 360 cycle: opened, answered, closed with a report.

Who is asked stands in the open; who said what does not. An answer bears a ballot (a keyed digest
of cycle, person and rater, made outside), so it counts once and does not name its rater.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import assert_never
from uuid import UUID

from services.assessment.domain.disclosure import published, withheld
from services.assessment.domain.feedback_cycle import (
    HIGHEST_MARK,
    LOWEST_MARK,
    CycleIsClosed,
    Rules,
)
from services.assessment.domain.reporting_line import Raters, Relation
from services.assessment.domain.terms import ContradictsRecord, Refused

Marks = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReport:
    """The mean mark of each item, over the answers of these relations together."""

    relations: tuple[Relation, ...]
    answers: int
    means: Mapping[str, Decimal]


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    cycle: UUID
    rules: Rules
    raters: Raters


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`relation` is None when whoever answers was not asked."""

    ballot: str
    relation: Relation | None
    marks: Marks
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRound:
    """Asked once the cycle is closed."""

    on: date


Command = OpenRound | Answer | CloseRound


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened:
    cycle: UUID
    rules: Rules
    raters: Raters

    @property
    def on(self) -> date:
        return self.rules.opens_on


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven:
    """`on` is the cycle's first day for everybody: the day of an answer could name its rater."""

    cycle: UUID
    ballot: str
    relation: Relation
    marks: Marks
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundClosed:
    """`withheld`: the relations whose answers are in no group shown."""

    cycle: UUID
    groups: tuple[GroupReport, ...]
    own_marks: Marks | None
    withheld: tuple[Relation, ...]
    on: date


Event = RoundOpened | FeedbackGiven | RoundClosed


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotOpened:
    pass


@dataclass(frozen=True, slots=True)
class Open:
    opened: RoundOpened
    answers: Mapping[str, tuple[Relation, Marks]]


@dataclass(frozen=True, slots=True)
class Closed:
    opened: RoundOpened


State = NotOpened | Open | Closed
initial: State = NotOpened()


# What is refused


class NotAskedToAnswer(Refused):
    """You are not among those asked about this person in this cycle."""


class AnswerIncomplete(Refused):
    """Every item of the form wants a mark from 1 to 5, and nothing else does."""


class NotTimeToAnswer(Refused):
    """Today lies outside the days on which this cycle takes answers."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case OpenRound():
            return _open(command, state)
        case Answer():
            return _answer(command, state)
        case CloseRound():
            return _close(command, state)
        case _:
            assert_never(command)


def _open(command: OpenRound, state: State) -> list[Event]:
    opened = RoundOpened(cycle=command.cycle, rules=command.rules, raters=command.raters)
    match state:
        case NotOpened():
            return [opened]
        case Open() | Closed():
            return []  # The line of the cycle's day was read once; later news changes nothing.
        case _:
            assert_never(state)


def _answer(command: Answer, state: State) -> list[Event]:
    match state:
        case NotOpened():
            raise NotAskedToAnswer
        case Closed():
            raise CycleIsClosed
        case Open(opened=opened, answers=answers):
            _examine(command, opened.rules)
            if command.relation is None:
                raise NotAskedToAnswer
            earlier = answers.get(command.ballot)
            if earlier == (command.relation, command.marks):
                return []
            if earlier is not None:
                raise ContradictsRecord
            return [
                FeedbackGiven(
                    cycle=opened.cycle,
                    ballot=command.ballot,
                    relation=command.relation,
                    marks=command.marks,
                    on=opened.on,
                )
            ]
        case _:
            assert_never(state)


def _examine(command: Answer, rules: Rules) -> None:
    if not rules.opens_on <= command.today <= rules.last_day:
        raise NotTimeToAnswer
    if command.marks.keys() != rules.items.keys():
        raise AnswerIncomplete
    if not all(LOWEST_MARK <= mark <= HIGHEST_MARK for mark in command.marks.values()):
        raise AnswerIncomplete


def _close(command: CloseRound, state: State) -> list[Event]:
    match state:
        case NotOpened() | Closed():
            return []
        case Open(opened=opened, answers=answers):
            return [_report(opened, list(answers.values()), command.on)]
        case _:
            assert_never(state)


def _report(opened: RoundOpened, answers: list[tuple[Relation, Marks]], on: date) -> RoundClosed:
    counts = {relation: sum(said is relation for said, _ in answers) for relation in Relation}
    groups = published(counts, opened.rules.least_answers)
    return RoundClosed(
        cycle=opened.cycle,
        groups=tuple(
            GroupReport(
                relations=group,
                answers=sum(counts[relation] for relation in group),
                means=_means(opened.rules, [marks for said, marks in answers if said in group]),
            )
            for group in groups
        ),
        own_marks=next((marks for said, marks in answers if said is Relation.SELF), None),
        withheld=withheld(counts, groups),
        on=on,
    )


def _means(rules: Rules, answers: list[Marks]) -> dict[str, Decimal]:
    cent = Decimal("0.01")
    return {
        item: (Decimal(sum(marks[item] for marks in answers)) / len(answers)).quantize(
            cent, ROUND_HALF_UP
        )
        for item in rules.items
    }


def evolve(state: State, event: Event) -> State:
    match event:
        case RoundOpened():
            return Open(event, {})
        case FeedbackGiven(ballot=ballot, relation=relation, marks=marks):
            assert isinstance(state, Open), "answers are given to an open round"
            return Open(state.opened, {**state.answers, ballot: (relation, marks)})
        case RoundClosed():
            assert isinstance(state, Open), "an open round is closed"
            return Closed(state.opened)
        case _:
            assert_never(event)
