"""How cursors go through the generations of a source: one after the other, each to its end.

A generation of a source that was restored ends for everybody here at what was kept of it; the next
one begins when every partition has come so far, so that a generation and its positions always say
what has been read. The own log has one partition and no holes; there a later generation begins at
its fork.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from services.chassis.knowing import Db

EARLIER_DONE: Final = """
NOT EXISTS (
    SELECT FROM source_lives e
     CROSS JOIN LATERAL unnest(e.kept) WITH ORDINALITY AS kept (psn, nth)
      LEFT JOIN projection_cursor d
        ON d.projection = c.projection AND d.source = e.source AND d.generation = e.generation
       AND d.partition = kept.nth - 1
     WHERE e.source = c.source AND e.generation < c.generation AND coalesce(d.psn, 0) < kept.psn)
"""
"""Of the cursor `c` of a projection: every earlier generation of its source is finished."""

DUE: Final = f"""
SELECT c.source, c.generation, c.partition, c.psn, c.epoch, l.kept[c.partition + 1] AS through
  FROM projection_cursor c
  LEFT JOIN source_lives l ON l.source = c.source AND l.generation = c.generation
 WHERE c.projection = $1
   AND CASE WHEN c.source = $2
       THEN EXISTS (SELECT FROM log l
                     WHERE l.seq = c.psn + 1 AND l.generation = c.generation)
       ELSE EXISTS (SELECT FROM inbox i
                     WHERE i.source = c.source AND i.generation = c.generation
                       AND i.partition = c.partition AND i.psn = c.psn + 1)
        AND (l.kept IS NULL OR c.psn < l.kept[c.partition + 1])
        AND {EARLIER_DONE} END
 ORDER BY c.source, c.generation, c.partition
"""  # noqa: S608 - ours

BEGIN: Final = """
INSERT INTO projection_cursor (projection, source, generation, partition, psn)
SELECT $1, source, generation, partition, since
  FROM (SELECT source, generation, max(cardinality(heads)) AS partitions, 0 AS since
          FROM source_heads WHERE source = ANY ($2) AND NOT own GROUP BY 1, 2
         UNION
        SELECT source, generation, cardinality(kept), 0
          FROM source_lives WHERE source = ANY ($2)
         UNION ALL
        SELECT $3, 1, 1, 0 FROM sealer WHERE $3 = ANY ($2)
         UNION ALL
        SELECT $3, generation, 1, seq - 1
          FROM log WHERE stream = 'generations' AND type = 'generation.opened' AND $3 = ANY ($2)
       ) AS life
 CROSS JOIN LATERAL generate_series(0, partitions - 1) AS partition
 WHERE NOT EXISTS (
    SELECT FROM projection_cursor c
     WHERE c.projection = $1 AND c.source = life.source
       AND c.generation = life.generation AND c.partition = partition.partition)
    ON CONFLICT DO NOTHING
"""

REACTIONS_DUE: Final = """
SELECT c.source, c.generation, c.partition, c.psn, l.kept[c.partition + 1] AS through
  FROM reaction_cursor c
  LEFT JOIN source_lives l ON l.source = c.source AND l.generation = c.generation
 WHERE c.source = ANY ($1)
   AND EXISTS (
       SELECT FROM inbox i
        WHERE i.source = c.source AND i.generation = c.generation
          AND i.partition = c.partition AND i.psn = c.psn + 1)
   AND (l.kept IS NULL OR c.psn < l.kept[c.partition + 1])
   AND NOT EXISTS (
       SELECT FROM source_lives e
         LEFT JOIN reaction_cursor d
           ON d.source = e.source AND d.generation = e.generation AND d.partition = c.partition
        WHERE e.source = c.source AND e.generation < c.generation
          AND coalesce(d.psn, 0) < e.kept[c.partition + 1])
 ORDER BY 1, 2, 3
"""

BEGIN_REACTIONS: Final = """
INSERT INTO reaction_cursor (source, generation, partition)
SELECT source, generation, partition
  FROM (SELECT source, generation, max(cardinality(heads)) AS partitions
          FROM source_heads WHERE source = ANY ($1) AND NOT own GROUP BY 1, 2
         UNION
        SELECT source, generation, cardinality(kept)
          FROM source_lives WHERE source = ANY ($1)) AS life
 CROSS JOIN LATERAL generate_series(0, partitions - 1) AS partition
 WHERE NOT EXISTS (
    SELECT FROM reaction_cursor c
     WHERE c.source = life.source AND c.generation = life.generation
       AND c.partition = partition.partition)
    ON CONFLICT DO NOTHING
"""


async def begun_generation(db: Db, projection: str, source: str) -> int:
    """The newest generation of a source that a read model has come to: all earlier ones are
    finished."""
    found = await db.fetchval(_BEGUN, projection, source)
    return int(found)


_BEGUN: Final = f"""
SELECT max(c.generation) FROM projection_cursor c
 WHERE c.projection = $1 AND c.source = $2 AND {EARLIER_DONE}
   AND NOT EXISTS (
       SELECT FROM log opened
         JOIN projection_cursor d
           ON d.projection = c.projection AND d.source = c.source
          AND d.generation < opened.generation AND d.psn < opened.seq - 1
        WHERE opened.stream = 'generations' AND opened.type = 'generation.opened'
          AND opened.generation <= c.generation
          AND NOT EXISTS (SELECT FROM source_heads h WHERE h.source = c.source AND NOT h.own)
          AND NOT EXISTS (
              SELECT FROM log between_them
               WHERE between_them.stream = 'generations'
                 AND between_them.type = 'generation.opened'
                 AND between_them.generation > d.generation
                 AND between_them.generation < opened.generation))
"""  # noqa: S608 - ours
