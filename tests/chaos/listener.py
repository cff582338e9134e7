"""The listener: `python -m tests.chaos.listener <role or command>`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.chassis.answering import Once
from services.chassis.auth import require
from services.chassis.deciding import execute
from services.chassis.event_store import EventStore
from services.chassis.events import Origin, Seen
from services.chassis.projecting import known_through, one_moment, provisional_reasons
from services.chassis.reacting import Reaction, Reactions
from services.chassis.running import run
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from tests.chaos.world import (
    ADDING,
    CHAINS,
    LISTENER_CODEC,
    MARKS,
    EchoedV1,
    MarkedV1,
    chain_of,
    echoed,
    is_answered,
)

router = APIRouter()


class Settings(ServiceSettings):
    """The listener's settings."""

    service: str = "listener"


@dataclass(frozen=True, slots=True)
class Deps:
    runtime: Runtime

    @property
    def store(self) -> EventStore:
        return self.runtime.store


@router.get("/things/{thing}", dependencies=[Depends(require())])
async def as_known_at(thing: UUID, known_at: datetime, request: Request) -> dict[str, Any]:
    """What was recorded of a thing up to an instant, and whether that may still change."""
    deps: Deps = request.app.state.deps
    async with one_moment(deps.runtime.pool, "marks") as db:
        rows = await db.fetch(
            "SELECT value FROM marks WHERE thing_id = $1 AND recorded_at <= $2 ORDER BY psn",
            thing,
            known_at,
        )
        through = await known_through(db, "marks", ["source"])
        reasons = await provisional_reasons(db, "marks", ["source"], [thing])
    return {
        "answer": chain_of(row["value"] for row in rows),
        "known_through": through and through.isoformat(),
        "provisional": through is None or through < known_at or bool(reasons),
    }


def react(event: MarkedV1, seen: Seen) -> Reaction | None:
    """Every third value is answered."""
    if not is_answered(event.value):
        return None

    async def answer(deps: Deps, once: Once, origin: Origin) -> None:
        await execute(
            deps.store,
            ADDING,
            f"echo-{event.thing_id}",
            event.value,
            subject=event.thing_id,
            agency=seen.agency,
            origin=origin,
            once=once,
        )

    return Reaction(rule="echo", run=answer)


REACTIONS = Reactions(reads=(MarkedV1,), react=react)
SERVICE = Service(
    name="listener",
    settings=Settings,
    codec=LISTENER_CODEC,
    to_contract=echoed,
    said=(EchoedV1,),
    hears={"source": (MarkedV1,)},
    routers=(router,),
    build_deps=Deps,
    projections=(CHAINS, MARKS),
    reactions=REACTIONS,
    migrations=Path(__file__).parent / "tables" / "listener",
)

if __name__ == "__main__":
    run(SERVICE)
