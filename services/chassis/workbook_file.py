"""An uploaded file becomes tables that are read line by line, within bounds, or is refused.

Whoever uploads may be careless or hostile: an archive that unpacks to gigabytes, a million empty
rows, one text that a million cells share, a broken archive. Nothing is believed before it has been
counted, and no more than a line is held at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from services.chassis.problems import Problem

Cell = str | int | float | bool | date | datetime | time | timedelta


class WorkbookRefused(Problem):
    """The file as a whole cannot be read."""

    status = 422
    fix: ClassVar[str] = "Simpan lagi berkasnya sebagai .xlsx atau .csv, lalu kirim ulang."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, fix=self.fix)


class NotAWorkbook(WorkbookRefused):
    """The file is neither an .xlsx workbook nor a .csv text."""


class TooBig(WorkbookRefused):
    """The file is larger, unpacked, than this door takes."""

    fix = "Bagi berkasnya, atau hapus baris dan kolom kosong yang berformat."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much a file may hold once it is unpacked; `texts` and `cell` count characters."""

    packed: int = 64_000_000
    unpacked: int = 1_000_000_000
    shared: int = 200_000_000
    parts: int = 2_000
    sheets: int = 60
    rows: int = 300_000
    columns: int = 200
    cells: int = 20_000_000
    texts: int = 500_000_000
    cell: int = 32_767


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands; cells and formulas by column, the first column is 0."""

    number: int
    cells: dict[int, Cell]
    formulas: frozenset[int] = frozenset()


@dataclass(slots=True)
class Table:
    """One sheet. `lines` reads it from the start; `read` is how much of it has been, 0 to 1."""

    name: str
    lines: Callable[[], Iterator[Line]]
    read: Callable[[], float] = field(default=lambda: 0.0)


@dataclass(slots=True)
class Allowance:
    """What is left of the bounds while a file is being read."""

    bounds: Bounds
    cells: int = 0
    texts: int = 0

    def line(self, number: int) -> None:
        if number > self.bounds.rows:
            raise TooBig(f"rows: {self.bounds.rows}")

    def column(self, column: int) -> None:
        if column >= self.bounds.columns:
            raise TooBig(f"columns: {self.bounds.columns}")

    def count(self, cells: int, texts: int) -> None:
        self.cells += cells
        self.texts += texts
        if self.cells > self.bounds.cells or self.texts > self.bounds.texts:
            raise TooBig
