"""How far the read models are behind what their sources have said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.chassis.parking import count_parked
from services.chassis.postgres import OUT_OF_REACH
from services.chassis.projecting import Projection, name_of
from services.chassis.service import Service
from services.chassis.telemetry import Metrics, log

if TYPE_CHECKING:
    from services.chassis.postgres import Pool

LOG = log("chassis.lag")
LOOK_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Lag:
    """One read model behind one source: by so many events, the first of them so old."""

    projection: str
    source: str
    events: int
    seconds: float


def sources_of(service: str, projection: Projection) -> set[str]:
    """A contract's type begins with the name of its source; other classes are the service's own."""
    return {str(getattr(cls, "TYPE", f"{service}.")).partition(".")[0] for cls in projection.reads}


async def lags(pool: Pool, service: Service) -> list[Lag]:
    """For every projection and each source it reads, as far as the source's heads are known."""
    pairs = [
        (name_of(projection), source)
        for projection in service.projections
        for source in sorted(sources_of(service.name, projection))
    ]
    rows = await pool.fetch(
        """
        WITH newest AS (
            SELECT DISTINCT ON (source) source, generation, heads, own
              FROM source_heads
             ORDER BY source, asked_at DESC
        ), behind AS (
            SELECT pair.projection, n.source, n.own, n.generation, head.nth::int - 1 AS partition,
                   coalesce(c.psn, 0) AS reached, head.psn - coalesce(c.psn, 0) AS events
              FROM unnest($1::text[], $2::text[]) AS pair (projection, source)
              JOIN newest n USING (source)
             CROSS JOIN LATERAL unnest(n.heads) WITH ORDINALITY AS head (psn, nth)
              LEFT JOIN projection_cursor c
                ON c.projection = pair.projection AND c.source = n.source
               AND c.generation = n.generation AND c.partition = head.nth - 1
        )
        SELECT b.projection, b.source, sum(greatest(b.events, 0))::bigint AS events,
               coalesce(extract(epoch FROM clock_timestamp() - min(first.recorded_at)), 0)::float8
                   AS seconds
          FROM behind b
          LEFT JOIN LATERAL (
            (SELECT i.recorded_at FROM inbox i
              WHERE NOT b.own AND i.source = b.source AND i.generation = b.generation
                AND i.partition = b.partition AND i.psn > b.reached
              ORDER BY i.psn LIMIT 1)
             UNION ALL
            (SELECT l.recorded_at FROM log l
              WHERE b.own AND l.seq > b.reached ORDER BY l.seq LIMIT 1)
          ) AS first ON b.events > 0
         GROUP BY b.projection, b.source
         ORDER BY b.projection, b.source
        """,
        [projection for projection, _ in pairs],
        [source for _, source in pairs],
    )
    return [Lag(*row) for row in rows]


def furthest(found: Sequence[Lag]) -> int:
    return max((lag.events for lag in found), default=0)


async def watch(pool: Pool, service: Service, metrics: Metrics) -> None:
    """Keep the metrics current for as long as the process lives."""
    while True:
        try:
            for lag in await lags(pool, service):
                metrics.lag_events.labels(lag.projection, lag.source).set(lag.events)
                metrics.lag_seconds.labels(lag.projection, lag.source).set(lag.seconds)
            for name in map(name_of, service.projections):
                metrics.parked.labels(name).set(await count_parked(pool, name))
        except OUT_OF_REACH as error:
            LOG.warning("lag not measured", exc_info=error)
        await asyncio.sleep(LOOK_EVERY)


def as_details(found: Sequence[Lag]) -> dict[str, Any]:
    """For the readiness door."""
    details: dict[str, Any] = {}
    for lag in found:
        told = {"events": lag.events, "seconds": round(lag.seconds, 1)}
        details.setdefault(lag.projection, {})[lag.source] = told
    return details
