"""What must be true of a log whatever has happened to its sealers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from services.chassis import proof

if TYPE_CHECKING:
    import asyncpg

    from services.chassis.postgres import Pool


async def check_log(pool: Pool, service: str = "sample") -> list[asyncpg.Record]:
    """Dense seq and psn, versions in order, time that never falls, leaves that recompute."""
    rows = await pool.fetch("SELECT * FROM log ORDER BY seq")
    versions: dict[str, int] = defaultdict(int)
    positions: dict[tuple[int, int], int] = defaultdict(int)
    for nth, row in enumerate(rows, start=1):
        assert row["seq"] == nth, "seq is dense"
        assert row["version"] == versions[row["stream"]] + 1, "versions rise by one along seq"
        versions[row["stream"]] += 1
        if row["psn"] is not None:
            place = (row["generation"], row["partition"])
            positions[place] += 1
            assert row["psn"] == positions[place], "psn is dense"
        assert row["leaf"] == leaf_of_row(row, service)
    told = [row["recorded_at"] for row in rows]
    assert told == sorted(told), "recorded_at never falls"
    both = await pool.fetchval("SELECT count(*) FROM tail JOIN log USING (stream, version)")
    assert both == 0, "tail and log share no event"
    return rows


def leaf_of_row(row: asyncpg.Record, service: str) -> bytes:
    stored = proof.Stored(*(row[name] for name in proof.Stored._fields))
    said = proof.Said(service, *(row[name] for name in proof.Said._fields[1:]))
    return proof.leaf(proof.stored_part(stored), proof.said_part(said))
