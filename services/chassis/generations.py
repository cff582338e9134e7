"""The lives of a service's log: what is recorded when its database was restored, and read again.

A generation ends where a restored database goes on, at the fork. Its end, the next one's beginning
and what was lost stand in the log itself, in a stream of their own, so they are proved like
everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

import orjson

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

STREAM: Final = "generations"
OPENED: Final = "generation.opened"
WITHDRAWN: Final = "records.withdrawn"
RESTATED: Final = "record.restated"
NOBODY: Final = UUID(int=0)
"""Whom these events are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A generation that has ended: the last psn of each partition, and the log's size and root."""

    generation: int
    heads: tuple[int, ...]
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned:
    """What somebody outside knew of the log and the restored log does not have."""

    who: str
    generation: int
    size: int
    closed_through: datetime
    root: str | None = None
    heads: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationOpened:
    """An operator said `restored`: the first event of a generation."""

    generation: int
    ended: tuple[Ended, ...]
    abandoned: tuple[Abandoned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsWithdrawn:
    """What was said beyond the fork of a generation does not stand: these records, or all that have
    not been said again by now."""

    generation: int
    event_ids: tuple[UUID, ...] = ()
    all_others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRestated:
    """What was said at this place is said again in the generation of this event, by the same id:
    a listener held something else there."""

    generation: int
    partition: int
    psn: int
    seq: int


class Life(NamedTuple):
    """A generation that has ended, as a listener must know it."""

    generation: int
    heads: tuple[int, ...]


class Withdrawal(NamedTuple):
    """Records of an ended generation that will not be said again."""

    generation: int
    event_ids: tuple[UUID, ...]
    all_others: bool
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Lives:
    """All that has ended and been withdrawn so far, and where each later generation begins."""

    ended: tuple[Life, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    begins: Mapping[int, int] = field(default_factory=dict)
    """The seq of the record that opened a generation."""
    abandoned: tuple[Abandoned, ...] = ()


async def lives_of(db: Connection | Pool) -> Lives:
    """What the service's own log says of its generations."""
    rows = await db.fetch(
        """
        SELECT seq, generation, type, recorded_at, body FROM log
         WHERE stream = 'generations' ORDER BY version
        """
    )
    if not rows:
        return Lives()
    told = [(row, orjson.loads(row["body"])) for row in rows]
    opened = [(row, body) for row, body in told if row["type"] == OPENED]
    return Lives(
        ended=tuple(
            Life(end["generation"], tuple(end["heads"]))
            for _, body in opened
            for end in body["ended"]
        ),
        withdrawn=tuple(
            withdrawal_of(body, row["recorded_at"], row["seq"])
            for row, body in told
            if row["type"] == WITHDRAWN
        ),
        begins={row["generation"]: row["seq"] for row, _ in opened},
        abandoned=tuple(_abandoned(lost) for _, body in opened for lost in body["abandoned"]),
    )


def withdrawal_of(body: Mapping[str, Any], at: datetime, seq: int) -> Withdrawal:
    ids = tuple(UUID(event_id) for event_id in body["event_ids"])
    return Withdrawal(int(body["generation"]), ids, bool(body["all_others"]), at, seq)


def _abandoned(lost: Mapping[str, Any]) -> Abandoned:
    heads = lost["heads"]
    return Abandoned(
        who=lost["who"],
        generation=lost["generation"],
        size=lost["size"],
        closed_through=datetime.fromisoformat(lost["closed_through"]),
        root=lost["root"],
        heads=None if heads is None else tuple(heads),
    )


async def fork_of(db: Connection | Pool, generation: int) -> int | None:
    """The size of the log where a later generation goes on from; None when there is no such one."""
    seq = await db.fetchval(
        "SELECT min(seq) FROM log WHERE stream = 'generations' AND type = $1 AND generation = $2",
        OPENED,
        generation,
    )
    return None if seq is None else int(seq) - 1
