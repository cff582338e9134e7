"""What was acknowledged, written down outside the database before anyone relies on it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID


class Line(NamedTuple):
    """One acknowledged command: what was asked, and the token it was answered."""

    thing: UUID
    step: str
    value: int
    token: str

    @property
    def place(self) -> tuple[str, int]:
        """The stream and the version that the token speaks of."""
        _, stream, version = self.token.split("~")
        return stream, int(version)


@dataclass(slots=True)
class Ledger:
    """A file, one line for each acknowledged command, on the disk before it counts."""

    path: Path
    lines: list[Line] = field(default_factory=list)

    def acknowledged(self, line: Line) -> None:
        with self.path.open("a") as file:
            file.write(" ".join(map(str, line)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.lines.append(line)

    def read(self) -> list[Line]:
        """As it stands in the file."""
        split = [line.split(" ") for line in self.path.read_text().splitlines()]
        return [Line(UUID(thing), step, int(value), token) for thing, step, value, token in split]
