"""Read the sheets an operator filled in: find the sheet, find its header, and judge row by row.

A row that cannot be read becomes a `RowProblem` that says where, what and how to mend it; the
rows beside it go on. Nothing here knows what the columns mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, NoReturn, TypeVar

from services.chassis import cells
from services.chassis.cells import CellRefused
from services.chassis.template import Column, Form
from services.chassis.workbook_file import Bounds, Cell, Line, Table, WorkbookRefused
from services.chassis.workbook_opening import opened

T = TypeVar("T")
V = TypeVar("V")

HEADER_WITHIN = 20
# Sheets of our own templates that hold no rows.
BESIDE = frozenset(map(cells.word, ("Petunjuk", "Referensi")))


class SheetNotFound(WorkbookRefused):
    """No sheet of the file is one that this door reads."""

    fix = "Pakai templat pintu ini; nama lembar dan kepala kolomnya jangan diubah."


class HeadersWrong(WorkbookRefused):
    """A sheet lacks columns that this door needs, or names one twice."""

    fix = "Pulihkan baris kepala templat; kolom yang disebut tidak ada atau ada dua kali."


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with one row, in a form that can be acted on.

    `owner` names who must act when that is not the author of the file.
    """

    sheet: str
    row: int
    column: str | None
    value_shown: str | None
    reason: str
    fix: str
    owner: str | None = None


class RowRefused(Exception):
    """One row cannot be taken; the others can."""

    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Row:
    """One row under a header: `row[COLUMN]` is what the cell means, or refuses the row."""

    number: int
    sheet: str
    values: Mapping[str, Cell]

    def __getitem__(self, column: Column[V]) -> V:
        value = self.get(column)
        if value is None:
            self.refuse(column, "missing", "Isi sel ini.")
        return value

    def get(self, column: Column[V]) -> V | None:
        """What the cell means; None when it is empty."""
        cell = self.values.get(column.name, "")
        if cells.is_blank(cell):
            return None
        try:
            return column.kind.read(cell)
        except CellRefused as refused:
            self.refuse(column, refused.reason, refused.fix)

    def blank(self, column: Column[Any]) -> bool:
        return cells.is_blank(self.values.get(column.name, ""))

    def refuse(self, column: Column[Any] | None, reason: str, fix: str) -> NoReturn:
        """Refuse this row for a reason that only the caller can know."""
        raise RowRefused(self.problem(column, reason, fix))

    def problem(
        self, column: Column[Any] | None, reason: str, fix: str, *, owner: str | None = None
    ) -> RowProblem:
        """The same as a value: for a warning, or for what is found after the rows were read."""
        shown = None
        if column is not None:
            shown = cells.shown(self.values.get(column.name, ""))
            # A shifted column brings a private value into any other.
            private = column.private and shown != ""
            shown = cells.masked(shown) if private else cells.without_numbers(shown)
        return RowProblem(
            sheet=self.sheet,
            row=self.number,
            column=column.name if column else None,
            value_shown=shown,
            reason=reason,
            fix=fix,
            owner=owner,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was found, with the place of every column; its rows are read as they are asked
    for, and again from the start each time."""

    form: Form
    table: Table
    header: int
    places: Mapping[int, Column[Any]]

    def rows(self) -> Iterator[Row | RowProblem]:
        """Every row that is not empty; one whose cell computes is refused at once."""
        for line in self.table.lines():
            if line.number <= self.header:
                continue
            values = {
                column.name: line.cells[at]
                for at, column in self.places.items()
                if at in line.cells and not cells.is_blank(line.cells[at])
            }
            computed = line.formulas & self.places.keys() if line.formulas else None
            if computed:
                row = Row(line.number, self.form.name, values)
                fix = "Tempelkan nilainya, bukan rumusnya."
                yield row.problem(self.places[min(computed)], "formula", fix)
            elif values:
                yield Row(line.number, self.form.name, values)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file that fit some forms, in the order of the forms."""

    sheets: Sequence[Sheet]
    ignored: tuple[str, ...]


def read_row(row: Row | RowProblem, read: Callable[[Row], T]) -> tuple[Row, T] | RowProblem:
    """What a row says, or why it says nothing."""
    if isinstance(row, RowProblem):
        return row
    try:
        return row, read(row)
    except RowRefused as refused:
        return refused.problem


def open_workbook(content: bytes, forms: Sequence[Form], bounds: Bounds | None = None) -> Workbook:
    """Find the sheets that fit these forms.

    A sheet is found by its name, or, where it stands alone or has none (.csv), by its header.
    """
    found: dict[str, Sheet] = {}
    ignored: list[str] = []
    heads: list[tuple[Table, list[Line]]] = []
    for table in opened(content, bounds):
        head = list(islice(table.lines(), HEADER_WITHIN))
        heads.append((table, head))
        form = _form_of(table.name, head, forms)
        if form is not None and form.name not in found:
            found[form.name] = _sheet(table, head, form)
        elif cells.word(table.name) not in BESIDE:
            ignored.append(table.name)
    if not found:
        raise _why_nothing_fits(heads, forms)
    return Workbook([found[form.name] for form in forms if form.name in found], tuple(ignored))


def _form_of(name: str, head: Sequence[Line], forms: Sequence[Form]) -> Form | None:
    called = cells.word(name)
    for form in forms:
        if called and called in form.names:
            return form
    if name and len(forms) > 1:
        return None
    return next((form for form in forms if not _header(head, form)[2]), None)


def _why_nothing_fits(
    heads: Iterable[tuple[Table, list[Line]]], forms: Sequence[Form]
) -> WorkbookRefused:
    """Name the missing columns of the sheet that comes nearest, if one comes near at all."""
    gaps = [
        (len(missing) / sum(column.required for column in form.columns), missing)
        for _, head in heads
        for form in forms
        if (missing := _header(head, form)[2])
    ]
    share, missing = min(gaps, default=(1.0, ()), key=lambda gap: gap[0])
    return HeadersWrong(", ".join(missing)) if share <= 0.5 else SheetNotFound()


def _sheet(table: Table, head: Sequence[Line], form: Form) -> Sheet:
    header, places, missing = _header(head, form)
    if missing:
        raise HeadersWrong(", ".join(missing))
    return Sheet(form, table, header, places)


Header = tuple[int, dict[int, Column[Any]], tuple[str, ...]]


def _header(head: Sequence[Line], form: Form) -> Header:
    """The line, among the first, that names most of the columns; where each one stands; and which
    are missing."""
    best: tuple[int, dict[int, Column[Any]]] = (0, {})
    for line in head:
        words = {at: cells.word(cell) for at, cell in line.cells.items() if isinstance(cell, str)}
        places: dict[int, Column[Any]] = {}
        for column in form.columns:
            where = [at for at, word in words.items() if word in column.names]
            if len(where) == 1:
                places[where[0]] = column
        if len(places) > len(best[1]):
            best = (line.number, places)
    there = set(best[1].values())
    missing = tuple(c.name for c in form.columns if c.required and c not in there)
    return (*best, missing)


def in_batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The same rows, some at a time."""
    each = iter(rows)
    for first in each:
        yield list(chain([first], islice(each, size - 1)))
