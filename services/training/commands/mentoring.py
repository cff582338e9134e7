"""What may be asked about who guides whom. Words are sealed with the key of whoever is guided."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, execute
from services.chassis.events import Origin
from services.training.deps import Deps
from services.training.domain import mentoring
from services.training.domain.mentoring import (
    Begin,
    Command,
    End,
    Match,
    NoSuchMentoring,
    Outcome,
    RecordSession,
    TakeBackSession,
    mentoring_of,
)
from services.training.domain.terms import UnknownPerson
from services.training.projections.identity_index import Bearer, bearer_of
from services.training.streams import mentoring_stream


async def begin(
    deps: Deps, agency: str, match: Match, origin: Origin
) -> tuple[UUID, Executed[Any]]:
    """Somebody guides somebody else of the same agency."""
    both = [await bearer_of(deps.pool, one) for one in (match.mentor, match.mentee)]
    if any(one is None or one.agency != agency for one in both):
        raise UnknownPerson
    mentoring_id = mentoring_of(match)
    command = Begin(mentoring=mentoring_id, match=match, on=match.since)
    who = Bearer(match.mentee, agency)
    return mentoring_id, await _execute(deps, mentoring_id, who, command, origin)


async def guided_of(deps: Deps, agency: str, mentoring_id: UUID) -> tuple[Bearer, Match]:
    """Who is guided, and by whom; another agency's mentorings are not there."""
    history = await deps.store.load(mentoring_stream(mentoring_id))
    if not history or history[0].about.agency != agency:
        raise NoSuchMentoring
    match: Match = history[0].event.match
    return Bearer(history[0].about.subject, agency), match


async def record_session(
    deps: Deps,
    mentoring_id: UUID,
    who: Bearer,
    *,
    held_on: date,
    minutes: int,
    topic: str | None,
    origin: Origin,
) -> Executed[Any]:
    command = RecordSession(
        event_id=deps.new_id(), held_on=held_on, minutes=minutes, topic=topic, today=deps.today()
    )
    return await _execute(deps, mentoring_id, who, command, origin)


async def take_back_session(
    deps: Deps, mentoring_id: UUID, who: Bearer, held_on: date, origin: Origin
) -> Executed[Any]:
    command = TakeBackSession(held_on=held_on, on=deps.today())
    return await _execute(deps, mentoring_id, who, command, origin)


async def end(
    deps: Deps,
    mentoring_id: UUID,
    who: Bearer,
    *,
    outcome: Outcome,
    remark: str | None,
    on: date,
    origin: Origin,
) -> Executed[Any]:
    command = End(outcome=outcome, remark=remark, on=on)
    return await _execute(deps, mentoring_id, who, command, origin)


async def _execute(
    deps: Deps, mentoring_id: UUID, who: Bearer, command: Command, origin: Origin
) -> Executed[Any]:
    return await execute(
        deps.store, mentoring, mentoring_stream(mentoring_id), command,
        subject=who.subject, agency=who.agency, origin=origin,
    )  # fmt: skip
