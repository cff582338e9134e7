"""Sheets of cells, some of them wrong on purpose, and the list of which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random

import xlsxwriter


class Formula(str):
    """A cell that computes, which no import may take."""


INVENTED = "DATA CONTOH: tidak seorang pun di dalamnya ada"
NOBODY = "199901012024011999"
Cell = str | int | float | date | None
CREATED = datetime(2026, 3, 31)  # noqa: DTZ001 - a property of the file, and always the same


def day(value: date) -> str:
    return f"{value:%d-%m-%Y}"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row is not taken; a `warning` is taken all the same."""

    reason: str
    column: str | None
    outcome: str = "rejected"


@dataclass(slots=True)
class Sheet:
    """Rows under a header, which may stand below some lines of title."""

    name: str
    header: Sequence[str]
    title: Sequence[str] = ()
    rows: list[tuple[list[Cell], Wrong | None]] = field(default_factory=list)

    def add(self, cells: Mapping[str, Cell], wrong: Wrong | None = None) -> None:
        unknown = cells.keys() - set(self.header)
        if unknown:
            raise KeyError(unknown)
        self.rows.append(([cells.get(name) for name in self.header], wrong))

    def mixed(self, chance: Random) -> Sheet:
        """Wrong rows stand among the right ones."""
        chance.shuffle(self.rows)
        return self

    @property
    def first_row(self) -> int:
        """The number of the first row below the header, as a spreadsheet program counts."""
        return len(self.title) + 2

    def answers(self) -> list[dict[str, object]]:
        return [
            {
                "sheet": self.name,
                "row": row,
                "column": wrong.column,
                "reason": wrong.reason,
                "outcome": wrong.outcome,
            }
            for row, (_, wrong) in enumerate(self.rows, self.first_row)
            if wrong is not None
        ]


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """The same sheets make the same bytes."""
    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    book.set_properties({"created": CREATED})
    as_day = book.add_format({"num_format": "dd-mm-yyyy"})
    put = _putter(as_day)
    for sheet in sheets:
        target = book.add_worksheet(sheet.name)
        lines: list[Sequence[Cell]] = [[line] for line in sheet.title]
        lines += [list(sheet.header), *(cells for cells, _ in sheet.rows)]
        for at, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                put(target, at, column, cell)
    book.close()


def _putter(as_day: object) -> Callable[[object, int, int, Cell], None]:
    def put(sheet: object, row: int, column: int, cell: Cell) -> None:
        match cell:
            case None:
                return
            case Formula():
                sheet.write_formula(row, column, str(cell), None, "0")  # type: ignore[attr-defined]
            case str():
                sheet.write_string(row, column, cell)  # type: ignore[attr-defined]
            case date():
                sheet.write_datetime(row, column, cell, as_day)  # type: ignore[attr-defined]
            case _:
                sheet.write_number(row, column, cell)  # type: ignore[attr-defined]

    return put
