"""What each source last said about itself: its last positions, and through when time is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from services.chassis.generations import Life, Lives, Withdrawal, lives_of, withdrawal_of
from services.chassis.telemetry import said_of

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

KEPT: Final = 300


class Heads(NamedTuple):
    """One snapshot of a source: the last psn of every partition, at one instant.

    `lives` and `withdrawn` tell of earlier generations, after the source's database was restored;
    while it is `in_doubt` it says nothing new, and may have lost something.
    """

    source: str
    generation: int
    closed_through: datetime
    heads: tuple[int, ...]
    seq: int = 0
    in_doubt: bool = False
    lives: tuple[Life, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()

    def holds(self, generation: int, partition: int, psn: int) -> bool:
        """Whether the source has said a record at this position."""
        return (
            generation == self.generation
            and partition < len(self.heads)
            and psn <= self.heads[partition]
        )

    def life(self, ended: Life) -> Heads:
        """An earlier generation of the same source, as far as it still stands."""
        return Heads(self.source, ended.generation, self.closed_through, ended.heads)

    def every(self) -> list[Heads]:
        """All generations, the earliest first."""
        return [*(self.life(ended) for ended in self.lives), self]

    def fell_below(self, generation: int, heads: Sequence[int], seq: int) -> bool:
        """Whether the source had told more before: it never takes anything back by itself."""
        if generation != self.generation:
            return generation > self.generation
        return seq > self.seq or any(
            before > now for before, now in zip(heads, self.heads, strict=False)
        )


async def note_heads(db: Connection | Pool, heads: Heads, *, own: bool = False) -> None:
    """Keep them for `known_through`, and that the source was in reach.

    Heads that are not newer than the newest are not kept: a source that was restored tells again
    what it had told long ago, until somebody has looked.
    """
    await db.execute(
        """
        WITH newest AS (
            SELECT generation, closed_through FROM source_heads
             WHERE source = $1 ORDER BY generation DESC, closed_through DESC LIMIT 1
        ), noted AS (
            INSERT INTO source_heads (source, asked_at, generation, closed_through, heads, own, seq)
            SELECT $1, clock_timestamp(), $2, $3, $4, $5, $7
             WHERE NOT EXISTS (SELECT FROM newest WHERE (generation, closed_through) > ($2, $3))
        ), contact AS (
            INSERT INTO source_contact (source, last_ok, in_doubt)
            VALUES ($1, clock_timestamp(), $8)
                ON CONFLICT (source) DO UPDATE
               SET last_ok = excluded.last_ok, last_error = NULL, in_doubt = excluded.in_doubt
        )
        DELETE FROM source_heads
         WHERE source = $1
           AND asked_at < (SELECT asked_at FROM source_heads WHERE source = $1
                            ORDER BY asked_at DESC OFFSET $6 LIMIT 1)
        """,
        heads.source,
        heads.generation,
        heads.closed_through,
        list(heads.heads),
        own,
        KEPT,
        heads.seq,
        heads.in_doubt,
    )


async def note_silence(db: Connection | Pool, source: str, error: BaseException) -> None:
    """The source did not answer."""
    await db.execute(
        """
        INSERT INTO source_contact (source, last_error) VALUES ($1, $2)
            ON CONFLICT (source) DO UPDATE SET last_error = excluded.last_error
        """,
        source,
        said_of(error),
    )


async def newest_heads(
    db: Connection | Pool, source: str, generation: int | None = None
) -> Heads | None:
    """What the source told last, of any generation or of this one."""
    row = await db.fetchrow(
        """
        SELECT source, generation, closed_through, heads FROM source_heads
         WHERE source = $1 AND ($2::int IS NULL OR generation = $2)
         ORDER BY asked_at DESC LIMIT 1
        """,
        source,
        generation,
    )
    return Heads(row[0], row[1], row[2], tuple(row[3])) if row else None


async def own_heads(db: Connection | Pool, service: str) -> Heads | None:
    """The service's own log as a source of one partition; None before the first sealer."""
    row = await db.fetchrow(
        "SELECT generation, closed_through, seq, in_doubt IS NOT NULL FROM sealer"
    )
    return Heads(service, row[0], row[1], (row[2],), row[2], row[3]) if row else None


async def said_heads(db: Connection | Pool, service: str) -> Heads | None:
    """What the service has said to others, in one snapshot."""
    row = await db.fetchrow(
        """
        SELECT generation, closed_through, psn_heads, seq, in_doubt IS NOT NULL AS in_doubt,
               EXISTS (SELECT FROM log WHERE stream = 'generations') AS restored
          FROM sealer
        """
    )
    if row is None:
        return None
    # What ended has ended before this was read: no later statement can miss it.
    lives = await lives_of(db) if row["restored"] else Lives()
    return Heads(
        service,
        row["generation"],
        row["closed_through"],
        tuple(row["psn_heads"]),
        row["seq"],
        row["in_doubt"],
        tuple(life for life in lives.ended if life.generation < row["generation"]),
        tuple(one for one in lives.withdrawn if one.seq <= row["seq"]),
    )


# As it goes through the door


def heads_to_json(heads: Heads) -> bytes:
    """
    >>> from datetime import UTC
    >>> told = Heads("x", 2, datetime(2025, 6, 1, tzinfo=UTC), (3, 0), 9, False, (Life(1, (7, 8)),))
    >>> heads_from_json("x", heads_to_json(told)) == told
    True
    """
    return orjson.dumps(
        {
            "service": heads.source,
            "generation": heads.generation,
            "closed_through": heads.closed_through,
            "heads": _by_partition(heads.heads),
            "seq": heads.seq,
            "in_doubt": heads.in_doubt,
            "lives": [
                {"generation": life.generation, "heads": _by_partition(life.heads)}
                for life in heads.lives
            ],
            "withdrawn": [one._asdict() for one in heads.withdrawn],
        }
    )


def heads_from_json(source: str, text: bytes) -> Heads:
    told = orjson.loads(text)
    return Heads(
        source,
        int(told["generation"]),
        datetime.fromisoformat(told["closed_through"]),
        _in_order(told["heads"]),
        int(told.get("seq", 0)),
        bool(told.get("in_doubt", False)),
        tuple(
            Life(int(life["generation"]), _in_order(life["heads"]))
            for life in told.get("lives", ())
        ),
        tuple(
            withdrawal_of(one, datetime.fromisoformat(one["at"]), int(one["seq"]))
            for one in told.get("withdrawn", ())
        ),
    )


def _by_partition(heads: Sequence[int]) -> dict[str, int]:
    return {str(partition): psn for partition, psn in enumerate(heads)}


def _in_order(told: dict[str, Any]) -> tuple[int, ...]:
    heads = {int(partition): int(psn) for partition, psn in told.items()}
    return tuple(heads[partition] for partition in range(len(heads)))
