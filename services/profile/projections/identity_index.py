"""Whom a number belongs to, by its keyed digest, and from when until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.projecting import Rows, Seen
from services.profile.domain.person import PersonRegistered

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "identity_index"
key = ("person_id", "digest")
reads = (PersonRegistered,)


@dataclass(slots=True)
class Row:
    person_id: UUID
    digest: str
    kind: str
    agency: str
    valid_from: date
    valid_until: date | None


def touches(event: PersonRegistered, seen: Seen) -> Iterator[tuple[UUID]]:
    yield (seen.subject,)


def fold(rows: Rows[Row], event: PersonRegistered, seen: Seen) -> None:
    for known in rows.keys_under(seen.subject):
        del rows[known]
    for number in event.identifiers:
        rows[seen.subject, number.digest] = Row(
            person_id=seen.subject,
            digest=number.digest,
            kind=number.kind.value,
            agency=seen.agency,
            valid_from=number.valid_from,
            valid_until=number.valid_until,
        )


async def person_with(db: Pool | Connection, agency: str, digests: list[str]) -> UUID | None:
    """The person of this agency to whom one of these digests belongs."""
    found: UUID | None = await db.fetchval(
        "SELECT person_id FROM identity_index WHERE agency = $1 AND digest = ANY ($2) LIMIT 1",
        agency,
        digests,
    )
    return found
