"""Read the sheets an operator filled in: find the sheet, find its header, and judge row by row.

A row that cannot be read becomes a `RowProblem` that says where, what and how to mend it; the
rows beside it go on. Nothing here knows what the columns mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NoReturn, TypeVar

from services.chassis import cells
from services.chassis.cells import CellRefused
from services.chassis.workbook_file import Bounds, Cell, Grid, WorkbookRefused, grids

T = TypeVar("T")
V = TypeVar("V")

HEADER_WITHIN = 20


class SheetNotFound(WorkbookRefused):
    """No sheet of the file is one that this door reads."""

    fix = "Use the template of this door; sheet names and headers must stay as they are."


class HeadersWrong(WorkbookRefused):
    """A sheet lacks columns that this door needs, or names one twice."""

    fix = "Restore the header row of the template; the columns named are missing or doubled."


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
class Column:
    """A column of a form. What stands in a private one is never shown again in full."""

    name: str
    required: bool = True
    aliases: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What a sheet is called, and its columns."""

    name: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row under a header. Each reader gives a value or refuses the row."""

    number: int
    sheet: str
    values: Mapping[str, Cell]
    private: frozenset[str]

    def refuse(self, column: str | None, reason: str, fix: str) -> NoReturn:
        """Refuse this row for a reason that only the caller can know."""
        raise RowRefused(self.problem(column, reason, fix))

    def problem(
        self, column: str | None, reason: str, fix: str, *, owner: str | None = None
    ) -> RowProblem:
        """The same as a value: for a warning, or for what is found after the rows were read."""
        shown = None if column is None else cells.shown(self.values.get(column, ""))
        if shown is not None:
            # A shifted column brings a private value into any other.
            shown = cells.masked(shown) if column in self.private else cells.without_numbers(shown)
        return RowProblem(
            sheet=self.sheet,
            row=self.number,
            column=column,
            value_shown=shown,
            reason=reason,
            fix=fix,
            owner=owner,
        )

    def blank(self, column: str) -> bool:
        return cells.is_blank(self.values.get(column, ""))

    def text(self, column: str, *, most: int = 500) -> str:
        return self._needed(column, lambda cell: cells.text(cell, most=most))

    def text_or_none(self, column: str, *, most: int = 500) -> str | None:
        return self._if_any(column, lambda cell: cells.text(cell, most=most))

    def digits(self, column: str, *, length: int) -> str:
        """An identifier: text of digits, never a number that has lost its last ones."""
        return self._needed(column, lambda cell: cells.digits(cell, length=length))

    def digits_or_none(self, column: str, *, length: int) -> str | None:
        return self._if_any(column, lambda cell: cells.digits(cell, length=length))

    def day(self, column: str) -> cells.Day:
        return self._needed(column, cells.day)

    def day_or_none(self, column: str) -> cells.Day | None:
        return self._if_any(column, cells.day)

    def whole(self, column: str, *, least: int, most: int) -> int:
        return self._needed(column, lambda cell: cells.whole(cell, least=least, most=most))

    def whole_or_none(self, column: str, *, least: int, most: int) -> int | None:
        return self._if_any(column, lambda cell: cells.whole(cell, least=least, most=most))

    def decimal_or_none(self, column: str, *, least: int, most: int) -> str | None:
        return self._if_any(column, lambda cell: cells.decimal(cell, least=least, most=most))

    def choice(self, column: str, meanings: Mapping[str, V]) -> V:
        """What the word in the cell means; words are compared without case and double spaces."""
        return self._needed(column, lambda cell: cells.choice(cell, meanings))

    def choice_or_none(self, column: str, meanings: Mapping[str, V]) -> V | None:
        return self._if_any(column, lambda cell: cells.choice(cell, meanings))

    def _needed(self, column: str, read: Callable[[Cell], V]) -> V:
        value = self._if_any(column, read)
        if value is None:
            self.refuse(column, "missing", "Fill in this cell.")
        return value

    def _if_any(self, column: str, read: Callable[[Cell], V]) -> V | None:
        cell = self.values.get(column, "")
        if cells.is_blank(cell):
            return None
        try:
            return read(cell)
        except CellRefused as refused:
            self.refuse(column, refused.reason, refused.fix)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was found: its rows, and the rows refused because they hold formulas."""

    form: SheetForm
    rows: list[Row]
    problems: list[RowProblem]


