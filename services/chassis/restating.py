"""Where a generation ends when listeners hold other records than this log at the same places.

It ends at the last place on which both agree. What this log said after it is said again in the next
generation, under the ids it had: who holds the same counts it once, who holds something else hears
it for the first time.
"""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from services.chassis import proof
from services.chassis.event_codec import EventCodec
from services.chassis.generations import STREAM, RecordRestated
from services.chassis.mapping import Mapping, Said

if TYPE_CHECKING:
    from services.chassis.postgres import Connection


def agreed_heads(
    heads: Sequence[int], generation: int, doubts: Sequence[Named[str, Any]]
) -> tuple[int, ...]:
    """The last place of each partition on which every listener agrees.

    >>> said = {"who": "listener:a", "what": "different", "generation": 1, "partition": 0}
    >>> agreed_heads([9, 4], 1, [{**said, "psn": 9, "agreed": 2}, {**said, "psn": 8, "agreed": 6}])
    (6, 4)
    """
    least: dict[int, dict[str, tuple[int, int]]] = {}
    for one in doubts:
        if one["what"] == "different" and one.get("generation") == generation and "psn" in one:
            by_listener = least.setdefault(one["partition"], {})
            differs, agrees = by_listener.get(one["who"], (one["psn"], 0))
            by_listener[one["who"]] = (min(differs, one["psn"]), max(agrees, one["agreed"]))
    return tuple(
        min([head, *(agrees for _, agrees in least.get(partition, {}).values())])
        for partition, head in enumerate(heads)
    )


async def restated(
    connection: Connection,
    mapping: Mapping,
    codec: EventCodec,
    ended: int,
    stands: Sequence[int],
    place: tuple[int, int, datetime],
    heads: list[int],
) -> list[tuple[Any, ...]]:
    """The rows that say again what was said beyond `stands`; `place` is the new generation, the seq
    before them and the time of recording."""
    rows = await connection.fetch(_BEYOND, ended, list(stands))
    if not rows:
        return []
    version = await connection.fetchval(_MOVE, STREAM, len(rows))
    stored = [
        _stored(codec, row, ended, version - len(rows) + nth) for nth, row in enumerate(rows, 1)
    ]
    said = [Said(row["said_type"], row["said_schema"], row["said_body"]) for row in rows]
    return mapping.written(stored, said, *place, heads)


def _stored(codec: EventCodec, row: Any, ended: int, version: int) -> proof.Stored:
    event = RecordRestated(
        generation=ended, partition=row["partition"], psn=row["psn"], seq=row["seq"]
    )
    encoded = codec.encode(event)
    return proof.Stored(
        event_id=row["event_id"],
        stream=STREAM,
        version=version,
        type=encoded.type,
        schema=encoded.schema,
        subject=row["subject"],
        agency=row["agency"],
        effective_from=row["effective_from"],
        actor="operator",
        door="operator",
        document=None,
        sha256=None,
        verified=True,
        causation=UUID(int=row["event_id"].int),
        correlation=None,
        body=encoded.body,
    )


_BEYOND: Final = """
SELECT l.seq, l.partition, l.psn, l.event_id, l.subject, l.agency, l.effective_from,
       l.said_type, l.said_schema, l.said_body
  FROM unnest($2::bigint[]) WITH ORDINALITY AS stands (psn, nth)
 CROSS JOIN LATERAL (
       SELECT * FROM log WHERE generation = $1 AND partition = stands.nth - 1 AND psn > stands.psn
       ) AS l
 ORDER BY l.seq
"""

_MOVE: Final = "UPDATE stream_head SET version = version + $2 WHERE stream = $1 RETURNING version"
