"""A whole service with neutral words: `python -m tests.support.sample_service <role>`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.chassis import tokens
from services.chassis.answering import Once
from services.chassis.auth import Principal, require
from services.chassis.deciding import execute
from services.chassis.events import About, Origin
from services.chassis.running import run
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.settings import ServiceSettings, variable
from tests.support import counter


class Settings(ServiceSettings):
    """The sample's settings."""

    service: str = "sample"

    port: int = Field(8190, ge=0, le=65535, json_schema_extra=variable("PORT", per_service=True))
    """The port of the role `api` (or of all roles in one process)."""


class CountIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    step: str
    by: int = 1


@dataclass(frozen=True, slots=True)
class Deps:
    runtime: Runtime


router = APIRouter()


@router.post("/counters/{subject}")
async def count(
    subject: UUID,
    body: CountIn,
    request: Request,
    response: Response,
    who: Annotated[Principal, Depends(require("writer"))],
) -> dict[str, str]:
    deps: Deps = request.app.state.deps
    executed = await execute(
        deps.runtime.store,
        counter,
        f"counter-{subject}",
        counter.Count(step=body.step, by=body.by),
        subject=subject,
        agency=who.agency,
        origin=Origin(actor=who.subject, door="counters"),
        once=Once.of("counters", f"{subject}:{body.step}", body.model_dump_json().encode()),
    )
    return {"token": tokens.say(response, executed.token)}


@router.get("/slow", dependencies=[Depends(require())])
async def slow(seconds: float) -> dict[str, bool]:
    await asyncio.sleep(seconds)
    return {"slept": True}


def to_contract(event: counter.Event, about: About) -> None:
    """Nobody hears of it."""


async def hello(deps: Deps, *names: str) -> str:
    """Greet somebody."""
    return f"hello {' '.join(names)}"


SERVICE = Service(
    name="sample",
    settings=Settings,
    codec=counter.CODEC,
    to_contract=to_contract,
    said=(),
    hears={},
    routers=(router,),
    build_deps=Deps,
    refused=counter.Refused,
    operator_commands={"hello": hello},
)

if __name__ == "__main__":
    run(SERVICE)
