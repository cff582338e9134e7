"""What every door of profile asks for: who is asking, and what it answers to a command."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict

from services.chassis.access_log import Purpose, purpose
from services.chassis.answering import Once
from services.chassis.auth import Principal, require
from services.chassis.events import Origin
from services.chassis.tokens import after
from services.profile.commands.record import Case
from services.profile.deps import Deps

Officer = Annotated[Principal, Depends(require("officer"))]
Official = Annotated[Principal, Depends(require("official"))]
Employee = Annotated[Principal, Depends(require("employee"))]
# Who reads about people beside those who write; row by row, queries.py decides.
READERS = ("officer", "official", "auditor", "assessor")
Reader = Annotated[Principal, Depends(require(*READERS))]
# Whoever may read about people, and everybody about themselves; `may_see` decides row by row.
Person = Annotated[Principal, Depends(require(*READERS, "employee"))]
Anyone = Annotated[Principal, Depends(require())]
After = Annotated[str | None, Depends(after)]
Why = Annotated[Purpose, Depends(purpose)]


async def deps_of(request: Request) -> Deps:
    deps: Deps = request.app.state.deps
    return deps


Given = Annotated[Deps, Depends(deps_of)]


Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=100)]


async def case_of(request: Request, who: Officer, key: Key = None) -> Case:
    """An officer's command; with an `Idempotency-Key` it is answered once."""
    return await _case(request, who, key)


async def approval_of(request: Request, who: Official, key: Key = None) -> Case:
    """An official's word, for what an officer alone may not do."""
    return await _case(request, who, key)


async def own_word_of(request: Request, who: Employee, key: Key = None) -> Case:
    """What somebody says of themselves: nobody has checked it."""
    case = await _case(request, who, key)
    return case.resting_on(None, None, verified=False)


async def _case(request: Request, who: Principal, key: str | None) -> Case:
    door = f"http:{request.scope['route'].path}"
    once = (
        Once.of(f"{door}:{who.agency}:{who.subject}", key, await _asked(request)) if key else None
    )
    return Case(who.agency, Origin(actor=who.subject, door=door), once)


async def _asked(request: Request) -> bytes:
    """Path and body: another person's rank is another request."""
    return request.url.path.encode() + b"\n" + await request.body()


Asked = Annotated[Case, Depends(case_of)]
Own = Annotated[Case, Depends(own_word_of)]
Approved = Annotated[Case, Depends(approval_of)]


class Incoming(BaseModel):
    """What comes in: nothing missing, nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Done(BaseModel):
    """What a command did can be read with this token; `event_ids` are the facts it added."""

    token: str
    event_ids: list[UUID]


class Registered(Done):
    person_id: UUID
