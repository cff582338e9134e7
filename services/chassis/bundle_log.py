"""What a bundle shows of one service's log: events as they were hashed, and how they are proved.

An event is its said part, then either the hash of its stored part or, where the owner of the log
shows it, the stored part itself. Single events have an inclusion path each; a range of a log has
only the subtrees to its left and to its right, however long it is. Both lead to the root of a
signed checkpoint, and earlier checkpoints to the newest by consistency paths.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct, error
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from services.chassis import merkle
from services.chassis.canonical import canonical
from services.chassis.checkpoint import Checkpoint, NotACheckpoint
from services.chassis.checkpoint_keys import KnownKey, KnownKeys
from services.chassis.merkle import NotConsistent, NotIncluded, verify_consistency, verify_inclusion
from services.chassis.proof import Said, Stored, leaf_of
from services.chassis.proved_parts import NotAPart, said_of, stored_of
from services.chassis.signed_note import (
    BadSignature,
    NotANote,
    SignatureMissing,
    UnknownSigner,
)

_LENGTH = Struct(">I")
_HIDDEN, _SHOWN = b"\0", b"\1"
LARGEST_PART: Final = 16 * 1024 * 1024


class DoesNotFit(ValueError):
    """The first thing in the evidence that does not fit: what it is, and where."""

    def __init__(self, what: str, **where: Any) -> None:
        self.what = what
        self.where = {name: value for name, value in where.items() if value is not None}
        super().__init__(", ".join([what, *(f"{name} {value}" for name, value in where.items())]))


class Entry(NamedTuple):
    """An event as it lies in a bundle."""

    said: memoryview
    stored_hash: bytes
    stored: memoryview | None

    def leaf(self) -> bytes:
        return leaf_of(self.stored_hash, sha256(self.said).digest())


class Proven(NamedTuple):
    """An event that the checkpoint of its source vouches for."""

    said: Said
    stored: Stored | None


@dataclass(frozen=True, slots=True)
class ProvenLog:
    """What is proven of one source."""

    source: str
    checkpoint: Checkpoint
    events: tuple[Proven, ...]


# Events, written and read


def entry(said: bytes, stored: bytes | None, stored_hash: bytes | None = None) -> bytes:
    """One event: with its stored part, or with no more than that part's hash."""
    rest = _HIDDEN + (stored_hash or b"") if stored is None else _SHOWN + _LENGTH.pack(len(stored))
    return b"".join((_LENGTH.pack(len(said)), said, rest, stored or b""))


def entries(source: str, member: memoryview) -> Iterator[Entry]:
    """The events of a member, in order; not one byte may be left over."""
    at, nth = 0, 0
    try:
        while at < len(member):
            nth += 1
            said, at = _part(member, at)
            kind, at = member[at : at + 1], at + 1
            if kind == _SHOWN:
                stored, at = _part(member, at)
                yield Entry(said, sha256(stored).digest(), stored)
            elif kind == _HIDDEN and at + 32 <= len(member):
                yield Entry(said, bytes(member[at : at + 32]), None)
                at += 32
            else:
                raise NotAPart
    except (NotAPart, error):
        raise DoesNotFit("unreadable-event", source=source, nth=nth) from None


def _part(member: memoryview, at: int) -> tuple[memoryview, int]:
    (length,) = _LENGTH.unpack_from(member, at)
    begins = at + _LENGTH.size
    if length > LARGEST_PART or begins + length > len(member):
        raise NotAPart
    return member[begins : begins + length], begins + length


# How they are proved


