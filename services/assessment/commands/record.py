"""What was found out about one person: yearly ratings and competency results."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.assessment.deps import Deps
from services.assessment.domain import appraisal, competency_assessment, periodic_rating
from services.assessment.domain.appraisal import CompleteAppraisal, CorrectAppraisal, appraisal_of
from services.assessment.domain.competency_assessment import (
    CorrectAssessment,
    RecordAssessment,
    assessment_stream,
)
from services.assessment.domain.periodic_rating import (
    CorrectPeriod,
    RatePeriod,
    periodic_rating_of,
)
from services.assessment.domain.terms import UnknownPerson
from services.assessment.projections.identity_index import Bearer, bearer_of
from services.chassis.deciding import Executed, Work, execute
from services.chassis.events import Origin

Task = Work[Any, Any, Any]


async def complete_appraisal(
    deps: Deps, command: CompleteAppraisal | CorrectAppraisal, who: Bearer, origin: Origin
) -> Executed[Any]:
    """A year's performance was rated, or its rating is corrected."""
    return await executed(deps, appraising(command, who, origin))


async def rate_period(
    deps: Deps, command: RatePeriod | CorrectPeriod, who: Bearer, origin: Origin
) -> Executed[Any]:
    """A month or a quarter was rated, or its rating is corrected."""
    return await executed(deps, rating_period(command, who, origin))


async def record_assessment(
    deps: Deps, command: RecordAssessment | CorrectAssessment, who: Bearer, origin: Origin
) -> Executed[Any]:
    """An institution has measured a person's competencies, or corrects what it reported."""
    return await executed(deps, assessing(command, who, origin))


async def person_of(deps: Deps, agency: str, person_id: UUID) -> Bearer:
    """The person, if on record for this agency."""
    known = await bearer_of(deps.pool, person_id)
    if known is None or known.agency != agency:
        raise UnknownPerson
    return known


async def executed(deps: Deps, task: Task) -> Executed[Any]:
    return await execute(
        deps.store,
        task.decider,
        task.stream,
        task.command,
        subject=task.subject,
        agency=task.agency,
        origin=task.origin,
    )


def appraising(command: CompleteAppraisal | CorrectAppraisal, who: Bearer, origin: Origin) -> Task:
    return Work(
        decider=appraisal,
        stream=f"appraisal-{appraisal_of(who.subject, command.year)}",
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )


def assessing(command: RecordAssessment | CorrectAssessment, who: Bearer, origin: Origin) -> Task:
    report = command.report
    return Work(
        decider=competency_assessment,
        stream=assessment_stream(who.subject, report.assessed_on, report.institution),
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )


def rating_period(command: RatePeriod | CorrectPeriod, who: Bearer, origin: Origin) -> Task:
    return Work(
        decider=periodic_rating,
        stream=f"period-{periodic_rating_of(who.subject, command.period)}",
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )
