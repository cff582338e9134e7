"""What may be asked about somebody's orientation. All checklists of a person are one stream."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid5

from contracts.events.profile import PositionAssignedV1
from services.chassis.answering import Once
from services.chassis.deciding import Executed, execute
from services.chassis.events import Origin, Seen
from services.training.adapters.orientation_tasks import shipped_tasks
from services.training.deps import Deps
from services.training.domain import orientation
from services.training.domain.orientation import CloseOrientation, Command, OpenOrientation
from services.training.domain.terms import UnknownPerson
from services.training.projections.identity_index import Bearer, bearer_of
from services.training.projections.postings import employment_on
from services.training.streams import orientation_stream

RULE = "open-orientation"
KNOWN_WITHIN_SECONDS = 2
LOOK_AGAIN_SECONDS = 0.02


def opens(event: PositionAssignedV1, seen: Seen) -> bool:
    """Only a definitive position that lasts, and one that is new: files bring along whole lives."""
    new = shipped_tasks().is_new(event.effective_from, seen.recorded_at.date())
    return event.assignment == "DEFINITIVE" and event.until is None and new


async def open_for(
    deps: Deps, event: PositionAssignedV1, seen: Seen, once: Once, origin: Origin
) -> None:
    """A new position opens its checklist; a corrected one takes it along."""
    employment = await _employment(deps, event)
    command = OpenOrientation(
        orientation=uuid5(seen.event_id, RULE),
        position=seen.event_id,
        replaces=event.replaces,
        effective_from=event.effective_from,
        tasks=shipped_tasks().for_position(employment, event.position_class, event.effective_from),
        on=deps.today(),
    )
    who = Bearer(event.person_id, seen.agency)
    await _execute(deps, who, command, origin, once)


async def close_for(
    deps: Deps, person_id: UUID, position: UUID, seen: Seen, once: Once, origin: Origin
) -> None:
    """A position that does not stand asks for nothing."""
    command = CloseOrientation(position=position, on=deps.today())
    await _execute(deps, Bearer(person_id, seen.agency), command, origin, once)


async def step(
    deps: Deps, agency: str, person_id: UUID, command: Command, origin: Origin
) -> Executed[Any]:
    """A task is settled, or the list was looked at."""
    who = await bearer_of(deps.pool, person_id)
    if who is None or who.agency != agency:
        raise UnknownPerson
    return await _execute(deps, who, command, origin)


async def _employment(deps: Deps, event: PositionAssignedV1) -> str | None:
    """The read model may be a moment behind the reaction; whoever is not there then is unknown."""
    day = max(event.effective_from, deps.today())
    try:
        async with asyncio.timeout(KNOWN_WITHIN_SECONDS):
            while True:
                if known := await employment_on(deps.pool, event.person_id, day):
                    return known
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        return None


async def _execute(
    deps: Deps, who: Bearer, command: Command, origin: Origin, once: Once | None = None
) -> Executed[Any]:
    return await execute(
        deps.store, orientation, orientation_stream(who.subject), command,
        subject=who.subject, agency=who.agency, origin=origin, once=once,
    )  # fmt: skip
