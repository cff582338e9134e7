"""Forget a person: asked by one, approved by another, told to every service, listed outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.profile.commands.lookup import agency_of
from services.profile.commands.record import Case, told
from services.profile.deps import Deps
from services.profile.domain import person as domain
from services.profile.domain.forgetting import AskForgetting, Forget, ForgetAgain, Ground
from services.profile.domain.person import Forgotten, NotRegistered, OnRecord
from services.profile.streams import person_stream

AT_ONCE: Final = 200


def event_of(person_id: UUID) -> UUID:
    """A person is forgotten once: told again after a restore, it is the same event."""
    return uuid5(person_id, "forgotten")


async def ask_forgetting(
    deps: Deps, case: Case, person_id: UUID, ground: Ground, kept_until: date, document: str
) -> Executed[Any]:
    """An officer asks, with the ground and the document on which it rests."""
    command = AskForgetting(
        event_id=deps.new_id(),
        ground=ground,
        kept_until=kept_until,
        document_number=document,
        asked_by=case.origin.actor,
        today=deps.today(),
    )
    return await told(deps, case, person_id, command)


async def forget(deps: Deps, case: Case, person_id: UUID) -> Executed[Any]:
    """An official approves: the key is destroyed in the transaction that says so."""
    command = Forget(
        event_id=event_of(person_id), approved_by=case.origin.actor, today=deps.today()
    )
    return await told(
        deps, case, person_id, command,
        within=lambda connection: deps.forgetting.forget(connection, [person_id]),
    )  # fmt: skip


async def forget_by_operator(
    deps: Deps,
    person: str,
    ground: str,
    kept_until: str,
    document: str,
    asked_by: str,
    approved_by: str,
) -> str:
    """Forget PERSON: GROUND KEPT_UNTIL DOCUMENT ASKED_BY APPROVED_BY; again, it changes nothing."""
    person_id = UUID(person)
    history = await deps.store.load(person_stream(person_id))
    if not history:
        raise NotRegistered
    agency, steps = agency_of(history) or history[0].about.agency, []
    if not isinstance(fold(domain, [one.event for one in history]), Forgotten):
        case = Case(agency, Origin(actor=asked_by, door="operator"))
        day = date.fromisoformat(kept_until)
        await ask_forgetting(deps, case, person_id, Ground(ground), day, document)
        steps.append("asked")
    case = Case(agency, Origin(actor=approved_by, door="operator"))
    done = await forget(deps, case, person_id)
    steps.append("forgotten" if done.events else "was forgotten before")
    await deps.forgetting.wipe()
    steps.append("keys written anew")
    return json.dumps({"person": person, "steps": steps, **await deps.forgetting.report()})


async def forget_again(deps: Deps) -> int:
    """Whoever is listed outside and not forgotten on record (a restore): said again, in place."""
    said = 0
    async for person_id, agency in _listed_but_on_record(deps):
        command = ForgetAgain(event_id=event_of(person_id), today=deps.today())
        executed = await execute(
            deps.store, domain, person_stream(person_id), command,
            subject=person_id, agency=agency,
            origin=Origin(actor="deployment", door="forgotten-list"),
        )  # fmt: skip
        said += len(executed.events)
    return said


async def _listed_but_on_record(deps: Deps) -> AsyncIterator[tuple[UUID, str]]:
    if deps.forgetting.listed is None:
        return
    listed = await asyncio.to_thread(deps.forgetting.listed.read)
    for start in range(0, len(listed), AT_ONCE):
        streams = {person_stream(one): one for one in listed[start : start + AT_ONCE]}
        for stream, history in (await deps.store.load_many(streams)).items():
            if isinstance(fold(domain, [one.event for one in history]), OnRecord):
                yield streams[stream], agency_of(history) or history[0].about.agency
