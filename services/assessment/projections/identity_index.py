"""Who bears an identifier: a keyed digest leads to the person, also while profile is down.

Only digests are here; without the lookup key they lead nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.events.profile import PersonRegisteredV1
from services.chassis.blind_index import digest
from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "identity_index"
key = ("partition", "person_id", "kind", "digest")
reads = (PersonRegisteredV1,)

# The two numbers of eighteen digits that a file may call "NIP".
KINDS = ("NIP", "NI_PPPK")


@dataclass(slots=True)
class Row:
    partition: int
    person_id: UUID
    kind: str
    digest: str
    agency: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """The person who bears an identifier, and the agency whose record the person is."""

    person_id: UUID
    agency: str


def touches(event: PersonRegisteredV1, seen: Seen) -> Iterable[Key]:
    yield (seen.partition, event.person_id)


def fold(rows: Rows[Row], event: PersonRegisteredV1, seen: Seen) -> None:
    """The newest registration says which identifiers a person bears."""
    for known in rows.keys_under(seen.partition, event.person_id):
        del rows[known]
    for identifier in event.identifiers:
        rows[(seen.partition, event.person_id, identifier.kind, identifier.digest)] = Row(
            partition=seen.partition,
            person_id=event.person_id,
            kind=identifier.kind,
            digest=identifier.digest,
            agency=seen.agency,
        )


def digests_of(lookup_key: bytes, nip: str) -> tuple[str, ...]:
    """The digests under which this number would be known, whichever of the two kinds it is."""
    return tuple(digest(lookup_key, kind, nip) for kind in KINDS)


async def bearers_of(db: Pool | Connection, digests: Iterable[str]) -> Mapping[str, Bearer]:
    """Who bears these; a digest that two people claim leads to nobody, for a person to settle."""
    rows = await db.fetch(
        """
        SELECT digest, min(person_id::text)::uuid AS person_id, min(agency) AS agency
          FROM identity_index
         WHERE digest = ANY ($1::text[])
         GROUP BY digest
        HAVING count(DISTINCT person_id) = 1
        """,
        list(digests),
    )
    return {row["digest"]: Bearer(row["person_id"], row["agency"]) for row in rows}


async def bearer_of(db: Pool | Connection, person_id: UUID) -> Bearer | None:
    """The person, if this service has heard of the person at all."""
    agency = await db.fetchval(
        """
        SELECT min(agency)
          FROM identity_index
         WHERE person_id = $1
        """,
        person_id,
    )
    return None if agency is None else Bearer(person_id, agency)
