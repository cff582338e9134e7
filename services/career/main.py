"""Career, wired: `python -m services.career.main <role or command>`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from contracts.events.career import AppointmentDecreedV1
from contracts.events.profile import PersonForgottenV1
from contracts.registry import said_by
from services.career import api, cases
from services.career.adapters.stored_events import CODEC
from services.career.commands import adopt_shipped
from services.career.deps import build
from services.career.domain.terms import Refused
from services.career.projections import (
    adopted_policies,
    dossier_facts,
    posts,
    recorded_answers,
)
from services.career.publisher import to_contract
from services.career.settings import Settings
from services.chassis.erased_subjects import ErasedSubjects
from services.chassis.running import run
from services.chassis.service import Service


def run_cases(_: Any, *policies: str) -> int:
    """Run the worked cases of all policies, or of those named."""
    return cases.run(policies)


SERVICE = Service(
    name="career",
    settings=Settings,
    codec=CODEC,
    to_contract=to_contract,
    said=(AppointmentDecreedV1,),
    hears={source: said_by(source) for source in ("profile", "assessment", "training")},
    routers=api.routers,
    build_deps=build,
    projections=(
        dossier_facts,
        adopted_policies,
        posts,
        recorded_answers,
        ErasedSubjects((PersonForgottenV1,)),
    ),
    refused=Refused,
    migrations=Path(__file__).parent / "migrations",
    operator_commands={"cases": run_cases},
    on_start=adopt_shipped,
)

if __name__ == "__main__":
    # A lawyer who runs the cases has neither database nor keys.
    if sys.argv[1:2] == ["cases"]:
        sys.exit(cases.run(sys.argv[2:]))
    run(SERVICE)
