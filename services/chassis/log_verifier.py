"""Checks a whole log, event by event, in memory that does not grow with it.

Stretches of rows are checked one by one, in any process (`check_stretch`); what joins them is
checked in order (`LogCheck`): seq dense, time that never falls, psn dense, and the root at every
checkpoint that is kept outside. The versions of each stream are checked at the end, from files that
hold a few bytes for each event. What is found first in the order of the log is what is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from typing import Any, Final
from uuid import UUID

from services.chassis.checkpoint import Checkpoint
from services.chassis.copied_log import NotACopy, Row, rows_in
from services.chassis.merkle import Frontier

LEAF_FORMAT: Final = 1
BUCKETS: Final = 64
UNKNOWN: Final = -1
GENERATIONS: Final = b"generations"
OPENED: Final = b"generation.opened"
_STEP: Final = Struct(">16sqq")
_step = _STEP.pack
Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first thing that does not fit. Without an event, it concerns all after `seq`."""

    what: str
    seq: int
    event_id: str | None = None
    checkpoint: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(slots=True)
class Stretch:
    """What is known of some neighbouring events after each was looked at by itself."""

    first: Row | None = None
    last: Row | None = None
    leaves: list[bytes] = field(default_factory=list)
    heads: dict[Position, int] = field(default_factory=dict)
    """The last psn of each partition."""
    begun: dict[Position, Row] = field(default_factory=dict)
    """The first event that was said in each partition."""
    steps: dict[int, bytes] = field(default_factory=dict)
    """By bucket, which version of which stream each event is."""
    opened: list[tuple[int, bytes]] = field(default_factory=list)
    """Events that open a generation: which, and their bodies."""
    begins: dict[int, int] = field(default_factory=dict)
    wrong: Wrong | None = None


def check_stretch(data: bytes, service: str) -> Stretch:
    """Look at each event by itself and beside the one before it; stop at the first wrong one."""
    stretch = Stretch()
    steps: dict[int, list[bytes]] = defaultdict(list)
    try:
        for row in rows_in(data, service):
            wrong = _wrong(stretch, row)
            if wrong is not None:
                stretch.wrong = wrong
                break
            stretch.last = row
            stretch.leaves.append(row.leaf)
            named = blake2b(row.stream, digest_size=16).digest()
            steps[named[0] % BUCKETS].append(_step(named, row.version, row.seq))
    except NotACopy:
        last = stretch.last
        stretch.wrong = Wrong("is not readable", last.seq + 1 if last else UNKNOWN)
    stretch.steps = {bucket: b"".join(packed) for bucket, packed in steps.items()}
    return stretch


def _wrong(stretch: Stretch, row: Row) -> Wrong | None:
    """What is wrong with this event; where it opens something, that is noted."""
    last = stretch.last
    if last is None or row.generation != last.generation:
        stretch.first = stretch.first or row
        stretch.begins[row.generation] = row.seq
    if wrong := _wrong_after(last, row):
        return wrong
    if row.leaf != row.kept_leaf:
        return _named("is not what its leaf was made of", row)
    if row.leaf_format != LEAF_FORMAT:
        return _named("has a leaf of an unknown form", row)
    if row.stream == GENERATIONS and row.type == OPENED:
        stretch.opened.append((row.generation, row.body))
    psn, partition = row.psn, row.partition
    if psn is None or partition is None:
        return None if psn is partition else _named("is said in half a place", row)
    at = (row.generation, partition)
    before = stretch.heads.get(at)
    if before is None:
        stretch.begun[at] = row
    elif psn != before + 1:
        return _named(f"is said as {psn} after {before}", row)
    stretch.heads[at] = psn
    return None


def _wrong_after(last: Row | None, edge: Row) -> Wrong | None:
    if last is None:
        return None
    if edge.seq != last.seq + 1:
        return Wrong("is missing", last.seq + 1)
    if edge.recorded_at < last.recorded_at:
        return _named("is recorded before the event before it", edge)
    if edge.generation < last.generation:
        return _named("is of a generation before its neighbour's", edge)
    return None


def _named(what: str, event: Row) -> Wrong:
    return Wrong(what, event.seq, str(UUID(bytes=event.event_id)))


