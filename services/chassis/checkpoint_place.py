"""Where checkpoints are kept outside the database, so that neither can be changed unnoticed.

A place per service. The folder keeps every checkpoint of the hour that runs and of the one before;
of earlier hours the last one, for ever; and always those that announce a key, and the last one of
each generation. `newest` is a copy of the newest, for whoever looks. What is written is whole or
not there, and nothing older is ever written after something newer.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from services.chassis.checkpoint import Checkpoint, parsed
from services.chassis.signed_note import split, with_signatures

NEWEST = "newest"
_KEY = "_key"


class GoesBackwards(ValueError):
    """There is a newer checkpoint already, or another one of the same place."""


class CheckpointPlace(Protocol):
    """Keeps the checkpoints of one log, as text; nothing is verified here."""

    def newest(self) -> str | None: ...

    def at_or_below(self, generation: int, size: int) -> str | None:
        """The last one of a generation that is no larger than this."""
        ...

    def every(self) -> Iterator[tuple[str, str]]:
        """Each by its name, in the order of the log."""
        ...

    def announcing(self) -> Iterator[tuple[str, str]]:
        """Those that announce a key."""
        ...

    def keep(self, note: str) -> None:
        """Whole, durably, and never before what is there; the same again is nothing new."""
        ...

    def countersigned(self, note: str) -> None:
        """The same checkpoint with a further signature takes the place of the one that is kept."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """While one process looks and writes, the others wait."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory: on another disk, another machine, or under a copying job."""

    path: Path

    def newest(self) -> str | None:
        names = self.names()
        return self.read(names[-1]) if names else None

    def at_or_below(self, generation: int, size: int) -> str | None:
        last = f"{generation:010d}-{size:020d}-~"
        names = [name for name in self.names() if f"{generation:010d}-" <= name < last]
        return self.read(names[-1]) if names else None

    def every(self) -> Iterator[tuple[str, str]]:
        for name in self.names():
            yield name, self.read(name)

    def announcing(self) -> Iterator[tuple[str, str]]:
        for name in self.names():
            if _KEY in name:
                yield name, self.read(name)

    def keep(self, note: str) -> None:
        name, names = name_of(parsed(split(note)[0])), self.names()
        if name in names:
            if split(self.read(name))[0] != split(note)[0]:
                raise GoesBackwards(name)
            return
        if names and name < names[-1]:
            raise GoesBackwards(f"{name} before {names[-1]}")
        self._write(name, note)
        self._write(NEWEST, note)
        if names and _hour(name) != _hour(names[-1]):
            self.thin()

    def countersigned(self, note: str) -> None:
        with self.held():
            name, names = name_of(parsed(split(note)[0])), self.names()
            if name not in names or split(kept := self.read(name))[0] != split(note)[0]:
                return
            both = with_signatures(kept, note)
            if both != kept:
                self._write(name, both)
                if name == names[-1]:
                    self._write(NEWEST, both)

    @contextmanager
    def held(self) -> Iterator[None]:
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def repair(self) -> None:
        """What a process that died may have left: an older `newest`, too many of an hour."""
        with self.held():
            for draft in self.path.glob(".*.draft"):
                draft.unlink(missing_ok=True)
            note = self.newest()
            if note is not None and self.read(NEWEST, "") != note:
                self._write(NEWEST, note)
            self.thin()

    def thin(self) -> None:
        """Leave of the hours before the last two the last checkpoint of each."""
        names = self.names()
        hours = sorted({_hour(name) for name in names})
        for name, following in pairwise(names):
            last_of_hour = _hour(name) != _hour(following)
            if not last_of_hour and _hour(name) not in hours[-2:] and _KEY not in name:
                (self.path / name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """The files of checkpoints, in the order of the log."""
        try:
            return sorted(name for name in os.listdir(self.path) if name.endswith(".note"))
        except FileNotFoundError:
            return []

    def read(self, name: str, missing: str | None = None) -> str:
        """One file's text."""
        try:
            return (self.path / name).read_bytes().decode()
        except FileNotFoundError:
            if missing is None:
                raise
            return missing

    def _write(self, name: str, text: str) -> None:
        """Beside it, to the disk, then in its place."""
        self.path.mkdir(parents=True, exist_ok=True)
        draft = self.path / f".{name}.draft"
        with draft.open("wb") as output:
            output.write(text.encode())
            output.flush()
            os.fsync(output.fileno())
        draft.replace(self.path / name)
        directory = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def name_of(checkpoint: Checkpoint) -> str:
    """The file's name sorts as the log grows: generation, size, then time."""
    stamp = checkpoint.closed_through.strftime("%Y%m%dT%H%M%S.%fZ")
    key = _KEY if checkpoint.announces else ""
    return f"{checkpoint.generation:010d}-{checkpoint.size:020d}-{stamp}{key}.note"


def _hour(name: str) -> tuple[str, str]:
    """The generation, and the hour through which the log was closed."""
    generation, _, stamp = name.split("-")[:3]
    return generation, stamp[:11]
