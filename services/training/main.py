"""Training, wired: `python -m services.training.main <role or command>`."""

from __future__ import annotations

from pathlib import Path

from contracts.events.training import CompletionRevokedV1, TrainingFinishedV1
from contracts.registry import said_by
from services.chassis.running import run
from services.chassis.service import Service
from services.training import api, imports, webhooks
from services.training.adapters import envelopes
from services.training.adapters.stored_events import CODEC
from services.training.deps import Deps, build
from services.training.domain.terms import Refused
from services.training.projections import (
    attendance,
    budget_movements,
    catalogue,
    competency_codes,
    competency_levels,
    identity_index,
    jp_earned,
    learning_record,
    mentoring_sessions,
    mentorings,
    nominations,
    orientation_tasks,
    post_codes,
    post_requirements,
    postings,
    providers,
    retirement_ages,
    study_assignments,
    study_dossier,
    total_spending,
    training_classes,
    training_needs,
    training_plans,
    work_units,
)
from services.training.publisher import to_contract
from services.training.reactions import REACTIONS
from services.training.settings import Settings


def sign_report(deps: Deps, file: str, webhook_id: str | None = None) -> str:
    """Print the headers with which a provider would send FILE now, for curl --header @-."""
    body = Path(file).read_bytes()
    headers = deps.signatures.made(webhook_id or f"msg_{deps.new_id().hex}", body, deps.now())
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


SERVICE = Service(
    name="training",
    settings=Settings,
    codec=CODEC,
    to_contract=to_contract,
    said=(TrainingFinishedV1, CompletionRevokedV1),
    hears={source: said_by(source) for source in ("profile", "assessment", "career")},
    routers=(*api.routers, webhooks.router, imports.router),
    build_deps=build,
    projections=(
        learning_record,
        identity_index.index,
        identity_index.erased,
        catalogue,
        providers,
        training_classes,
        nominations,
        attendance,
        budget_movements,
        total_spending,
        study_assignments,
        study_dossier,
        retirement_ages,
        training_needs,
        training_plans,
        competency_codes,
        competency_levels,
        post_codes,
        post_requirements,
        work_units,
        jp_earned,
        postings,
        orientation_tasks,
        mentorings,
        mentoring_sessions,
    ),
    reactions=REACTIONS,
    refused=Refused,
    imports=imports.KINDS,
    forgets=envelopes.forget_reports,
    migrations=Path(__file__).parent / "migrations",
    operator_commands={"sign-report": sign_report},
)

if __name__ == "__main__":
    run(SERVICE)
