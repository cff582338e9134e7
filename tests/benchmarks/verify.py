"""A whole log verified from a copy on two cores, and one proof checked, beside bare SHA-256.

The floor hashes as many bytes as have to be hashed, in as many processes, and does nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from services.chassis import merkle, proof
from services.chassis.checkpoint import Checkpoint
from services.chassis.copied_log import COLUMNS, END, START
from services.chassis.verify_log import Verifying, pieces_in
from tests.benchmarks.measuring import (
    Figure,
    Line,
    Run,
    Size,
    Stopwatch,
    Target,
    Wrong,
    interleaved,
)

FLOOR: Final = "bare SHA-256"
CORES: Final = 2
SECONDS_FOR_A_MILLION: Final = 10
PROOFS: Final = 2_000
NOON: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY: Final = date(2026, 1, 5)
BODY: Final = b'{"completed_on":"2026-01-05","jp":12,"note":null,"programme":"BT-101"}'
SAID_BODY: Final = (
    b'{"completed_on":"2026-01-05","jp":12,"person_id":"%s"}' % str(UUID(int=7)).encode()
)


async def bench(size: Size) -> AsyncIterator[Line]:
    with TemporaryDirectory(prefix="bench-verify-") as folder:
        log = _Log(Path(folder) / "log.copy", size.rebuild)
        log.write()
        compared = await interleaved(size.rounds, log.verified, {FLOOR: log.hashed})
        took = Figure(tuple(1e6 / run.rate for run in compared.ours))
        wanted = Target(f"1 M in {SECONDS_FOR_A_MILLION} s", took.median <= SECONDS_FOR_A_MILLION)
        yield compared.line("verify", f"a log of {size.rebuild:,}, {CORES} cores", FLOOR, wanted)
    proofs = _Proofs(size.rebuild)
    compared = await interleaved(size.rounds, proofs.checked, {FLOOR: proofs.hashed})
    took = Figure(tuple(1e3 / run.rate for run in compared.ours))
    wanted = Target("≤ 1 ms each", took.median <= 1)
    yield compared.line("verify", f"one proof in {size.rebuild:,}", FLOOR, wanted)


@dataclass(slots=True)
class _Log:
    """A copy of a log of plain events, and what its newest checkpoint claims."""

    file: Path
    events: int
    claim: Checkpoint | None = None
    hashed_bytes: tuple[int, int] = (0, 0)

    def write(self) -> None:
        frontier = merkle.Frontier()
        with self.file.open("wb") as copy:
            copy.write(START)
            for seq in range(1, self.events + 1):
                row, leaf = self._row(seq)
                copy.write(row)
                frontier.extend([leaf])
            copy.write(END)
        self.claim = Checkpoint(
            origin="bench/log",
            size=self.events,
            root=frontier.root(),
            generation=1,
            closed_through=NOON,
        )

    def _row(self, seq: int) -> tuple[bytes, bytes]:
        stored = proof.Stored(
            event_id=UUID(int=seq),
            stream=f"enrolment-{UUID(int=(seq - 1) // 4)}",
            version=(seq - 1) % 4 + 1,
            type="enrolment.finished",
            schema=1,
            subject=UUID(int=7),
            agency="demo",
            effective_from=DAY,
            actor="tester",
            door="provider",
            document="invoice",
            sha256=None,
            verified=True,
            causation=None,
            correlation=UUID(int=9),
            body=BODY,
        )
        said = proof.Said(
            *("log", 1, seq, stored.event_id, stored.subject, "demo", DAY, NOON),
            *("training.finished.v1", 1, (seq - 1) % 4, (seq - 1) // 4 + 1, SAID_BODY),
        )
        parts = proof.stored_part(stored), proof.said_part(said)
        self.hashed_bytes = len(parts[0]), len(parts[1])
        leaf = proof.leaf(*parts)
        return _copied(stored, said, leaf), leaf

    async def verified(self) -> Run:
        assert self.claim is not None
        with Stopwatch() as watch:
            verifying = Verifying("log", [("newest", self.claim)], workers=CORES)
            report = await verifying.run(pieces_in(self.file))
        missed = self.events - report.events + (report.checkpoints != 1)
        return watch.run(self.events, Wrong(missed=missed, out_of_order=int(bool(report.wrong))))

    async def hashed(self) -> Run:
        loop, each = asyncio.get_running_loop(), self.events // CORES
        with Stopwatch() as watch, ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
            await asyncio.gather(
                *(
                    loop.run_in_executor(pool, hash_only, each, self.hashed_bytes)
                    for _ in range(CORES)
                )
            )
        return watch.run(self.events)


def hash_only(events: int, lengths: tuple[int, int]) -> None:
    """For each event two parts, a leaf and a node."""
    stored, said, pair = bytes(lengths[0]), bytes(lengths[1]), bytes(65)
    for _ in range(events):
        sha256(stored).digest()
        sha256(said).digest()
        sha256(pair).digest()
        sha256(pair).digest()


def _copied(stored: proof.Stored, said: proof.Said, leaf: bytes) -> bytes:
    """The row as PostgreSQL copies it."""
    day = (DAY - date(2000, 1, 1)).days
    recorded = int(NOON.timestamp() - 946_684_800) * 1_000_000
    values: list[bytes | None] = [
        *(pack(">q", said.seq), pack(">i", 1), stored.event_id.bytes, stored.stream.encode()),
        *(pack(">q", stored.version), stored.type.encode(), pack(">i", 1), stored.subject.bytes),
        *(stored.agency.encode(), pack(">i", day), pack(">q", recorded), stored.actor.encode()),
        *(stored.door.encode(), b"invoice", None, b"\1", None, UUID(int=9).bytes, stored.body),
        *((said.said_type or "").encode(), pack(">i", 1), pack(">i", said.partition)),
        *(pack(">q", said.psn), said.said_body, pack(">h", 1), leaf),
    ]
    fields = (pack(">i", -1) if one is None else pack(">i", len(one)) + one for one in values)
    return pack(">h", len(COLUMNS)) + b"".join(fields)


class _Proofs:
    """Proofs of some events in a tree of a size; the leaves are cheap, the paths are as long."""

    def __init__(self, events: int) -> None:
        self.events = events
        leaves = [sha256(seq.to_bytes(8)).digest() for seq in range(self.events)]
        hashes = merkle.whole_subtrees(leaves)
        step = max(self.events // PROOFS, 1)
        self.size, self.root = self.events, merkle.root_at(self.events, hashes)
        self.proofs = [
            (leaves[index], index, merkle.inclusion_path(index, self.events, hashes))
            for index in range(0, self.events, step)
        ]

    async def checked(self) -> Run:
        with Stopwatch() as watch:
            for leaf, index, path in self.proofs:
                merkle.verify_inclusion(leaf, index, self.size, path, self.root)
        return watch.run(len(self.proofs))

    async def hashed(self) -> Run:
        pair = bytes(65)
        with Stopwatch() as watch:
            for _, _, path in self.proofs:
                for _ in path:
                    sha256(pair).digest()
        return watch.run(len(self.proofs))
