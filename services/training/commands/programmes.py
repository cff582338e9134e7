"""What may be asked of the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid5

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.training.commands.providers import state_of
from services.training.deps import Deps
from services.training.domain import programme
from services.training.domain.programme import (
    DefineProgramme,
    Delivery,
    Offer,
    Undefined,
    UnknownProgramme,
)
from services.training.domain.provider import of_record
from services.training.domain.training_need import CompetencyNotHeard
from services.training.projections.competency_codes import known_codes

_PROGRAMMES = UUID("5e1b7c86-3c0e-5a0b-b7ce-2a8c1d9e4f21")


async def define_programme(deps: Deps, agency: str, offer: Offer, origin: Origin) -> Executed[Any]:
    """The agency offers a programme, or offers it with other details."""
    if offer.delivery is not None:
        await check_known(deps, agency, offer.delivery)
    return await execute(
        deps.store,
        programme,
        stream_of(agency, offer.code),
        DefineProgramme(offer=offer, on=deps.today()),
        subject=programme_id(agency, offer.code),
        agency=agency,
        origin=origin,
    )


async def check_known(deps: Deps, agency: str, delivery: Delivery) -> None:
    """What a programme teaches must be a competency, and who gives it a provider on record."""
    codes = [one.competency for one in delivery.targets]
    if set(codes) - await known_codes(deps.pool, agency, codes):
        raise CompetencyNotHeard
    if delivery.provider is not None:
        of_record(await state_of(deps, agency, delivery.provider))


async def offer_of(deps: Deps, agency: str, code: str) -> Offer:
    """What the agency offers under a code, read from the record itself."""
    offer = (await offers_of(deps, agency, [code])).get(code)
    if offer is None:
        raise UnknownProgramme
    return offer


async def offers_of(deps: Deps, agency: str, codes: Collection[str]) -> dict[str, Offer]:
    """What the agency offers under those of these codes that its catalogue has."""
    streams = {code: stream_of(agency, code) for code in codes}
    told = await deps.store.load_many(streams.values())
    states = {
        code: fold(programme, [one.event for one in told[stream]])
        for code, stream in streams.items()
    }
    return {
        code: programme.offered(state) for code, state in states.items() if state != Undefined()
    }


def programme_id(agency: str, code: str) -> UUID:
    """The natural key of a programme is (agency, code)."""
    return uuid5(_PROGRAMMES, f"{agency}/{code}")


def stream_of(agency: str, code: str) -> str:
    return f"programme-{programme_id(agency, code)}"
