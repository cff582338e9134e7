"""A Merkle tree over leaves that only ever grows (RFC 9162), for whoever proves and whoever checks.

Nothing of ours is imported here. What is given as a leaf already is a leaf's hash, `SHA-256(0x00 ‖
…)`; the log stores it so. A node is `SHA-256(0x01 ‖ left ‖ right)`, and a tree of no leaf has the
hash of nothing.

A **place** `(level, index)` names the whole subtree over the leaves from `index * 2**level` to
`(index + 1) * 2**level`. Such a subtree never changes again, so its hash can be kept. Paths ask for
whole subtrees only: `inclusion_places` and `consistency_places` tell which, so that a store reads
them at once and gives them back as a mapping.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
Hashes: TypeAlias = Mapping[Place, bytes]

NOTHING = sha256(b"").digest()
HASH = 32


class OutsideTheTree(ValueError):
    """There is no such leaf, or no such smaller tree, in a tree of this size."""


class NotIncluded(ValueError):
    """The path does not lead from this leaf at this place to this root."""


class NotConsistent(ValueError):
    """The path does not show the older tree at the beginning of the newer one."""


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two neighbouring subtrees."""
    return sha256(b"\1" + left + right).digest()


# A tree that grows


@dataclass(slots=True)
class Frontier:
    """All that must be remembered of a tree to let it grow: at most one hash per level.

    `waiting[level]` is the whole subtree of `2**level` leaves that has no neighbour yet.
    """

    size: int = 0
    waiting: list[bytes | None] = field(default_factory=list)

    def extend(self, leaves: Iterable[bytes]) -> list[tuple[int, list[bytes]]]:
        """Add leaves. Returns the new whole subtrees per level: the first one's index, and all."""
        row, first, level = list(leaves), self.size, 0
        self.size += len(row)
        grown: list[tuple[int, list[bytes]]] = []
        while row:
            grown.append((first, row))
            row, first, level = self._paired(level, row), first // 2, level + 1
        return grown

    def _paired(self, level: int, row: list[bytes]) -> list[bytes]:
        """The row above: neighbours joined; what is left over at the end waits."""
        if level == len(self.waiting):
            self.waiting.append(None)
        before = self.waiting[level]
        if before is not None:
            row = [before, *row]
        self.waiting[level] = row[-1] if len(row) % 2 else None
        pairs = zip(row[::2], row[1::2], strict=False)
        return [sha256(b"\1" + left + right).digest() for left, right in pairs]

    def root(self) -> bytes:
        """The root over everything added so far."""
        return _joined([whole for whole in reversed(self.waiting) if whole is not None])


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaves."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def whole_subtrees(leaves: Iterable[bytes]) -> dict[Place, bytes]:
    """Every whole subtree over these leaves: a small tree held in memory."""
    grown = Frontier().extend(leaves)
    return {
        (level, first + at): subtree
        for level, (first, row) in enumerate(grown)
        for at, subtree in enumerate(row)
    }


# Which subtrees a path needs


def places_over(start: int, end: int) -> Iterator[Place]:
    """The whole subtrees that lie side by side over leaves `start` to `end`, from the left.

    `start` is where RFC 9162 would cut: a multiple of the greatest power of two within the span.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def inclusion_places(index: int, size: int) -> set[Place]:
    """The whole subtrees an inclusion path is made of."""
    return _places(_inclusion_spans(index, size))


def consistency_places(old: int, new: int) -> set[Place]:
    """The whole subtrees a consistency path is made of."""
    return _places(_consistency_spans(old, new))


# Paths


def root_at(size: int, hashes: Hashes) -> bytes:
    """The root the tree had when it was of this size."""
    return _over(0, size, hashes)


def inclusion_path(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """What shows that a leaf is in the tree of this size (RFC 9162, 2.1.3.1)."""
    return [_over(start, end, hashes) for start, end in _inclusion_spans(index, size)]


def consistency_path(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """What shows that the older tree is the beginning of the newer one (RFC 9162, 2.1.4.1)."""
    return [_over(start, end, hashes) for start, end in _consistency_spans(old, new)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Raise unless the path leads from this leaf at this index to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise NotIncluded
    at, last, reached = index, size - 1, leaf
    for step in path:
        if last == 0 or len(step) != HASH:
            raise NotIncluded
        if at & 1 or at == last:
            reached = sha256(b"\1" + step + reached).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            reached = sha256(b"\1" + reached + step).digest()
        at, last = at >> 1, last >> 1
    if last or reached != root:
        raise NotIncluded


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Raise unless the older tree is the beginning of the newer one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        raise NotConsistent
    if old_size in {0, new_size}:
        expected = new_root if old_size == new_size else NOTHING
        if path or old_root != expected:
            raise NotConsistent
        return
    steps = list(path) if old_size & (old_size - 1) else [old_root, *path]
    if not steps or any(len(step) != HASH for step in steps):
        raise NotConsistent
    if _roots_along(old_size, new_size, steps) != (old_root, new_root):
        raise NotConsistent


def _roots_along(old_size: int, new_size: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a consistency path leads to."""
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise NotConsistent
        if at & 1 or at == last:
            old, new = node(step, old), node(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, step)
        at, last = at >> 1, last >> 1
    if last:
        raise NotConsistent
    return old, new


# Spans of leaves, as the RFC cuts them


def _cut(leaves: int) -> int:
    """The greatest power of two below a number of leaves."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _inclusion_spans(index: int, size: int) -> list[tuple[int, int]]:
    if not 0 <= index < size:
        raise OutsideTheTree(f"leaf {index} of {size}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _cut(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def _consistency_spans(old: int, new: int) -> list[tuple[int, int]]:
    if not 0 <= old <= new:
        raise OutsideTheTree(f"{old} of {new}")
    if old in {0, new}:
        return []
    spans, start, end = [], 0, new
    while old < end:
        middle = start + _cut(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # The older tree as a whole is known to whoever asks; a later part of it is not.
    return [*([(start, end)] if start else []), *spans[::-1]]


def _places(spans: Iterable[tuple[int, int]]) -> set[Place]:
    return {place for start, end in spans for place in places_over(start, end)}


def _over(start: int, end: int, hashes: Hashes) -> bytes:
    return _joined([hashes[place] for place in places_over(start, end)])


def _joined(subtrees: Sequence[bytes]) -> bytes:
    """The hash over whole subtrees that stand side by side, the largest first."""
    if not subtrees:
        return NOTHING
    joined = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        joined = node(left, joined)
    return joined
