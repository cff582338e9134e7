"""What may be asked about a dispute. Its texts are sealed with the person's key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, execute, fold
from services.chassis.problems import NotFound
from services.profile.commands.lookup import agency_of
from services.profile.commands.record import Case, said_again
from services.profile.deps import Deps
from services.profile.domain import dispute, person
from services.profile.domain.dispute import Command, CorrectionNeeded, Decide, File
from services.profile.domain.person import OnRecord
from services.profile.streams import dispute_stream, person_stream


async def file_dispute(
    deps: Deps, case: Case, person_id: UUID, fact: UUID | None, claim: str
) -> Executed[Any]:
    """A person says that a fact about them is wrong, or missing."""
    history = await deps.store.load(person_stream(person_id))
    told = {recorded.about.event_id for recorded in history}
    if agency_of(history) != case.agency or fact not in {None, *told}:
        raise NotFound
    name = deps.new_id()
    command = File(event_id=name, person_id=person_id, fact=fact, claim=claim, on=deps.today())
    return await _done(deps, case, name, person_id, command)


async def move(deps: Deps, case: Case, dispute_id: UUID, command: Command) -> Executed[Any]:
    """The next step of a dispute that stands in the agency's record."""
    history = await deps.store.load(dispute_stream(dispute_id))
    if not history or history[0].about.agency != case.agency:
        raise NotFound
    person_id = history[0].about.subject
    if isinstance(command, Decide) and command.corrected_by is not None:
        await _check_stands(deps, person_id, command.corrected_by)
    return await _done(deps, case, dispute_id, person_id, command)


async def _check_stands(deps: Deps, person_id: UUID, fact: UUID) -> None:
    history = await deps.store.load(person_stream(person_id))
    state = fold(person, (recorded.event for recorded in history))
    if not isinstance(state, OnRecord) or fact not in {
        state.registration.event_id,
        *dict(state.facts),
    }:
        raise CorrectionNeeded


async def _done(
    deps: Deps, case: Case, dispute_id: UUID, person_id: UUID, command: Command
) -> Executed[Any]:
    return await execute(
        deps.store,
        dispute,
        dispute_stream(dispute_id),
        command,
        subject=person_id,
        agency=case.agency,
        origin=case.origin,
        once=case.once,
        answer=said_again,
    )
