"""Workbooks of a kind of file as people and programs fill them in: right, wrong, and strange."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from hypothesis import strategies as st

from services.chassis.importing import ImportKind
from services.chassis.template import Column, Form
from services.chassis.workbook_templates import SAFE

STRANGE = ("\x00", "\ud800", "￾", "a\x0bb", "=1+1", "'", "1e400", "NaN", "Ω" * 600, " ", "-", "0")
NUMBERS = (0, -1, 1e300, -0.0, 2**53, 44000, 44000.5, 0.1, 199001012015031001)
Cells = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Book:
    """What a file holds; `text` is one sheet sent as .csv."""

    sheets: dict[str, Cells]
    text: bool

    def content(self) -> bytes:
        return _csv(next(iter(self.sheets.values()))) if self.text else _xlsx(self.sheets)


def books(
    kind: ImportKind, usual: Mapping[str, Sequence[Any]], known: Sequence[str]
) -> st.SearchStrategy[Book]:
    """Some of its sheets, mostly with their right headers; one file of ten is a text.

    `usual`: what stands under a header (of a sheet: "sheet/header") when all is well, where that
    is not the column's example.
    """
    forms = kind.template.forms
    some = st.lists(st.sampled_from(forms), min_size=1, max_size=len(forms), unique=True)
    sheets = some.flatmap(
        lambda taken: st.fixed_dictionaries(
            {form.name: _sheet(form, usual, known) for form in taken}
        )
    )
    text = st.sampled_from((False,) * 9 + (True,))
    return st.builds(Book, sheets, text)


def _sheet(
    form: Form, usual: Mapping[str, Sequence[Any]], known: Sequence[str]
) -> st.SearchStrategy[Cells]:
    right = st.tuples(*(_right(form, column, usual) for column in form.columns)).map(list)
    wrong = st.tuples(st.integers(0, len(form.columns) - 1), _wrong(known))
    row = st.tuples(right, st.lists(wrong, max_size=2)).map(lambda parts: _changed(*parts))
    rows = st.lists(row, min_size=1, max_size=4)
    return st.tuples(_head(form), rows).map(lambda parts: [parts[0], *parts[1]])


def _changed(row: list[Any], changes: list[tuple[int, Any]]) -> list[Any]:
    told = dict(changes)
    return [told.get(at, cell) for at, cell in enumerate(row)]


def _right(
    form: Form, column: Column[Any], usual: Mapping[str, Sequence[Any]]
) -> st.SearchStrategy[Any]:
    told = usual.get(f"{form.name}/{column.name}") or usual.get(column.name)
    if told:
        return st.sampled_from(told)
    other = st.sampled_from(column.kind.choices or (column.example,))
    return st.sampled_from(range(8)).flatmap(lambda nth: st.just(column.example) if nth else other)


def _wrong(known: Sequence[str]) -> st.SearchStrategy[Any]:
    return (
        st.sampled_from(STRANGE)
        | st.sampled_from(NUMBERS)
        | st.sampled_from(known)
        | st.text(max_size=12)
        | st.dates(date(1900, 3, 1), date(2199, 1, 1))
        | st.sampled_from((None, ""))
    )


def _head(form: Form) -> st.SearchStrategy[list[Any]]:
    names = [column.name for column in form.columns]
    wrong = st.sampled_from(
        (names[1:], [names[0], *names], [name.lower() for name in names], names[::-1], ["?"], [])
    )
    return st.sampled_from(range(6)).flatmap(lambda nth: wrong if nth == 0 else st.just(names))


def _xlsx(sheets: dict[str, Cells]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {**SAFE, "nan_inf_to_errors": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name[:31])
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, _writable(cell))
                elif cell is not None:
                    sheet.write(at, column, cell)
    book.close()
    return target.getvalue()


def _writable(cell: str) -> str:
    """No workbook can hold half of a letter."""
    return cell.encode("utf-8", "replace").decode()


def _csv(rows: Cells) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";").writerows(rows)
    return target.getvalue().encode("utf-8", "surrogatepass")


# What only the hostile send


def bomb(content: bytes) -> bytes:
    """A quarter of a gigabyte of shared text, in a few hundred kilobytes."""
    text = b"<sst><si><t>" + b"a" * 1_000_000 + b"</t></si></sst>"
    texts = text.replace(b"</sst>", b"") + text[5:-6] * 249 + b"</sst>"
    return with_part(content, "xl/sharedStrings.xml", texts)


def empty_rows(content: bytes) -> bytes:
    rows = b"".join(b'<row r="%d" s="1"/>' % number for number in range(1, 1_000_001))
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    return with_part(content, "xl/worksheets/sheet1.xml", sheet)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same archive with one part put into another's place."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, part)
    return target.getvalue()
