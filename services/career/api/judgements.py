"""What officials say about a person, over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.envelope import Code, Text
from services.career import commands, queries
from services.career.api.asking import (
    Done,
    Given,
    IdempotencyKey,
    Incoming,
    Officer,
    Reader,
    Why,
    answering,
    origin_of,
    read_of,
    record_of,
)
from services.career.deps import Deps
from services.career.domain.judgement import (
    Command,
    Event,
    Ground,
    JudgementRecorded,
    Matter,
    RecordJudgement,
    RecordWaiver,
)
from services.career.domain.terms import Office, Official
from services.chassis.auth import Principal
from services.chassis.deciding import Executed
from services.chassis.http import Day
from services.chassis.problems import Problem
from services.chassis.tokens import say

router = APIRouter(tags=["judgements"])


class OfficialIn(Incoming):
    """Who decided: an id, never a name. An official who asks decides; an officer says who did."""

    office: Office
    decided_by: UUID | None = None


class WhoDecided(Problem):
    """An officer who records a decision names the official who took it, and the document."""

    status = 422


class JudgementIn(OfficialIn):
    matter: Matter
    target: Code | None = Field(None, description="The policy, where it is judged for one only.")
    met: Annotated[bool, Field(strict=True)]
    judged_on: Day
    document_number: Text | None = None
    replaces: UUID | None = None


class WaiverIn(OfficialIn):
    """`last_day` is the last day of the waiver, as decrees name it."""

    ground: Ground
    target: Code
    decree_number: Text
    effective_from: Day
    last_day: Day | None = None
    replaces: UUID | None = None


class WordDone(Done):
    event_id: UUID | None = Field(description="Null when it had been said before.")


class WordOut(BaseModel):
    """A judgement or a waiver that stands."""

    event_id: UUID
    kind: Literal["judgement", "waiver"]
    about: str
    target: str | None
    met: bool | None
    said_on: date
    last_day: date | None
    number: str | None
    decided_by: str
    office: Office

    @classmethod
    def of(cls, word: Event) -> WordOut:
        if isinstance(word, JudgementRecorded):
            return cls._of(word, "judgement", word.matter.value, word.met, word.document_number)
        last = word.until - timedelta(days=1) if word.until else None
        return cls._of(word, "waiver", word.ground.value, None, word.decree_number, last)

    @classmethod
    def _of(
        cls,
        word: Event,
        kind: Literal["judgement", "waiver"],
        about: str,
        met: bool | None,
        number: str | None,
        last_day: date | None = None,
    ) -> WordOut:
        return cls(
            event_id=word.event_id,
            kind=kind,
            about=about,
            target=word.target,
            met=met,
            said_on=word.on,
            last_day=last_day,
            number=number,
            decided_by=word.decided_by.person,
            office=word.decided_by.office,
        )


@router.post("/people/{person_id}/judgements")
async def judge(
    person_id: UUID,
    body: JudgementIn,
    deps: Given,
    who: Officer,
    response: Response,
    key: IdempotencyKey = None,
) -> WordDone:
    """What the law leaves to an official: integrity, health, a related field of work."""
    command = RecordJudgement(
        event_id=deps.new_id(),
        matter=body.matter,
        target=body.target,
        met=body.met,
        on=body.judged_on,
        decided_by=_official(who, body, body.document_number),
        document_number=body.document_number,
        replaces=body.replaces,
        today=deps.today(),
    )
    return await _recorded(deps, who, person_id, "judgements", command, response, key, body)


@router.post("/people/{person_id}/waivers")
async def waive(
    person_id: UUID,
    body: WaiverIn,
    deps: Given,
    who: Officer,
    response: Response,
    key: IdempotencyKey = None,
) -> WordDone:
    """A decree excuses somebody, on a ground that the law names."""
    command = RecordWaiver(
        event_id=deps.new_id(),
        ground=body.ground,
        target=body.target,
        decree_number=body.decree_number,
        on=body.effective_from,
        until=body.last_day + timedelta(days=1) if body.last_day else None,
        decided_by=_official(who, body, body.decree_number),
        replaces=body.replaces,
        today=deps.today(),
    )
    return await _recorded(deps, who, person_id, "waivers", command, response, key, body)


@router.get("/people/{person_id}/judgements")
async def judgements(person_id: UUID, deps: Given, who: Reader, why: Why) -> list[WordOut]:
    """What officials have said about a person, as far as it stands."""
    await read_of(deps, who, person_id, "judgements", why)
    return [WordOut.of(word) for word in await queries.words_about(deps, person_id)]


def _official(who: Principal, body: OfficialIn, document: str | None) -> Official:
    if who.role == "official" and body.decided_by in (None, _id(who)):
        return Official(person=who.subject, office=body.office)
    if body.decided_by is None or document is None:
        raise WhoDecided
    return Official(person=str(body.decided_by), office=body.office)


def _id(who: Principal) -> UUID | None:
    try:
        return UUID(who.subject)
    except ValueError:
        return None


async def _recorded(
    deps: Deps,
    who: Principal,
    person_id: UUID,
    door: str,
    command: Command,
    response: Response,
    key: str | None,
    body: Incoming,
) -> WordDone:
    agency = await record_of(deps, who, person_id)
    done = await commands.record_word(
        deps, person_id, agency, command, origin_of(who, door),
        answering(who, door, key, body, _done),
    )  # fmt: skip
    say(response, done.token)
    return _done(done)


def _done(done: Executed[Event]) -> WordDone:
    return WordDone(token=done.token, event_id=done.event_ids[0] if done.event_ids else None)
