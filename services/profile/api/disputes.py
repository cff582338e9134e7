"""Disputes over HTTP: a person files, an officer answers, both see where it stands."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from contracts.envelope import Text
from services.chassis.problems import NotFound
from services.profile import queries
from services.profile.api.facts import answered
from services.profile.api.workbooks import sheet
from services.profile.asking import After, Asked, Done, Given, Incoming, Own, Person
from services.profile.commands import disputes
from services.profile.domain.dispute import (
    AnswerReturn,
    Decide,
    Return,
    Take,
    Waiting,
    WithdrawDispute,
)
from services.profile.projections import disputes as standing

router = APIRouter(tags=["disputes"])


class DisputeIn(Incoming):
    """`fact`: the line of the card that is wrong; null when one is missing."""

    fact: UUID | None = None
    claim: Text


class WordsIn(Incoming):
    words: Text


class DecisionIn(Incoming):
    """To accept is to name the fact that now stands."""

    accepted: bool
    reason: Text
    corrected_by: UUID | None = None


class DisputeOut(BaseModel):
    dispute_id: UUID
    person_id: UUID
    fact: UUID | None
    status: str
    waits_for: str
    owner: str | None
    filed_on: date
    since: date
    due: date | None
    corrected_by: UUID | None


class StepOut(BaseModel):
    """`words` are null once the person has been forgotten."""

    happened_on: date
    status: str
    by: str
    words: str | None


@router.post("/people/{person_id}/disputes", status_code=201)
async def file(person_id: UUID, body: DisputeIn, deps: Given, own: Own, response: Response) -> Done:
    """I say that a fact about me is wrong, or that one is missing; the id is the dispute's."""
    if str(person_id) != own.origin.actor:
        raise NotFound
    done = await disputes.file_dispute(deps, own, person_id, body.fact, body.claim)
    return answered(response, done)


@router.post("/disputes/{dispute_id}/taking", status_code=201)
async def take(dispute_id: UUID, deps: Given, asked: Asked, response: Response) -> Done:
    """I will answer this one."""
    command = Take(event_id=deps.new_id(), owner=asked.origin.actor, on=deps.today())
    return answered(response, await disputes.move(deps, asked, dispute_id, command))


@router.post("/disputes/{dispute_id}/return", status_code=201)
async def give_back(
    dispute_id: UUID, body: WordsIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Something is missing; the person is told what."""
    command = Return(
        event_id=deps.new_id(),
        owner=asked.origin.actor,
        reason=body.words,
        on=deps.today(),
    )
    return answered(response, await disputes.move(deps, asked, dispute_id, command))


@router.post("/disputes/{dispute_id}/answer", status_code=201)
async def answer(
    dispute_id: UUID, body: WordsIn, deps: Given, own: Own, response: Response
) -> Done:
    """What was asked of me, without starting over."""
    command = AnswerReturn(
        event_id=deps.new_id(),
        person_id=UUID(own.origin.actor),
        answer=body.words,
        on=deps.today(),
    )
    return answered(response, await disputes.move(deps, own, dispute_id, command))


@router.post("/disputes/{dispute_id}/withdrawal", status_code=201)
async def withdraw(dispute_id: UUID, deps: Given, own: Own, response: Response) -> Done:
    """I take it back."""
    command = WithdrawDispute(
        event_id=deps.new_id(), person_id=UUID(own.origin.actor), on=deps.today()
    )
    return answered(response, await disputes.move(deps, own, dispute_id, command))


@router.post("/disputes/{dispute_id}/decision", status_code=201)
async def decide(
    dispute_id: UUID, body: DecisionIn, deps: Given, asked: Asked, response: Response
) -> Done:
    """Accepted, naming the fact that now stands, or rejected; with a reason."""
    command = Decide(
        event_id=deps.new_id(),
        owner=asked.origin.actor,
        accepted=body.accepted,
        reason=body.reason,
        corrected_by=body.corrected_by,
        on=deps.today(),
    )
    return answered(response, await disputes.move(deps, asked, dispute_id, command))


@router.get("/disputes")
async def waiting(
    deps: Given,
    who: Person,
    token: After,
    waits_for: Annotated[Waiting | None, Query()] = None,
) -> list[DisputeOut]:
    """The queue of the agency; for an employee, one's own. The first to fall due first."""
    await deps.own_writes.are_in(token, standing.table)
    rows = await queries.disputes(deps, who, waits_for.value if waits_for else None)
    return [DisputeOut(**row) for row in rows]


@router.get("/disputes/workbook", response_class=Response)
async def waiting_workbook(
    deps: Given,
    who: Person,
    token: After,
    waits_for: Annotated[Waiting | None, Query()] = None,
) -> Response:
    """The same as a workbook."""
    found = await waiting(deps, who, token, waits_for)
    rows = [
        (
            *(str(one.dispute_id), str(one.person_id), one.status, one.waits_for, one.owner),
            *(one.filed_on, one.since, one.due, str(one.corrected_by or "") or None),
        )
        for one in found
    ]
    head = "SANGGAHAN,PEGAWAI,STATUS,MENUNGGU,PEMILIK,DIAJUKAN,SEJAK,BATAS,DIBETULKAN OLEH"
    return sheet("sanggahan", deps.today(), head, rows)


@router.get("/disputes/{dispute_id}/steps/workbook", response_class=Response)
async def steps_workbook(dispute_id: UUID, deps: Given, who: Person) -> Response:
    """The same as a workbook."""
    found = await steps(dispute_id, deps, who)
    rows = [(one.happened_on, one.status, one.by, one.words) for one in found]
    return sheet("langkah sanggahan", deps.today(), "TANGGAL,STATUS,OLEH,KATA-KATA", rows)


@router.get("/disputes/{dispute_id}/steps")
async def steps(dispute_id: UUID, deps: Given, who: Person) -> list[StepOut]:
    """Everything that was said and done, in order."""
    return [StepOut(**step) for step in await queries.dispute_steps(deps, who, dispute_id)]
