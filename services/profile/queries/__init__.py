"""What may be asked about people on record. Who may ask is decided here, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.access_log import Purpose, record_read
from services.chassis.auth import Principal, may_see
from services.chassis.events import Recorded
from services.chassis.origins import OriginOut, origins_of
from services.chassis.problems import NotAllowed, NotFound
from services.profile.adapters.sealed_details import details_of
from services.profile.deps import Deps
from services.profile.domain.dispute import DisputeFiled, Status
from services.profile.domain.identifiers import IdentifierKind, kind_of, read_old_nip
from services.profile.domain.registration import Details
from services.profile.domain.retirement import pension_from
from services.profile.projections import disputes as standing
from services.profile.projections import (
    identity_index,
    person_card,
    post_history,
    post_map,
    staff_list,
    unit_history,
    work_units,
)
from services.profile.projections.post_history import OnDay
from services.profile.projections.staff_list import Wanted
from services.profile.streams import dispute_stream


@dataclass(frozen=True, slots=True)
class Card:
    """A person's card: who it is, and every line of it."""

    person_id: UUID
    details: Details | None
    lines: Sequence[Mapping[str, Any]]
    origins: Mapping[UUID, OriginOut]


async def list_people(
    deps: Deps, who: Principal, wanted: Wanted, why: Purpose
) -> list[tuple[Mapping[str, Any], Details | None]]:
    """People with their rank, post and unit on a day; with names, so the reading is noted."""
    if not may_see(who, wanted.agency):
        raise NotAllowed
    rows = await staff_list.people(deps.pool, wanted)
    names = await _opened(deps, who, [row["person_id"] for row in rows], "list", why)
    return [(row, names.get(row["person_id"])) for row in rows]


async def card(deps: Deps, who: Principal, person_id: UUID, why: Purpose) -> Card:
    """One person's card. Whoever may not see it learns nothing, not even that it exists."""
    lines = await person_card.card_of(deps.pool, person_id)
    agency = (await person_card.agencies_of(deps.pool, [person_id])).get(person_id)
    if agency is None or not may_see(who, agency, person_id):
        raise NotFound
    names = await _opened(deps, who, [person_id], "card", why)
    origins = await origins_of(deps.pool, [line["event_id"] for line in lines])
    return Card(person_id, names.get(person_id), lines, origins)


async def names_of(
    deps: Deps, who: Principal, people: list[UUID], why: Purpose
) -> dict[UUID, Details]:
    """The names behind some ids, as far as the reader may see them."""
    agencies = await person_card.agencies_of(deps.pool, people)
    visible = [one for one in people if one in agencies and may_see(who, agencies[one], one)]
    return await _opened(deps, who, visible, "names", why)


async def find_by_number(deps: Deps, who: Principal, number: str, why: Purpose) -> UUID:
    """Whose NIP, NI PPPK or old NIP this is, within the reader's agency."""
    kind = IdentifierKind.NIP_LAMA if len(number) == 9 else kind_of(number)
    if kind is IdentifierKind.NIP_LAMA:
        number = read_old_nip(number)
    digest = deps.digest(kind, number)
    found = (await identity_index.bearers_of(deps.pool, [digest], who.agency)).get(digest)
    if found is None or not may_see(who, who.agency, found.subject):
        raise NotFound
    await record_read(deps.pool, who, found.subject, "lookup", why)
    return found.subject


# Disputes


async def disputes(deps: Deps, who: Principal, waits_for: str | None) -> list[dict[str, Any]]:
    """Those of the agency, or one's own."""
    own = None if may_see(who, who.agency) else UUID(who.subject)
    return await standing.disputes_of(deps.pool, who.agency, person_id=own, waits_for=waits_for)


async def dispute_steps(deps: Deps, who: Principal, dispute_id: UUID) -> list[dict[str, Any]]:
    """What was said and done, straight from the stream: no read model holds the words."""
    history = await deps.store.load(dispute_stream(dispute_id))
    if not history or not may_see(who, history[0].about.agency, history[0].about.subject):
        raise NotFound
    return [_step(recorded) for recorded in history]


def _step(recorded: Recorded[Any]) -> dict[str, Any]:
    event = recorded.event
    filed = isinstance(event, DisputeFiled)
    return {
        "happened_on": event.on,
        "status": Status.FILED.value if filed else event.status.value,
        "by": recorded.origin.actor,
        "words": event.claim if filed else event.words,
    }


# Reports


async def occupancy(deps: Deps, who: Principal, day: OnDay) -> list[dict[str, Any]]:
    """Need against holders, post by post."""
    _may_report(who, day)
    return await post_history.occupancy(deps.pool, day)


async def retirements(
    deps: Deps, who: Principal, day: OnDay, before: date, why: Purpose
) -> list[tuple[dict[str, Any], Details | None]]:
    """Whose pension begins from that day on and before another, the first to go first."""
    _may_report(who, day)
    rows = await post_history.holders(deps.pool, day)
    leaving = [{**row, "pension_from": _pension(row)} for row in rows]
    leaving = [row for row in leaving if day.as_of < row["pension_from"] <= before]
    leaving.sort(key=lambda row: (row["pension_from"], str(row["person_id"])))
    return await _named(deps, who, leaving, "retirements", why)


async def contract_ends(
    deps: Deps, who: Principal, day: OnDay, before: date, why: Purpose
) -> list[tuple[dict[str, Any], Details | None]]:
    """Whose contract ends from that day on and before another, and was not renewed."""
    _may_report(who, day)
    rows = await post_history.contracts(deps.pool, day)
    ending = [row for row in rows if row["until"] <= before]
    return await _named(deps, who, ending, "contract-ends", why)


def _pension(row: Mapping[str, Any]) -> date:
    return pension_from(row["born"], row["retirement_age"])


def _may_report(who: Principal, day: OnDay) -> None:
    if not may_see(who, day.agency):
        raise NotAllowed


async def _named(
    deps: Deps, who: Principal, rows: list[dict[str, Any]], what: str, why: Purpose
) -> list[tuple[dict[str, Any], Details | None]]:
    names = await _opened(deps, who, [row["person_id"] for row in rows], what, why)
    return [(row, names.get(row["person_id"])) for row in rows]


async def units(deps: Deps, who: Principal, day: OnDay | None) -> list[dict[str, Any]]:
    if day is None:
        return await work_units.units_of(deps.pool, who.agency)
    return await unit_history.units_on(deps.pool, day)


async def posts(deps: Deps, who: Principal, after: UUID | None, limit: int) -> list[dict[str, Any]]:
    return await post_map.posts_of(deps.pool, who.agency, after, limit)


async def _opened(
    deps: Deps, who: Principal, people: list[UUID], what: str, why: Purpose
) -> dict[UUID, Details]:
    """Noted before it is shown."""
    if not people:
        return {}
    await record_read(deps.pool, who, people, what, why)
    return await details_of(deps.pool, deps.vault, people)
