"""Several decisions that stand or fall together: all their events in one transaction, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from services.chassis.deciding import Desk, Executed, Work, stand_back, uuid7
from services.chassis.event_store import Conflict, EventStore


async def execute_together(
    store: EventStore,
    work: Sequence[Work[Any, Any, Any]],
    *,
    new_id: Callable[[], UUID] = uuid7,
    attempts: int = 5,
) -> list[Executed[Any]]:
    """What each command did, in the order given. The first refusal is raised and nothing is done;
    whoever loses one of the streams to somebody faster decides all of them anew."""
    for attempt in range(1, attempts + 1):
        desk = await Desk.laid(store, work, new_id)
        done = [desk.decide(one) for one in work]
        try:
            await store.append(desk.appends)
        except Conflict:
            if attempt == attempts:
                raise
            await stand_back(attempt)
        else:
            return done
    raise AssertionError("attempts must be at least 1")
