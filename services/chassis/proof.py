"""What is proved of an event: a leaf of two parts. Nothing of ours is imported here.

The stored part is what the service keeps; the said part is what a listener can rebuild from
its own inbox. Either part can be shown without the other, and both are in the leaf:

    leaf = SHA-256(0x00 ‖ SHA-256(stored part) ‖ SHA-256(said part))

A part is a domain, the length of every field in order (-1 for an absent one), then the fields.
The number of fields is fixed per format, so no two records share an encoding.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import NamedTuple
from uuid import UUID

LEAF_FORMAT = 1

_STORED = b"jenjang/stored/1\0"
_SAID = b"jenjang/said/1\0"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_whole = Struct(">q").pack


class Stored(NamedTuple):
    """The columns of an event that its own service decided."""

    event_id: UUID
    stream: str
    version: int
    type: str
    schema: int
    subject: UUID
    agency: str
    effective_from: date
    actor: str
    door: str
    document: str | None
    sha256: str | None
    verified: bool
    causation: UUID | None
    correlation: UUID | None
    body: bytes


class Said(NamedTuple):
    """Where the event stands, and what was said about it; the last four are None if nothing was."""

    service: str
    generation: int
    seq: int
    event_id: UUID
    subject: UUID
    agency: str
    effective_from: date
    recorded_at: datetime
    said_type: str | None
    said_schema: int | None
    partition: int | None
    psn: int | None
    said_body: bytes | None


_STORED_LENGTHS = Struct(f">{len(Stored._fields)}q").pack
_SAID_LENGTHS = Struct(f">{len(Said._fields)}q").pack


def stored_part(event: Stored) -> bytes:
    """The bytes that stand for what was stored."""
    stream, type_, agency = event.stream.encode(), event.type.encode(), event.agency.encode()
    actor, door, day = event.actor.encode(), event.door.encode(), _day(event.effective_from)
    document, digest, body = _text(event.document), _text(event.sha256), event.body
    causation, correlation = event.causation, event.correlation
    return b"".join(
        (
            _STORED,
            _STORED_LENGTHS(
                *(16, len(stream), 8, len(type_), 8, 16, len(agency), len(day)),
                *(len(actor), len(door)),
                -1 if document is None else len(document),
                -1 if digest is None else len(digest),
                1,
                -1 if causation is None else 16,
                -1 if correlation is None else 16,
                len(body),
            ),
            *(event.event_id.bytes, stream, _whole(event.version), type_, _whole(event.schema)),
            *(event.subject.bytes, agency, day, actor, door, document or b"", digest or b""),
            b"\1" if event.verified else b"\0",
            b"" if causation is None else causation.bytes,
            b"" if correlation is None else correlation.bytes,
            body,
        )
    )


def said_part(event: Said) -> bytes:
    """The bytes that stand for what was said; a listener rebuilds them from its inbox."""
    service, agency, day = event.service.encode(), event.agency.encode(), _day(event.effective_from)
    type_, schema = _text(event.said_type), _number(event.said_schema)
    partition, psn, body = _number(event.partition), _number(event.psn), event.said_body
    return b"".join(
        (
            _SAID,
            _SAID_LENGTHS(
                *(len(service), 8, 8, 16, 16, len(agency), len(day), 8),
                -1 if type_ is None else len(type_),
                -1 if schema is None else 8,
                -1 if partition is None else 8,
                -1 if psn is None else 8,
                -1 if body is None else len(body),
            ),
            *(service, _whole(event.generation), _whole(event.seq), event.event_id.bytes),
            *(event.subject.bytes, agency, day, _microseconds(event.recorded_at)),
            *(type_ or b"", schema or b"", partition or b"", psn or b"", body or b""),
        )
    )


def leaf(stored: bytes, said: bytes) -> bytes:
    """The Merkle leaf over the two parts (RFC 9162: a leaf's hash starts with 0x00)."""
    return leaf_of(sha256(stored).digest(), sha256(said).digest())


def leaf_of(stored_hash: bytes, said_hash: bytes) -> bytes:
    """The same leaf, when only a part's hash may be shown."""
    return sha256(b"\0" + stored_hash + said_hash).digest()


def _text(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def _number(value: int | None) -> bytes | None:
    return None if value is None else _whole(value)


# Many events share a day, and all that are sealed together an instant.


@lru_cache(maxsize=4096)
def _day(day: date) -> bytes:
    return day.isoformat().encode()


@lru_cache(maxsize=64)
def _microseconds(at: datetime) -> bytes:
    return _whole((at - _EPOCH) // _MICROSECOND)
