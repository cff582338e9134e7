"""What may be asked about ratings and competencies."""

from __future__ import annotations

from uuid import UUID

from services.assessment.deps import Deps
from services.assessment.projections import appraisals, competency_results, identity_index
from services.assessment.projections.identity_index import Bearer
from services.chassis.problems import NotFound


async def person(deps: Deps, person_id: UUID) -> Bearer:
    """The person, if assessment has heard of the person."""
    bearer = await identity_index.bearer_of(deps.pool, person_id)
    if bearer is None:
        raise NotFound
    return bearer


async def appraisals_of(deps: Deps, bearer: Bearer) -> list[appraisals.Row]:
    """How a person was rated, year by year."""
    return await appraisals.appraisals_of(deps.pool, bearer.subject, bearer.agency)


async def results_of(deps: Deps, bearer: Bearer) -> list[competency_results.Row]:
    """What a person was measured to be able to do."""
    return await competency_results.results_of(deps.pool, bearer.subject, bearer.agency)
