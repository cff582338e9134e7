"""Checks a whole log, event by event, in memory that does not grow with it.

Stretches of rows are checked one by one, in any process (`check_stretch`); what joins them is
checked in order (`LogCheck`): seq dense, time that never falls, psn dense, and the root at every
checkpoint that is kept outside. The versions of each stream are checked at the end, from files that
hold a few bytes for each event. What is found first in the order of the log is what is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.chassis.checkpoint import Checkpoint
from services.chassis.copied_log import NotACopy, Row, rows_in
from services.chassis.merkle import Frontier

LEAF_FORMAT: Final = 1
BUCKETS: Final = 64
UNKNOWN: Final = -1
GENERATIONS: Final = b"generations"
OPENED: Final = b"generation.opened"
_step = Struct(">16sqq")
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


class Edge(NamedTuple):
    """What of an event its neighbours must fit to."""

    seq: int
    event_id: bytes
    generation: int
    recorded_at: int


class Run(NamedTuple):
    """The psns of one partition within a stretch: the first, whose it is, and the last."""

    first: int
    edge: Edge
    last: int


@dataclass(slots=True)
class Stretch:
    """What is known of some neighbouring events after each was looked at by itself."""

    first: Edge | None = None
    last: Edge | None = None
    leaves: list[bytes] = field(default_factory=list)
    runs: dict[Position, Run] = field(default_factory=dict)
    steps: dict[int, bytes] = field(default_factory=dict)
    """By bucket, which version of which stream each event is."""
    opened: list[tuple[int, bytes]] = field(default_factory=list)
    """Events that open a generation: which, and their bodies."""
    begins: dict[int, int] = field(default_factory=dict)
    wrong: Wrong | None = None


def check_stretch(data: bytes, service: str) -> Stretch:
    """Look at each event by itself and beside the one before it; stop at the first wrong one."""
    stretch = Stretch()
    _keep_steps(stretch, _until_wrong(stretch, rows_in(data, service)))
    return stretch


def _until_wrong(stretch: Stretch, rows: Iterator[Row]) -> list[Row]:
    """The rows that fit. What cannot be read is wrong as well, and said to be where it is."""
    taken: list[Row] = []
    take, leaves, last = taken.append, stretch.leaves.append, None
    try:
        for row in rows:
            edge = Edge(row.seq, row.event_id, row.generation, row.recorded_at)
            stretch.wrong = (
                _wrong_after(last, edge) or _wrong_alone(row) or _run(stretch, row, edge)
            )
            if stretch.wrong is not None:
                break
            if last is None or edge.generation != last.generation:
                stretch.begins[edge.generation] = edge.seq
                stretch.first = stretch.first or edge
            last = edge
            take(row)
            leaves(row.leaf)
    except NotACopy:
        stretch.wrong = Wrong("is not readable", last.seq + 1 if last else UNKNOWN)
    stretch.last = last
    return taken


def _wrong_alone(row: Row) -> Wrong | None:
    if row.leaf != row.kept_leaf:
        return _named("is not what its leaf was made of", row)
    if row.leaf_format != LEAF_FORMAT:
        return _named("has a leaf of an unknown form", row)
    return None


def _wrong_after(last: Edge | None, edge: Edge) -> Wrong | None:
    if last is None:
        return None
    if edge.seq != last.seq + 1:
        return Wrong("is missing", last.seq + 1)
    if edge.recorded_at < last.recorded_at:
        return _named("is recorded before the event before it", edge)
    if edge.generation < last.generation:
        return _named("is of a generation before its neighbour's", edge)
    return None


def _run(stretch: Stretch, row: Row, edge: Edge) -> Wrong | None:
    """Where it was said: within the stretch the psn of each partition rises by one."""
    psn, partition = row.psn, row.partition
    if psn is None or partition is None:
        return None if psn is partition else _named("is said in half a place", row)
    at = (row.generation, partition)
    run = stretch.runs.get(at)
    if run is not None and psn != run.last + 1:
        return _named(f"is said as {psn} after {run.last}", row)
    stretch.runs[at] = Run(psn, edge, psn) if run is None else Run(run.first, run.edge, psn)
    return None


def _named(what: str, event: Row | Edge) -> Wrong:
    return Wrong(what, event.seq, str(UUID(bytes=event.event_id)))


def _keep_steps(stretch: Stretch, rows: Sequence[Row]) -> None:
    steps: dict[int, list[bytes]] = defaultdict(list)
    pack = _step.pack
    for row in rows:
        named = blake2b(row.stream, digest_size=16).digest()
        steps[named[0] % BUCKETS].append(pack(named, row.version, row.seq))
        if row.stream == GENERATIONS and row.type == OPENED:
            stretch.opened.append((row.generation, row.body))
    stretch.steps = {bucket: b"".join(packed) for bucket, packed in steps.items()}


class LogCheck:
    """Joins stretches in the order of the log; `wrong` is what was found first.

    `claims` are the checkpoints by their names; `folder` is for what is put aside meanwhile.
    """

    def __init__(self, claims: Sequence[tuple[str, Checkpoint]], folder: Path) -> None:
        self.frontier = Frontier()
        self.wrong: Wrong | None = None
        self.last: Edge | None = None
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
        for position, run in stretch.runs.items():
            self._psns[position] = run.last
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
        for position, run in stretch.runs.items():
            if run.first != (last := self._psns.get(position, 0)) + 1:
                found.append(_named(f"is said as {run.first} after {last}", run.edge))
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
            for named, version, seq in _step.iter_unpack(file.read_bytes()):
                before = versions.get(named, 0)
                if version != before + 1 and (first is None or seq < first.seq):
                    first = Wrong(f"is version {version} of its stream after {before}", seq)
                versions[named] = version
        return first
