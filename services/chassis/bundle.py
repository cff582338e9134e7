"""One file that holds evidence: named members, and a signed note that lists every one of them.

The file is a zip archive that any tool opens, of stored (not compressed) members, written in one
way only: what is read here is written again and must give the same bytes. So there is no room for
a member that nobody lists, a second directory, a comment, or a byte behind the end; and nothing in
it can grow when it is unpacked.

The first member is the manifest, a signed note (see signed_note.py):

    jenjang-bundle/1
    career.demo
    9f6c…  1432  answers.json

Its first line is the format, which never changes its meaning: another meaning is another number.
The second is who made it; then each other member's SHA-256, size and name, in the order they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from struct import Struct, error
from typing import Final
from zlib import crc32

from services.chassis.signed_note import (
    NotANote,
    Opened,
    PrivateKey,
    PublicKey,
    open_note,
    signed_note,
    split,
)

FORMAT: Final = "jenjang-bundle/1"
MANIFEST: Final = "manifest.txt"
LARGEST: Final = 2**32 - 1
MOST_MEMBERS: Final = 1000
LARGEST_MANIFEST: Final = 256 * 1024

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99})?")
_MAKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,199}")
_LINE = re.compile(r"([0-9a-f]{64})  (0|[1-9][0-9]{0,9})  (\S+)")

# The zip format's own records; the day is 1 January 1980, its first.
_LOCAL = Struct("<4sHHHHHIIIHH")
_CENTRAL = Struct("<4sHHHHHHIIIHHHHHII")
_END = Struct("<4sHHHHIIH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_VERSION, _DAY = 20, 0x21


class NotABundle(ValueError):
    """The file is not a bundle as it is written here; `member` says where it is not."""

    def __init__(self, because: str, member: str | None = None) -> None:
        super().__init__(f"{member}: {because}" if member else because)
        self.because = because
        self.member = member


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file holds, each member as it is listed; who signed is another question."""

    maker: str
    members: Mapping[str, memoryview]
    manifest: str
    digests: Mapping[str, str] = field(default_factory=dict)

    def signed_by(self, known: Sequence[PublicKey]) -> Opened:
        """Check the signature over the manifest with keys that are known; strangers' count for
        nothing."""
        return open_note(self.manifest, known, strangers=True)

    def bytes_of(self, name: str) -> bytes:
        """A member, which must be there."""
        try:
            return bytes(self.members[name])
        except KeyError:
            raise NotABundle("is missing", name) from None


# Writing


def packed(maker: str, members: Mapping[str, bytes], *keys: PrivateKey) -> bytes:
    """The file: the same members, maker and keys always give the same bytes."""
    ordered = dict(sorted(members.items()))
    if not _MAKER.fullmatch(maker) or any(not _NAME.fullmatch(name) for name in ordered):
        raise NotABundle("a name that cannot be written")
    if MANIFEST in ordered or len(ordered) >= MOST_MEMBERS:
        raise NotABundle("too many members, or one that is called as the manifest is")
    lines = [f"{sha256(held).hexdigest()}  {len(held)}  {name}" for name, held in ordered.items()]
    text = "".join(f"{line}\n" for line in [FORMAT, maker, *lines])
    manifest = signed_note(text, [key.sign(text) for key in keys])
    return archived({MANIFEST: manifest.encode(), **ordered})


def archived(members: Mapping[str, bytes | memoryview]) -> bytes:
    """A zip archive of stored members, in the order given."""
    parts: list[bytes | memoryview] = []
    directory, at = [], 0
    for name, held in members.items():
        spelled, crc, size = name.encode(), crc32(held), len(held)
        directory.append(_central(spelled, crc, size, at))
        parts += [_local(spelled, crc, size), held]
        at += _LOCAL.size + len(spelled) + size
    end = b"".join(directory)
    if at + len(end) + _END.size > LARGEST:
        raise NotABundle("larger than four gigabytes")
    count = len(directory)
    return b"".join([*parts, end, _END.pack(_END_MARK, 0, 0, count, count, len(end), at, 0)])


