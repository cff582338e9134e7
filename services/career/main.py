"""Career, wired: `python -m services.career.main <role or command>`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.events.career import AppointmentDecreedV1
from contracts.events.profile import PersonForgottenV1
from contracts.registry import said_by
from services.career import api, cases, evidence
from services.career.adapters.stored_events import CODEC
from services.career.commands import adopt_shipped
from services.career.deps import Deps, build
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
from services.chassis.problems import Problem, type_of
from services.chassis.running import run
from services.chassis.service import Service


def run_cases(_: Any, *policies: str) -> int:
    """Run the worked cases of all policies, or of those named."""
    return cases.run(policies)


async def write_evidence(deps: Deps, what: str = "", of: str = "", file: str = "") -> int:
    """Write evidence as a bundle: `answer` or `decision` or `person`, its id, and the file."""
    told: dict[str, Any] = {"file": file}
    try:
        made = await evidence.of_command(deps, what, UUID(of))
    except (ValueError, Problem) as refused:
        told |= {"file": None, "wrong": type_of(type(refused)), "because": str(refused)}
        sys.stdout.write(f"{json.dumps(told)}\n")
        return 1
    await asyncio.to_thread(Path(file).write_bytes, made.file)
    told |= {"sha256": made.sha256, "steps": made.checked.steps}
    sys.stdout.write(f"{json.dumps(told, indent=1, default=str)}\n")
    return 0


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
    operator_commands={"cases": run_cases, "evidence": write_evidence},
    on_start=adopt_shipped,
)

if __name__ == "__main__":
    # A lawyer who runs the cases has neither database nor keys.
    if sys.argv[1:2] == ["cases"]:
        sys.exit(cases.run(sys.argv[2:]))
    run(SERVICE)
