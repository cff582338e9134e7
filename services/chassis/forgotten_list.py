"""Who has been forgotten, written down outside the database: ids only, and never shorter.

A database that is brought back from a backup does not know whom it had to forget since; this list
does. Each line is chained to the one before it, so a line that was changed or taken out of the
middle is noticed; one that was never finished (the process died) is written anew.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedRandom
from pathlib import Path
from uuid import UUID

FORM = "jenjang/forgotten/1"


class ListAltered(Exception):
    """The list of forgotten subjects is not as it was written."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(f"{path}, line {line}")
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class ForgottenList:
    """The list of one service, in a folder that is not restored with its database."""

    folder: Path
    service: str

    @property
    def path(self) -> Path:
        return self.folder / f"{self.service}.list"

    def read(self) -> tuple[UUID, ...]:
        """Everybody on the list, the earliest first; nobody when there is no list yet."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        return self._read(content)[0]

    def add(self, subjects: Iterable[UUID]) -> int:
        """Write down whoever is not listed yet, on the disk for good; how many they were."""
        with self._alone() as file:
            content = file.read()
            listed, chain, whole = self._read(content)
            new = sorted(set(subjects) - set(listed))
            lines = b"" if whole else self._first()
            for subject in new:
                chain = _chained(chain, str(subject))
                lines += _line(str(subject), chain)
            if lines or whole < len(content):
                file.truncate(whole)
                file.seek(whole)
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        return len(new)

    @contextmanager
    def _alone(self) -> Iterator[BufferedRandom]:
        """One writer at a time, whichever process it is in."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = not self.path.exists()
        number = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(number, "r+b") as file:
            if made:
                _keep(self.folder)
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _first(self) -> bytes:
        return _line(f"{FORM}/{self.service}", self._beginning())

    def _beginning(self) -> str:
        return _chained("", f"{FORM}/{self.service}")

    def _read(self, content: bytes) -> tuple[tuple[UUID, ...], str, int]:
        """Who is on it, the last link of the chain, and how many bytes are whole lines."""
        whole = content.rfind(b"\n") + 1
        lines = content[:whole].splitlines(keepends=True)
        chain = self._beginning()
        if lines and lines[0] != self._first():
            raise ListAltered(self.path, 1)
        listed: list[UUID] = []
        for number, line in enumerate(lines[1:], start=2):
            subject = line[:36].decode("ascii", "replace")
            chain = _chained(chain, subject)
            if line != _line(subject, chain):
                raise ListAltered(self.path, number)
            try:
                listed.append(UUID(subject))
            except ValueError:
                raise ListAltered(self.path, number) from None
        return tuple(listed), chain, whole


def _chained(before: str, said: str) -> str:
    return sha256(f"{before}\n{said}".encode()).hexdigest()


def _line(said: str, chain: str) -> bytes:
    return f"{said} {chain}\n".encode()


def _keep(folder: Path) -> None:
    """The name of a new file is on the disk only when its folder is."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
