"""A range of a log: every event in it, and the subtrees on both sides of it, up to the checkpoint.

Nothing is proved event by event: the leaves of the range, put between its neighbours, give the
root or do not. So a range costs few hashes an event however long it is, and pieces of it are
hashed side by side. The leaves are listed as well, so that one changed event can be named.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from struct import Struct, error
from typing import Final, NamedTuple

from services.chassis.bundle_log import DoesNotFit, Sides
from services.chassis.merkle import HASH, Frontier, Place, node, places_over

TOGETHER: Final = 1 << 14
"""Leaves that are hashed as one piece of work."""

_DOMAIN = b"jenjang/said/1\0"
_FIELDS = len(_DOMAIN) + 13 * 8  # where the fields of a said part begin
_number, _length = Struct(">q"), Struct(">I")


class Piece(NamedTuple):
    """Some events that stand side by side: the first one's seq, and where their bytes lie."""

    start: int
    events: int
    begins: int
    ends: int


# Which subtrees


def sides(first: int, last: int, size: int) -> tuple[list[Place], list[Place]]:
    """The whole subtrees to the left and to the right of the events `first` to `last`."""
    return list(places_over(0, first - 1)), list(_rising(last, size))


def _rising(start: int, end: int) -> Iterator[Place]:
    """Whole subtrees side by side from any leaf on: larger and larger ones, then smaller."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def beside(frontier: Frontier, level: int, hashed: bytes) -> None:
    """A whole subtree of `2**level` leaves stands next; the tree's size is a multiple of that."""
    if frontier.size % (1 << level):
        raise ValueError("a subtree in the wrong place")
    frontier.size += 1 << level
    while level < len(frontier.waiting) and (before := frontier.waiting[level]) is not None:
        frontier.waiting[level] = None
        hashed, level = node(before, hashed), level + 1
    _wait(frontier, level, hashed)


def _wait(frontier: Frontier, level: int, hashed: bytes) -> None:
    frontier.waiting += [None] * (level + 1 - len(frontier.waiting))
    frontier.waiting[level] = hashed


def _begun(first: int, left: Sequence[bytes]) -> Frontier:
    """The tree as it was before the range."""
    before = list(places_over(0, first - 1))
    if len(before) != len(left):
        raise ValueError("other neighbours")
    frontier = Frontier(first - 1)
    for (level, _), hashed in zip(before, left, strict=True):
        _wait(frontier, level, hashed)
    return frontier


# Checking


def check_range(
    source: str,
    member: memoryview,
    leaves: memoryview,
    proofs: Sides,
    root: bytes,
    size: int,
    workers: int | None = None,
) -> int:
    """How many events there are; raise unless they are just those of the log."""
    pieces = list(_pieces(source, member, proofs.first))
    count = sum(piece.events for piece in pieces)
    last = proofs.first + count - 1
    if not count or last > size:
        raise DoesNotFit("range-incomplete", source=source)
    try:
        frontier = _begun(proofs.first, proofs.left)
        for subtrees in _worked(_Work(source, member, leaves, proofs.first), pieces, workers):
            for level, hashed in subtrees:
                beside(frontier, level, hashed)
        for (level, _), hashed in zip(_rising(last, size), proofs.right, strict=True):
            beside(frontier, level, hashed)
    except DoesNotFit:
        raise
    except ValueError:
        raise DoesNotFit("range-incomplete", source=source) from None
    if len(leaves) != count * HASH:
        raise DoesNotFit("range-incomplete", source=source)
    if frontier.size != size or frontier.root() != root:
        raise DoesNotFit("range-not-included", source=source)
    return count


def _pieces(source: str, member: memoryview, first: int) -> Iterator[Piece]:
    """Cut where `TOGETHER` leaves stand together in the tree."""
    start, begins, ends = first, 0, _ends(source, member)
    while found := list(islice(ends, TOGETHER - (start - 1) % TOGETHER)):
        yield Piece(start, len(found), begins, found[-1])
        start, begins = start + len(found), found[-1]


def _ends(source: str, member: memoryview) -> Iterator[int]:
    """Where each event ends, by its lengths alone."""
    at, whole, length = 0, len(member), _length.unpack_from
    try:
        while at < whole:
            at += 4 + length(member, at)[0]
            if member[at] > 1:
                raise DoesNotFit("unreadable-event", source=source)
            at += 33 if not member[at] else 5 + length(member, at + 1)[0]
            yield at
    except (IndexError, error):
        raise DoesNotFit("unreadable-event", source=source) from None
    if at != whole:
        raise DoesNotFit("unreadable-event", source=source)


class _Work(NamedTuple):
    """What every worker shares, unpickled: it is forked with it."""

    source: str
    member: memoryview
    leaves: memoryview
    first: int

    def done(self, piece: Piece) -> list[tuple[int, bytes]]:
        """The whole subtrees over a piece, each event being where it says it is."""
        hashed = self._hashed(piece)
        begins = (piece.start - self.first) * HASH
        listed = self.leaves[begins : begins + piece.events * HASH]
        if b"".join(hashed) != listed:
            at = next(n for n, one in enumerate(hashed) if one != listed[n * HASH : (n + 1) * HASH])
            raise DoesNotFit("not-included", source=self.source, seq=piece.start + at)
        return _subtrees(piece.start - 1, hashed)

    def _hashed(self, piece: Piece) -> list[bytes]:
        """The leaves. Source and seq are read from the very bytes that are hashed."""
        name = self.source.encode()
        head, at_seq = _DOMAIN + _number.pack(len(name)), _FIELDS + len(name) + 8
        found, seq, at = [], piece.start, piece.begins
        member, length, number = self.member, _length.unpack_from, _number.unpack_from
        for _ in range(piece.events):
            end = at + 4 + length(member, at)[0]
            said = member[at + 4 : end]
            if said[: len(head)] != head or said[_FIELDS : at_seq - 8] != name:
                raise DoesNotFit("event-of-another-source", source=self.source, seq=seq)
            if len(said) < at_seq + 8 or number(said, at_seq)[0] != seq:
                raise DoesNotFit("out-of-order", source=self.source, seq=seq)
            if not member[end]:
                at, stored = end + 33, member[end + 1 : end + 33]
            else:
                at = end + 5 + length(member, end + 1)[0]
                stored = memoryview(sha256(member[end + 5 : at]).digest())
            found.append(sha256(b"\0" + stored + sha256(said).digest()).digest())
            seq += 1
        return found


def _subtrees(start: int, leaves: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """The whole subtrees over leaves that begin at any index."""
    found = []
    for level, index in _rising(start, start + len(leaves)):
        begins = (index << level) - start
        frontier = Frontier()
        frontier.extend(leaves[begins : begins + (1 << level)])
        found.append((level, frontier.root()))
    return found


# Side by side

_shared: list[_Work] = []


def _worked(
    work: _Work, pieces: Sequence[Piece], workers: int | None
) -> Iterator[list[tuple[int, bytes]]]:
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(pieces) < 4 or "fork" not in get_all_start_methods():
        yield from map(work.done, pieces)
        return
    _shared[:] = [work]
    try:
        with ProcessPoolExecutor(workers, get_context("fork")) as pool:
            yield from pool.map(_shared_piece, pieces)
    finally:
        _shared.clear()


def _shared_piece(piece: Piece) -> list[tuple[int, bytes]]:
    return _shared[0].done(piece)
