"""One stored event on its way into the log: what is said about it, where, and its leaf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

from services.chassis import proof
from services.chassis.canonical import canonical
from services.chassis.event_codec import EventCodec, holds_nul
from services.chassis.event_store import about_of
from services.chassis.events import About
from services.chassis.partitioning import partition_of

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


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one service's stored events become rows of its log."""

    service: str
    codec: EventCodec
    to_contract: ToContract
    partitions: int

    def sealed(
        self,
        row: asyncpg.Record,
        generation: int,
        seq: int,
        recorded_at: datetime,
        psn_heads: list[int],
    ) -> tuple[Any, ...]:
        """The row of the log; the head of its partition moves when something is said."""
        said = self._said(row)
        partition = psn = None
        if said is not None:
            partition = partition_of(row["subject"], self.partitions)
            psn_heads[partition] += 1
            psn = psn_heads[partition]
        what = said or (None, None, None)
        stored = proof.Stored(*row[1:])  # the columns of `tail` after `pos`, in the same order
        place = proof.Said(
            service=self.service,
            generation=generation,
            seq=seq,
            event_id=stored.event_id,
            subject=stored.subject,
            agency=stored.agency,
            effective_from=stored.effective_from,
            recorded_at=recorded_at,
            said_type=what[0],
            said_schema=what[1],
            partition=partition,
            psn=psn,
            said_body=what[2],
        )
        return (
            *(seq, generation, *stored[:8], recorded_at, *stored[8:]),
            *(what[0], what[1], partition, psn, what[2]),
            *(proof.LEAF_FORMAT, proof.leaf(proof.stored_part(stored), proof.said_part(place))),
        )

    def _said(self, row: asyncpg.Record) -> Said | None:
        try:
            event = self.codec.decode(row["type"], row["schema"], row["body"])
            if isinstance(event, _OWN):
                return None
            contract: Contract | None = self.to_contract(event, about_of(row))
            if contract is None:
                return None
            if contract.subject != row["subject"]:
                raise ValueError("the contract names another subject")
            body = canonical(contract.model_dump(mode="json"))
            if holds_nul(body):
                raise ValueError("a text holds NUL")
        except Exception as error:
            where = f"{row['type']} {row['event_id']}: {type(error).__name__}"
            raise MappingFailed(where) from error
        return Said(contract.TYPE, contract.SCHEMA, body)
