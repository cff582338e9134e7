"""What a listener had heard of a source beyond the fork, after that source's database was restored.

It is kept and used as before, with its own time of recording. A later record with the same id is
its twin and no second effect; what the source withdraws loses its effect when the read models have
been rebuilt without it. Until one of the two, answers that use it are provisional.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from services.chassis.telemetry import log

if TYPE_CHECKING:
    from services.chassis.generations import Life, Withdrawal
    from services.chassis.heads import Heads
    from services.chassis.postgres import Connection, Pool
    from services.chassis.reading import Place

Positions = Mapping[tuple[int, int], int]
"""Per generation and partition, a psn."""
CONTRADICTS_TWIN: Final = "contradicts-twin"
_log = log("chassis.unconfirmed")


async def note_lives(pool: Pool, heads: Heads) -> None:
    """Learn which generations of a source have ended. What was heard by now without a gap is kept
    in use; nothing that arrives later at those places is."""
    if not heads.lives:
        return
    known = await pool.fetch("SELECT generation FROM source_lives WHERE source = $1", heads.source)
    fresh = {life.generation for life in heads.lives} - {row["generation"] for row in known}
    for life in heads.lives:
        if life.generation in fresh:
            await _note_life(pool, heads.source, life)


async def _note_life(pool: Pool, source: str, life: Life) -> None:
    async with pool.acquire() as connection, connection.transaction():
        # Nobody writes into the inbox between the look at it and the note of what was seen.
        await connection.execute("LOCK TABLE inbox IN SHARE MODE")
        rows = await connection.fetch(_BEYOND, source, life.generation, list(life.heads))
        kept = list(life.heads)
        for row in rows:
            if row["psn"] == kept[row["partition"]] + 1:
                kept[row["partition"]] += 1
        noted = await connection.fetchval(
            """
            INSERT INTO source_lives (source, generation, stands, kept) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO NOTHING RETURNING true
            """,
            source,
            life.generation,
            list(life.heads),
            kept,
        )
        if noted:
            await connection.execute(_UNCONFIRMED, source, life.generation, list(life.heads), kept)
            await connection.execute(_SETTLE, source, life.generation, list(life.heads))
            _log.warning(
                "source restored", source=source, ended=life.generation, unconfirmed=len(rows)
            )


async def confirm(db: Connection | Pool, source: str, looked: Positions) -> None:
    """Find the twins of what is unconfirmed among what came after the positions given."""
    if not looked or not await db.fetchval(_IS_OPEN, source):
        return
    await db.execute(
        _CONFIRM,
        source,
        [generation for generation, _ in looked],
        [partition for _, partition in looked],
        list(looked.values()),
    )


async def note_withdrawn(
    db: Connection | Pool, source: str, withdrawn: Sequence[Withdrawal]
) -> None:
    """The source has said what does not stand. Only when all that it said before has been heard:
    what has a twin among it stands."""
    for one in withdrawn:
        await db.execute(
            _WITHDRAW, source, one.generation, list(one.event_ids), one.all_others, one.at
        )


# For whoever folds


async def doubles(db: Connection | Pool, place: Place, psns: Sequence[int]) -> dict[UUID, bool]:
    """Which of these records were heard in an earlier generation already and count there; whether
    they still say the same."""
    if place.generation == 1:
        return {}
    rows = await db.fetch(_DOUBLES, *place, list(psns))
    return {row["event_id"]: row["is_same"] for row in rows}


async def kept_through(db: Connection | Pool, place: Place) -> int | None:
    """Where a generation ends for whoever folds here; None while it goes on."""
    found: int | None = await db.fetchval(
        "SELECT kept[$3 + 1] FROM source_lives WHERE source = $1 AND generation = $2", *place
    )
    return found


async def withdrawn_at(db: Connection | Pool, place: Place) -> frozenset[int]:
    """The positions of one partition whose records are not folded any more."""
    rows = await db.fetch(
        """
        SELECT psn FROM unconfirmed
         WHERE source = $1 AND generation = $2 AND partition = $3 AND withdrawn_at IS NOT NULL
        """,
        *place,
    )
    return frozenset(row["psn"] for row in rows)


# For the operator


async def report(db: Connection | Pool, source: str, most: int) -> list[dict[str, Any]]:
    """Everything heard beyond a fork, what became of it, and what of ours it has caused."""
    rows = await db.fetch(_REPORT, source, most)
    return [_named(dict(row)) for row in rows]


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    named = {
        name: row[name]
        for name in ("generation", "partition", "psn", "event_id", "subject", "type", "recorded_at")
    }
    return {**named, "state": state_of(row), "caused": list(row["caused"])}


def state_of(row: Mapping[str, Any]) -> str:
    """
    >>> nothing = dict.fromkeys(("withdrawn_at", "removed_at", "twin_psn", "twin_is_same"))
    >>> state_of(nothing), state_of({**nothing, "twin_psn": 3, "twin_is_same": True})
    ('unconfirmed', 'confirmed')
    """
    if row["withdrawn_at"] is not None:
        return "withdrawn" if row["removed_at"] is not None else "being withdrawn"
    if row["twin_psn"] is None:
        return "unconfirmed"
    return "confirmed" if row["twin_is_same"] else "said again differently"


async def still_open(db: Connection | Pool, sources: Iterable[str]) -> int:
    """How many records wait for a word of their source."""
    found = await db.fetchval(
        f"SELECT count(*) FROM unconfirmed WHERE source = ANY ($1) AND {_OPEN}",  # noqa: S608
        list(sources),
    )
    return int(found)


_SAYS: Final = (
    "({0}.type, {0}.schema, {0}.subject, {0}.agency, {0}.effective_from, {0}.body)".format
)
_SAME: Final = f"{_SAYS('later')} = {_SAYS('first')}"
_OPEN: Final = "removed_at IS NULL AND twin_is_same IS DISTINCT FROM true"

_BEYOND: Final = """
SELECT i.partition, i.psn
  FROM unnest($3::bigint[]) WITH ORDINALITY AS stands (psn, nth)
 CROSS JOIN LATERAL (
       SELECT partition, psn FROM inbox
        WHERE source = $1 AND generation = $2 AND partition = stands.nth - 1 AND psn > stands.psn
       ) AS i
 ORDER BY i.partition, i.psn
