"""What a listener has heard of a source, told at every look at its heads, and what follows from it.

A source that was restored from a backup learns here what it has lost: somebody holds more than its
log, or something else at the same place.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.chassis import proof
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

MOST: Final = 200
Whole = Annotated[int, Field(ge=0, le=2**63 - 1)]
Small = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Held(_Told):
    """A record in a listener's inbox, by its place and the hash of what was said."""

    generation: Small
    partition: Small
    psn: Whole
    said: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Holding(_Told):
    """The furthest that a source has told a listener, and the furthest that the listener holds."""

    generation: Small
    seq: Whole
    closed_through: AwareDatetime
    heads: Annotated[tuple[Whole, ...], Field(max_length=1_000)]
    tops: Annotated[tuple[Held, ...], Field(max_length=1_000)] = ()
    """The last record of each partition, in the newest generation that it holds."""
    contradicted: Annotated[tuple[Held, ...], Field(max_length=MOST)] = ()
    """Records after which another one came for the same place."""


# The listener's side


async def holding_of(db: Connection | Pool, source: str) -> Holding | None:
    """What this service has heard of a source; None when that is nothing at all."""
    told = await db.fetchrow(
        """
        SELECT generation, seq, closed_through, heads FROM source_heads
         WHERE source = $1 AND NOT own ORDER BY generation DESC, closed_through DESC LIMIT 1
        """,
        source,
    )
    if told is None:
        return None
    tops = await db.fetch(_TOPS, source, len(told["heads"]))
    odd = await db.fetch(_CONTRADICTED, source, MOST)
    return Holding(
        generation=told["generation"],
        seq=told["seq"],
        closed_through=told["closed_through"],
        heads=tuple(told["heads"]),
        tops=tuple(_held(source, row) for row in tops),
        contradicted=tuple(_held(source, row) for row in odd),
    )


def _held(source: str, row: Any) -> Held:
    record = SaidRow(*row)
    return Held(
        generation=record.generation,
        partition=record.partition,
        psn=record.psn,
        said=said_hash(source, record),
    )


def said_hash(service: str, row: SaidRow) -> str:
    """The said half of the leaf: a listener and its source come to the same by themselves."""
    part = proof.said_part(
        proof.Said(
            service=service,
            generation=row.generation,
            seq=row.seq,
            event_id=row.event_id,
            subject=row.subject,
            agency=row.agency,
            effective_from=row.effective_from,
            recorded_at=row.recorded_at,
            said_type=row.type,
            said_schema=row.schema,
            partition=row.partition,
            psn=row.psn,
            said_body=row.body,
        )
    )
    return sha256(part).hexdigest()


# The source's side


async def note_report(db: Connection | Pool, listener: str, holding: Holding) -> None:
    """Keep the furthest that this listener ever knew, and that it was heard of just now."""
    await db.execute(
        _NOTE,
        listener,
        holding.generation,
        holding.seq,
        holding.closed_through,
        list(holding.heads),
    )


async def objections(
    db: Connection | Pool, service: str, listener: str, holding: Holding
) -> tuple[int, list[dict[str, Any]]]:
    """Where the listener holds more than this log, or something else, and in which generation."""
    here = await db.fetchrow("SELECT generation, seq FROM sealer")
    if here is None:
        return 0, []  # nothing was ever sealed; the door has no heads to tell
    found = []
    told, reached = (holding.generation, holding.seq), (here["generation"], here["seq"])
    if told[0] > reached[0] or (told[0] == reached[0] and told[1] > reached[1]):
        found.append(_objection(listener, "ahead", generation=told[0], seq=told[1]))
    # What an ended generation holds beyond its fork has been seen to already.
    held = [
        one
        for one in (*holding.tops, *holding.contradicted)
        if one.generation >= here["generation"]
    ]
    ours = await _ours(db, service, [one for one in held if one.generation == here["generation"]])
    for one in held:
        place = {"generation": one.generation, "partition": one.partition, "psn": one.psn}
        mine = ours.get((one.generation, one.partition, one.psn))
        if mine is None:
            found.append(_objection(listener, "ahead", **place))
        elif mine != one.said:
            found.append(_objection(listener, "different", **place))
    return here["generation"], found


def _objection(listener: str, what: str, **where: int) -> dict[str, Any]:
    return {"who": f"listener:{listener}", "what": what, **where}


async def _ours(
    db: Connection | Pool, service: str, held: list[Held]
) -> dict[tuple[int, int, int], str]:
    rows = await db.fetch(
        _OURS,
        [one.generation for one in held],
        [one.partition for one in held],
        [one.psn for one in held],
    )
    records = [SaidRow(*row) for row in rows]
    return {(one.generation, one.partition, one.psn): said_hash(service, one) for one in records}


_INBOX: Final = (
    "i.generation, i.partition, i.psn, i.event_id, i.seq, i.type, i.schema, i.subject, i.agency,"
    " i.effective_from, i.recorded_at, i.body"
)

_TOPS: Final = f"""
WITH newest AS (
    SELECT generation FROM inbox WHERE source = $1 ORDER BY generation DESC LIMIT 1
)
SELECT {_INBOX}
  FROM newest CROSS JOIN generate_series(0, $2::int - 1) AS part (number)
 CROSS JOIN LATERAL (
       SELECT * FROM inbox
        WHERE source = $1 AND generation = newest.generation AND partition = part.number
        ORDER BY psn DESC LIMIT 1
       ) AS i
"""  # noqa: S608 - the columns are ours

_CONTRADICTED: Final = f"""
SELECT DISTINCT {_INBOX}
  FROM inbox_aside a
  JOIN inbox i USING (source, generation, partition, psn)
 WHERE source = $1 AND a.reason = 'contradicts' AND a.settled_at IS NULL
 LIMIT $2
"""  # noqa: S608 - the columns are ours

_OURS: Final = f"""
SELECT {SAID_COLUMNS}
  FROM unnest($1::int[], $2::int[], $3::bigint[]) AS at (g, p, n)
 CROSS JOIN LATERAL (
       SELECT * FROM log WHERE generation = g AND partition = p AND psn = n
       ) AS said
"""  # noqa: S608 - the columns are ours

_NOTE: Final = """
INSERT INTO listener_report AS r (listener, told_at, generation, seq, closed_through, heads)
VALUES ($1, clock_timestamp(), $2, $3, $4, $5)
    ON CONFLICT (listener) DO UPDATE
   SET told_at = excluded.told_at,
       generation = greatest(r.generation, excluded.generation),
       seq = greatest(r.seq, excluded.seq),
       closed_through = greatest(r.closed_through, excluded.closed_through),
       heads = CASE WHEN r.generation > excluded.generation THEN r.heads ELSE excluded.heads END
"""
