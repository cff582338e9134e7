"""What may be asked about a study assignment. Its words are sealed with the person's key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.chassis.problems import NotFound
from services.training.commands.needs import need_of
from services.training.deps import Deps
from services.training.domain import study_assignment
from services.training.domain.study_assignment import (
    Apply,
    Command,
    Grant,
    NoSuchStudy,
    Step,
    study_id_of,
)
from services.training.domain.study_conditions import Examination, StudyPlan, examine, rules_on
from services.training.domain.study_events import Study
from services.training.domain.terms import UnknownPerson
from services.training.projections import study_dossier, training_needs
from services.training.projections.identity_index import Bearer, bearer_of
from services.training.streams import study_stream


async def apply(
    deps: Deps, agency: str, person_id: UUID, plan: StudyPlan, origin: Origin
) -> tuple[UUID, Executed[Any]]:
    """Somebody wants to study from a day on."""
    known = await bearer_of(deps.pool, person_id)
    if known is None or known.agency != agency:
        raise UnknownPerson
    if plan.need is not None:
        await need_of(deps, agency, plan.need)
    study_id = study_id_of(person_id, plan.starts_on)
    command = Apply(study_id=study_id, plan=plan, on=deps.today())
    return study_id, await _execute(deps, study_id, known, command, origin)


async def student_of(deps: Deps, agency: str, study_id: UUID) -> Bearer:
    """Whose study assignment it is; another agency's are not there."""
    history = await deps.store.load(study_stream(study_id))
    if not history or history[0].about.agency != agency:
        raise NotFound
    return Bearer(history[0].about.subject, agency)


async def step(
    deps: Deps, study_id: UUID, who: Bearer, command: Step, origin: Origin
) -> Executed[Any]:
    """The next step of a study assignment that stands in the agency's record."""
    return await _execute(deps, study_id, who, command, origin)


async def grant(
    deps: Deps,
    study_id: UUID,
    who: Bearer,
    *,
    decree_number: str,
    until: date,
    because: str | None,
    origin: Origin,
) -> Executed[Any]:
    """A named official decrees it; what the rules say of that day is kept with the decree."""
    examination = await examined(deps, study_id, who, None)
    command = Grant(
        decree_number=decree_number,
        decided_by=origin.actor,
        until=until,
        examination=examination,
        because=because,
        on=deps.today(),
    )
    return await _execute(deps, study_id, who, command, origin)


async def examined(deps: Deps, study_id: UUID, who: Bearer, day: date | None) -> Examination:
    """What the rules say on a day, the first one of the study if none is told."""
    state = await study_of(deps, study_id)
    day = day or state.plan.starts_on
    facts = await study_dossier.facts_of(deps.pool, who.subject, day)
    planned = await _planned(deps, who.agency, state.plan.need)
    facts = replace(facts, planned=planned, judgements=state.judgements)
    return examine(facts, state.plan, rules_on(day), day)


async def _planned(deps: Deps, agency: str, need: UUID | None) -> bool | None:
    """Whether the need stands in a locked plan; without a need nobody here can tell."""
    return None if need is None else await training_needs.is_planned(deps.pool, agency, need)


async def study_of(deps: Deps, study_id: UUID) -> Study:
    """Where it stands, read from the record itself."""
    history = await deps.store.load(study_stream(study_id))
    state = fold(study_assignment, [recorded.event for recorded in history])
    if state is None:
        raise NoSuchStudy
    return state


async def _execute(
    deps: Deps, study_id: UUID, who: Bearer, command: Command, origin: Origin
) -> Executed[Any]:
    return await execute(
        deps.store, study_assignment, study_stream(study_id), command,
        subject=who.subject, agency=who.agency, origin=origin,
    )  # fmt: skip
