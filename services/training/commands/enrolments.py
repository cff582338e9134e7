"""What may be asked about who takes part in what, and with what success."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, execute
from services.chassis.events import Origin
from services.chassis.problems import NotFound
from services.training.commands.programmes import offer_of
from services.training.deps import Deps
from services.training.domain import enrolment
from services.training.domain.completion import Class, Completion, enrolment_of
from services.training.domain.enrolment import (
    Command,
    Enrol,
    RecordCompletion,
    RecordFailure,
    RevokeCompletion,
)
from services.training.domain.terms import RevocationReason, UnknownPerson
from services.training.projections.identity_index import Bearer, bearer_of
from services.training.streams import enrolment_stream as stream_of


async def enrol(
    deps: Deps, agency: str, person_id: UUID, of: Class, origin: Origin
) -> tuple[UUID, Executed[Any]]:
    """A person is to take part in a class of a programme of the catalogue."""
    known = await bearer_of(deps.pool, person_id)
    if known is None or known.agency != agency:
        raise UnknownPerson
    await offer_of(deps, agency, of.programme)
    enrolment_id = enrolment_of(person_id, of)
    command = Enrol(enrolment=enrolment_id, of=of, on=deps.today())
    return enrolment_id, await _execute(deps, enrolment_id, known, command, origin)


async def record_completion(
    deps: Deps, enrolment_id: UUID, who: Bearer, completion: Completion, origin: Origin
) -> Executed[Any]:
    """A provider, or an officer with a certificate, says that a training is finished."""
    command = RecordCompletion(
        enrolment=enrolment_id,
        event_id=deps.new_id(),
        completion=completion,
        today=deps.today(),
    )
    return await _execute(deps, enrolment_id, who, command, origin)


async def record_failure(
    deps: Deps, enrolment_id: UUID, who: Bearer, on: date, origin: Origin
) -> Executed[Any]:
    """The training is over and was not passed."""
    return await _execute(
        deps, enrolment_id, who, RecordFailure(enrolment=enrolment_id, on=on), origin
    )


async def revoke_completion(
    deps: Deps, enrolment_id: UUID, who: Bearer, on: date, reason: RevocationReason, origin: Origin
) -> Executed[Any]:
    """A completion recorded before does not count."""
    command = RevokeCompletion(enrolment=enrolment_id, on=on, reason=reason)
    return await _execute(deps, enrolment_id, who, command, origin)


async def learner_of(deps: Deps, agency: str, enrolment_id: UUID) -> Bearer:
    """Whose enrolment it is; another agency's enrolments are not there."""
    history = await deps.store.load(stream_of(enrolment_id))
    if not history or history[0].about.agency != agency:
        raise NotFound
    return Bearer(history[0].about.subject, agency)


async def _execute(
    deps: Deps, enrolment_id: UUID, who: Bearer, command: Command, origin: Origin
) -> Executed[Any]:
    return await execute(
        deps.store, enrolment, stream_of(enrolment_id), command,
        subject=who.subject, agency=who.agency, origin=origin,
    )  # fmt: skip
