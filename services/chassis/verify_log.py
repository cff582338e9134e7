"""Verify a whole log: `python -m services.chassis.verify_log career --copy … --checkpoints …`.

Without a database it reads a copy (see copied_log.py); as an operator's command of a service it
reads the database in one snapshot. It says how far it is, then what it found as JSON, and ends with
1 at the first thing that does not fit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from services.chassis.checkpoint import Checkpoint
from services.chassis.checkpoint_keys import KnownKeys
from services.chassis.checkpoint_place import NEWEST, Folder, name_of
from services.chassis.copied_log import NotACopy, pieces_of
from services.chassis.log_verifier import LogCheck, Stretch, Wrong, check_stretch

PIECE: Final = 5_000
ALONE: Final = 4
Say = Callable[[str], None]
Claim = tuple[str, Checkpoint]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found about one log."""

    service: str
    events: int = 0
    checkpoints: int = 0
    abandoned: int = 0
    newest: Checkpoint | None = None
    wrong: Wrong | None = None
    seconds: float = 0

    def as_json(self) -> dict[str, Any]:
        newest = self.newest and {
            "generation": self.newest.generation,
            "size": self.newest.size,
            "root": self.newest.root.hex(),
        }
        return {
            "service": self.service,
            "whole": self.wrong is None,
            "events": self.events,
            "checkpoints": self.checkpoints,
            "abandoned": self.abandoned,
            "newest": newest,
            "wrong": self.wrong and self.wrong.as_json(),
            "seconds": round(self.seconds, 3),
        }


def claims_in(folder: Folder, known: KnownKeys) -> tuple[list[Claim], Wrong | None]:
    """Every checkpoint that is kept, its signatures checked; the first that is not as it should."""
    claims: list[Claim] = []
    name = note = ""
    try:
        for name in folder.names():
            note = folder.read(name)
            checkpoint = known.opened(note)
            if name_of(checkpoint) != name:
                return claims, Wrong("stands under another name", 0, checkpoint=name)
            claims.append((name, checkpoint))
    except (ValueError, OSError) as error:
        return claims, Wrong(f"cannot be believed: {_said(error)}", 0, checkpoint=name)
    newest = folder.path / NEWEST
    if claims and (not newest.exists() or newest.read_bytes() != note.encode()):
        return claims, Wrong("is not the newest that is kept", 0, checkpoint=NEWEST)
    return claims, None


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()


