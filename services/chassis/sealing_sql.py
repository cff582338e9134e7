"""What a sealer asks of its database (see sealing.py)."""

from __future__ import annotations

from typing import Final

from services.chassis.sealing_gate import IDENTITY

ANY: Final = "SELECT pos FROM tail ORDER BY pos LIMIT 1"

FIRST: Final = """
INSERT INTO sealer (epoch, generation, seq, closed_through, psn_heads, holder, renewed_at)
VALUES (0, 1, 0, 'epoch', array_fill(0::bigint, ARRAY[$1::int]), '', 'epoch')
    ON CONFLICT DO NOTHING
"""

TAKE: Final = """
   UPDATE sealer SET epoch = epoch + 1, holder = $1, renewed_at = clock_timestamp()
    WHERE $2 OR renewed_at < clock_timestamp() - $3::interval
RETURNING epoch, generation, seq, psn_heads
"""

CURSORS: Final = """
INSERT INTO relay_cursor (generation, partition, psn, epoch)
SELECT $1, number, 0, 0 FROM generate_series(0, $2 - 1) AS number
    ON CONFLICT DO NOTHING
"""

PARTS: Final = "SELECT make_log_parts($1, $2)"

LET_GO: Final = "UPDATE sealer SET renewed_at = 'epoch' WHERE epoch = $1"

BEGIN: Final = f"""
   UPDATE sealer SET renewed_at = clock_timestamp()
    WHERE epoch = $1
RETURNING generation, seq, psn_heads, renewed_at,
          greatest(renewed_at, closed_through + interval '1 microsecond') AS recorded_at,
          in_doubt IS NOT NULL AS in_doubt, {IDENTITY}
"""  # noqa: S608 - ours

# The row of the sealer is held, so nobody else deletes: no row is skipped, none is locked.
EMPTY_TAIL: Final = """
DELETE FROM tail WHERE ctid = ANY (ARRAY(SELECT ctid FROM tail ORDER BY pos LIMIT $1))
RETURNING pos, event_id, stream, version, type, schema, subject, agency, effective_from, actor,
          door, document, sha256, verified, causation, correlation, body
"""

CLOSE: Final = """
UPDATE sealer SET seq = $2, psn_heads = $3, closed_through = $4
 WHERE epoch = $1
"""

TAIL_AGE: Final = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - (
           SELECT stored_at FROM tail ORDER BY pos LIMIT 1)), 0)::float8
"""
