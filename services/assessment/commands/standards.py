"""Competency dictionaries and the standards of posts, published by decree."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from services.assessment.adapters.packs import packs
from services.assessment.deps import Deps
from services.assessment.domain import competency_dictionary, post_standard
from services.assessment.domain.competency_dictionary import (
    CorrectDictionary,
    Edition,
    PublishDictionary,
)
from services.assessment.domain.post_standard import (
    CorrectStandard,
    PublishStandard,
    Version,
    standard_of,
)
from services.assessment.projections import competency_dictionaries
from services.chassis.deciding import Executed, execute
from services.chassis.events import Origin
from services.chassis.problems import NotFound

_DICTIONARIES = UUID("0d4bb6b5-3a3d-5c0a-9d2f-0c1e2b8f7a64")


async def publish_dictionary(
    deps: Deps, agency: str, edition: Edition, origin: Origin, *, correction: bool
) -> Executed[Any]:
    """A decree publishes the competencies of a field."""
    subject = uuid5(_DICTIONARIES, f"{agency}/{edition.field}")
    kind = CorrectDictionary if correction else PublishDictionary
    return await execute(
        deps.store,
        competency_dictionary,
        f"dictionary-{subject}",
        kind(event_id=deps.new_id(), edition=edition),
        subject=subject,
        agency=agency,
        origin=origin,
    )


async def adopt_pack(
    deps: Deps, agency: str, field: str, in_force_from: date, decree: str, origin: Origin
) -> Executed[Any]:
    """A dictionary shipped as data becomes the agency's own."""
    pack = packs().get(field)
    if pack is None:
        raise NotFound
    edition = pack.edition(in_force_from, decree)
    return await publish_dictionary(deps, agency, edition, origin, correction=False)


async def publish_standard(
    deps: Deps, agency: str, version: Version, origin: Origin, *, correction: bool
) -> Executed[Any]:
    """A decree says what level a post asks of each competency."""
    subject = standard_of(agency, version.post)
    known = await competency_dictionaries.codes_on(deps.pool, agency, version.in_force_from)
    kind = CorrectStandard if correction else PublishStandard
    return await execute(
        deps.store,
        post_standard,
        f"standard-{subject}",
        kind(event_id=deps.new_id(), version=version, known=known),
        subject=subject,
        agency=agency,
        origin=origin,
    )
