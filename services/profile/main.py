"""Profile, wired: `python -m services.profile.main <role or command>`."""

from __future__ import annotations

from pathlib import Path

from contracts.registry import said_by
from services.chassis.running import run
from services.chassis.service import Service
from services.profile import api, imports
from services.profile.adapters.stored_events import CODEC
from services.profile.commands.forgetting import forget_again, forget_by_operator
from services.profile.deps import build
from services.profile.domain.terms import Refused
from services.profile.projections import (
    disputes,
    identity_index,
    person_card,
    post_history,
    post_map,
    unit_history,
    work_units,
)
from services.profile.publisher import SAID, to_contract
from services.profile.reactions import REACTIONS
from services.profile.settings import Settings

SERVICE = Service(
    name="profile",
    settings=Settings,
    codec=CODEC,
    to_contract=to_contract,
    said=SAID,
    hears={"career": said_by("career")},
    routers=(*api.routers, imports.router),
    build_deps=build,
    projections=(
        person_card,
        identity_index.index,
        work_units,
        post_map,
        post_history,
        unit_history,
        disputes,
    ),
    reactions=REACTIONS,
    refused=Refused,
    imports=imports.KINDS,
    forgets_again=forget_again,
    operator_commands={"forget": forget_by_operator},
    forgets=identity_index.forget_bearers,
    migrations=Path(__file__).parent / "migrations",
)

if __name__ == "__main__":
    run(SERVICE)
