"""What may be asked of training needs and of the year's plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin, Recorded
from services.chassis.problems import NotFound
from services.training.deps import Deps
from services.training.domain import budget_line, training_need, training_plan
from services.training.domain.budget_line import balance
from services.training.domain.terms import UnknownPerson
from services.training.domain.training_need import (
    Ask,
    Bearer,
    CompetencyNotHeard,
    Key,
    Move,
    Need,
    NeedMoved,
    NeedOrigin,
    NeedProposed,
    Propose,
    Stage,
    Standing,
    UnknownLine,
    UnknownUnit,
    need_id_of,
)
from services.training.domain.training_plan import LockPlan, MergeNeeds, Plan, plan_id_of
from services.training.projections import competency_codes, training_needs, work_units
from services.training.projections.identity_index import bearer_of
from services.training.projections.training_needs import Wanted
from services.training.streams import line_stream, need_stream, plan_stream


async def propose(
    deps: Deps, agency: str, key: Key, origin: NeedOrigin, ask: Ask, by: Origin
) -> tuple[UUID, Executed[Any]]:
    """Somebody needs to learn something in a plan year."""
    await _check_known(deps, agency, key)
    need_id = need_id_of(agency, key)
    standing = await standing_of(deps, agency, key.year, need_id, ask.line)
    command = Propose(
        event_id=deps.new_id(),
        need_id=need_id,
        key=key,
        origin=origin,
        ask=ask,
        standing=standing,
        on=deps.today(),
    )
    return need_id, await _execute(deps, agency, need_id, key.whose, command, by)


async def move(
    deps: Deps, agency: str, need_id: UUID, to: Stage, words: str | None, by: Origin
) -> Executed[Any]:
    """Verify a need, validate, return or reject it."""
    need = await need_of(deps, agency, need_id)
    standing = await standing_of(deps, agency, need.key.year, need_id, None)
    command = Move(to=to, words=words, standing=standing, on=deps.today())
    return await _execute(deps, agency, need_id, need.key.whose, command, by)


async def merge(deps: Deps, agency: str, need_id: UUID, into: UUID, by: Origin) -> Executed[Any]:
    """Two rows are one need; the history of both stays."""
    duplicate = await need_of(deps, agency, need_id)
    other = await need_of(deps, agency, into)
    if other.key.year != duplicate.key.year:
        raise NotFound
    command = MergeNeeds(year=duplicate.key.year, duplicate=need_id, into=into, on=deps.today())
    return await _on_plan(deps, agency, command, by)


async def lock(
    deps: Deps, agency: str, year: int, decree_number: str, on: date, by: Origin
) -> Executed[Any]:
    """The year's plan is decreed: every validated need, and nothing after it."""
    wanted = Wanted(agency=agency, year=year, stage=Stage.VALIDATED)
    rows = await training_needs.needs(deps.pool, wanted)
    standing = [row for row in rows if row.merged_into is None]
    per_line: Counter[UUID] = Counter()
    for row in standing:
        if row.line_id is not None:
            per_line[row.line_id] += row.cost * row.people
    command = LockPlan(
        event_id=deps.new_id(),
        year=year,
        decree_number=decree_number,
        needs=len(standing),
        cost=sum(row.cost * row.people for row in standing),
        exceeded=await _exceeded(deps, agency, per_line),
        on=on,
    )
    return await _on_plan(deps, agency, command, by)


async def need_of(deps: Deps, agency: str, need_id: UUID) -> Need:
    """A need as the record has it; another agency's is not there."""
    history = await deps.store.load(need_stream(need_id))
    if not history or history[0].about.agency != agency:
        raise NotFound
    state = fold(training_need, [recorded.event for recorded in history])
    if state is None:
        raise NotFound
    return state


async def steps_of(deps: Deps, need_id: UUID) -> list[dict[str, Any]]:
    """What happened to a need, by whom, and in which words."""
    history = await deps.store.load(need_stream(need_id))
    steps = []
    for told in history:
        match told.event:
            case NeedMoved(stage=stage, words=words, on=on):
                said = {"stage": stage, "words": words, "happened_on": on}
            case NeedProposed(on=on):
                said = {"stage": Stage.PROPOSED, "words": None, "happened_on": on}
            case _:
                continue
        steps.append({**said, "by": told.origin.actor})
    return steps


async def standing_of(
    deps: Deps, agency: str, year: int, need_id: UUID, line: UUID | None
) -> Standing:
    """What the plan of the year, and the line that is named, say about a need."""
    ground = await Ground.of(deps, agency, [year], [line] if line else [])
    if line is not None and line not in ground.ceilings:
        raise UnknownLine
    return ground.standing(year, need_id, line)


@dataclass(frozen=True, slots=True)
class Ground:
    """What surrounds needs: the plans of their years, and the lines that would pay for them."""

    plans: dict[int, Plan]
    ceilings: dict[UUID, int]

    @classmethod
    async def of(
        cls, deps: Deps, agency: str, years: Iterable[int], lines: Iterable[UUID]
    ) -> Ground:
        of_plan = {year: plan_stream(plan_id_of(agency, year)) for year in set(years)}
        of_line = {line: line_stream(line) for line in set(lines)}
        told = await deps.store.load_many([*of_plan.values(), *of_line.values()])
        plans = {
            year: fold(training_plan, [one.event for one in told[stream]])
            for year, stream in of_plan.items()
        }
        ceilings = {
            line: ceiling
            for line, stream in of_line.items()
            if (ceiling := _ceiling(agency, told[stream])) is not None
        }
        return cls(plans, ceilings)

    def standing(self, year: int, need_id: UUID, line: UUID | None) -> Standing:
        plan = self.plans[year]
        return Standing(
            locked=plan.is_locked,
            merged=plan.has_merged(need_id),
            ceiling=None if line is None else self.ceilings.get(line),
        )


def _ceiling(agency: str, history: list[Recorded[Any]]) -> int | None:
    """The line's ceiling by everything that has been decreed, if it is this agency's."""
    if not history or history[0].about.agency != agency:
        return None
    moved: budget_line.State = fold(budget_line, [one.event for one in history])
    return balance(moved, date.max).ceiling


async def _exceeded(deps: Deps, agency: str, per_line: Counter[UUID]) -> tuple[UUID, ...]:
    ground = await Ground.of(deps, agency, [], per_line)
    over = (line for line, cost in per_line.items() if cost > ground.ceilings.get(line, 0))
    return tuple(sorted(over))


async def _check_known(deps: Deps, agency: str, key: Key) -> None:
    if not await competency_codes.known_codes(deps.pool, agency, [key.competency]):
        raise CompetencyNotHeard
    if key.bearer is Bearer.UNIT:
        if not await work_units.is_unit(deps.pool, agency, key.whose):
            raise UnknownUnit
        return
    known = await bearer_of(deps.pool, key.whose)
    if known is None or known.agency != agency:
        raise UnknownPerson


async def _on_plan(
    deps: Deps, agency: str, command: MergeNeeds | LockPlan, by: Origin
) -> Executed[Any]:
    plan_id = plan_id_of(agency, command.year)
    return await execute(
        deps.store, training_plan, plan_stream(plan_id), command,
        subject=plan_id, agency=agency, origin=by,
    )  # fmt: skip


async def _execute(
    deps: Deps, agency: str, need_id: UUID, whose: UUID, command: Propose | Move, by: Origin
) -> Executed[Any]:
    return await execute(
        deps.store, training_need, need_stream(need_id), command,
        subject=whose, agency=agency, origin=by,
    )  # fmt: skip
