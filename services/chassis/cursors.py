"""How cursors go through the generations of a source: one after the other, each to its end.

A generation of a source that was restored ends for everybody here at what was kept of it; the next
one gets its cursors when every partition has come so far, so the newest generation of a source's
cursors and their positions say all that has been read of it. The own log has one partition and no
holes; there a later generation begins at its fork.
"""

from __future__ import annotations

from typing import Final

DUE: Final = """
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
        AND (l.kept IS NULL OR c.psn < l.kept[c.partition + 1]) END
 ORDER BY c.source, c.generation, c.partition
"""

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
        SELECT $3, opened.generation, 1, opened.seq - 1
          FROM log opened
          JOIN projection_cursor before
            ON before.projection = $1 AND before.source = $3
           AND before.generation < opened.generation AND before.psn = opened.seq - 1
         WHERE opened.stream = 'generations' AND opened.type = 'generation.opened'
           AND $3 = ANY ($2)
       ) AS life
 CROSS JOIN LATERAL generate_series(0, partitions - 1) AS partition
 WHERE NOT EXISTS (
    SELECT FROM projection_cursor c
     WHERE c.projection = $1 AND c.source = life.source
       AND c.generation = life.generation AND c.partition = partition.partition)
   AND NOT EXISTS (
    SELECT FROM source_lives e
     CROSS JOIN LATERAL unnest(e.kept) WITH ORDINALITY AS kept (psn, nth)
      LEFT JOIN projection_cursor d
        ON d.projection = $1 AND d.source = e.source AND d.generation = e.generation
       AND d.partition = kept.nth - 1
     WHERE e.source = life.source AND e.generation < life.generation
       AND coalesce(d.psn, 0) < kept.psn)
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