def _hash(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    raw = b64decode(value, validate=True) if isinstance(value, str) else b""
    if len(raw) != merkle.HASH or b64encode(raw).decode() != value:
        raise ValueError("not a hash in base64")
    return raw


Hash = Annotated[
    bytes, BeforeValidator(_hash), PlainSerializer(lambda raw: b64encode(raw).decode())
]
Path = Annotated[tuple[Hash, ...], Field(max_length=64)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Earlier(Strict):
    """An older checkpoint, and what shows it at the beginning of the newest."""

    checkpoint: str
    path: Path


class Paths(Strict):
    """For single events: a path for each, in their order."""

    checkpoint: str
    earlier: tuple[Earlier, ...] = ()
    paths: tuple[Path, ...]


class Sides(Strict):
    """For a range: the whole subtrees on its left and on its right."""

    checkpoint: str
    earlier: tuple[Earlier, ...] = ()
    first: Annotated[int, Field(ge=1, le=2**53)]
    left: Path
    right: Annotated[tuple[Hash, ...], Field(max_length=128)]


def proofs_written(proofs: Paths | Sides) -> bytes:
    return canonical(proofs.model_dump(mode="json"))


def read_proofs(source: str, kind: type[Paths] | type[Sides], member: bytes) -> Any:
    try:
        proofs = kind.model_validate_json(member)
    except ValidationError:
        raise DoesNotFit("unreadable-proof", source=source) from None
    if proofs_written(proofs) != member:
        raise DoesNotFit("unreadable-proof", source=source)
    return proofs


# Checking


def proven_events(source: str, member: memoryview, proofs: Paths, known: KnownKeys) -> ProvenLog:
    """Every event, shown to be in the log that the checkpoint speaks of; in order, none twice."""
    checkpoint = newest(source, proofs, known)
    found: list[Proven] = []
    paths = iter(proofs.paths)
    for shown in entries(source, member):
        said = said_in(source, shown)
        where = place_of(said)
        if found and said.seq <= found[-1].said.seq:
            raise DoesNotFit("out-of-order", **where)
        path = next(paths, None)
        if path is None:
            raise DoesNotFit("path-missing", **where)
        try:
            verify_inclusion(shown.leaf(), said.seq - 1, checkpoint.size, path, checkpoint.root)
        except NotIncluded:
            raise DoesNotFit("not-included", **where) from None
        found.append(Proven(said, _stored(said, shown.stored)))
    if next(paths, None) is not None:
        raise DoesNotFit(
            "event-missing", source=source, after_seq=found[-1].said.seq if found else 0
        )
    return ProvenLog(source, checkpoint, tuple(found))


def newest(source: str, proofs: Paths | Sides, known: KnownKeys) -> Checkpoint:
    """The newest checkpoint, once signatures are checked and the earlier ones lead to it."""
    checkpoint = checked(source, proofs.checkpoint, known)
    for one in proofs.earlier:
        older = checked(source, one.checkpoint, known)
        try:
            verify_consistency(older.size, older.root, checkpoint.size, checkpoint.root, one.path)
        except NotConsistent:
            raise DoesNotFit("not-consistent", source=source, size=older.size) from None
    return checkpoint


def learned(source: str, proofs: Paths | Sides, known: KnownKeys) -> KnownKeys:
    """The keys that the earlier checkpoints announce, each believed by the one before it."""
    for one in proofs.earlier:
        checkpoint = checked(source, one.checkpoint, known)
        if checkpoint.announces is not None:
            known = known.with_key(KnownKey(checkpoint.announces, *checkpoint.place))
    return known


def checked(source: str, note: str, known: KnownKeys) -> Checkpoint:
    try:
        checkpoint = known.opened(note, strangers=True)
    except (NotANote, NotACheckpoint):
        raise DoesNotFit("unreadable-checkpoint", source=source) from None
    except BadSignature:
        raise DoesNotFit("checkpoint-signature", source=source) from None
    except (SignatureMissing, UnknownSigner):
        raise DoesNotFit("checkpoint-not-trusted", source=source) from None
    if checkpoint.origin.rpartition("/")[2] != source:
        raise DoesNotFit("checkpoint-of-another", source=source)
    return checkpoint


def said_in(source: str, shown: Entry) -> Said:
    """The said part, which must be of this source's log."""
    try:
        said = said_of(bytes(shown.said))
    except NotAPart:
        raise DoesNotFit("unreadable-event", source=source) from None
    if said.service != source:
        raise DoesNotFit("event-of-another-source", **{**place_of(said), "source": source})
    return said


def _stored(said: Said, part: memoryview | None) -> Stored | None:
    if part is None:
        return None
    try:
        stored = stored_of(bytes(part))
    except NotAPart:
        raise DoesNotFit("unreadable-event", **place_of(said)) from None
    if (stored.event_id, stored.subject, stored.agency) != (
        said.event_id,
        said.subject,
        said.agency,
    ):
        raise DoesNotFit("parts-of-two-events", **place_of(said))
    return stored


def place_of(said: Said) -> dict[str, str | int | UUID | None]:
    """How an event is named to people."""
    return {
        "source": said.service,
        "seq": said.seq,
        "event_id": said.event_id,
        "partition": said.partition,
        "psn": said.psn,
    }


def in_order(shown: Iterable[tuple[int, bytes]]) -> bytes:
    """Entries by their place in the log."""
    return b"".join(written for _, written in sorted(shown))
