"""What every door of career asks for: who is asking, whose record, and for what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Request
from pydantic import BaseModel, ConfigDict

from services.career import queries
from services.career.commands import Answering
from services.career.deps import Deps
from services.chassis.access_log import Purpose, purpose, record_read
from services.chassis.answering import Answer, Once
from services.chassis.auth import Principal, may_see, require
from services.chassis.canonical import canonical_of
from services.chassis.deciding import Executed
from services.chassis.events import Origin
from services.chassis.problems import NotAllowed
from services.chassis.tokens import after

Anyone = Annotated[Principal, Depends(require())]
Reader = Annotated[
    Principal,
    Depends(require("officer", "official", "assessor", "auditor", "employee", "service")),
]
Prover = Annotated[Principal, Depends(require("officer", "official", "auditor"))]
Officer = Annotated[Principal, Depends(require("officer", "official"))]
Official = Annotated[Principal, Depends(require("official"))]
PolicyAdmin = Annotated[Principal, Depends(require("policy_admin"))]
After = Annotated[str | None, Depends(after)]
Why = Annotated[Purpose, Depends(purpose)]
PolicyName = Annotated[str, Path(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]
IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)
]


async def deps_of(request: Request) -> Deps:
    deps: Deps = request.app.state.deps
    return deps


Given = Annotated[Deps, Depends(deps_of)]


def origin_of(who: Principal, door: str, document: str | None = None) -> Origin:
    return Origin(actor=who.subject, door=f"http:{door}", document=document)


def answering(
    who: Principal,
    door: str,
    key: str | None,
    body: BaseModel,
    out: Callable[[Executed[Any]], BaseModel],
    status: int = 200,
) -> Answering:
    """The same key with the same body is answered the same; keys of different people differ."""
    if key is None:
        return Answering()
    return Answering(
        Once.of(door, f"{who.subject}/{key}", canonical_of(body)),
        lambda done: Answer(status=status, body=canonical_of(out(done))),
    )


async def record_of(deps: Deps, who: Principal, person_id: UUID) -> str:
    """The agency of a person's record, if the reader may see it."""
    agency = await queries.agency_of(deps, person_id)
    if not may_see(who, agency, person_id):
        raise NotAllowed
    return agency


async def read_of(deps: Deps, who: Principal, person_id: UUID, what: str, why: Purpose) -> str:
    """The same for a reading, which is noted before anything is shown."""
    agency = await record_of(deps, who, person_id)
    await record_read(deps.pool, who, person_id, what, why)
    return agency


class Incoming(BaseModel):
    """What comes in: nothing missing, nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Done(BaseModel):
    """What a command did can be read with this token."""

    token: str
