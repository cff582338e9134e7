"""What a listener has heard of a source, told at every look at its heads, and what follows from it.

A source that was restored from a backup learns here what it has lost: somebody holds more than its
log, or something else at the same place.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.chassis import proof
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

MOST: Final = 200
PROBES: Final = (0, *(2**nth for nth in range(40)))
"""How far before the last record to look, when something is wrong."""
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
    tops: Annotated[tuple[Held, ...], Field(max_length=20_000)] = ()
    """The last record of each partition, in the newest generation that it holds; of a source in
    doubt some before it too, further and further apart, to find where they part."""
    contradicted: Annotated[tuple[Held, ...], Field(max_length=MOST)] = ()
    """Records after which another one came for the same place."""


NOTHING: Final = Holding(
    generation=0, seq=0, closed_through=datetime(1970, 1, 1, tzinfo=UTC), heads=()
)


# The listener's side


async def holding_of(db: Connection | Pool, source: str) -> Holding:
    """What this service has heard of a source; that it has heard nothing is worth knowing, too."""
    told = await db.fetchrow(
        """
        SELECT generation, seq, closed_through, heads, coalesce(in_doubt, false) AS in_doubt
          FROM source_heads LEFT JOIN source_contact USING (source)
         WHERE source = $1 AND NOT own ORDER BY generation DESC, closed_through DESC LIMIT 1
        """,
        source,
    )
    if told is None:
        return NOTHING
    probes = PROBES if told["in_doubt"] else PROBES[:1]
    tops = await db.fetch(_TOPS, source, len(told["heads"]), list(probes))
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
    held = {
        (one.generation, one.partition, one.psn): one.said
        for one in (*holding.tops, *holding.contradicted)
        if one.generation >= here["generation"]
    }
    ours = await _ours(db, service, [at for at in held if at[0] == here["generation"]])
    agreed: dict[int, int] = {}
    for (generation, partition, psn), said in sorted(held.items()):
        place = {"generation": generation, "partition": partition, "psn": psn}
        mine = ours.get((generation, partition, psn))
        if mine == said:
            agreed[partition] = psn
        elif mine is None:
            found.append(_objection(listener, "ahead", **place))
        else:
            found.append(
                _objection(listener, "different", **place, agreed=agreed.get(partition, 0))
            )
    return here["generation"], found


def _objection(listener: str, what: str, **where: int) -> dict[str, Any]:
    return {"who": f"listener:{listener}", "what": what, **where}


async def _ours(
    db: Connection | Pool, service: str, places: list[tuple[int, int, int]]
) -> dict[tuple[int, int, int], str]:
    generations, partitions, psns = ([at[nth] for at in places] for nth in range(3))
    rows = await db.fetch(_OURS, generations, partitions, psns)
    records = [SaidRow(*row) for row in rows]
    return {(one.generation, one.partition, one.psn): said_hash(service, one) for one in records}


_INBOX: Final = (
    "i.generation, i.partition, i.psn, i.event_id, i.seq, i.type, i.schema, i.subject, i.agency,"
    " i.effective_from, i.recorded_at, i.body"
)

# Each place is looked up by itself: LIMIT keeps a plan from reading the whole inbox or log instead.

_TOPS: Final = f"""
WITH newest AS (
    SELECT generation FROM inbox WHERE source = $1 ORDER BY generation DESC LIMIT 1
)
SELECT {_INBOX}
  FROM newest CROSS JOIN generate_series(0, $2::int - 1) AS part (number)
 CROSS JOIN LATERAL (
       SELECT psn FROM inbox
        WHERE source = $1 AND generation = newest.generation AND partition = part.number
        ORDER BY psn DESC LIMIT 1
       ) AS top
 CROSS JOIN unnest($3::bigint[]) AS back (steps)
 CROSS JOIN LATERAL (
       SELECT * FROM inbox
        WHERE source = $1 AND generation = newest.generation AND partition = part.number
          AND psn = top.psn - back.steps
        LIMIT 1
       ) AS i
"""  # noqa: S608 - the columns are ours

_CONTRADICTED: Final = f"""
SELECT {_INBOX}
  FROM (SELECT DISTINCT generation, partition, psn FROM inbox_aside
         WHERE source = $1 AND reason = 'contradicts' AND settled_at IS NULL
         ORDER BY generation, partition, psn LIMIT $2) AS odd
 CROSS JOIN LATERAL (
       SELECT * FROM inbox
        WHERE source = $1 AND generation = odd.generation AND partition = odd.partition
          AND psn = odd.psn
        LIMIT 1
       ) AS i
"""  # noqa: S608 - the columns are ours

_OURS: Final = f"""
SELECT {SAID_COLUMNS}
  FROM unnest($1::int[], $2::int[], $3::bigint[]) AS at (g, p, n)
 CROSS JOIN LATERAL (
       SELECT * FROM log WHERE generation = g AND partition = p AND psn = n LIMIT 1
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
