"""Append: writers through the event store beside pgbench, which runs the same SQL function.

Each writer has a stream of its own and appends to it as fast as it is allowed to, for the same
length of time. Then everything is looked for where it must be: in the tail, or, with a sealer at
work beside both sides, in the log.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import cycle, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID, uuid4

from deploy.local.children import Sorry
from deploy.local.layout import ROOT
from deploy.local.postgres import program
from services.assessment.domain.appraisal import AppraisalCompleted
from services.assessment.main import SERVICE
from services.chassis.append_arguments import Append
from services.chassis.event_store import EventStore
from tests.benchmarks.ground import Ground
from tests.benchmarks.measuring import Line, Run, Wrong, at_least, interleaved
from tests.benchmarks.said import AGENCY, DAY, ORIGIN, appraisal, body
from tests.support.eventually import eventually

FLOOR: Final = "pgbench, same function"
WITHOUT, WITH = 0.8, 0.75
READY: Final = 50
Event = tuple[UUID, AppraisalCompleted, date]
Cases = Mapping[bool, Sequence[tuple[int, int]]]
USUAL_CASES: Cases = {
    False: ((1, 1), (8, 1), (32, 1), (8, 10), (8, 100)),
    True: ((8, 1), (32, 1), (8, 10)),
}
QUICK_CASES: Cases = {False: ((8, 1),), True: ((8, 10),)}
ALL_CASES: Cases = dict.fromkeys((False, True), tuple(product((1, 8, 32), (1, 10, 100))))


async def bench(ground: Ground) -> AsyncIterator[Line]:
    cases = {"quick": QUICK_CASES, "full": ALL_CASES}.get(ground.size.name, USUAL_CASES)
    name = await ground.migrated(SERVICE)
    for sealed in (False, True):
        async with sealing(ground, name) if sealed else unsealed():
            for writers, events in cases[sealed]:
                case = _Case(ground, name, writers, events, sealed)
                compared = await interleaved(ground.size.rounds, case.ours, {FLOOR: case.floor})
                wanted = at_least(compared.ratio(FLOOR), WITH if sealed else WITHOUT)
                yield compared.line("append", case.title, FLOOR, wanted)
    await ground.drop(name)


@asynccontextmanager
async def unsealed() -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def sealing(ground: Ground, name: str) -> AsyncIterator[None]:
    """A sealer at work in another process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.sealing_beside", ground.postgres.url(name)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        if await process.stdout.readline() != b"took over\n":
            raise Sorry("The sealer beside the bench did not start.")
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@dataclass(frozen=True, slots=True)
class _Case:
    """So many writers, so many events in a transaction."""

    ground: Ground
    database: str
    writers: int
    events: int
    sealed: bool

    @property
    def title(self) -> str:
        beside = ", sealer at work" if self.sealed else ""
        return f"{self.writers} × {self.events}{beside}"

    # Ours

    async def ours(self) -> Run:
        prefix = await self._cleared()
        ready = [[appraisal() for _ in range(self.events)] for _ in range(READY)]
        async with self.ground.pool(self.database, "api", self.writers) as pool:
            store = EventStore(pool, SERVICE.codec, service=SERVICE.name)
            await asyncio.gather(*(pool.fetchval("SELECT 1") for _ in range(self.writers)))
            with self.ground.stopwatch() as watch:
                until = time.perf_counter() + self.ground.size.seconds
                writers = [
                    self._write(store, f"{prefix}-{nth}", ready, until)
                    for nth in range(self.writers)
                ]
                events = sum(await asyncio.gather(*writers))
        return watch.run(events, await self._looked_over(prefix, events))

    async def _write(
        self, store: EventStore, stream: str, ready: list[list[Event]], until: float
    ) -> int:
        """What is appended is there already, as it is for pgbench; encoding it is our business."""
        version, person, coming = 0, uuid4(), cycle(ready)
        while time.perf_counter() < until:
            append = Append(
                stream=stream,
                expected_version=version,
                subject=person,
                agency=AGENCY,
                origin=ORIGIN,
                events=next(coming),
            )
            await store.append([append])
            version += self.events
        return version

    # The floor

    async def floor(self) -> Run:
        prefix = await self._cleared()
        with TemporaryDirectory() as folder:
            script = Path(folder) / "append.sql"
            script.write_text(self._script(prefix))
            with self.ground.stopwatch() as watch:
                told = await self._pgbench(script)
        done = int(_found(r"transactions actually processed: (\d+)", told)) * self.events
        # Its own clock starts when it is connected, as ours does.
        per_second = float(_found(r"tps = ([\d.]+) \(without initial", told)) * self.events
        wrong = await self._looked_over(prefix, done)
        return Run(done, done / per_second, watch.cpu_seconds, wrong)

    def _script(self, prefix: str) -> str:
        many = range(self.events)
        return SCRIPT.format(
            prefix=prefix,
            events=self.events,
            agency=AGENCY,
            actor=ORIGIN.actor,
            door=ORIGIN.door,
            day=DAY,
            ids=", ".join("gen_random_uuid()" for _ in many),
            bodies=", ".join(":body::bytea" for _ in many),
        )

    async def _pgbench(self, script: Path) -> str:
        process = await asyncio.create_subprocess_exec(
            *(program("pgbench"), "-n", "-M", "prepared", "-f", str(script)),
            *("-c", str(self.writers), "-j", str(min(2, self.writers))),
            *("-T", str(round(self.ground.size.seconds)), "-D", "version=0"),
            *("-D", f"body=\\x{body().hex()}", self.ground.postgres.url(self.database)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        told, complaint = await process.communicate()
        if process.returncode:
            raise Sorry(f"pgbench: {complaint.decode().strip().splitlines()[-1]}")
        return told.decode()

    # Looking it over

    async def _cleared(self) -> str:
        """The same beginning for every run; the name that its streams begin with."""
        if not self.sealed:
            async with self.ground.connection(self.database) as connection:
                await connection.execute("TRUNCATE tail, stream_head")
                await connection.execute("CHECKPOINT")
        return self.ground.name("run")

    async def _looked_over(self, prefix: str, events: int) -> Wrong:
        """Everything that was acknowledged is there once, and in its stream's order."""
        async with self.ground.connection(self.database) as connection:
            if self.sealed:
                await eventually(lambda: connection.fetchval(_ALL_SEALED), within=60)
            row = await connection.fetchrow(
                _FOUND.format(
                    table="log" if self.sealed else "tail", place="seq" if self.sealed else "pos"
                ),
                f"{prefix}-",
                f"{prefix}.",
            )
        assert row is not None
        return Wrong(
            max(0, events - row["different"]), row["found"] - row["different"], row["disorder"]
        )


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise Sorry(f"pgbench did not say {pattern!r}.")
    return found[1]


SCRIPT = """\
SELECT append_to_stream(
    '{prefix}-' || :client_id::text, :version::bigint, '00000000-0000-4000-8000-000000000001',
    '{agency}', '{actor}', '{door}', NULL, NULL, true, NULL, NULL,
    ARRAY[{ids}],
    array_fill('assessment.appraisal_completed'::text, ARRAY[{events}]),
    array_fill(1, ARRAY[{events}]), array_fill(DATE '{day}', ARRAY[{events}]),
    ARRAY[{bodies}]);
\\set version :version + {events}
"""

_ALL_SEALED = "SELECT NOT EXISTS (SELECT FROM tail)"

# '-' and '.' follow each other in the order of bytes: everything between them begins so.
_FOUND = """
SELECT count(*) AS found, count(DISTINCT (stream, version)) AS different,
       count(*) FILTER (WHERE version <> nth) AS disorder
  FROM (SELECT stream, version,
               row_number() OVER (PARTITION BY stream ORDER BY {place}) AS nth
          FROM {table}
         WHERE stream >= $1 AND stream < $2) AS run
"""
