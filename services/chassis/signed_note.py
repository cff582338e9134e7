"""A signed note (C2SP signed-note): text that anybody can read, and lines that say who signed it.

Nothing of ours is imported here. A key has a name and a use: `LOG` signs the text itself, `WITNESS`
signs that it saw the text at an instant (C2SP cosignature/v1). A note is opened strictly: whatever
cannot be checked is refused, unless whoever opens it says that strangers may have signed as well.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_DASH = "\N{EM DASH} "
_PRIVATE = "PRIVATE+KEY+"
_SIGNATURE = 64
_INSTANT = 8
MOST_SIGNATURES = 100


class NotANote(ValueError):
    """The text is not a signed note, or a key is not spelled as one."""


class UnknownSigner(ValueError):
    """Somebody signed whose key is not known here."""


class BadSignature(ValueError):
    """A signature is not that key's over this text."""


class SignatureMissing(ValueError):
    """Somebody whose signature is needed has not signed."""


class Use(IntEnum):
    """What a key signs; the numbers are C2SP's."""

    LOG = 1
    WITNESS = 4


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with."""

    name: str
    use: Use
    raw: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.raw) != 32:
            raise NotANote("a key's name has no space and no plus, and a key 32 bytes")

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + bytes([self.use]) + self.raw).digest()[:4]

    def spelled(self) -> str:
        """The key on one line: what is published."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.use]) + self.raw)}"

    @staticmethod
    def parse(line: str) -> PublicKey:
        """The key that a line spells."""
        name, use, raw, key_id = _parsed_key(line)
        key = PublicKey(name, use, raw)
        if key.id != key_id:
            raise NotANote("a key whose id is not its own")
        return key

    def check(self, text: str, blob: bytes) -> int | None:
        """When a witness signed, or None; raise unless the blob is this key's over the text."""
        instant = None
        if self.use is Use.WITNESS:
            instant, blob = int.from_bytes(blob[:_INSTANT]), blob[_INSTANT:]
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(blob, _to_sign(text, instant))
        except InvalidSignature:
            raise BadSignature(self.name) from None
        return instant


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that signs. It is never printed."""

    name: str
    use: Use
    seed: bytes

    def __repr__(self) -> str:
        return f"PrivateKey({self.public().spelled()})"

    @staticmethod
    def made(name: str, use: Use) -> PrivateKey:
        """A new key."""
        return PrivateKey(name, use, os.urandom(32))

    @staticmethod
    def parse(line: str) -> PrivateKey:
        """The key that a line spells."""
        if not line.startswith(_PRIVATE):
            raise NotANote("not a private key")
        name, use, seed, key_id = _parsed_key(line.removeprefix(_PRIVATE))
        key = PrivateKey(name, use, seed)
        if key.public().id != key_id:
            raise NotANote("a key whose id is not its own")
        return key

    def spelled(self) -> str:
        """The key on one line: what is kept secret."""
        public = self.public()
        return f"{_PRIVATE}{self.name}+{public.id.hex()}+{_base64(bytes([self.use]) + self.seed)}"

    def public(self) -> PublicKey:
        """What others check its signatures with."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return PublicKey(self.name, self.use, key.public_bytes_raw())

    def sign(self, text: str, at: int | None = None) -> str:
        """The signature line. A witness says at which second since 1970 it saw the text."""
        if (at is None) is (self.use is Use.WITNESS):
            raise NotANote("a witness, and only a witness, says when it saw the text")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(_to_sign(text, at))
        seen = b"" if at is None else at.to_bytes(_INSTANT)
        return f"{_DASH}{self.name} {_base64(self.public().id + seen + signature)}\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A note whose signatures were checked: what it says, who signed, and when a witness saw it."""

    text: str
    signers: tuple[PublicKey, ...]
    seen: tuple[int | None, ...] = ()


def signed_note(text: str, lines: Iterable[str]) -> str:
    """A note: the text, a blank line, and the signatures."""
    if not _is_text(text):
        raise NotANote("a note's text is whole lines without control characters")
    return f"{text}\n{''.join(lines)}"


def with_line(note: str, line: str) -> str:
    """The note with one signature more; the same one twice is one."""
    return note if line in _lines(note) else note + line


def with_signatures(note: str, other: str) -> str:
    """The note with the signatures of the same text that it lacks; each key signs once."""
    signed = {(name, blob[:4]) for name, blob in split(note)[1]}
    more = zip(split(other)[1], _lines(other), strict=True)
    return note + "".join(line for (name, blob), line in more if (name, blob[:4]) not in signed)


def _lines(note: str) -> list[str]:
    return note.rpartition("\n\n")[2].splitlines(keepends=True)


def open_note(note: str, known: Sequence[PublicKey], *, strangers: bool = False) -> Opened:
    """Check every signature. `strangers` leaves out those of keys that are not known."""
    text, lines = split(note)
    keys = {(key.name, key.id): key for key in known}
    signers: dict[PublicKey, int | None] = {}
    for name, blob in lines:
        key = keys.get((name, blob[:4]))
        if key is None and not strangers:
            raise UnknownSigner(name)
        if key in signers:
            raise NotANote("signed twice with one key")
        if key is not None:
            signers[key] = key.check(text, blob[4:])
    return Opened(text, tuple(signers), tuple(signers.values()))


def split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and the name and bytes of every signature line; nothing is checked with a key."""
    head, blank, tail = note.rpartition("\n\n")
    text = f"{head}\n"
    if not blank or not tail.endswith("\n") or not _is_text(text):
        raise NotANote("no text, blank line and signatures")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NotANote("too many signatures")
    return text, [_parsed_line(line) for line in lines]


def _parsed_line(line: str) -> tuple[str, bytes]:
    name, space, spelled = line.removeprefix(_DASH).partition(" ")
    blob = _bytes(spelled)
    if not line.startswith(_DASH) or not space or not _is_name(name) or len(blob) < 5:
        raise NotANote("not a signature line")
    return name, blob


def _parsed_key(line: str) -> tuple[str, Use, bytes, bytes]:
    name, _, rest = line.partition("+")
    key_id, _, spelled = rest.partition("+")
    blob = _bytes(spelled)
    try:
        use, id_bytes = Use(blob[0]), bytes.fromhex(key_id)
    except (IndexError, ValueError):
        raise NotANote("not a key of a use that is known") from None
    if not _is_name(name) or len(blob) != 33 or id_bytes.hex() != key_id:
        raise NotANote("not a key")
    return name, use, blob[1:], id_bytes


def _to_sign(text: str, instant: int | None) -> bytes:
    if instant is None:
        return text.encode()
    return f"cosignature/v1\ntime {instant}\n{text}".encode()


def _is_text(text: str) -> bool:
    return text.endswith("\n") and text != "\n" and not any(c < " " and c != "\n" for c in text)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or c < " " for c in name)


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(spelled: str) -> bytes:
    """The bytes, if they are spelled the one way they can be."""
    try:
        raw = b64decode(spelled, validate=True)
    except ValueError:
        raise NotANote("not base64") from None
    if _base64(raw) != spelled:
        raise NotANote("not base64 as it is written")
    return raw
