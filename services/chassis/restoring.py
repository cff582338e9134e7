"""`restored`: an operator has looked, and the log goes on from where its database was restored to.

A new generation begins with a record of what ended and of what was lost, in the log itself. All of
it is one transaction: either the log has gone on or it is where it was, and saying it again does
nothing. `withdraw` says later what of the lost will not be said again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from services.chassis import proof
from services.chassis.append_arguments import Append
from services.chassis.deciding import uuid7
from services.chassis.event_store import EventStore
from services.chassis.events import Origin
from services.chassis.failpoints import reach
from services.chassis.generations import (
    NOBODY,
    STREAM,
    Abandoned,
    Ended,
    GenerationOpened,
    RecordsWithdrawn,
    lives_of,
)
from services.chassis.in_doubt import cleared, doubts_of
from services.chassis.mapping import LOG_COLUMNS, Mapping
from services.chassis.restating import agreed_heads, restated
from services.chassis.sealing_gate import against
from services.chassis.tree import root_at

if TYPE_CHECKING:
    from services.chassis.checkpoint import Checkpoint
    from services.chassis.event_codec import EventCodec
    from services.chassis.postgres import Connection, Pool

ORIGIN: Final = Origin(actor="operator", door="operator")


class LogMoved(Exception):
    """Somebody sealed while the log was being looked at; stop its publishers and try again."""


class NoSuchGeneration(Exception):
    """This generation has not ended; nothing of it can be withdrawn."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the restored log stands, and what others know of it."""

    generation: int
    seq: int
    heads: tuple[int, ...]
    root: str
    abandoned: tuple[Abandoned, ...]
    stands: tuple[int, ...] = ()
    """The last psn of each partition on which nobody differs."""

    @property
    def next_generation(self) -> int:
        """Above every one that anybody has ever heard of."""
        return max([self.generation, *(lost.generation for lost in self.abandoned)]) + 1

    @property
    def opened(self) -> GenerationOpened:
        ended = [
            Ended(generation=self.generation, heads=self.stands, size=self.seq, root=self.root)
        ]
        nothing = tuple(0 for _ in self.heads)
        ended += [
            Ended(generation=number, heads=nothing, size=self.seq, root=self.root)
            for number in range(self.generation + 1, self.next_generation)
        ]
        return GenerationOpened(
            generation=self.next_generation, ended=tuple(ended), abandoned=self.abandoned
        )


