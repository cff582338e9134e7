"""What a person was found able to grow into."""

from __future__ import annotations

from typing import Any

from services.assessment.commands.record import Task, executed
from services.assessment.deps import Deps
from services.assessment.domain import potential_assessment
from services.assessment.domain.potential_assessment import (
    CorrectPotential,
    RecordPotential,
    potential_of,
)
from services.assessment.projections.identity_index import Bearer
from services.chassis.deciding import Executed, Work
from services.chassis.events import Origin


async def record_potential(
    deps: Deps, command: RecordPotential | CorrectPotential, who: Bearer, origin: Origin
) -> Executed[Any]:
    """An institution has scored a person's potential, or corrects what it reported."""
    return await executed(deps, scoring(command, who, origin))


def scoring(command: RecordPotential | CorrectPotential, who: Bearer, origin: Origin) -> Task:
    found = command.potential
    key = potential_of(who.subject, found.assessed_on, found.institution)
    return Work(
        decider=potential_assessment,
        stream=f"potential-{key}",
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )
