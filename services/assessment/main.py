"""Assessment, wired: `python -m services.assessment.main <role or command>`."""

from __future__ import annotations

from pathlib import Path

from contracts.registry import said_by
from services.assessment import api, imports
from services.assessment.adapters.stored_events import CODEC
from services.assessment.deps import build
from services.assessment.domain.terms import Refused
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
    seats,
    service_times,
    units,
)
from services.assessment.publisher import to_contract
from services.assessment.settings import Settings
from services.chassis.running import run
from services.chassis.service import Service

SERVICE = Service(
    name="assessment",
    settings=Settings,
    codec=CODEC,
    to_contract=to_contract,
    said=said_by("assessment"),
    hears={"profile": said_by("profile")},
    routers=(*api.routers, imports.router),
    build_deps=build,
    projections=(
        appraisals,
        periodic_ratings,
        competency_results,
        potential_results,
        feedback_cycles,
        feedback_rounds,
        feedback_invitations,
        seats,
        units,
        competency_dictionaries,
        post_standards,
        satisfaction_surveys,
        service_times,
        identity_index.index,
        identity_index.erased,
    ),
    refused=Refused,
    imports=imports.KINDS,
    forgets=identity_index.forget_bearers,
    migrations=Path(__file__).parent / "migrations",
)

if __name__ == "__main__":
    run(SERVICE)
