"""What providers reported, for officers to look at and to settle."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from services.chassis.access_log import record_read
from services.training import queries
from services.training.adapters.envelopes import State
from services.training.asking import Given, Incoming, Officer, Why, origin_of
from services.training.commands import reports

router = APIRouter(tags=["envelopes"])


class EnvelopeOut(BaseModel):
    """What became of a report. `reason` is the type of the problem that its sender was told."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    webhook_id: str
    received_at: datetime
    sha256: str
    state: State
    reason: str | None
    enrolment: UUID | None
    settled_at: datetime | None


class EnvelopeText(EnvelopeOut):
    """The report as it came; null when whom it is about has been forgotten."""

    body: str | None


class PersonIn(Incoming):
    person_id: UUID


class SettledOut(BaseModel):
    state: State
    reason: str | None
    enrolment: UUID | None


@router.get("/envelopes")
async def list_envelopes(
    deps: Given,
    who: Officer,
    state: State | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[EnvelopeOut]:
    """The newest reports; `state=WAITING` and `state=REFUSED` are the ones that need a person."""
    found = await queries.reports_of(deps, who.agency, state, limit)
    return [EnvelopeOut.model_validate(envelope) for envelope in found]


@router.get("/envelopes/{envelope_id}")
async def read_envelope(envelope_id: UUID, deps: Given, who: Officer, why: Why) -> EnvelopeText:
    """One report, as it came."""
    envelope = await reports.envelope_of(deps, who.agency, envelope_id)
    # Whom it means may not be known yet; the reading is noted all the same.
    whose = envelope.person_id or envelope.subject
    await record_read(deps.pool, who, whose, "envelope", why)
    text = await queries.report_text(deps, envelope)
    shown = EnvelopeOut.model_validate(envelope).model_dump()
    return EnvelopeText(**shown, body=text)


@router.post("/envelopes/{envelope_id}/interpretation")
async def interpret(envelope_id: UUID, deps: Given, who: Officer) -> SettledOut:
    """Interpret a report again, now that what stood in its way may be gone."""
    envelope = await reports.envelope_of(deps, who.agency, envelope_id)
    origin = origin_of(who, "envelopes")
    outcome = await reports.interpret_again(deps, envelope, origin)
    return SettledOut(state=outcome.state, reason=outcome.reason, enrolment=outcome.enrolment)


@router.post("/envelopes/{envelope_id}/match")
async def match(envelope_id: UUID, body: PersonIn, deps: Given, who: Officer) -> SettledOut:
    """This person is meant by the number in the report."""
    envelope = await reports.envelope_of(deps, who.agency, envelope_id)
    origin = origin_of(who, "envelopes")
    outcome = await reports.match_report(deps, envelope, who.agency, body.person_id, origin)
    return SettledOut(state=outcome.state, reason=outcome.reason, enrolment=outcome.enrolment)
