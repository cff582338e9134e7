"""What may be asked about ratings, feedback, standards and services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.assessment.adapters import ballots
from services.assessment.adapters.packs import Pack, packs
from services.assessment.deps import Deps
from services.assessment.domain import competency_assessment
from services.assessment.domain.competency_assessment import Assessed, assessment_stream
from services.assessment.domain.feedback_cycle import NoSuchCycle
from services.assessment.projections import (
    appraisals,
    competency_dictionaries,
    competency_results,
    feedback_cycles,
    feedback_invitations,
    feedback_rounds,
    identity_index,
    periodic_ratings,
    post_standards,
    potential_results,
    satisfaction_surveys,
    service_times,
    units,
)
from services.assessment.projections.identity_index import Bearer
from services.chassis.deciding import fold
from services.chassis.problems import NotFound


async def person(deps: Deps, person_id: UUID) -> Bearer:
    """The person, if assessment has heard of the person."""
    bearer = await identity_index.bearer_of(deps.pool, person_id)
    if bearer is None:
        raise NotFound
    return bearer


async def appraisals_of(deps: Deps, bearer: Bearer) -> list[appraisals.Row]:
    """How a person was rated, year by year."""
    return await appraisals.appraisals_of(deps.pool, bearer.subject)


async def periodic_ratings_of(deps: Deps, bearer: Bearer) -> list[periodic_ratings.Row]:
    """How a person was rated in the months and quarters of a year."""
    return await periodic_ratings.ratings_of(deps.pool, bearer.subject, bearer.agency)


async def results_of(deps: Deps, bearer: Bearer) -> list[competency_results.Row]:
    """What a person was measured to be able to do."""
    return await competency_results.results_of(deps.pool, bearer.subject)


async def assessors_of(deps: Deps, rows: Sequence[competency_results.Row]) -> dict[UUID, str]:
    """By whom these assessments were made, where that is told: it is sealed, so the log says it."""
    streams = {assessment_stream(row.person_id, row.assessed_on, row.institution) for row in rows}
    told = await deps.store.load_many(sorted(streams))
    states = [fold(competency_assessment, [one.event for one in all_]) for all_ in told.values()]
    return {
        state.event_id: state.report.assessor
        for state in states
        if isinstance(state, Assessed) and state.report.assessor is not None
    }


async def feedback_cycles_of(deps: Deps, agency: str) -> list[feedback_cycles.Row]:
    """The 360 cycles of an agency."""
    return await feedback_cycles.cycles_of(deps.pool, agency)


async def filling_of(deps: Deps, agency: str, cycle_id: UUID) -> tuple[int, int, int]:
    """How many people, questions and answers a cycle of this agency has so far."""
    if all(row.cycle_id != cycle_id for row in await feedback_cycles_of(deps, agency)):
        raise NoSuchCycle
    return await feedback_rounds.filling_of(deps.pool, cycle_id)


async def invitations_of(deps: Deps, agency: str, rater_id: UUID) -> list[feedback_invitations.Row]:
    """About whom somebody is asked just now."""
    return await feedback_invitations.invitations_of(deps.pool, agency, rater_id)


def token_of(deps: Deps, row: feedback_invitations.Row) -> str:
    """What stands for the rater in a workbook of answers: shown to that rater alone."""
    return ballots.token_of(deps.lookup_key, row.cycle_id, row.person_id, row.rater_id)


async def feedback_round_of(deps: Deps, cycle_id: UUID, person_id: UUID) -> feedback_rounds.Row:
    """What was asked about a person in a cycle."""
    row = await feedback_rounds.round_of(deps.pool, cycle_id, person_id)
    if row is None:
        raise NotFound
    return row


def packs_shipped() -> list[Pack]:
    """The dictionaries that come with the product."""
    return list(packs().values())


async def dictionaries_on(deps: Deps, agency: str, day: date) -> list[competency_dictionaries.Row]:
    """The dictionaries in force on a day."""
    return await competency_dictionaries.in_force(deps.pool, agency, day)


async def standards_on(deps: Deps, agency: str, day: date) -> list[post_standards.Row]:
    """The post standards in force on a day."""
    return await post_standards.in_force(deps.pool, agency, day)


async def expiring_on(
    deps: Deps, agency: str, day: date, before: date
) -> list[competency_results.Expiring]:
    """Whose newest result of a day ends before another, by what is known now."""
    return await competency_results.expiring_on(deps.pool, agency, day, before)


async def unit_codes(deps: Deps, agency: str) -> dict[UUID, str]:
    """What each unit of an agency goes by."""
    return await units.codes_of(deps.pool, agency)


async def surveys_of(deps: Deps, agency: str) -> list[satisfaction_surveys.Row]:
    """What the public said of the agency's services."""
    return await satisfaction_surveys.surveys_of(deps.pool, agency)


async def times_of(deps: Deps, agency: str) -> list[service_times.Row]:
    """How long the agency's services took."""
    return await service_times.times_of(deps.pool, agency)


async def potential_of(deps: Deps, bearer: Bearer) -> list[potential_results.Row]:
    """What a person was found able to grow into."""
    return await potential_results.potential_of(deps.pool, bearer.subject)
