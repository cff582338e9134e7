"""What a bundle claims: which answers, about whom, with the facts that each rests on.

Nothing of it is believed. It is there to be compared with what comes out of the proven events.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.career.domain.answer import instant
from services.career.domain.basis import AsKnown, Basis
from services.career.projections.dossier_facts import KnownFact
from services.chassis.bundle_log import DoesNotFit
from services.chassis.canonical import NotCanonical, canonical, canonical_of

FORM = "evidence/1"
CLAIM = "claim.json"
FACTS_FORM = "facts/1"

Source = Literal["profile", "assessment", "training", "career"]
Seq = Annotated[int, Field(ge=1, le=2**53)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimedAnswer(Strict):
    """An answer recorded at a place of career's log, and the facts it was read from."""

    seq: Seq
    answer: dict[str, Any]
    facts: tuple[dict[str, Any], ...]


class Answers(Strict):
    """About one person: the answers that are recorded of them, or one of these."""

    form: Literal["evidence/1"] = "evidence/1"
    kind: Literal["answer", "person"]
    person_id: UUID
    answers: Annotated[tuple[ClaimedAnswer, ...], Field(min_length=1, max_length=1000)]


class Range(Strict):
    """Everything in the log of one source, from one place to another."""

    form: Literal["evidence/1"] = "evidence/1"
    kind: Literal["range"]
    source: Source
    first: Seq
    last: Seq


Claim = Answers | Range
_CLAIM: TypeAdapter[Claim] = TypeAdapter(Annotated[Claim, Field(discriminator="kind")])


def claim_written(claim: Claim) -> bytes:
    return canonical(claim.model_dump(mode="json"))


def claim_read(member: bytes) -> Claim:
    try:
        claim = _CLAIM.validate_json(member)
    except ValidationError:
        raise DoesNotFit("unreadable-claim", member=CLAIM) from None
    try:
        if claim_written(claim) == member:
            return claim
    except NotCanonical:
        pass
    raise DoesNotFit("unreadable-claim", member=CLAIM)


def plain_fact(known: KnownFact) -> dict[str, Any]:
    """A fact with the event that says so, as it stands in a claim."""
    return {
        "event_id": str(known.event_id),
        "source": known.source,
        "agency": known.agency,
        "kind": type(known.fact).__name__,
        "fact": _read_back(known.fact),
    }


def facts_answer(known: AsKnown, facts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The answer to a question without a policy: what was known, and no more."""
    return {
        "form": FACTS_FORM,
        **(
            {"basis": known.plain()}
            if isinstance(known, Basis)
            else {"known_at": instant(known.instant)}
        ),
        "facts_sha256": sha256(canonical(list(facts))).hexdigest(),
    }


def first_difference(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """The first requirement, or else the first part, of an answer that is not the same."""
    shown = theirs.get("findings")
    findings = zip(ours.get("findings", ()), shown if isinstance(shown, list) else (), strict=False)
    for mine, their in findings:
        if mine != their:
            return str(mine["requirement"])
    return next((part for part in ours if ours[part] != theirs.get(part)), "form")


def _read_back(fact: object) -> Any:
    return ANYTHING.validate_json(canonical_of(fact))


ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
