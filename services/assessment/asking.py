"""What every door of assessment asks for: who is asking, and what it answers to a command."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict

from services.assessment.deps import Deps
from services.chassis.access_log import Purpose, purpose
from services.chassis.auth import Principal, require
from services.chassis.events import Origin
from services.chassis.tokens import after

Officer = Annotated[Principal, Depends(require("officer"))]
Assessor = Annotated[Principal, Depends(require("officer", "assessor"))]
# Somebody who answers for themselves, whatever else they may do.
Employee = Annotated[Principal, Depends(require("employee", "official", "officer"))]
# Whoever may read about people, and everybody about themselves; `may_see` decides row by row.
Person = Annotated[
    Principal, Depends(require("officer", "official", "auditor", "assessor", "employee"))
]
# Who reads about a whole agency.
Auditor = Annotated[Principal, Depends(require("officer", "official", "auditor"))]
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
