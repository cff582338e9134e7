"""What the public said of a service, and how long it took."""

from __future__ import annotations

from typing import Any

from services.assessment.deps import Deps
from services.assessment.domain import satisfaction_survey, service_times
from services.assessment.domain.satisfaction_survey import (
    CorrectSurvey,
    RecordSurvey,
    period_of,
)
from services.assessment.domain.service_times import CorrectTimes, RecordTimes
from services.chassis.deciding import Executed, execute
from services.chassis.events import Origin


async def record_survey(
    deps: Deps, agency: str, command: RecordSurvey | CorrectSurvey, origin: Origin
) -> Executed[Any]:
    """A survey of the nine elements was evaluated, or its evaluation is corrected."""
    subject = period_of(agency, command.period)
    return await execute(
        deps.store,
        satisfaction_survey,
        f"survey-{subject}",
        command,
        subject=subject,
        agency=agency,
        origin=origin,
    )


async def record_times(
    deps: Deps, agency: str, command: RecordTimes | CorrectTimes, origin: Origin
) -> Executed[Any]:
    """How long the cases of a period took."""
    subject = period_of(agency, command.period)
    return await execute(
        deps.store,
        service_times,
        f"times-{subject}",
        command,
        subject=subject,
        agency=agency,
        origin=origin,
    )