def _local(name: bytes, crc: int, size: int) -> bytes:
    packed = _LOCAL.pack(_LOCAL_MARK, _VERSION, 0, 0, 0, _DAY, crc, size, size, len(name), 0)
    return packed + name


def _central(name: bytes, crc: int, size: int, at: int) -> bytes:
    packed = _CENTRAL.pack(
        _CENTRAL_MARK, _VERSION, _VERSION, 0, 0, 0, _DAY, crc, size, size, len(name),
        0, 0, 0, 0, 0, at,
    )  # fmt: skip
    return packed + name


# Reading


def unpacked(file: bytes | memoryview) -> Bundle:
    """The members, once every byte of the file is accounted for and every hash is right."""
    whole = memoryview(file)
    if len(whole) > LARGEST:
        raise NotABundle("larger than four gigabytes")
    members = dict(_members(whole))
    manifest = members.pop(MANIFEST, None)
    if manifest is None or len(manifest) > LARGEST_MANIFEST:
        raise NotABundle("is missing, or far too long", MANIFEST)
    try:
        note = bytes(manifest).decode()
        text, _ = split(note)
    except (UnicodeDecodeError, NotANote):
        raise NotABundle("is not a signed note", MANIFEST) from None
    maker, listed = _listed(text)
    _check(members, listed)
    digests = {name: digest for name, (digest, _) in listed.items()}
    return Bundle(maker, members, note, digests)


def _members(whole: memoryview) -> Iterator[tuple[str, memoryview]]:
    """The members as they lie; the directory behind them must be the one we would write."""
    directory: list[bytes] = []
    at, previous = 0, ""
    while whole[at : at + 4] == _LOCAL_MARK:
        begins = at
        name, held, at = _member(whole, at)
        if (name == MANIFEST) is (begins > 0) or (begins and name <= previous):
            raise NotABundle("stands twice, or not in its place", name)
        if len(directory) == MOST_MEMBERS:
            raise NotABundle("too many members")
        previous = name if begins else ""
        directory.append(_central(name.encode(), crc32(held), len(held), begins))
        yield name, held
    end, count = b"".join(directory), len(directory)
    end += _END.pack(_END_MARK, 0, 0, count, count, len(end), at, 0)
    if whole[at:] != end:
        raise NotABundle("bytes that belong to no member, or a directory of another archive")


def _member(whole: memoryview, at: int) -> tuple[str, memoryview, int]:
    try:
        _, _, _, _, _, _, crc, size, _, length, _ = _LOCAL.unpack_from(whole, at)
    except error:
        raise NotABundle("ends in the middle of a member") from None
    begins = at + _LOCAL.size + length
    spelled = bytes(whole[at + _LOCAL.size : begins])
    name = spelled.decode("ascii", "replace")
    if not _NAME.fullmatch(name):
        raise NotABundle("a member whose name is not one")
    held = whole[begins : begins + size]
    if len(held) != size or whole[at:begins] != _local(spelled, crc, size):
        raise NotABundle("is not stored as it should be", name)
    if crc32(held) != crc:
        raise NotABundle("is not what was stored: its checksum differs", name)
    return name, held, begins + size


def _listed(text: str) -> tuple[str, dict[str, tuple[str, int]]]:
    """Who made it, and what it says of each member."""
    form, *more = text.removesuffix("\n").split("\n")
    if form != FORMAT or not more:
        raise NotABundle(f"of a format that is not known here: {form[:40]!r}", MANIFEST)
    maker, *lines = more
    found: dict[str, tuple[str, int]] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[3] in found:
            raise NotABundle("a line that lists nothing, or something twice", MANIFEST)
        found[match[3]] = match[1], int(match[2])
    if not _MAKER.fullmatch(maker) or list(found) != sorted(found):
        raise NotABundle("without a maker, or out of order", MANIFEST)
    return maker, found


def _check(members: Mapping[str, memoryview], listed: Mapping[str, tuple[str, int]]) -> None:
    for name in sorted(members.keys() ^ listed.keys()):
        raise NotABundle("is not listed" if name in members else "is missing", name)
    for name, (digest, size) in listed.items():
        held = members[name]
        if len(held) != size or sha256(held).hexdigest() != digest:
            raise NotABundle("is not what the manifest lists: its hash differs", name)
