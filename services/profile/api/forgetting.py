"""Forgetting a person over HTTP: an officer asks, an official approves."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response

from contracts.envelope import Code
from services.chassis.deciding import Executed
from services.chassis.query_values import Day
from services.chassis.tokens import say
from services.profile.asking import Approved, Asked, Done, Given, Incoming
from services.profile.commands import forgetting
from services.profile.domain.forgetting import Ground
from services.profile.domain.person import Event

router = APIRouter(tags=["forgetting"])


class ForgettingIn(Incoming):
    """`kept_until`: the last day for which the archive schedule keeps this record, by that
    document."""

    ground: Literal["REQUESTED", "NO_LONGER_NEEDED", "RETENTION_ENDED"]
    kept_until: Day
    document_number: Code


@router.post("/people/{person_id}/forgetting", status_code=201)
async def ask(
    person_id: UUID, body: ForgettingIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Ask for a person to be forgotten. Nothing happens before an official approves."""
    done = await forgetting.ask_forgetting(
        deps, asked, person_id, Ground(body.ground), body.kept_until, body.document_number
    )
    return _done(response, done)


@router.post("/people/{person_id}/forgetting/approval", status_code=201)
async def approve(person_id: UUID, deps: Given, approved: Approved, response: Response) -> Done:
    """Forget the person: what names them becomes unreadable everywhere, and stays so."""
    return _done(response, await forgetting.forget(deps, approved, person_id))


def _done(response: Response, executed: Executed[Event]) -> Done:
    return Done(token=say(response, executed.token), event_ids=list(executed.event_ids))
