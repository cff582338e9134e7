"""A checkpoint: the size and root of a service's log, signed (C2SP tlog-checkpoint).

Nothing of ours but the note's form is imported here. The text is the origin, the size and the root
in base64, then our own lines: the generation, the instant through which the log is closed, and,
when the log's key changes, the new key:

    jenjang.example/career
    1204
    q1V0…=
    generation 1
    closed_through 2026-01-05T03:00:00.000001Z

The log's keys are named after the origin. A checkpoint that announces a key is signed by the old
one and by the new one, so whoever trusts the first key can follow the others.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.chassis.signed_note import (
    NotANote,
    PrivateKey,
    PublicKey,
    SignatureMissing,
    Use,
    open_note,
    signed_note,
    split,
    with_line,
)


class NotACheckpoint(ValueError):
    """The text is not a checkpoint as it is written here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log claims about itself."""

    origin: str
    size: int
    root: bytes
    generation: int
    closed_through: datetime
    announces: PublicKey | None = None

    def text(self) -> str:
        """The lines that are signed."""
        closed = self.closed_through.astimezone(UTC).isoformat(timespec="microseconds")
        lines = [self.origin, str(self.size), b64encode(self.root).decode()]
        lines += [f"generation {self.generation}"]
        lines += [f"closed_through {closed.removesuffix('+00:00')}Z"]
        lines += [f"key {self.announces.spelled()}"] if self.announces else []
        return "".join(f"{line}\n" for line in lines)

    @property
    def place(self) -> tuple[int, int]:
        """What orders the checkpoints of one log."""
        return self.generation, self.size


def signed(checkpoint: Checkpoint, *keys: PrivateKey) -> str:
    """The checkpoint as it is written: the text, and a line per key of the log."""
    text = checkpoint.text()
    return signed_note(text, [key.sign(text) for key in keys])


def countersigned(note: str, witness: PrivateKey, at: datetime) -> str:
    """The same note with a witness's line. Whoever calls this has checked what it says."""
    return with_line(note, witness.sign(split(note)[0], int(at.timestamp())))


def opened(
    note: str,
    known: Sequence[PublicKey],
    needed: Collection[str] = (),
    *,
    strangers: bool = False,
) -> Checkpoint:
    """The checkpoint, once every signature is checked: the log's own, and those of `needed` names.

    `strangers` allows further signatures by keys that are not known; they prove nothing then.
    """
    claimed = parsed(split(note)[0])
    announced = [claimed.announces] if claimed.announces else []
    note_opened = open_note(note, [*known, *announced], strangers=strangers)
    trusted = [key for key in note_opened.signers if key in known]
    if not any(key.name == claimed.origin and key.use is Use.LOG for key in trusted):
        raise SignatureMissing(claimed.origin)
    for name in sorted(set(needed) - {key.name for key in trusted}):
        raise SignatureMissing(name)
    if claimed.announces and claimed.announces not in note_opened.signers:
        raise SignatureMissing("the key that is announced")
    return claimed


def parsed(text: str) -> Checkpoint:
    """What the lines say. Nothing is trusted yet: see `opened`."""
    origin, *rest = text.removesuffix("\n").split("\n")
    try:
        size, root, generation, closed, *more = rest
        checkpoint = Checkpoint(
            origin=origin,
            size=int(size),
            root=b64decode(root, validate=True),
            generation=int(_after("generation ", generation)),
            closed_through=datetime.fromisoformat(_after("closed_through ", closed)),
            announces=PublicKey.parse(_after("key ", more[0])) if more else None,
        )
        # Written again it is the same, or it was not written here.
        if _is_sound(checkpoint) and checkpoint.text() == text:
            return checkpoint
    except (ValueError, OverflowError):
        raise NotACheckpoint from None
    raise NotACheckpoint


def _is_sound(checkpoint: Checkpoint) -> bool:
    key = checkpoint.announces
    return (
        len(checkpoint.root) == 32
        and checkpoint.size >= 0
        and checkpoint.generation >= 1
        and checkpoint.closed_through.tzinfo is not None
        and (key is None or (key.name == checkpoint.origin and key.use is Use.LOG))
    )


def _after(prefix: str, line: str) -> str:
    if not line.startswith(prefix):
        raise NotANote(f"no line {prefix}")
    return line.removeprefix(prefix)
