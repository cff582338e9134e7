"""Discipline over HTTP: appeals, their outcome, cancellation, and what absence leads to."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from contracts.envelope import Text
from services.chassis.query_values import Day
from services.profile.api.facts import SanctionIn, answered, day_after
from services.profile.asking import Asked, Done, Given, Incoming, Reader
from services.profile.commands import record
from services.profile.domain.discipline import (
    AppealSanction,
    CancelSanction,
    DecideAppeal,
    proposed_for_absence,
    sanction_of,
)
from services.profile.domain.facts import AppealKind, Sanction
from services.profile.domain.terms import Severity

router = APIRouter(tags=["discipline"])


class AppealIn(Incoming):
    kind: AppealKind
    appealed_on: Day


class DecisionIn(Incoming):
    """`changed` is the sanction as the decision leaves it; null when it stands as it was."""

    decided_on: Day
    decree_number: Text | None = None
    changed: SanctionIn | None = None


class CancellationIn(Incoming):
    cancelled_on: Day
    decree_number: Text


class ProposalOut(BaseModel):
    """What the law provides; an official decides."""

    kind: str | None
    severity: Severity | None
    law: str
    article: str
    consecutive: bool


@router.post("/people/{person_id}/sanctions/{sanction_id}/appeal", status_code=201)
async def appeal(
    person_id: UUID,
    sanction_id: UUID,
    body: AppealIn,
    deps: Given,
    asked: Asked,
    response: Response,
) -> Done:
    """The person has appealed: whether the sanction stands is open until it is decided."""
    command = AppealSanction(
        event_id=deps.new_id(), sanction=sanction_id, kind=body.kind, on=body.appealed_on
    )
    return answered(response, await record.told(deps, asked, person_id, command))


@router.post("/people/{person_id}/sanctions/{sanction_id}/decision", status_code=201)
async def decide(
    person_id: UUID,
    sanction_id: UUID,
    body: DecisionIn,
    deps: Given,
    asked: Asked,
    response: Response,
) -> Done:
    """The appeal is decided: the sanction stands, or is changed."""
    command = DecideAppeal(
        event_id=deps.new_id(),
        sanction=sanction_id,
        on=body.decided_on,
        decree_number=body.decree_number,
        changed=_changed(body.changed),
    )
    return answered(response, await record.told(deps, asked, person_id, command))


@router.post("/people/{person_id}/sanctions/{sanction_id}/cancellation", status_code=201)
async def cancel(
    person_id: UUID,
    sanction_id: UUID,
    body: CancellationIn,
    deps: Given,
    asked: Asked,
    response: Response,
) -> Done:
    """A decree says that the sanction never stood."""
    command = CancelSanction(
        event_id=deps.new_id(),
        sanction=sanction_id,
        on=body.cancelled_on,
        decree_number=body.decree_number,
    )
    return answered(response, await record.told(deps, asked, person_id, command))


class AbsenceIn(BaseModel):
    """Working days without a valid reason in one year, and how many of them in a row."""

    model_config = {"extra": "forbid"}

    days: Annotated[int, Query(ge=0, le=366)]
    consecutive: Annotated[int, Query(ge=0, le=366)] = 0
    year_end: Day


@router.get("/discipline/absence")
async def absence(_: Reader, asked: Annotated[AbsenceIn, Query()]) -> ProposalOut:
    """What the law proposes for so much absence; nothing is recorded."""
    found = proposed_for_absence(asked.days, consecutive=asked.consecutive, on=asked.year_end)
    if found is None:
        return ProposalOut(
            kind=None, severity=None, law="PP-94-2021", article="11", consecutive=False
        )
    return ProposalOut(
        kind=found.kind,
        severity=found.severity,
        law=found.law,
        article=found.article,
        consecutive=found.consecutive,
    )


def _changed(body: SanctionIn | None) -> Sanction | None:
    if body is None:
        return None
    return sanction_of(
        body.kind,
        body.starts_on,
        severity=body.severity,
        law=body.law,
        ends_on=day_after(body.until),
        decree_number=body.decree_number,
    )
