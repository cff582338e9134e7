"""Evidence over HTTP: record an answer, see what proves it, take the file home."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi import Response as Out
from pydantic import BaseModel, model_validator
from starlette.responses import Response

from services.career import evidence, queries
from services.career.api.asking import (
    Given,
    Incoming,
    PolicyName,
    Prover,
    Why,
    origin_of,
    read_of,
)
from services.career.api.eligibility import PolicyNotInForce, PrefixIn, Source, basis_of, known_of
from services.career.domain.rulebook import NotInForce
from services.career.evidence import Evidence
from services.career.projections.recorded_answers import RecordedAnswer
from services.career.queries import BeyondKnown, Question
from services.career.verifying.trust import fingerprint
from services.chassis.http import Day, Instant
from services.chassis.problems import Problem
from services.chassis.reasons import Contradicted, InDoubt, Parked, Unconfirmed
from services.chassis.tokens import say

router = APIRouter(tags=["evidence"])
# Doubts that change what the same basis answers. A hole lies beyond it, and a source out of reach
# cannot change what it has said.
UNSETTLED: Final = (Parked, Contradicted, InDoubt, Unconfirmed)


class NotKnownYet(Problem):
    """Facts recorded by that instant may still be on their way: what is recorded now would not be
    what was known then, and could never be proved."""

    status = 409


class NotSettledYet(Problem):
    """What this answer rests on may still be taken back or added to: an event about the person
    waits aside, or a source has not said how it goes on. Recorded now, it could not be proved."""

    status = 409


class AnswerIn(Incoming):
    """The question whose answer is to be proved; without a clock, what is known now."""

    as_of: Day | None = None
    known_at: Instant | None = None
    basis: dict[Source, PrefixIn] | None = None

    @model_validator(mode="after")
    def _not_both(self) -> AnswerIn:
        if self.known_at is not None and self.basis is not None:
            raise ValueError("give known_at or basis, not both")
        return self


class RecordedOut(BaseModel):
    """`sha256` is of the canonical answer, as it stood when it was given."""

    answer_id: UUID
    token: str
    status: str
    sha256: str
    events: int


class RecordedAnswerOut(BaseModel):
    answer_id: UUID
    what: Literal["answer", "decision"]
    policy: str | None
    as_of: date
    status: str | None
    sha256: str
    recorded_at: datetime


class KeyOut(BaseModel):
    """A public key whose signature counted; the fingerprint is what people compare."""

    name: str
    fingerprint: str


class Bundle(Response):
    """The file itself."""

    media_type = "application/zip"


class EvidenceOut(BaseModel):
    """What was checked, step by step, by the functions that an auditor runs as well."""

    answer: RecordedAnswerOut
    person_id: UUID
    bytes: int
    bundle_sha256: str
    steps: list[dict[str, Any]]
    keys: list[KeyOut]


@router.post("/people/{person_id}/evidence/{policy}", status_code=201)
async def record(
    person_id: UUID,
    policy: PolicyName,
    body: AnswerIn,
    deps: Given,
    who: Prover,
    why: Why,
    response: Out,
) -> RecordedOut:
    """Answer the question, and write the answer down so that it can be proved."""
    agency = await read_of(deps, who, person_id, f"eligibility {policy}, recorded", why)
    question = Question(
        person_id=person_id,
        policy=policy,
        as_of=body.as_of or deps.today(),
        known=known_of(body.known_at, basis_of(body.basis) if body.basis is not None else None),
    )
    try:
        explained = await queries.explain_eligibility(deps, question)
    except NotInForce:
        raise PolicyNotInForce from None
    if any(isinstance(doubt, BeyondKnown) for doubt in explained.doubts):
        raise NotKnownYet
    unsettled = sorted({one.kind for one in explained.doubts if isinstance(one, UNSETTLED)})
    if unsettled:
        raise NotSettledYet(waits_for=unsettled)
    answer_id, done = await evidence.record(
        deps, explained, agency, who.subject, origin_of(who, "evidence")
    )
    answer = explained.reasoned
    return RecordedOut(
        answer_id=answer_id,
        token=say(response, done.token),
        status=answer.status.value,
        sha256=answer.sha256,
        events=len(answer.event_ids),
    )


@router.get("/people/{person_id}/evidence")
async def recorded(person_id: UUID, deps: Given, who: Prover, why: Why) -> list[RecordedAnswerOut]:
    """Every answer and decision about a person that can be proved."""
    await read_of(deps, who, person_id, "recorded answers", why)
    return [_out(answer) for answer in await evidence.recorded_of(deps, person_id)]


@router.get("/people/{person_id}/evidence/bundle", response_class=Bundle)
async def of_person(person_id: UUID, deps: Given, who: Prover, why: Why) -> Response:
    """One file with everything that is recorded of a person, and what proves it."""
    await read_of(deps, who, person_id, "evidence of a person", why)
    return _file(await evidence.of_person(deps, person_id), f"orang-{person_id}")


@router.get("/evidence/{answer_id}")
async def proved(answer_id: UUID, deps: Given, who: Prover, why: Why) -> EvidenceOut:
    """Gather what proves an answer or a decision, and check it."""
    answer = await evidence.recorded_under(deps, answer_id)
    await read_of(deps, who, answer.person_id, f"evidence {answer_id}", why)
    made = await evidence.of_answer(deps, answer)
    return EvidenceOut(
        answer=_out(answer),
        person_id=answer.person_id,
        bytes=len(made.file),
        bundle_sha256=made.sha256,
        steps=made.checked.steps,
        keys=[KeyOut(name=key.name, fingerprint=fingerprint(key)) for key in made.checked.keys],
    )


@router.get("/evidence/{answer_id}/bundle", response_class=Bundle)
async def bundle(answer_id: UUID, deps: Given, who: Prover, why: Why) -> Response:
    """The file that an auditor takes home: it is checked there, without us."""
    answer = await evidence.recorded_under(deps, answer_id)
    await read_of(deps, who, answer.person_id, f"evidence {answer_id}, bundle", why)
    return _file(await evidence.of_answer(deps, answer), str(answer_id))


def _file(made: Evidence, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="bukti-{name}.zip"'}
    return Bundle(made.file, headers=headers)


def _out(answer: RecordedAnswer) -> RecordedAnswerOut:
    return RecordedAnswerOut(
        answer_id=answer.answer_id,
        what="decision" if answer.what == "decision" else "answer",
        policy=answer.policy,
        as_of=answer.as_of,
        status=answer.status,
        sha256=answer.answer_sha256,
        recorded_at=answer.recorded_at,
    )
