"""The sheets of an .xlsx workbook, read as a stream of XML: no more than a row is held."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite

from services.chassis.workbook_archive import Attributes, Book, SharedTexts, new_parser
from services.chassis.workbook_file import (
    Allowance,
    Bounds,
    Cell,
    Line,
    NotAWorkbook,
    Table,
    TooBig,
)
from services.chassis.workbook_styles import dated_styles

_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(61, 2_000_000)  # 60 is a day that never was
_TEXTS = frozenset({"s", "str", "inlineStr"})
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def sheets_of(content: bytes, bounds: Bounds) -> list[Table]:
    """Every sheet in the workbook's order, each to be read when it is asked for."""
    book = Book.opened(content, bounds)
    named = book.sheets()
    if len(named) > bounds.sheets:
        raise TooBig
    texts = SharedTexts(bounds)
    texts.fill(book)
    dated = dated_styles(book.elements("xl/styles.xml"))
    return [_Sheet(book, path, texts, dated).table(name) for name, path in named]


# One sheet


@dataclass(slots=True)
class _Sheet:
    book: Book
    path: str
    texts: SharedTexts
    dated: Sequence[bool]
    share: float = 0.0

    def table(self, name: str) -> Table:
        return Table(name, self.lines, lambda: self.share)

    def lines(self) -> Iterator[Line]:
        self.book.left = self.texts.bounds.unpacked
        reading = _Reading(self)
        parser = new_parser()
        parser.StartElementHandler = reading.start
        parser.EndElementHandler = reading.end
        parser.CharacterDataHandler = reading.text
        for share in self.book.parsed(self.path, parser):
            self.share = share
            yield from reading.done
            reading.done.clear()


class _Reading:
    """What the parser calls, some ten million times for a large sheet: every step is counted."""

    __slots__ = (
        *("done", "_texts", "_dated", "_allowance", "_most", "_begins", "_ends", "_columns"),
        *("_row", "_row_text", "_column", "_cells", "_formulas", "_kind", "_style", "_value"),
        *("_telling", "_told"),
    )

    def __init__(self, sheet: _Sheet) -> None:
        self.done: list[Line] = []
        self._texts, self._dated = sheet.texts, sheet.dated
        self._allowance = Allowance(sheet.texts.bounds)
        self._most = sheet.texts.bounds.cell
        self._begins: dict[str, Callable[[Attributes], None] | None] = {}
        self._ends: dict[str, Callable[[], None] | None] = {}
        self._columns: dict[str, int] = {}
        self._row, self._row_text, self._column = 0, "", -1
        self._cells: dict[int, Cell] = {}
        self._formulas: set[int] = set()
        self._kind: str | None = None
        self._style: str | None = None
        self._value = ""
        self._telling, self._told = False, 0

    # What the parser finds

    def start(self, name: str, attributes: Attributes) -> None:
        try:
            begin = self._begins[name]
        except KeyError:
            begin = self._known(name)
        if begin is not None:
            begin(attributes)

    def text(self, said: str) -> None:
        if not self._telling:
            return
        if not self._value:
            self._value = said
            return
        # A text comes in pieces; joining them without end would cost their square.
        if len(self._value) > self._most:
            raise self._too_long()
        self._value += said

    def _too_long(self) -> TooBig:
        return TooBig(f"characters in a cell: {self._most}")

    def end(self, name: str) -> None:
        end = self._ends[name]
        if end is not None:
            end()

    def _known(self, name: str) -> Callable[[Attributes], None] | None:
        """What an element means to us, once per name; an add-on's own are called otherwise."""
        space, _, local = name.rpartition(" ")
        plain = local if not space or space.endswith("/main") else ""
        begins: dict[str, Callable[[Attributes], None]] = {
            "c": self._begin_cell,
            "v": self._begin_text,
            "t": self._begin_text,
            "row": self._begin_row,
            "f": self._find_formula,
            "rPh": self._begin_aid,
        }
        ends = {
            "c": self._end_cell,
            "v": self._end_text,
            "t": self._end_text,
            "row": self._end_row,
            "rPh": self._end_aid,
        }
        self._begins[name], self._ends[name] = begins.get(plain), ends.get(plain)
        return self._begins[name]

    # Rows

    def _begin_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        row = self._row + 1 if number is None else int(number)
        if row <= self._row:
            raise NotAWorkbook("rows")
        self._row, self._row_text, self._column = row, str(row), -1
        self._allowance.line(row)

    def _end_row(self) -> None:
        if self._cells or self._formulas:
            self._allowance.count(len(self._cells), self._told)
            self.done.append(Line(self._row, self._cells, frozenset(self._formulas)))
            self._cells, self._formulas, self._told = {}, set(), 0

    # Cells

    def _begin_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        if place is None:
            self._column += 1
            self._allowance.column(self._column)
        elif place.endswith(self._row_text):
            letters = place[: -len(self._row_text)]
            column = self._columns.get(letters)
            self._column = self._placed(letters) if column is None else column
        else:
            raise NotAWorkbook("addresses")
        self._kind, self._style = attributes.get("t"), attributes.get("s")
        self._value = ""

    def _placed(self, letters: str) -> int:
        if not (letters.isascii() and letters.isalpha() and letters.isupper()):
            raise NotAWorkbook("addresses")
        column = 0
        for letter in letters[:4]:
            column = column * 26 + ord(letter) - 64
        self._allowance.column(column - 1)
        self._columns[letters] = column - 1
        return column - 1

    def _find_formula(self, _: Attributes) -> None:
        self._formulas.add(self._column)

    def _begin_text(self, _: Attributes) -> None:
        self._telling = self._kind != "-"

    def _end_text(self) -> None:
        self._telling = False

    def _begin_aid(self, _: Attributes) -> None:
        """How a text is pronounced is no part of it."""
        self._kind = "-"

    def _end_aid(self) -> None:
        self._kind = "inlineStr"

    def _end_cell(self) -> None:
        value = self._value
        if not value:
            return
        kind = self._kind
        cell: Cell = value
        if kind == "s":
            cell = value = self._texts[int(value)]
            if not value:
                return
        if kind in _TEXTS and "_x" in value:
            cell = value = unescaped(value)
        elif kind is None or kind == "n":
            cell = self._number(value)
        elif kind == "b":
            cell = value.strip() == "1"
        self._told += len(value)
        if len(value) > self._most:
            raise self._too_long()
        self._cells[self._column] = cell

    def _number(self, value: str) -> Cell:
        """A day where the style says so; what is no number that a computer can hold stays text."""
        number = float(value)
        if not isfinite(number):
            return value
        style = int(self._style or 0)
        if style < len(self._dated) and self._dated[style] and int(number) in _SERIALS:
            return _SERIAL_ZERO + timedelta(days=int(number))
        return number


def unescaped(text: str) -> str:
    """A character that XML has no place for stands in a workbook as its number.

    >>> unescaped("a_x0009_b"), unescaped("_x005F_x0009_")
    ('a\\tb', '_x0009_')
    """
    return _ESCAPED.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    """What no text may hold (NUL, half of a pair) stays spelled out."""
    number = int(found[1], 16)
    return found[0] if number == 0 or 0xD800 <= number <= 0xDFFF else chr(number)