class LogCheck:
    """Joins stretches in the order of the log; `wrong` is what was found first.

    `claims` are the checkpoints by their names; `folder` is for what is put aside meanwhile.
    """

    def __init__(self, claims: Sequence[tuple[str, Checkpoint]], folder: Path) -> None:
        self.frontier = Frontier()
        self.wrong: Wrong | None = None
        self.last: Row | None = None
        self.met: list[str] = []
        self.abandoned: list[tuple[str, Checkpoint]] = []
        self.opened: list[tuple[int, bytes]] = []
        self.proved = 0
        self.grown: list[tuple[int, int, list[bytes]]] = []
        """New whole subtrees: level, the first one's index, and all; for who compares them."""
        self._claims = sorted(claims, key=lambda claim: (claim[1].size, claim[1].generation))
        self._next = 0
        self._psns: dict[Position, int] = {}
        self._begins: dict[int, int] = {}
        self._folder = folder

    @property
    def checked(self) -> int:
        return self.frontier.size

    def take(self, stretch: Stretch) -> bool:
        """Whether all is well so far."""
        own = stretch.wrong
        if own is not None and own.seq == UNKNOWN:
            own = replace(own, seq=self.checked + 1)
        wrong = min(
            (one for one in (self._joins(stretch), own) if one is not None),
            key=lambda one: one.seq,
            default=None,
        )
        leaves = stretch.leaves
        if wrong is not None:
            leaves = leaves[: max(wrong.seq - 1 - self.frontier.size, 0)]
        self.opened += stretch.opened
        for generation, seq in stretch.begins.items():
            self._begins.setdefault(generation, seq)
        self.wrong = self._grow(leaves) or wrong
        self.last = stretch.last or self.last
        self._psns |= stretch.heads
        for bucket, steps in stretch.steps.items():
            with (self._folder / f"{bucket}").open("ab") as file:
                file.write(steps)
        return self.wrong is None

    def _joins(self, stretch: Stretch) -> Wrong | None:
        edge = stretch.first
        if edge is None:
            return None
        if self.last is None and edge.seq != 1:
            return Wrong("is missing", 1)
        wrong = _wrong_after(self.last, edge)
        found = [wrong] if wrong else []
        for position, row in stretch.begun.items():
            if row.psn != (last := self._psns.get(position, 0)) + 1:
                found.append(_named(f"is said as {row.psn} after {last}", row))
        return min(found, key=lambda one: one.seq, default=None)

    def _grow(self, leaves: Sequence[bytes]) -> Wrong | None:
        """Let the tree grow, and look at its root wherever a checkpoint claims one."""
        taken = 0
        while self._next < len(self._claims):
            name, claim = self._claims[self._next]
            ahead = claim.size - self.frontier.size
            if ahead > len(leaves) - taken:
                break
            self._extend(leaves[taken : taken + ahead])
            taken += ahead
            self._next += 1
            if wrong := self._meet(name, claim):
                return wrong
        self._extend(leaves[taken:])
        return None

    def _extend(self, leaves: Sequence[bytes]) -> None:
        grown = self.frontier.extend(leaves)
        self.grown += [(level, first, row) for level, (first, row) in enumerate(grown)]

    def _meet(self, name: str, claim: Checkpoint) -> Wrong | None:
        if any(g > claim.generation and seq <= claim.size for g, seq in self._begins.items()):
            self.abandoned.append((name, claim))
            return None
        if self.frontier.root() != claim.root:
            return Wrong(
                f"or one after it up to {claim.size} is not what was claimed",
                self.proved + 1,
                checkpoint=name,
            )
        self.proved = claim.size
        self.met.append(name)
        return None

    def end(self) -> Wrong | None:
        """After the last stretch: what is claimed and not there, and the versions of streams."""
        self.abandoned += [
            (name, claim)
            for name, claim in self._claims[self._next :]
            if any(number > claim.generation for number in self._begins)
        ]
        gone = {name for name, _ in self.abandoned}
        for name, claim in self._claims[self._next :]:
            if name not in gone:
                return Wrong(f"is missing, of {claim.size}", self.checked + 1, checkpoint=name)
        return self._versions()

    def _versions(self) -> Wrong | None:
        """Each bucket holds some streams whole, in the order of the log."""
        first: Wrong | None = None
        for file in sorted(self._folder.iterdir()):
            versions: dict[bytes, int] = {}
            for named, version, seq in _STEP.iter_unpack(file.read_bytes()):
                before = versions.get(named, 0)
                if version != before + 1 and (first is None or seq < first.seq):
                    first = Wrong(f"is version {version} of its stream after {before}", seq)
                versions[named] = version
        return first
