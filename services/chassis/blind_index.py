"""Find a subject by an identifier without holding the identifier: a keyed digest of it.

A service keeps its own `identity_index`, so that it finds a subject also while others are down.

The key is a secret of the services that have such doors. It stands in no event and no log;
without it a digest of a short number could simply be guessed.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import orjson

from services.chassis.events import Seen
from services.chassis.partitioning import partition_of
from services.chassis.projecting import Key, Rows

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool


def digest(key: bytes, kind: str, value: str) -> str:
    """HMAC-SHA-256 of an identifier, told apart by its kind, in hex.

    >>> digest(bytes(32), "NUMBER", "19 87") == digest(bytes(32), "NUMBER", "1987")
    True
    >>> digest(bytes(32), "NUMBER", "1987") == digest(bytes(32), "OTHER", "1987")
    False
    """
    plain = written_plainly(value).encode()
    said = kind.encode()
    message = len(said).to_bytes(2, "big") + said + plain
    return hmac.new(key, message, sha256).hexdigest()


def written_plainly(value: str) -> str:
    """The identifier without the spaces and compatibility forms that typing and printing add."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


# The projection


GONE = "GONE"


@dataclass(slots=True)
class Entry:
    """One row has one writer, so the partition stands in the key."""

    partition: int
    subject: UUID
    kind: str
    digest: str
    agency: str


@dataclass(frozen=True, slots=True)
class IdentityIndex:
    """The digests that each subject bears; the table stands in the service's own migrations.

    `tells`: the class of event that tells all `identifiers` of its subject, each with its `kind`
    and `digest`. The newest one counts.
    `erases`: the class that takes the entries away for ever; a row without a digest stays, so that
    what is told again afterwards (released, fetched late, rebuilt) tells nothing.
    """

    table: ClassVar[str] = "identity_index"
    key: ClassVar[tuple[str, ...]] = ("partition", "subject", "kind", "digest")
    Row: ClassVar[type[Entry]] = Entry

    tells: type[Any]
    erases: type[Any]

    @property
    def reads(self) -> tuple[type[Any], ...]:
        return (self.tells, self.erases)

    def touches(self, event: Any, seen: Seen, /) -> Iterable[Key]:
        yield (seen.partition, seen.subject)

    def fold(self, rows: Rows[Entry], event: Any, seen: Seen, /) -> None:
        gone = (seen.partition, seen.subject, GONE, "")
        if gone in rows:
            return
        for known in rows.keys_under(seen.partition, seen.subject):
            del rows[known]
        if isinstance(event, self.erases):
            rows[gone] = Entry(*gone, seen.agency)
            return
        for borne in event.identifiers:
            place = (seen.partition, seen.subject, str(borne.kind), borne.digest)
            rows[place] = Entry(*place, seen.agency)


# Asking


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who bears an identifier, and the agency on whose record that stands."""

    subject: UUID
    agency: str


async def bearers_of(
    db: Pool | Connection, digests: Iterable[str], agency: str | None = None
) -> Mapping[str, Bearer]:
    """Who bears these; a digest that two subjects claim leads to nobody: somebody must settle it.

    With an agency, only what stands on its record is looked at.
    """
    rows = await db.fetch(
        """
        SELECT digest, min(i.subject::text)::uuid AS subject, min(agency) AS agency
          FROM identity_index i
         WHERE digest = ANY ($1::text[])
           AND ($2::text IS NULL OR agency = $2)
           AND NOT EXISTS (SELECT FROM forgotten_subject f WHERE f.subject = i.subject)
         GROUP BY digest
        HAVING count(DISTINCT subject) = 1
        """,
        list(digests),
        agency,
    )
    return {row["digest"]: Bearer(row["subject"], row["agency"]) for row in rows}


async def bearer_of(db: Pool | Connection, subject: UUID) -> Bearer | None:
    """The subject, if this service has heard of it at all and has not had to forget it."""
    agency = await db.fetchval(
        """
        SELECT min(agency)
          FROM identity_index i
         WHERE subject = $1
           AND kind <> 'GONE'
           AND NOT EXISTS (SELECT FROM forgotten_subject f WHERE f.subject = i.subject)
        """,
        subject,
    )
    return None if agency is None else Bearer(subject, agency)


# Forgetting


async def forget_bearers(connection: Connection, subjects: Collection[UUID]) -> Collection[UUID]:
    """Take their entries away now; the projection does the same in its own time."""
    await connection.execute(
        "DELETE FROM identity_index WHERE subject = ANY ($1::uuid[]) AND kind <> 'GONE'",
        sorted(subjects),
    )
    return ()


async def digests_borne(
    connection: Connection, source: str, subject: UUID, told_as: str
) -> set[str]:
    """Every digest that a source ever told of a subject, corrected ones included: from the inbox,
    for the index may have let go of them already. It reads the subject's partition once."""
    partitions = await connection.fetchval(
        "SELECT cardinality(heads) FROM source_heads WHERE source = $1"
        " ORDER BY asked_at DESC LIMIT 1",
        source,
    )
    told = await connection.fetch(
        """
        SELECT body FROM inbox
         WHERE source = $1 AND partition = $2 AND subject = $3 AND type = $4
        """,
        source,
        partition_of(subject, partitions) if partitions else -1,
        subject,
        told_as,
    )
    indexed = await connection.fetch(
        "SELECT digest FROM identity_index WHERE subject = $1 AND digest <> ''", subject
    )
    found = {borne["digest"] for row in told for borne in orjson.loads(row["body"])["identifiers"]}
    return found | {row["digest"] for row in indexed}
