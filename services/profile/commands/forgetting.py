"""Forget a person: asked by one, approved by another, told to every service, listed outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.profile.commands.record import Case, told
from services.profile.deps import Deps
from services.profile.domain import person
from services.profile.domain.forgetting import AskForgetting, Forget, ForgetAgain, Ground
from services.profile.domain.person import OnRecord
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


async def forget_again(deps: Deps) -> int:
    """Whoever is listed outside and not forgotten on record (a restore): said again, in place."""
    said = 0
    async for person_id, agency in _listed_but_on_record(deps):
        command = ForgetAgain(event_id=event_of(person_id), today=deps.today())
        executed = await execute(
            deps.store, person, person_stream(person_id), command,
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
            if isinstance(fold(person, [one.event for one in history]), OnRecord):
                yield streams[stream], history[0].about.agency