@dataclass(frozen=True, slots=True)
class Workbook:
    sheets: Mapping[str, Sheet]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class Parsed(Generic[T]):
    """What the rows of a sheet say, each with its row, and why the others say nothing."""

    taken: list[tuple[Row, T]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def parsed(sheet: Sheet, read: Callable[[Row], T]) -> Parsed[T]:
    """Read every row; a row that refuses is written down and the next one is read."""
    result: Parsed[T] = Parsed(problems=list(sheet.problems))
    for row in sheet.rows:
        try:
            result.taken.append((row, read(row)))
        except RowRefused as refused:
            result.problems.append(refused.problem)
    return result


def read_workbook(
    content: bytes, forms: Sequence[SheetForm], bounds: Bounds | None = None
) -> Workbook:
    """The sheets of a file that fit these forms, by the form's name.

    A sheet is found by its name, or, where it stands alone or has none (.csv), by its header.
    """
    found: dict[str, Sheet] = {}
    ignored: list[str] = []
    every = grids(content, bounds)
    for grid in every:
        form = _form_of(grid, forms, alone=len(forms) == 1 or not grid.name)
        if form is None or form.name in found:
            ignored.append(grid.name)
        else:
            found[form.name] = _sheet(grid, form)
    if not found:
        raise _why_nothing_fits(every, forms)
    return Workbook(found, tuple(ignored))


def _form_of(grid: Grid, forms: Sequence[SheetForm], *, alone: bool) -> SheetForm | None:
    name = cells.word(grid.name)
    for form in forms:
        if name and name in (cells.word(form.name), *map(cells.word, form.aliases)):
            return form
    fitting = (form for form in forms if not _missing(grid, form)) if alone else iter(())
    return next(fitting, None)


def _why_nothing_fits(every: Iterable[Grid], forms: Sequence[SheetForm]) -> WorkbookRefused:
    """Name the missing columns of the sheet that comes nearest, if one comes near at all."""
    gaps = [
        (len(missing) / len(form.columns), missing)
        for grid in every
        for form in forms
        if (missing := _missing(grid, form))
    ]
    share, missing = min(gaps, default=(1.0, ()), key=lambda gap: gap[0])
    return HeadersWrong(", ".join(missing)) if share <= 0.5 else SheetNotFound()


def _missing(grid: Grid, form: SheetForm) -> tuple[str, ...]:
    _, places = _header(grid, form)
    return tuple(c.name for c in form.columns if c.required and c.name not in places)


def _header(grid: Grid, form: SheetForm) -> tuple[int, dict[str, int]]:
    """The row, among the first, that names most of the columns; and where each one stands."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, row in enumerate(grid.rows[:HEADER_WITHIN]):
        words = [cells.word(cell) if isinstance(cell, str) else "" for cell in row]
        places: dict[str, int] = {}
        for column in form.columns:
            names = (cells.word(column.name), *map(cells.word, column.aliases))
            where = [i for i, word in enumerate(words) if word in names]
            if len(where) == 1:
                places[column.name] = where[0]
        if len(places) > len(best[1]):
            best = (at, places)
    return best


def _sheet(grid: Grid, form: SheetForm) -> Sheet:
    missing = _missing(grid, form)
    if missing:
        raise HeadersWrong(f"{grid.name}: {', '.join(missing)}" if grid.name else str(missing))
    header, places = _header(grid, form)
    private = frozenset(column.name for column in form.columns if column.private)
    formulas = _formulas_by_row(grid)
    sheet = Sheet(form, [], [])
    for at, line in enumerate(grid.rows[header + 1 :], header + 2):
        values = {name: line[i] if i < len(line) else "" for name, i in places.items()}
        if all(cells.is_blank(value) for value in values.values()) and at not in formulas:
            continue
        row = Row(at, form.name, values, private)
        named = [name for name, i in places.items() if i + 1 in formulas.get(at, ())]
        if named:
            fix = "Paste the value instead of the formula."
            sheet.problems.append(row.problem(named[0], "formula", fix))
        else:
            sheet.rows.append(row)
    return sheet


def _formulas_by_row(grid: Grid) -> dict[int, set[int]]:
    by_row: dict[int, set[int]] = {}
    for row, column in grid.formulas:
        by_row.setdefault(row, set()).add(column)
    return by_row
