"""A bundle of a whole log verified on two cores, beside bare SHA-256 of as many bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from services.chassis import merkle, proof
from services.chassis.bundle import packed, unpacked
from services.chassis.bundle_log import Sides, entry
from services.chassis.bundle_range import check_range
from services.chassis.signed_note import PrivateKey, Use
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
KEY: Final = PrivateKey("bench/log", Use.LOG, bytes(32))
NOON: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY: Final = date(2026, 1, 5)
BODY: Final = b'{"completed_on":"2026-01-05","jp":12,"person_id":"%s"}' % bytes(36).hex().encode()


async def bench(size: Size) -> AsyncIterator[Line]:
    log = _Log(size.rebuild)
    compared = await interleaved(size.rounds, log.verified, {FLOOR: log.hashed})
    took = Figure(tuple(1e6 / run.rate for run in compared.ours))
    wanted = Target(f"1 M in {SECONDS_FOR_A_MILLION} s", took.median <= SECONDS_FOR_A_MILLION)
    yield compared.line("bundles", f"a bundle of {size.rebuild:,}, {CORES} cores", FLOOR, wanted)


@dataclass(slots=True, init=False)
class _Log:
    """A bundle of events as `export-range` writes it."""

    events: int
    file: bytes
    root: bytes

    def __init__(self, events: int) -> None:
        self.events = events
        written, leaves, frontier = bytearray(), bytearray(), merkle.Frontier()
        for seq in range(1, events + 1):
            said = proof.said_part(
                proof.Said(
                    *("log", 1, seq, UUID(int=seq), UUID(int=7), "demo", DAY, NOON),
                    *("training.finished.v1", 1, seq % 4, seq // 4 + 1, BODY),
                )
            )
            stored = sha256(said).digest()
            written += entry(said, None, stored)
            leaf = proof.leaf_of(stored, stored)
            leaves += leaf
            frontier.extend([leaf])
        self.root = frontier.root()
        members = {"events/log": bytes(written), "leaves/log": bytes(leaves)}
        self.file = packed("bench/log", members, KEY)

    async def verified(self) -> Run:
        with Stopwatch() as watch:
            bundle = unpacked(self.file)
            count = check_range(
                "log",
                bundle.members["events/log"],
                bundle.members["leaves/log"],
                Sides(checkpoint="", first=1, left=(), right=()),
                self.root,
                self.events,
                workers=CORES,
            )
        return watch.run(count, Wrong(missed=self.events - count))

    async def hashed(self) -> Run:
        """The same bytes, once."""
        with Stopwatch() as watch:
            sha256(self.file).digest()
        return watch.run(self.events)