async def restored(
    store: EventStore,
    mapping: Mapping,
    newest: Checkpoint | None,
    agency: str,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Go on in a new generation; what was done, for people and machines."""
    pool = store.pool
    found = await _found(pool, newest)
    if found is None:
        return {"restored": False, "why": "nothing was ever sealed here"}
    doubts = await doubts_of(pool)
    if not doubts and newest is not None:
        doubts = await against(pool, newest, found.generation, found.seq)
    if not doubts:
        return {"restored": False, "why": "the log is not in doubt", "generation": found.generation}
    tell(f"The log ends at {found.seq} in generation {found.generation}.")
    tell(f"Its root is {found.root}; {len(found.abandoned)} know more than it holds.")
    found = replace(found, stands=agreed_heads(found.heads, found.generation, doubts))
    recorded_at = await _go_on(store, mapping, found, newest, agency)
    tell(f"Generation {found.next_generation} has begun.")
    return {
        "restored": True,
        "generation": found.next_generation,
        "doubts": doubts,
        "ended": {"generation": found.generation, "heads": found.stands, "size": found.seq},
        "said_again": sum(found.heads) - sum(found.stands),
        "root": found.root,
        "abandoned": [_plain(lost) for lost in found.abandoned],
        "recorded_at": recorded_at,
    }


def _plain(lost: Abandoned) -> dict[str, Any]:
    return {name: getattr(lost, name) for name in ("who", "generation", "size", "heads")}


async def _found(pool: Pool, newest: Checkpoint | None) -> _Found | None:
    row = await pool.fetchrow("SELECT generation, seq, psn_heads FROM sealer")
    if row is None:
        return None
    reached = row["generation"], row["seq"]
    told = await pool.fetch(
        "SELECT listener, generation, seq, closed_through, heads FROM listener_report ORDER BY 1"
    )
    known = [
        Abandoned(
            who=f"listener:{one['listener']}",
            generation=one["generation"],
            size=one["seq"],
            closed_through=one["closed_through"],
            heads=tuple(one["heads"]),
        )
        for one in told
    ]
    if newest is not None:
        known.append(
            Abandoned(
                who="checkpoint",
                generation=newest.generation,
                size=newest.size,
                closed_through=newest.closed_through,
                root=newest.root.hex(),
            )
        )
    return _Found(
        generation=row["generation"],
        seq=row["seq"],
        heads=tuple(row["psn_heads"]),
        root=(await root_at(pool, row["seq"])).hex(),
        abandoned=tuple(lost for lost in known if _is_beyond(lost, reached)),
    )


def _is_beyond(lost: Abandoned, reached: tuple[int, int]) -> bool:
    """A checkpoint is named whatever it says: a different one of the same size was lost too."""
    return lost.root is not None or (lost.generation, lost.size) > reached


async def _go_on(
    store: EventStore, mapping: Mapping, found: _Found, newest: Checkpoint | None, agency: str
) -> datetime:
    async with store.transaction() as connection:
        row = await connection.fetchrow(
            _TAKE, found.generation, found.seq, newest.closed_through if newest else None
        )
        if row is None:
            raise LogMoved
        await cleared(connection)
        recorded_at: datetime = row["recorded_at"]
        await store.append(
            [await _next(connection, found.opened, agency, recorded_at.date())],
            connection=connection,
        )
        sealed, heads = await _sealed(connection, store.codec, mapping, found, recorded_at)
        await reach("sealed-before-commit")
        await connection.execute(
            _OPEN, found.next_generation, found.seq + sealed, heads, recorded_at
        )
    return recorded_at


async def _next(connection: Connection, event: Any, agency: str, day: date) -> Append:
    version = await connection.fetchval("SELECT version FROM stream_head WHERE stream = $1", STREAM)
    return Append(
        stream=STREAM,
        expected_version=version or 0,
        subject=NOBODY,
        agency=agency,
        origin=ORIGIN,
        events=[(uuid7(), event, day)],
    )


async def _sealed(
    connection: Connection,
    codec: EventCodec,
    mapping: Mapping,
    found: _Found,
    recorded_at: datetime,
) -> tuple[int, list[int]]:
    """The record begins the generation; what had waited in its stream follows, then whatever must
    be said again. How many events that is, and the new heads."""
    rows = sorted(await connection.fetch(_EMPTY_STREAM, STREAM), key=lambda row: row["pos"])
    *waited, opened = (proof.Stored(*row[1:]) for row in rows)
    first = min([opened, *waited], key=lambda one: one.version).version
    stored = [one._replace(version=first + nth) for nth, one in enumerate([opened, *waited])]
    heads = [0] * len(found.heads)
    records = mapping.written(
        stored, [None] * len(stored), found.next_generation, found.seq, recorded_at, heads
    )
    place = found.next_generation, found.seq + len(records), recorded_at
    records += await restated(
        connection, mapping, codec, found.generation, found.stands, place, heads
    )
    await connection.copy_records_to_table("log", records=records, columns=LOG_COLUMNS)
    return len(records), heads


async def withdraw(
    store: EventStore, generation: int, event_ids: Sequence[UUID], agency: str, day: date
) -> dict[str, Any]:
    """Records beyond the fork do not stand: these, or all that are not said again by now."""
    lives = await lives_of(store.pool)
    if generation not in {life.generation for life in lives.ended}:
        raise NoSuchGeneration(generation)
    mine = [one for one in lives.withdrawn if one.generation == generation]
    known = {event_id for one in mine for event_id in one.event_ids}
    fresh = tuple(sorted(set(event_ids) - known))
    if (event_ids and not fresh) or (not event_ids and any(one.all_others for one in mine)):
        return {"withdrawn": False, "why": "this was withdrawn before", "generation": generation}
    event = RecordsWithdrawn(generation=generation, event_ids=fresh, all_others=not event_ids)
    async with store.transaction() as connection:
        append = await _next(connection, event, agency, day)
        await store.append([append], connection=connection)
    return {
        "withdrawn": True,
        "generation": generation,
        "event_ids": list(fresh),
        "all_others": event.all_others,
    }


# Whoever seals finds another epoch; the next one may take over at once.
_TAKE: Final = """
   UPDATE sealer SET epoch = epoch + 1, holder = 'restored', renewed_at = 'epoch'
    WHERE generation = $1 AND seq = $2
RETURNING greatest(
              clock_timestamp(), closed_through + interval '1 microsecond',
              $3::timestamptz + interval '1 microsecond',
              (SELECT max(r.closed_through) + interval '1 microsecond' FROM listener_report r)
          ) AS recorded_at
"""

_EMPTY_STREAM: Final = """
DELETE FROM tail WHERE stream = $1
RETURNING pos, event_id, stream, version, type, schema, subject, agency, effective_from, actor,
          door, document, sha256, verified, causation, correlation, body
"""

_OPEN: Final = """
WITH cursors AS (
    INSERT INTO relay_cursor (generation, partition, psn, epoch)
    SELECT $1, number - 1, 0, 0 FROM generate_series(1, cardinality($3::bigint[])) AS number
)
UPDATE sealer SET generation = $1, seq = $2, psn_heads = $3, closed_through = $4
"""
