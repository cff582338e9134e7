"""What becomes of a provider's report: kept as it came, then interpreted, by whoever gets to it.

A report can be interpreted at three moments: when it arrives; when the index learns who bears its
number; when an officer says so. All three do the same, and doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import orjson

from services.chassis import problems
from services.chassis.answering import Answer, Once, earlier_answer, record_answer
from services.chassis.events import Origin
from services.chassis.problems import NotFound, Problem, type_of
from services.training.adapters import envelopes
from services.training.adapters.completion_report import (
    CompletionReport,
    ReportMalformed,
    read_report,
)
from services.training.adapters.envelopes import Envelope, State
from services.training.commands import enrolments
from services.training.deps import Deps
from services.training.domain.completion import enrolment_of
from services.training.domain.terms import Refused, UnknownPerson
from services.training.projections.identity_index import (
    Bearer,
    bearer_of,
    bearers_of,
    digests_of,
)

DOOR = "webhooks/completions"


class ReportForgotten(Problem):
    """Whom the report is about has been forgotten; it can no longer be read."""

    status = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a report, and what its sender is told."""

    state: State
    agency: str
    answer: Answer
    reason: str | None = None
    person_id: UUID | None = None
    enrolment: UUID | None = None


async def receive_report(deps: Deps, webhook_id: str, body: bytes) -> Answer:
    """A provider says that a training is over. The same message gets the same answer."""
    once = Once.of(DOOR, webhook_id, body)
    async with deps.pool.acquire() as connection:
        earlier = await earlier_answer(connection, once)
    if earlier is not None:
        return earlier
    envelope = await envelopes.keep(
        deps.pool, deps.vault, deps.new_id(), webhook_id=webhook_id, body=body,
        digests=_digests(deps, body), agency=deps.agency, received_at=deps.now(),
    )  # fmt: skip
    # The envelope is committed before the index is asked: whoever teaches the index afterwards
    # finds the envelope, so none is overlooked between the two.
    outcome = await _interpreted(deps, envelope, body, None, _origin(envelope))
    await _settle(deps, envelope, outcome, once)
    return outcome.answer


async def interpret_again(
    deps: Deps, envelope: Envelope, origin: Origin, bearer: Bearer | None = None
) -> Outcome:
    """Interpret a kept report now; `bearer` is whom a person found to be meant."""
    body = await envelopes.body_of(deps.vault, envelope)
    if body is None:
        raise ReportForgotten
    outcome = await _interpreted(deps, envelope, body, bearer, _origin(envelope, origin))
    await _settle(deps, envelope, outcome)
    return outcome


async def match_report(
    deps: Deps, envelope: Envelope, agency: str, person_id: UUID, origin: Origin
) -> Outcome:
    """An officer has found out whom a report means."""
    bearer = await bearer_of(deps.pool, person_id)
    if bearer is None or bearer.agency != agency:
        raise UnknownPerson
    return await interpret_again(deps, envelope, origin, bearer)


async def match_waiting(deps: Deps, digests: Sequence[str], bearer: Bearer, origin: Origin) -> None:
    """The index has learned who bears these: interpret what waited for it."""
    for envelope_id in await envelopes.waiting_for(deps.pool, digests):
        await interpret_again(deps, await envelope_of(deps, None, envelope_id), origin, bearer)


async def envelope_of(deps: Deps, agency: str | None, envelope_id: UUID) -> Envelope:
    """A kept report; another agency's are not there."""
    envelope = await envelopes.envelope_of(deps.pool, envelope_id)
    if envelope is None or agency not in (None, envelope.agency):
        raise NotFound
    return envelope


async def _interpreted(
    deps: Deps, envelope: Envelope, body: bytes, bearer: Bearer | None, origin: Origin
) -> Outcome:
    try:
        report = read_report(body)
    except ReportMalformed as malformed:
        return _refused(envelope.agency, "MALFORMED", malformed, malformed.status)
    bearer = bearer or await _bearer(deps, envelope)
    if bearer is None:
        return Outcome(state="WAITING", agency=envelope.agency, answer=_told(outcome="WAITING"))
    enrolment_id = enrolment_of(bearer.subject, report.of)
    try:
        token = await _record(deps, enrolment_id, bearer, report, origin)
    except Refused as refusal:
        refused = _refused(bearer.agency, "REFUSED", refusal, 409)
        return replace(refused, person_id=bearer.subject)
    return Outcome(
        state="RECORDED",
        agency=bearer.agency,
        answer=_told(outcome="RECORDED", enrolment_id=str(enrolment_id), token=token),
        person_id=bearer.subject,
        enrolment=enrolment_id,
    )


async def _record(
    deps: Deps, enrolment_id: UUID, bearer: Bearer, report: CompletionReport, origin: Origin
) -> str:
    if report.completion is None:
        failed = await enrolments.record_failure(deps, enrolment_id, bearer, report.end, origin)
        return failed.token
    passed = await enrolments.record_completion(
        deps, enrolment_id, bearer, report.completion, origin
    )
    return passed.token


async def _bearer(deps: Deps, envelope: Envelope) -> Bearer | None:
    known = await bearers_of(deps.pool, envelope.digests)
    return next(iter(known.values())) if len(set(known.values())) == 1 else None


async def _settle(
    deps: Deps, envelope: Envelope, outcome: Outcome, once: Once | None = None
) -> None:
    async with deps.store.transaction() as connection:
        await envelopes.settle(
            connection,
            envelope.id,
            state=outcome.state,
            reason=outcome.reason,
            person_id=outcome.person_id,
            enrolment=outcome.enrolment,
            agency=outcome.agency,
            at=deps.now(),
        )
        if once is not None:
            await record_answer(connection, once, outcome.answer)


def _digests(deps: Deps, body: bytes) -> tuple[str, ...]:
    try:
        return digests_of(deps.lookup_key, read_report(body).nip)
    except ReportMalformed:
        return ()


def _told(**members: str) -> Answer:
    return Answer(status=202, body=orjson.dumps(members))


def _refused(agency: str, state: State, refusal: Exception, status: int) -> Outcome:
    members = refusal.members if isinstance(refusal, Problem) else {}
    return Outcome(
        state=state,
        agency=agency,
        answer=Answer(status=status, body=problems.body(status, type(refusal), None, members)),
        reason=type_of(type(refusal)),
    )


def _origin(envelope: Envelope, by: Origin = Origin(actor="provider", door=DOOR)) -> Origin:
    """Whoever interprets a report, the document is the provider's."""
    return replace(
        by,
        document=f"envelope-{envelope.id}",
        sha256=envelope.sha256,
        correlation=envelope.id,
    )
