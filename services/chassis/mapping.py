"""One stored event on its way into the log: what is said about it, where, and its leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

from services.chassis import proof
from services.chassis.canonical import canonical
from services.chassis.cloudevents import SAID_COLUMNS, SaidRow
from services.chassis.event_codec import EventCodec, holds_nul
from services.chassis.events import About
from services.chassis.partitioning import partition_of
from services.chassis.quick_bytes import quick_bytes

if TYPE_CHECKING:
    import asyncpg


class Contract(Protocol):
    """What the mechanics need to know of a contract event."""

    TYPE: Any
    SCHEMA: Any

    @property
    def subject(self) -> UUID: ...
    def model_dump(self, *, mode: str) -> dict[str, Any]: ...


ToContract = Callable[[Any, About], Any]
_OWN = tuple(stored.cls for stored in EventCodec.OWN)


class MappingFailed(Exception):
    """An event cannot be mapped to what is said about it; nothing behind it is sealed."""


class Said(NamedTuple):
    """What is said about an event, in final bytes."""

    type: str
    schema: int
    body: bytes


LOG_COLUMNS = (
    *("seq", "generation", *proof.Stored._fields[:8], "recorded_at", *proof.Stored._fields[8:]),
    *("said_type", "said_schema", "partition", "psn", "said_body", "leaf_format", "leaf"),
)


# Of those columns, in the same order.
LOG_TYPES: Final = (
    *("bigint", "integer", "uuid", "text", "bigint", "text", "integer", "uuid", "text", "date"),
    *("timestamp with time zone", "text", "text", "text", "text", "boolean", "uuid", "uuid"),
    *("bytea", "text", "integer", "integer", "bigint", "bytea", "smallint", "bytea"),
)
_SAID: Final = itemgetter(*map(LOG_COLUMNS.index, SAID_COLUMNS.split(", ")))
_PSN: Final = LOG_COLUMNS.index("psn")


def said_rows(records: Iterable[tuple[Any, ...]]) -> list[SaidRow]:
    """What is said in these rows of the log."""
    return [SaidRow._make(_SAID(record)) for record in records if record[_PSN] is not None]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one service's stored events become rows of its log."""

    service: str
    codec: EventCodec
    to_contract: ToContract
    partitions: int

    def sealed(
        self,
        rows: Sequence[asyncpg.Record],
        generation: int,
        seq: int,
        recorded_at: datetime,
        psn_heads: list[int],
    ) -> list[tuple[Any, ...]]:
        """The rows of the log for these, `seq` + 1 and up; the head of a partition moves when
        something is said.

        One step for all of them, then the next: side by side the steps take half as long as one
        event after the other, for a processor that finds its instructions at hand.
        """
        stored = [proof.Stored(*row[1:]) for row in rows]  # the columns of `tail` after `pos`
        said = self._said_of(stored)
        return self.written(stored, said, generation, seq, recorded_at, psn_heads)

    def written(
        self,
        stored: Sequence[proof.Stored],
        said: Sequence[Said | None],
        generation: int,
        seq: int,
        recorded_at: datetime,
        psn_heads: list[int],
    ) -> list[tuple[Any, ...]]:
        """The rows of the log for events of which it is settled what is said about them."""
        places = [
            self._place(one, what, generation, seq + nth, recorded_at, psn_heads)
            for nth, (one, what) in enumerate(zip(stored, said, strict=True), start=1)
        ]
        stored_parts = [proof.stored_part(one) for one in stored]
        said_parts = [proof.said_part(place) for place in places]
        leaves = map(proof.leaf, stored_parts, said_parts)
        return [
            (
                *(place.seq, generation, *one[:8], recorded_at, *one[8:]),
                *(*place[8:], proof.LEAF_FORMAT, leaf),
            )
            for one, place, leaf in zip(stored, places, leaves, strict=True)
        ]

    def _place(
        self,
        stored: proof.Stored,
        said: Said | None,
        generation: int,
        seq: int,
        recorded_at: datetime,
        psn_heads: list[int],
    ) -> proof.Said:
        event_id, subject, agency, day = stored[0], *stored[5:8]
        about = (self.service, generation, seq, event_id, subject, agency, day, recorded_at)
        if said is None:
            return proof.Said(*about, None, None, None, None, None)
        partition = partition_of(subject, self.partitions)
        psn_heads[partition] += 1
        return proof.Said(
            *about, said.type, said.schema, partition, psn_heads[partition], said.body
        )

    def _said_of(self, stored: Sequence[proof.Stored]) -> list[Said | None]:
        """What is said about each; what cannot be mapped is then found one by one."""
        try:
            events = [self.codec.decode(one.type, one.schema, one.body) for one in stored]
            contracts = [self._contract(*pair) for pair in zip(events, stored, strict=True)]
            return [_spelled(*pair) for pair in zip(contracts, stored, strict=True)]
        except Exception:
            return [self._said(one) for one in stored]

    def _said(self, one: proof.Stored) -> Said | None:
        try:
            event = self.codec.decode(one.type, one.schema, one.body)
            return _spelled(self._contract(event, one), one)
        except Exception as error:
            where = f"{one.type} {one.event_id}: {type(error).__name__}"
            raise MappingFailed(where) from error

    def _contract(self, event: Any, one: proof.Stored) -> Contract | None:
        if isinstance(event, _OWN):
            return None
        about = About(one.event_id, one.stream, one.version, *one[5:8])
        contract: Contract | None = self.to_contract(event, about)
        return contract


def _spelled(contract: Contract | None, one: proof.Stored) -> Said | None:
    if contract is None:
        return None
    if contract.subject != one.subject:
        raise ValueError("the contract names another subject")
    body = quick_bytes(contract) or canonical(contract.model_dump(mode="json"))
    if holds_nul(body):
        raise ValueError("a text holds NUL")
    return Said(contract.TYPE, contract.SCHEMA, body)
