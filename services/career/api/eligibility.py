"""Is this person eligible, and why: over HTTP, by three clocks."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, model_validator
from starlette.responses import Response

from services.career import queries
from services.career.api.asking import (
    After,
    Anyone,
    Given,
    Incoming,
    PolicyName,
    Reader,
    Why,
    read_of,
    record_of,
)
from services.career.deps import Deps
from services.career.domain.answer import instant
from services.career.domain.basis import AsKnown, Basis, KnownAt, Prefix
from services.career.domain.rulebook import NotInForce
from services.career.projections import adopted_policies, dossier_facts
from services.career.queries import Doubt, Explanation, OwnWriteMissing, Question
from services.chassis.access_log import reads_of
from services.chassis.canonical import canonical
from services.chassis.http import Day, Instant
from services.chassis.problems import Malformed, Problem

router = APIRouter(tags=["eligibility"])

Position = Annotated[int, Field(ge=0, le=2**53)]
Partition = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,4})$")]


class PrefixIn(Incoming):
    generation: Annotated[int, Field(ge=1, le=2**31 - 1)]
    psn: dict[Partition, Position]

    @property
    def prefix(self) -> Prefix:
        ordered = sorted((int(partition), psn) for partition, psn in self.psn.items())
        return Prefix(generation=self.generation, psn=dict(ordered))


Source = Literal["profile", "assessment", "training", "career"]
_BASIS: TypeAdapter[dict[Source, PrefixIn]] = TypeAdapter(dict[Source, PrefixIn])


class ReplayIn(Incoming):
    """The basis of an earlier answer, or an instant; one of them."""

    as_of: Day
    known_at: Instant | None = None
    basis: dict[Source, PrefixIn] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> ReplayIn:
        if (self.known_at is None) == (self.basis is None):
            raise ValueError("give known_at or basis, not both")
        return self


class PolicyNotInForce(Problem):
    """No version of this policy was in force, or known, on that day."""

    status = 422


class NotABasis(Malformed):
    """The basis is not one that an answer gave: {source: {generation, psn: {partition: psn}}}."""


class OneClockTooMany(Malformed):
    """Give known_at or basis, not both."""


class EligibilityOut(BaseModel):
    """`answer` is the canonical object, `sha256` is of its bytes (RFC 8785); the rest stands
    outside it: `provisional_because` names what may still change it."""

    person_id: UUID
    policy: str
    status: Literal["ELIGIBLE", "NOT_ELIGIBLE", "NEEDS_REVIEW", "NOT_APPLICABLE"]
    as_of: date
    known_at: datetime | None
    known_through: datetime | None
    provisional: bool
    provisional_because: list[dict[str, Any]]
    basis: dict[str, Any]
    answer: dict[str, Any]
    sha256: str
    events: int
    events_sha256: str


class Clocks(Incoming):
    """`as_of`: the day the law is applied to, today in the agency's zone if not given.

    Without `known_at` and `basis` everything read so far counts, and the answer says its basis.
    """

    as_of: Day | None = None
    known_at: Instant | None = None
    basis: Annotated[str | None, Field(max_length=16_000)] = None


@router.get("/people/{person_id}/eligibility/{policy}", response_model=EligibilityOut)
async def eligibility(
    person_id: UUID,
    policy: PolicyName,
    clocks: Annotated[Clocks, Query()],
    deps: Given,
    who: Reader,
    token: After,
    why: Why,
) -> Response:
    """Is this person eligible on a day, and which rule says what, in which article."""
    await read_of(deps, who, person_id, f"eligibility {policy}", why)
    question = Question(
        person_id=person_id,
        policy=policy,
        as_of=clocks.as_of or deps.today(),
        known=known_of(clocks.known_at, _parsed(clocks.basis)),
    )
    return _answer(await _explained(deps, await _seen(deps, question, token)))


@router.post("/people/{person_id}/eligibility/{policy}/replay", response_model=EligibilityOut)
async def replay(
    person_id: UUID, policy: PolicyName, body: ReplayIn, deps: Given, who: Reader, why: Why
) -> Response:
    """The same answer again, byte for byte: for a basis too long for an address."""
    await read_of(deps, who, person_id, f"eligibility {policy}", why)
    known = known_of(body.known_at, basis_of(body.basis) if body.basis is not None else None)
    question = Question(person_id=person_id, policy=policy, as_of=body.as_of, known=known)
    return _answer(await _explained(deps, question))


class ReadOut(BaseModel):
    """Somebody read this person's record."""

    who: str
    role: str
    agency: str
    what: str
    why: str | None
    read_at: datetime


@router.get("/people/{person_id}/reads")
async def reads(person_id: UUID, deps: Given, who: Anyone) -> list[ReadOut]:
    """Who has read this record, and why; the person may know."""
    await record_of(deps, who, person_id)
    return [
        ReadOut(**asdict(read)) for read in await reads_of(deps.pool, person_id, vault=deps.vault)
    ]


# From words to a question


def known_of(known_at: datetime | None, basis: Basis | None) -> AsKnown | None:
    if known_at is not None and basis is not None:
        raise OneClockTooMany
    return KnownAt(known_at) if known_at is not None else basis


def _parsed(text: str | None) -> Basis | None:
    try:
        return basis_of(_BASIS.validate_json(text)) if text is not None else None
    except ValidationError:
        raise NotABasis from None


def basis_of(given: dict[Source, PrefixIn]) -> Basis:
    return Basis({source: given[source].prefix for source in sorted(given)})


async def _seen(deps: Deps, question: Question, token: str | None) -> Question:
    """Wait for the reader's own write; say so if it does not come in time."""
    tables = (dossier_facts.table, adopted_policies.table)
    own = tables if token and token.startswith("career~") else tables[:1]
    if await deps.own_writes.are_in(token, *own):
        return question
    return replace(question, unseen=token)


async def _explained(deps: Deps, question: Question) -> Explanation:
    try:
        return await queries.explain_eligibility(deps, question)
    except NotInForce:
        raise PolicyNotInForce from None


# From an explanation to words


def _answer(explained: Explanation) -> Response:
    """Written canonically throughout: `answer`, the first of the names, stands in it as the bytes
    that are compared."""
    question, answer = explained.question, explained.reasoned
    known, compared = question.known, answer.canonical
    beside = canonical(
        {
            "person_id": str(question.person_id),
            "policy": question.policy,
            "status": answer.status.value,
            "as_of": question.as_of.isoformat(),
            "known_at": instant(known.instant) if isinstance(known, KnownAt) else None,
            "known_through": _instant(explained.known_through),
            "provisional": bool(explained.doubts),
            "provisional_because": [_doubt(doubt) for doubt in explained.doubts],
            "basis": explained.basis.plain(),
            "sha256": sha256(compared).hexdigest(),
            "events": len(answer.event_ids),
            "events_sha256": answer.events_sha256,
        }
    )
    return Response(b'{"answer":' + compared + b"," + beside[1:], media_type="application/json")


def _doubt(doubt: Doubt) -> dict[str, Any]:
    if isinstance(doubt, OwnWriteMissing):
        return {"kind": doubt.kind}
    return {
        name: _instant(value) if isinstance(value, datetime) else value
        for name, value in asdict(doubt).items()
    }


def _instant(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None
