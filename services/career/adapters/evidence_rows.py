"""What a bundle is made of, read where it lies: the inbox, and career's own log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.chassis.proof import Said, Stored


class Place(NamedTuple):
    """Where an event stands: of career's own log the partition is 0 and the psn is the seq."""

    source: str
    generation: int
    partition: int
    psn: int


async def places_about(db: Any, person_id: UUID) -> set[Place]:
    """The events that state a fact about a person, and those that ended one."""
    rows = await db.fetch(
        """
        SELECT source, generation, partition, psn, superseded_generation, superseded_psn
          FROM dossier_facts
         WHERE person_id = $1
        """,
        person_id,
    )
    stating = {Place(*row[:4]) for row in rows}
    ending = {Place(row[0], row[4], row[2], row[5]) for row in rows if row[5] is not None}
    return stating | ending


async def texts_of(db: Any, policies: Sequence[str]) -> set[int]:
    """Where in career's log the texts of some policies were adopted."""
    rows = await db.fetch(
        "SELECT psn FROM adopted_policies WHERE policy = ANY ($1::text[])", list(policies)
    )
    return {row[0] for row in rows}


async def heard(db: Any, places: Sequence[Place]) -> list[Said]:
    """What other services said at these places, as it was heard."""
    rows = await db.fetch(
        """
        SELECT source, generation, seq, event_id, subject, agency, effective_from, recorded_at,
               type, schema, partition, psn, body
          FROM inbox
          JOIN unnest($1::text[], $2::int[], $3::int[], $4::bigint[])
            AS wanted (source, generation, partition, psn)
         USING (source, generation, partition, psn)
         ORDER BY source, seq
        """,
        [place.source for place in places],
        [place.generation for place in places],
        [place.partition for place in places],
        [place.psn for place in places],
    )
    return [Said(*row) for row in rows]


async def own(db: Any, service: str, seqs: Sequence[int]) -> list[tuple[Said, Stored]]:
    """Events of the service's own log, whole."""
    stored = Stored._fields
    rows = await db.fetch(
        f"""
        SELECT generation, seq, recorded_at, said_type, said_schema, partition, psn, said_body,
               {", ".join(stored)}
          FROM log WHERE seq = ANY ($1::bigint[]) ORDER BY seq
        """,  # noqa: S608 - a constant of this program
        list(seqs),
    )
    return [_own(service, row) for row in rows]


def _own(service: str, row: Any) -> tuple[Said, Stored]:
    generation, seq, recorded_at, *said = row[:8]
    stored = Stored(*row[8:])
    return (
        Said(
            service,
            generation,
            seq,
            stored.event_id,
            stored.subject,
            stored.agency,
            stored.effective_from,
            recorded_at,
            *said,
        ),
        stored,
    )
