"""The source: `python -m tests.chaos.source <role or command>`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from services.chassis import tokens
from services.chassis.answering import Once
from services.chassis.auth import Principal, require
from services.chassis.deciding import execute
from services.chassis.events import Origin
from services.chassis.running import run
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings
from tests.chaos.world import ADDING, ECHOES, SOURCE_CODEC, TALLY, EchoedV1, MarkedV1, marked

router = APIRouter()


class Settings(ServiceSettings):
    """The source's settings."""

    service: str = "source"


class MarkIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    step: str
    value: int


@dataclass(frozen=True, slots=True)
class Deps:
    runtime: Runtime


@router.post("/things/{thing}/marks")
async def mark(
    thing: UUID,
    body: MarkIn,
    request: Request,
    response: Response,
    who: Annotated[Principal, Depends(require("writer"))],
) -> dict[str, str]:
    deps: Deps = request.app.state.deps
    executed = await execute(
        deps.runtime.store,
        ADDING,
        f"thing-{thing}",
        body.value,
        subject=thing,
        agency=who.agency,
        origin=Origin(actor=who.subject, door="marks", document=body.step),
        once=Once.of("marks", f"{thing}:{body.step}", body.model_dump_json().encode()),
    )
    return {"token": tokens.say(response, executed.token)}


SERVICE = Service(
    name="source",
    settings=Settings,
    codec=SOURCE_CODEC,
    to_contract=marked,
    said=(MarkedV1,),
    hears={"listener": (EchoedV1,)},
    routers=(router,),
    build_deps=Deps,
    projections=(TALLY, ECHOES),
    migrations=Path(__file__).parent / "tables" / "source",
)

if __name__ == "__main__":
    run(SERVICE)
