"""Propose a year's needs from the gaps that were measured, one for each person and competency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.chassis.deciding import Executed, Work, execute_many
from services.chassis.events import Origin
from services.training.commands.needs import Ground
from services.training.deps import Deps
from services.training.domain import training_need
from services.training.domain.terms import Refused
from services.training.domain.training_need import (
    Ask,
    Bearer,
    Cause,
    Key,
    NeedOrigin,
    Propose,
    need_id_of,
)
from services.training.projections.competency_levels import Gap, gaps_on
from services.training.streams import need_stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """For which year, by the gaps of which day; `ask` holds all but the gap itself."""

    year: int
    on: date
    competency: str | None
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """`unchanged` needs were proposed before; `refused` ones are verified, merged or locked."""

    gaps: int
    proposed: int
    unchanged: int
    refused: int
    token: str | None


async def propose_from_gaps(deps: Deps, agency: str, asked: Proposal, origin: Origin) -> Proposed:
    """Each gap proposes its need; done twice it proposes nothing new."""
    gaps = await gaps_on(deps.pool, agency, asked.on, asked.competency)
    lines = [asked.ask.line] if asked.ask.line else []
    ground = await Ground.of(deps, agency, [asked.year], lines)
    work = [_work(deps, agency, asked, gap, ground, origin) for gap in gaps]
    return _became(await execute_many(deps.store, work, refused=Refused))


def _work(
    deps: Deps, agency: str, asked: Proposal, gap: Gap, ground: Ground, origin: Origin
) -> Work[Propose, training_need.State, training_need.Event]:
    key = Key(
        year=asked.year,
        bearer=Bearer.PERSON,
        whose=gap.person_id,
        competency=gap.competency,
    )
    need_id = need_id_of(agency, key)
    command = Propose(
        event_id=deps.new_id(),
        need_id=need_id,
        key=key,
        origin=NeedOrigin(cause=Cause.GAP, reference=str(gap.measured_by)),
        ask=replace(asked.ask, gap=gap.levels),
        standing=ground.standing(asked.year, need_id, asked.ask.line),
        on=deps.today(),
    )
    return Work(
        decider=training_need,
        stream=need_stream(need_id),
        command=command,
        subject=gap.person_id,
        agency=agency,
        origin=origin,
    )


def _became(results: Sequence[Executed[object] | Exception]) -> Proposed:
    done = [one for one in results if isinstance(one, Executed)]
    fresh = [one for one in done if one.events]
    return Proposed(
        gaps=len(results),
        proposed=len(fresh),
        unchanged=len(done) - len(fresh),
        refused=len(results) - len(done),
        token=fresh[-1].token if fresh else None,
    )