class Verifying:
    """One run over one log."""

    def __init__(
        self, service: str, claims: Sequence[Claim], *, workers: int = 0, say: Say | None = None
    ) -> None:
        self.service, self._claims = service, claims
        self._workers, self._say = workers, say or (lambda _: None)
        self._pieces = 0
        self._pool: Executor | None = None
        self._stack = ExitStack()
        self._began = time.monotonic()
        self._said_at = self._began

    async def run(
        self,
        pieces: AsyncIterator[bytes],
        compare: Callable[[LogCheck], Any] | None = None,
    ) -> Report:
        """Check piece after piece until something is wrong. `compare` sees what has grown."""
        with TemporaryDirectory(prefix="verify-log-") as scratch, ExitStack() as stack:
            self._stack = stack
            check = LogCheck(self._claims, Path(scratch))
            wrong = await self._stretches(check, pieces, compare)
            return self._report(check, wrong or check.end() or named_abandoned(check))

    async def _stretches(
        self,
        check: LogCheck,
        pieces: AsyncIterator[bytes],
        compare: Callable[[LogCheck], Any] | None,
    ) -> Wrong | None:
        waiting: deque[asyncio.Future[Stretch]] = deque()
        try:
            async for piece in pieces:
                waiting.append(self._begun(piece))
                if len(waiting) > 2 * self._workers:
                    await self._joined(check, waiting, compare)
                if check.wrong:
                    break
            while waiting and not check.wrong:
                await self._joined(check, waiting, compare)
        except NotACopy as broken:
            while waiting and not check.wrong:
                await self._joined(check, waiting, compare)
            return check.wrong or Wrong(f"is not readable: {broken}", check.checked + 1)
        finally:
            for future in waiting:
                future.cancel()
        return check.wrong

    def _begun(self, piece: bytes) -> asyncio.Future[Stretch]:
        """A short log is checked before other processes would have started."""
        loop = asyncio.get_running_loop()
        self._pieces += 1
        if self._workers and self._pieces > ALONE:
            return loop.run_in_executor(self._others(), check_stretch, piece, self.service)
        done: asyncio.Future[Stretch] = loop.create_future()
        done.set_result(check_stretch(piece, self.service))
        return done

    def _others(self) -> Executor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(self._workers, mp_context=context)
            self._pool = self._stack.enter_context(pool)
        return self._pool

    async def _joined(
        self,
        check: LogCheck,
        waiting: deque[asyncio.Future[Stretch]],
        compare: Callable[[LogCheck], Any] | None,
    ) -> None:
        check.take(await waiting.popleft())
        if compare is not None:
            await compare(check)
        check.grown.clear()
        if time.monotonic() - self._said_at >= 1:
            self._said_at = time.monotonic()
            self._say(f"{self.service}: {check.checked} events, {len(check.met)} checkpoints")

    def _report(self, check: LogCheck, wrong: Wrong | None) -> Report:
        met = set(check.met)
        newest = [claim for name, claim in self._claims if name in met]
        return Report(
            self.service,
            check.checked,
            len(check.met),
            len(check.abandoned),
            newest[-1] if newest else None,
            wrong,
            time.monotonic() - self._began,
        )


def named_abandoned(check: LogCheck) -> Wrong | None:
    """A checkpoint beyond a fork is named by the record of the generation that began there."""
    named: dict[int, int] = {}
    for _, body in check.opened:
        for lost in orjson.loads(body)["abandoned"]:
            if lost["root"] is not None:
                named[lost["generation"]] = max(named.get(lost["generation"], 0), lost["size"])
    for name, claim in check.abandoned:
        if claim.size > named.get(claim.generation, 0):
            what = f"claims {claim.size} events, and no record says that they were given up"
            return Wrong(what, check.checked, checkpoint=name)
    return None


async def pieces_in(copy: Path, rows: int = PIECE) -> AsyncIterator[bytes]:
    """The pieces of a file."""
    with copy.open("rb") as file:
        for piece in pieces_of(file, rows):
            yield piece


async def verify_copy(
    service: str,
    copy: Path,
    folder: Folder,
    known: KnownKeys,
    *,
    workers: int = 0,
    say: Say | None = None,
) -> Report:
    """A log that was copied out, against the checkpoints that were kept outside."""
    claims, wrong = claims_in(folder, known)
    if wrong is not None:
        return Report(service, wrong=wrong)
    return await Verifying(service, claims, workers=workers, say=say).run(pieces_in(copy))


def cores() -> int:
    """How many processes are of use here."""
    return len(os.sched_getaffinity(0))


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.chassis.verify_log")
    parser.add_argument("service")
    parser.add_argument("--copy", type=Path, required=True, help="what export-log wrote")
    parser.add_argument("--checkpoints", type=Path, required=True, help="the service's folder")
    parser.add_argument("--keys", type=Path, required=True, help="the public keys")
    parser.add_argument("--workers", type=int, default=cores())
    given = parser.parse_args(None if arguments is None else list(arguments))
    report = asyncio.run(
        verify_copy(
            given.service,
            given.copy,
            Folder(given.checkpoints),
            KnownKeys.parse(given.keys.read_bytes()),
            workers=given.workers,
            say=lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
        )
    )
    print(json.dumps(report.as_json(), indent=1))  # noqa: T201
    return 0 if report.wrong is None else 1


if __name__ == "__main__":
    sys.exit(main())
