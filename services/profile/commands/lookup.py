"""What a command needs to know beforehand, from the streams themselves: never a moment behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.chassis.deciding import fold
from services.chassis.events import Recorded
from services.profile.deps import Deps
from services.profile.domain import post, work_unit
from services.profile.domain.identifiers import kind_of
from services.profile.domain.post import Post
from services.profile.domain.registration import PersonRegistered
from services.profile.domain.terms import Refused
from services.profile.projections import identity_index
from services.profile.streams import digest_of, number_stream, post_stream, unit_stream

BATCH = 500


class PostNotOnMap(Refused):
    """This post is not on the post map; whoever keeps the map must add it first."""


def agency_of(history: Sequence[Recorded[Any]]) -> str | None:
    """In whose record a person stands, by the person's own stream: where they were registered
    last. None for somebody who was never registered."""
    entered = [one for one in history if isinstance(one.event, PersonRegistered)]
    return entered[-1].about.agency if entered else None


async def people_with(deps: Deps, agency: str, numbers: Sequence[str]) -> dict[str, UUID]:
    """Who in this agency's record holds these numbers, from the numbers' own streams.

    They are never behind: a person registered a moment ago is found. That somebody has moved to
    another agency is known from the index, as soon as it is projected.
    """
    wanted = {number_stream(deps.digest(kind_of(n), n)): n for n in numbers}
    streams = list(wanted)
    found: dict[str, UUID] = {}
    for start in range(0, len(streams), BATCH):
        some = streams[start : start + BATCH]
        loaded = await deps.store.load_many(some)
        kept = await identity_index.bearers_of(deps.pool, map(digest_of, some))
        for stream, history in loaded.items():
            bearer = kept.get(digest_of(stream))
            if history and agency == (bearer.agency if bearer else history[0].about.agency):
                found[wanted[stream]] = history[0].event.holder
    return found


async def posts_with(deps: Deps, agency: str, post_ids: Sequence[UUID]) -> dict[UUID, Post]:
    """Those of these posts that are on the agency's post map."""
    streams = {post_stream(post_id): post_id for post_id in post_ids}
    names = list(streams)
    found: dict[UUID, Post] = {}
    for start in range(0, len(names), BATCH):
        loaded = await deps.store.load_many(names[start : start + BATCH])
        for stream, history in loaded.items():
            known = fold(post, (recorded.event for recorded in history))
            if known is not None and history[0].about.agency == agency:
                found[streams[stream]] = known.post
    return found


async def units_known(deps: Deps, unit_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these units that have been defined."""
    streams = {unit_stream(unit_id): unit_id for unit_id in unit_ids}
    names = list(streams)
    found: set[UUID] = set()
    for start in range(0, len(names), BATCH):
        loaded = await deps.store.load_many(names[start : start + BATCH])
        for stream, history in loaded.items():
            if fold(work_unit, (recorded.event for recorded in history)) is not None:
                found.add(streams[stream])
    return found


async def tree_above(deps: Deps, unit_ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """These units, as far as they have been defined, and all above them, each with its parent."""
    found: dict[UUID, UUID | None] = {}
    wanted = set(unit_ids)
    while wanted:
        names = {unit_stream(unit_id): unit_id for unit_id in wanted}
        for start in range(0, len(names), BATCH):
            loaded = await deps.store.load_many(list(names)[start : start + BATCH])
            for stream, history in loaded.items():
                known = fold(work_unit, (recorded.event for recorded in history))
                if known is not None:
                    found[names[stream]] = known.unit.parent_id
        wanted = {parent for parent in found.values() if parent is not None} - found.keys() - wanted
    return found
