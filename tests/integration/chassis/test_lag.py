"""How far behind is told from what the sources said and where the cursors stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from services.chassis import lag
from services.chassis.heads import Heads, note_heads

if TYPE_CHECKING:
    from services.chassis.postgres import Pool


@dataclass(frozen=True)
class Heard:
    TYPE = "shop.sold.v1"


@dataclass(frozen=True)
class Own:
    """An event of the service itself."""


SERVICE: Any = SimpleNamespace(
    name="sample",
    projections=(
        SimpleNamespace(table="board", reads=(Heard, Own)),
        SimpleNamespace(table="list", reads=(Heard,)),
    ),
)


async def reach(pool: Pool, projection: str, source: str, partition: int, psn: int) -> None:
    await pool.execute(
        "INSERT INTO projection_cursor (projection, source, generation, partition, psn)"
        " VALUES ($1, $2, 1, $3, $4)",
        projection,
        source,
        partition,
        psn,
    )


async def test_a_source_that_never_spoke_is_not_behind(pool: Pool) -> None:
    assert await lag.lags(pool, SERVICE) == []
    assert lag.furthest([]) == 0


async def test_the_distance_is_summed_over_partitions(pool: Pool) -> None:
    now = datetime.now(UTC)
    await note_heads(pool, Heads("shop", 1, now, (10, 5)))
    await note_heads(pool, Heads("sample", 1, now, (3,)), own=True)
    await reach(pool, "board", "shop", 0, 4)
    await reach(pool, "board", "shop", 1, 5)
    await reach(pool, "board", "sample", 0, 3)
    found = await lag.lags(pool, SERVICE)
    assert [(one.projection, one.source, one.events) for one in found] == [
        ("board", "sample", 0),
        ("board", "shop", 6),
        ("list", "shop", 15),
    ]
    assert lag.furthest(found) == 15
    assert lag.as_details(found)["board"]["shop"] == {"events": 6, "seconds": 0.0}


async def test_the_oldest_waiting_event_gives_the_seconds(pool: Pool) -> None:
    await note_heads(pool, Heads("shop", 1, datetime.now(UTC), (2,)))
    await pool.execute(
        """
        INSERT INTO inbox (source, generation, partition, psn, event_id, seq, type, schema, subject,
                           agency, effective_from, recorded_at, body, way)
        SELECT 'shop', 1, 0, psn, gen_random_uuid(), psn, 'shop.sold.v1', 1, gen_random_uuid(),
               'demo', '2025-01-01', clock_timestamp() - make_interval(secs => 100 - psn), '{}',
               'door'
          FROM generate_series(1, 2) AS psn
        """
    )
    (_, behind) = await lag.lags(pool, SERVICE)
    assert 98 < behind.seconds < 110
    await reach(pool, "list", "shop", 0, 2)
    (_, caught_up) = await lag.lags(pool, SERVICE)
    assert (caught_up.events, caught_up.seconds) == (0, 0.0)
