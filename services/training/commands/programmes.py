"""What may be asked of the catalogue."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.training.deps import Deps
from services.training.domain import programme
from services.training.domain.programme import DefineProgramme, Offer

_PROGRAMMES = UUID("5e1b7c86-3c0e-5a0b-b7ce-2a8c1d9e4f21")


async def define_programme(deps: Deps, agency: str, offer: Offer, origin: Origin) -> Executed[Any]:
    """The agency offers a programme, or offers it with other details."""
    return await execute(
        deps.store,
        programme,
        stream_of(agency, offer.code),
        DefineProgramme(offer=offer, on=deps.today()),
        subject=programme_id(agency, offer.code),
        agency=agency,
        origin=origin,
    )


async def offer_of(deps: Deps, agency: str, code: str) -> Offer:
    """What the agency offers under a code, read from the record itself."""
    history = await deps.store.load(stream_of(agency, code))
    return programme.offered(fold(programme, [recorded.event for recorded in history]))


def programme_id(agency: str, code: str) -> UUID:
    """The natural key of a programme is (agency, code)."""
    return uuid5(_PROGRAMMES, f"{agency}/{code}")


def stream_of(agency: str, code: str) -> str:
    return f"programme-{programme_id(agency, code)}"
