"""The texts that count, each from the moment at which it could be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.career.domain.basis import AsKnown, Basis, KnownAt
from services.career.domain.policy_adoption import KnownSince, PolicyAdopted
from services.chassis.canonical import canonical
from services.chassis.projecting import Part, Rows, Seen


@dataclass(slots=True)
class AdoptedPolicy:
    source: str
    partition: int
    event_id: UUID
    generation: int
    psn: int
    policy: str
    layer: str
    agency: str
    content: str
    sha256: str
    shipped: bool
    known_since: str
    approved_by: str
    recorded_at: datetime


table = "adopted_policies"
key = ("source", "partition", "event_id")
Row = AdoptedPolicy
reads = (PolicyAdopted,)


def touches(event: PolicyAdopted, seen: Seen) -> Iterable[tuple[str, int, UUID]]:
    yield (seen.source, seen.partition, seen.event_id)


def fold(rows: Rows[AdoptedPolicy], event: PolicyAdopted, seen: Seen) -> None:
    rows[(seen.source, seen.partition, seen.event_id)] = AdoptedPolicy(
        source=seen.source,
        partition=seen.partition,
        event_id=seen.event_id,
        generation=seen.generation,
        psn=seen.psn,
        policy=event.policy,
        layer=event.layer,
        agency=seen.agency,
        content=event.content,
        sha256=event.sha256,
        shipped=event.shipped,
        known_since=canonical(
            [
                {"in_force_from": known.in_force_from, "known_since": known.known_since}
                for known in event.known_since
            ]
        ).decode(),
        approved_by=canonical(list(event.approved_by)).decode(),
        recorded_at=seen.recorded_at,
    )


# Asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """A text, and which of its versions were known; None: all of them."""

    policy: str
    layer: str
    agency: str
    content: str
    sha256: str
    shipped: bool
    approved_by: tuple[str, ...]
    recorded_at: datetime
    known_versions: frozenset[date] | None = None


def rows_of(policy: str) -> Part:
    """The rows from which `newest_of` takes the texts that count."""
    columns = ", ".join(member.name for member in fields(AdoptedPolicy))
    return Part(f"SELECT {columns} FROM adopted_policies WHERE policy = $1", (policy,))  # noqa: S608


def newest_of(
    rows: Iterable[AdoptedPolicy], agency: str | None, known: AsKnown, day: date
) -> list[Adopted]:
    """Of one policy's rows, in whatever order they come, the newest text known of each layer,
    national first; `day` is the day of `known_at`."""
    ordered = sorted(rows, key=lambda row: (row.generation, row.psn), reverse=True)
    found = []
    for layer, whose in (("national", None), ("agency", agency)):
        of_layer = [
            row
            for row in ordered
            if row.layer == layer and (layer == "national" or row.agency == whose)
        ]
        newest = next((row for row in of_layer if _counts(row, known)), None)
        if newest is not None:
            found.append(_read(newest, known, day))
    return found


async def adopted_now(db: Any) -> list[Adopted]:
    """The text that counts of every policy of every layer."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (policy, layer, CASE WHEN layer = 'agency' THEN agency END) *
          FROM adopted_policies
         ORDER BY policy, layer, CASE WHEN layer = 'agency' THEN agency END,
                  generation DESC, psn DESC
        """
    )
    return [_read(AdoptedPolicy(**row), None, None) for row in rows]


def _counts(row: AdoptedPolicy, known: AsKnown) -> bool:
    match known:
        case KnownAt(instant):
            return row.shipped or row.recorded_at <= instant
        case Basis(prefixes):
            prefix = prefixes.get(row.source)
            place = prefix.place(row.partition) if prefix else None
            return place is not None and (row.generation, row.psn) <= (
                place.generation,
                place.psn,
            )


def _read(row: AdoptedPolicy, known: AsKnown | None, day: date | None) -> Adopted:
    return Adopted(
        policy=row.policy,
        layer=row.layer,
        agency=row.agency,
        content=row.content,
        sha256=row.sha256,
        shipped=row.shipped,
        approved_by=_APPROVERS.validate_json(row.approved_by),
        recorded_at=row.recorded_at,
        known_versions=_known_versions(row, known, day),
    )


def _known_versions(
    row: AdoptedPolicy, known: AsKnown | None, day: date | None
) -> frozenset[date] | None:
    """Of a shipped text asked about before its adoption: the versions promulgated by then."""
    if not isinstance(known, KnownAt) or day is None or row.recorded_at <= known.instant:
        return None
    versions = _versions(row.known_since)
    return frozenset(v.in_force_from for v in versions if v.known_since <= day)


@lru_cache(maxsize=64)
def _versions(text: str) -> tuple[KnownSince, ...]:
    return _KNOWN.validate_json(text)


_KNOWN: TypeAdapter[tuple[KnownSince, ...]] = TypeAdapter(tuple[KnownSince, ...])
_APPROVERS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])
