"""What every door of training asks for: who is asking, and what it answers to a command."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict

from services.chassis.access_log import Purpose, purpose
from services.chassis.auth import Principal, require
from services.chassis.events import Origin
from services.chassis.tokens import after
from services.training.deps import Deps

Officer = Annotated[Principal, Depends(require("officer"))]
Official = Annotated[Principal, Depends(require("official"))]
# Who may say how something stands that no record tells.
Judging = Annotated[Principal, Depends(require("officer", "official"))]
# An officer for anybody, everybody else for themselves; the door looks.
Applicant = Annotated[Principal, Depends(require("officer", "employee"))]
Organiser = Annotated[Principal, Depends(require("officer", "provider_manager"))]
# Whoever may read about people, and everybody about themselves; `may_see` decides row by row.
Person = Annotated[
    Principal,
    Depends(require("officer", "official", "auditor", "assessor", "provider_manager", "employee")),
]
# Who reads about an agency's plans and money.
Auditor = Annotated[Principal, Depends(require("officer", "official", "auditor"))]
# Who reads who takes part in a class.
RosterReader = Annotated[
    Principal, Depends(require("officer", "official", "auditor", "provider_manager"))
]
Anyone = Annotated[Principal, Depends(require())]
After = Annotated[str | None, Depends(after)]
Why = Annotated[Purpose, Depends(purpose)]


async def deps_of(request: Request) -> Deps:
    deps: Deps = request.app.state.deps
    return deps


Given = Annotated[Deps, Depends(deps_of)]


def origin_of(who: Principal, door: str) -> Origin:
    return Origin(actor=who.subject, door=f"http:{door}")


class Incoming(BaseModel):
    """What comes in: nothing missing, nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Done(BaseModel):
    """What a command did can be read with this token."""

    token: str


class EnrolmentDone(Done):
    enrolment_id: UUID
