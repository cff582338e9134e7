"""Potential over HTTP: eight aspects, as institutions scored them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code, Text
from services.assessment import queries
from services.assessment.asking import (
    After,
    Assessor,
    Done,
    Given,
    Incoming,
    Person,
    Why,
    origin_of,
)
from services.assessment.commands import potential as commands
from services.assessment.commands.record import person_of
from services.assessment.domain.potential_assessment import (
    CorrectPotential,
    Potential,
    RecordPotential,
)
from services.assessment.projections import potential_results
from services.chassis.access_log import record_read
from services.chassis.auth import may_see
from services.chassis.http import Day
from services.chassis.problems import NotAllowed
from services.chassis.tokens import say

router = APIRouter(tags=["potential"])

Score = Annotated[Decimal, Field(ge=0, le=1000, max_digits=10, decimal_places=6)]


class PotentialIn(Incoming):
    """`valid_until` is the last day on which the result counts; `scale` the highest score."""

    assessed_on: Day
    institution: Text
    method: Text
    scale: Score
    scores: Annotated[dict[Code, Score], Field(max_length=20)]
    valid_until: Day | None = None
    correction: bool = False

    @property
    def potential(self) -> Potential:
        end = self.valid_until
        return Potential(
            assessed_on=self.assessed_on,
            institution=self.institution,
            method=self.method,
            scale=self.scale,
            scores=self.scores,
            valid_until=None if end is None else end + timedelta(days=1),
        )


class PotentialOut(BaseModel):
    """`valid_until` is the last day on which the result counts."""

    assessed_on: date
    institution: str
    method: str
    scale: str
    scores: dict[str, str]
    valid_until: date | None
    event_id: UUID


class PotentialsOut(BaseModel):
    person_id: UUID
    provisional: bool
    results: list[PotentialOut]


@router.post("/people/{person_id}/potential-assessments")
async def record_potential(
    person_id: UUID, body: PotentialIn, deps: Given, who: Assessor, response: Response
) -> Done:
    """An institution has scored a person's potential, or corrects what it reported."""
    person = await person_of(deps, who.agency, person_id)
    kind = CorrectPotential if body.correction else RecordPotential
    command = kind(event_id=deps.new_id(), potential=body.potential, today=deps.today())
    by = origin_of(who, "potential-assessments")
    done = await commands.record_potential(deps, command, person, by)
    return Done(token=say(response, done.token))


@router.get("/people/{person_id}/potential-assessments")
async def list_potential(
    person_id: UUID, deps: Given, who: Person, token: After, why: Why
) -> PotentialsOut:
    """What a person was found able to grow into."""
    person = await queries.person(deps, person_id)
    if not may_see(who, person.agency, person_id):
        raise NotAllowed
    await record_read(deps.pool, who, person_id, "potential", why)
    contained = await deps.own_writes.are_in(token, potential_results.table)
    rows = await queries.potential_of(deps, person)
    return PotentialsOut(
        person_id=person_id, provisional=not contained, results=[_shown(row) for row in rows]
    )


def _shown(row: potential_results.Row) -> PotentialOut:
    end = row.valid_until
    return PotentialOut(
        assessed_on=row.assessed_on,
        institution=row.institution,
        method=row.method,
        scale=row.scale,
        scores=orjson.loads(row.scores),
        valid_until=None if end is None else end - timedelta(days=1),
        event_id=row.event_id,
    )
