"""What must follow in training from what was heard."""

from __future__ import annotations

import asyncio
from typing import assert_never

from contracts.events.profile import FactWithdrawnV1, PersonRegisteredV1, PositionAssignedV1
from services.chassis.answering import Once
from services.chassis.events import Origin, Seen
from services.chassis.reacting import Reaction, Reactions
from services.training.commands import orientation
from services.training.commands.reports import match_waiting
from services.training.deps import Deps
from services.training.projections.identity_index import Bearer, bearers_of

INDEXED_WITHIN_SECONDS = 2
LOOK_AGAIN_SECONDS = 0.02


Event = PersonRegisteredV1 | PositionAssignedV1 | FactWithdrawnV1


def react(event: Event, seen: Seen) -> Reaction | None:
    match event:
        case PersonRegisteredV1():
            return _match_waiting(event, seen)
        case PositionAssignedV1() if orientation.opens(event, seen):
            return _open_orientation(event, seen)
        case PositionAssignedV1():
            return None  # a chapter of the past, or somebody standing in
        case FactWithdrawnV1():
            return _close_orientation(event, seen)
        case _:
            assert_never(event)


def _match_waiting(event: PersonRegisteredV1, seen: Seen) -> Reaction:
    bearer = Bearer(event.person_id, seen.agency)
    digests = [identifier.digest for identifier in event.identifiers]

    async def match(deps: Deps, once: Once, origin: Origin) -> None:
        """A report that waited for this person is interpreted."""
        await _indexed(deps, digests)
        await match_waiting(deps, digests, bearer, origin)

    return Reaction(rule="match-waiting-reports", run=match)


def _open_orientation(event: PositionAssignedV1, seen: Seen) -> Reaction:
    async def open_(deps: Deps, once: Once, origin: Origin) -> None:
        await orientation.open_for(deps, event, seen, once, origin)

    return Reaction(rule=orientation.RULE, run=open_)


def _close_orientation(event: FactWithdrawnV1, seen: Seen) -> Reaction:
    async def close(deps: Deps, once: Once, origin: Origin) -> None:
        await orientation.close_for(deps, event.person_id, event.withdraws, seen, once, origin)

    return Reaction(rule="close-orientation", run=close)


async def _indexed(deps: Deps, digests: list[str]) -> None:
    """Let the index learn it first: a report that comes after us will then find the person there,
    and one that came before us is waiting already. If the index is held up, go on without it."""
    try:
        async with asyncio.timeout(INDEXED_WITHIN_SECONDS):
            while True:
                if await bearers_of(deps.pool, digests):
                    return
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
    except TimeoutError:
        return


REACTIONS = Reactions(reads=(PersonRegisteredV1, PositionAssignedV1, FactWithdrawnV1), react=react)
