"""360 feedback: a cycle is announced, its rounds are opened, answered and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.assessment.adapters.ballots import ballot_of
from services.assessment.deps import Deps
from services.assessment.domain import feedback_cycle, feedback_round
from services.assessment.domain.feedback_cycle import (
    AnnounceCycle,
    Announced,
    CloseCycle,
    CycleIsClosed,
    NoSuchCycle,
    Rules,
)
from services.assessment.domain.feedback_round import Answer, CloseRound, Marks, OpenRound
from services.assessment.domain.reporting_line import Organisation, raters_of, relation_of
from services.assessment.domain.terms import Refused
from services.assessment.projections import feedback_rounds, seats, units
from services.chassis.deciding import Executed, Work, execute, execute_many, fold
from services.chassis.events import Origin

AT_ONCE = 1_000
# Whoever answers is not written down: neither as the actor nor by the day.
NOBODY_NAMED = Origin(actor="feedback", door="http:feedback")


@dataclass(frozen=True, slots=True)
class Portion:
    """How many rounds this request opened or closed; whether some are left for the next one."""

    done: int
    more: bool


async def announce(deps: Deps, agency: str, cycle: UUID, rules: Rules, by: Origin) -> Executed[Any]:
    """A cycle with its form and its rules is announced."""
    command = AnnounceCycle(cycle=cycle, rules=rules)
    return await _cycle(deps, agency, cycle, command, by)


async def close(deps: Deps, agency: str, cycle: UUID, by: Origin) -> Executed[Any]:
    """No more answers; the reports are made by `close_rounds`."""
    await rules_of(deps, agency, cycle)
    return await _cycle(deps, agency, cycle, CloseCycle(today=deps.today()), by)


async def open_rounds(deps: Deps, agency: str, cycle: UUID, by: Origin) -> Portion:
    """Everybody with a seat on the cycle's day gets raters, some hundreds to a request."""
    rules, ended = await rules_of(deps, agency, cycle)
    if ended:
        raise CycleIsClosed
    held = await seats.seats_on(deps.pool, agency, rules.line_on)
    above = await units.parents_of(deps.pool, agency)
    line = Organisation.on(rules.line_on, held, above).line()
    waiting = sorted(line.above.keys() - await feedback_rounds.opened_in(deps.pool, cycle))
    work = [
        round_work(
            cycle,
            person,
            OpenRound(cycle=cycle, rules=rules, raters=raters_of(person, line, rules.most, cycle)),
            agency,
            by,
        )
        for person in waiting[:AT_ONCE]
    ]
    return await _portion(deps, work, more=len(waiting) > AT_ONCE)


async def close_rounds(deps: Deps, agency: str, cycle: UUID, by: Origin) -> Portion:
    """What may be shown of each person's answers is decided, some hundreds to a request."""
    _, ended = await rules_of(deps, agency, cycle)
    if not ended:
        raise feedback_cycle.CycleStillRunning
    waiting = await feedback_rounds.still_open(deps.pool, cycle, AT_ONCE + 1)
    closing = CloseRound(on=deps.today())
    work = [round_work(cycle, person, closing, agency, by) for person in waiting[:AT_ONCE]]
    return await _portion(deps, work, more=len(waiting) > AT_ONCE)


async def answer(
    deps: Deps, agency: str, cycle: UUID, about: UUID, rater: UUID, marks: Marks
) -> Executed[Any]:
    """Somebody who was asked says how a person behaves at work."""
    _, ended = await rules_of(deps, agency, cycle)
    if ended:
        raise CycleIsClosed
    command = Answer(
        ballot=ballot_of(deps.lookup_key, cycle, about, rater),
        relation=await _relation(deps, cycle, about, rater),
        marks=marks,
        today=deps.today(),
    )
    task = round_work(cycle, about, command, agency, NOBODY_NAMED)
    return await execute(
        deps.store,
        feedback_round,
        task.stream,
        command,
        subject=about,
        agency=agency,
        origin=NOBODY_NAMED,
    )


async def _relation(deps: Deps, cycle: UUID, about: UUID, rater: UUID) -> Any:
    history = [one.event for one in await deps.store.load(_stream(cycle, about))]
    state = fold(feedback_round, history)
    match state:
        case feedback_round.Open(opened=opened) | feedback_round.Closed(opened=opened):
            return relation_of(rater, opened.raters)
        case _:
            return None


async def rules_of(deps: Deps, agency: str, cycle: UUID) -> tuple[Rules, bool]:
    """The cycle's rules and whether it is closed; another agency's cycle is none at all."""
    history = await deps.store.load(f"feedback-cycle-{cycle}")
    state = fold(feedback_cycle, [one.event for one in history])
    if not history or history[0].about.agency != agency:
        raise NoSuchCycle
    assert isinstance(state, Announced | feedback_cycle.Closed), "a cycle begins by announcing it"
    return state.rules, isinstance(state, feedback_cycle.Closed)


async def _cycle(
    deps: Deps, agency: str, cycle: UUID, command: feedback_cycle.Command, by: Origin
) -> Executed[Any]:
    return await execute(
        deps.store,
        feedback_cycle,
        f"feedback-cycle-{cycle}",
        command,
        subject=cycle,
        agency=agency,
        origin=by,
    )


def _stream(cycle: UUID, person: UUID) -> str:
    return f"feedback-{cycle}-{person}"


def round_work(
    cycle: UUID, person: UUID, command: feedback_round.Command, agency: str, by: Origin
) -> Work[Any, Any, Any]:
    return Work(
        decider=feedback_round,
        stream=_stream(cycle, person),
        command=command,
        subject=person,
        agency=agency,
        origin=by,
    )


async def _portion(deps: Deps, work: Sequence[Work[Any, Any, Any]], *, more: bool) -> Portion:
    results = await execute_many(deps.store, work, refused=Refused)
    failures = [result for result in results if isinstance(result, Exception)]
    if failures:
        raise failures[0]
    return Portion(sum(1 for one in results if isinstance(one, Executed) and one.events), more)