"""

_UNCONFIRMED: Final = """
INSERT INTO unconfirmed (source, generation, partition, psn, event_id, subject, recorded_at)
SELECT i.source, i.generation, i.partition, i.psn, i.event_id, i.subject, i.recorded_at
  FROM unnest($3::bigint[], $4::bigint[]) WITH ORDINALITY AS life (stands, kept, nth)
 CROSS JOIN LATERAL (
       SELECT * FROM inbox
        WHERE source = $1 AND generation = $2 AND partition = life.nth - 1
          AND psn > life.stands AND psn <= life.kept
       ) AS i
"""

# What contradicted beyond the fork is said again in the next generation, if it stands.
_SETTLE: Final = """
UPDATE inbox_aside SET settled_at = clock_timestamp()
 WHERE source = $1 AND generation = $2 AND reason = 'contradicts' AND settled_at IS NULL
   AND psn > ($3::bigint[])[partition + 1]
"""

_IS_OPEN: Final = f"SELECT EXISTS (SELECT FROM unconfirmed WHERE source = $1 AND {_OPEN})"  # noqa: S608

_CONFIRM: Final = f"""
UPDATE unconfirmed u
   SET twin_generation = later.generation, twin_psn = later.psn, twin_is_same = {_SAME}
  FROM unnest($2::int[], $3::int[], $4::bigint[]) AS looked (generation, partition, psn)
  JOIN inbox later ON later.source = $1 AND later.generation = looked.generation
   AND later.partition = looked.partition AND later.psn > looked.psn
 CROSS JOIN inbox first
 WHERE u.source = $1 AND u.twin_psn IS NULL AND u.withdrawn_at IS NULL
   AND u.event_id = later.event_id AND u.generation < later.generation
   AND (first.source, first.generation, first.partition, first.psn)
     = (u.source, u.generation, u.partition, u.psn)
"""  # noqa: S608 - ours

_WITHDRAW: Final = """
UPDATE unconfirmed SET withdrawn_at = $5
 WHERE source = $1 AND generation = $2 AND ($4 OR event_id = ANY ($3))
   AND withdrawn_at IS NULL AND twin_is_same IS DISTINCT FROM true
"""

_DOUBLES: Final = f"""
SELECT u.event_id, {_SAME} AS is_same
  FROM inbox later
  JOIN unconfirmed u ON u.event_id = later.event_id AND u.source = later.source
   AND u.generation < later.generation AND u.withdrawn_at IS NULL
  JOIN inbox first ON first.source = u.source AND first.generation = u.generation
   AND first.partition = u.partition AND first.psn = u.psn
 WHERE later.source = $1 AND later.generation = $2 AND later.partition = $3
   AND later.psn = ANY ($4)
"""  # noqa: S608 - ours

_REPORT: Final = """
SELECT u.*, i.type,
       ARRAY(SELECT l.event_id::text FROM log l WHERE l.causation = u.event_id) AS caused
  FROM unconfirmed u
  JOIN inbox i USING (source, generation, partition, psn)
 WHERE u.source = $1
 ORDER BY u.generation, u.partition, u.psn
 LIMIT $2
"""
