"""What may be asked of career: facts and texts are read, verdicts are computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from services.career.deps import Deps
from services.career.domain import appointment, judgement
from services.career.domain.appointment import Advice
from services.career.domain.basis import AsKnown, Basis, KnownAt, Prefix
from services.career.projections import adopted_policies, dossier_facts, posts
from services.career.projections.adopted_policies import (
    Adopted,
    AdoptedPolicy,
    adopted_now,
    newest_of,
)
from services.career.projections.dossier_facts import facts_of
from services.career.reasoning import Reasoned, agency_of_record, reasoned
from services.chassis.canonical import canonical
from services.chassis.deciding import fold
from services.chassis.problems import NotFound, Problem
from services.chassis.projecting import (
    Reason,
    Standing,
    Unreachable,
    Withdrawn,
    rows_and_standing,
)

SOURCES = ("profile", "assessment", "training", "career")


class UnknownPolicy(NotFound):
    """No policy of this name had been adopted by then."""


class BasisNotReached(Problem):
    """Not everything of this basis has been read here; ask again later, or for another basis."""

    status = 409


@dataclass(frozen=True, slots=True)
class BeyondKnown:
    """Facts recorded by that instant may still be on their way."""

    known_through: datetime | None
    kind: Literal["beyond_known_through"] = "beyond_known_through"


@dataclass(frozen=True, slots=True)
class OwnWriteMissing:
    """What the reader has just written is not in here yet."""

    token: str
    kind: Literal["own_write_missing"] = "own_write_missing"


Doubt = Reason | BeyondKnown | OwnWriteMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Three clocks: the day the law is applied to, what was known, and the law of both."""

    person_id: UUID
    policy: str
    as_of: date
    known: AsKnown | None = None
    unseen: str | None = None  # the token of an own write that did not arrive in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer, and beside it how certain it is."""

    question: Question
    reasoned: Reasoned
    basis: Basis
    known_through: datetime | None
    doubts: tuple[Doubt, ...]


async def explain_eligibility(deps: Deps, question: Question) -> Explanation:
    """Every finding, with what it rests on. The same basis gives the same bytes, for ever."""
    (rows, texts), standing = await rows_and_standing(
        deps.pool,
        (
            dossier_facts.rows_about(question.person_id, question.known),
            adopted_policies.rows_of(question.policy),
        ),
        {dossier_facts.table: SOURCES, adopted_policies.table: (dossier_facts.OWN,)},
        dossier_facts.table,
        [question.person_id],
    )
    read = _read_so_far(standing)
    known = question.known or read
    if isinstance(known, Basis) and not read.holds(known):
        raise BasisNotReached
    facts = facts_of(rows, known)
    agency = agency_of_record(facts, question.as_of)
    return Explanation(
        question=question,
        reasoned=reasoned(
            question.policy, question.as_of, known, facts, _texts(deps, texts, agency, known)
        ),
        basis=known if isinstance(known, Basis) else read,
        known_through=standing.known_through,
        doubts=(
            *(one for one in standing.reasons if _matters(one, question.known)),
            *_beyond(known, standing.known_through),
            *_unseen(question),
        ),
    )


def _read_so_far(standing: Standing) -> Basis:
    """What the read models had taken in, of career's own log what both of them had."""
    facts, texts = [
        Basis(
            {
                source: Prefix(generation=generation, psn=psn)
                for source, (generation, psn) in standing.positions[table].items()
            }
        )
        for table in (dossier_facts.table, adopted_policies.table)
    ]
    own = Basis({s: prefix for s, prefix in texts.prefixes.items() if s == dossier_facts.OWN})
    return facts.no_further(own)


def _texts(deps: Deps, rows: Sequence[Any], agency: str | None, known: AsKnown) -> list[Adopted]:
    instant = known.instant if isinstance(known, KnownAt) else datetime.now(UTC)
    day = instant.astimezone(deps.zone).date()
    texts = newest_of((AdoptedPolicy(*row) for row in rows), agency, known, day)
    if not any(text.layer == "national" for text in texts):
        raise UnknownPolicy
    return texts


# How certain it is


def _matters(reason: Reason, known: AsKnown | None) -> bool:
    """A service is never out of its own reach; what was withdrawn changed earlier answers only."""
    match reason, known:
        case Unreachable(source="career"), _:
            return False
        case Withdrawn(), KnownAt(instant):
            return reason.concerns(instant)
        case Withdrawn(source=source, partition=partition), Basis(prefixes) if source in prefixes:
            read = prefixes[source].place(partition)
            return read.generation == reason.generation and read.psn >= reason.psn
        case Withdrawn(), _:
            return False
        case _:
            return True


def _beyond(known: AsKnown, through: datetime | None) -> Sequence[Doubt]:
    if isinstance(known, KnownAt) and (through is None or known.instant > through):
        return (BeyondKnown(through),)
    return ()


def _unseen(question: Question) -> Sequence[Doubt]:
    return (OwnWriteMissing(question.unseen),) if question.unseen else ()


# Other questions


async def agency_of(deps: Deps, person_id: UUID) -> str:
    """The agency whose record this is; somebody nobody has heard of is not found."""
    agency = await dossier_facts.agency_of(deps.pool, person_id)
    if agency is None:
        raise NotFound
    return agency


async def words_about(deps: Deps, person_id: UUID) -> tuple[judgement.Event, ...]:
    """What officials have said about a person, and what stands of it."""
    history = await deps.store.load(f"judgements-{person_id}")
    return fold(judgement, [recorded.event for recorded in history]).standing


async def post(deps: Deps, post_id: UUID) -> posts.PostRow | None:
    return await posts.post(deps.pool, post_id)


async def policies(deps: Deps, agency: str) -> list[Adopted]:
    """The texts that count now, national and the agency's own."""
    texts = await adopted_now(deps.pool)
    return [text for text in texts if text.layer == "national" or text.agency == agency]


async def appointment_of(deps: Deps, appointment_id: UUID) -> tuple[appointment.State, UUID, str]:
    """How it stands with an appointment, whose it is, and in which agency."""
    history = await deps.store.load(f"appointment-{appointment_id}")
    if not history:
        raise NotFound
    state = fold(appointment, [recorded.event for recorded in history])
    return state, history[0].about.subject, history[0].about.agency


def advice_of(explanation: Explanation) -> Advice:
    """What is kept of an answer with the decision that was taken on it."""
    answer = explanation.reasoned
    return Advice(
        policy=explanation.question.policy,
        as_of=explanation.question.as_of,
        status=answer.status,
        versions=tuple(str(text) for text in answer.texts),
        basis=canonical(explanation.basis.plain()).decode(),
        events_sha256=answer.events_sha256,
        answer_sha256=answer.sha256,
        provisional=bool(explanation.doubts),
    )
