"""What may be asked of the providers."""

from __future__ import annotations

from typing import Any

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.training.deps import Deps
from services.training.domain import provider
from services.training.domain.provider import Command
from services.training.streams import provider_id_of, provider_stream


async def move(
    deps: Deps, agency: str, external_id: str, command: Command, origin: Origin
) -> Executed[Any]:
    """Put a provider on record, correct, suspend, resume or end it."""
    provider_id = provider_id_of(agency, external_id)
    return await execute(
        deps.store, provider, provider_stream(provider_id), command,
        subject=provider_id, agency=agency, origin=origin,
    )  # fmt: skip


async def states_of(deps: Deps, agency: str, ids: set[str]) -> dict[str, provider.State]:
    """Where these providers stand, read from the record itself."""
    streams = {one: provider_stream(provider_id_of(agency, one)) for one in ids}
    told = await deps.store.load_many(streams.values())
    return {
        one: fold(provider, [recorded.event for recorded in told[stream]])
        for one, stream in streams.items()
    }


async def state_of(deps: Deps, agency: str, external_id: str) -> provider.State:
    return (await states_of(deps, agency, {external_id}))[external_id]
