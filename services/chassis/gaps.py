"""Which positions an inbox lacks, up to what its source has said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from services.chassis.heads import Heads
    from services.chassis.postgres import Connection, Pool

MOST_GAPS = 200


class Gap(NamedTuple):
    """Positions of one partition that are missing, both ends included.

    `inner`: a later record is there, so this one will not come by itself.
    """

    partition: int
    first: int
    last: int
    inner: bool


async def gaps(db: Connection | Pool, heads: Heads, prefix: dict[int, int]) -> list[Gap]:
    """What is missing after the prefix that is known to be whole; the prefix is moved on.

    The last row of a known prefix must still be there. If it is gone, the inbox was lost, and
    the partition is looked at from its beginning.
    """
    await _forget_lost(db, heads, prefix)
    found = await db.fetch(
        """
        WITH wanted AS (
            SELECT partition, after, head
              FROM unnest($3::int[], $4::bigint[], $5::bigint[]) AS p (partition, after, head)
        ), here AS (
            SELECT partition, head, after AS psn FROM wanted
             UNION ALL
            SELECT w.partition, w.head, i.psn
              FROM wanted w
              JOIN inbox i ON i.source = $1 AND i.generation = $2 AND i.partition = w.partition
               AND i.psn > w.after AND i.psn <= w.head
        ), pairs AS (
            SELECT partition, head, psn,
                   lead(psn) OVER (PARTITION BY partition ORDER BY psn) AS next
              FROM here
        )
        SELECT partition, psn + 1, coalesce(next - 1, head), next IS NOT NULL
          FROM pairs WHERE coalesce(next, head + 1) > psn + 1
         ORDER BY 1, 2 LIMIT $6
        """,
        heads.source,
        heads.generation,
        list(range(len(heads.heads))),
        [prefix.get(partition, 0) for partition in range(len(heads.heads))],
        list(heads.heads),
        MOST_GAPS,
    )
    missing = [Gap(*row) for row in found]
    _move_on(heads, prefix, missing)
    return missing


async def _forget_lost(db: Connection | Pool, heads: Heads, prefix: dict[int, int]) -> None:
    lost = await db.fetch(
        """
        SELECT p.partition FROM unnest($3::int[], $4::bigint[]) AS p (partition, psn)
         WHERE NOT EXISTS (
            SELECT FROM inbox i WHERE i.source = $1 AND i.generation = $2
               AND i.partition = p.partition AND i.psn = p.psn)
        """,
        heads.source,
        heads.generation,
        list(prefix),
        list(prefix.values()),
    )
    for (partition,) in lost:
        del prefix[partition]


def _move_on(heads: Heads, prefix: dict[int, int], missing: list[Gap]) -> None:
    """Up to the first gap, or to the head. Beyond the last gap that fits, nothing is known."""
    first = {gap.partition: gap.first for gap in reversed(missing)}
    unknown = missing[-1].partition if len(missing) == MOST_GAPS else len(heads.heads)
    for partition, head in enumerate(heads.heads):
        whole = first.get(partition, head + 1) - 1
        if whole > prefix.get(partition, 0) and (partition in first or partition < unknown):
            prefix[partition] = whole
