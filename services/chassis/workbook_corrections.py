"""Write a workbook of rows to be corrected: the cells as they came, and beside them why."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from services.chassis.template import Column, Form, Template
from services.chassis.workbook_file import Cell
from services.chassis.workbook_templates import EPOCH, SAFE, Look

BESIDE = ("BARIS ASAL", "KOLOM SALAH", "ALASAN", "SARAN")
_SERIAL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One rejected row, where it stood, and what is to be done."""

    values: Mapping[str, Cell]
    row: int
    column: str | None
    reason: str
    fix: str


def corrections_workbook(template: Template, sheets: Mapping[str, Sequence[Correction]]) -> bytes:
    """Sheets and headers are those of the template, so the reader finds them again."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, **SAFE})
    book.set_properties({"created": EPOCH, "author": "", "title": template.title})
    look = Look(book)
    for form in template.forms:
        if form.name in sheets:
            _sheet(book.add_worksheet(form.name), look, form, sheets[form.name])
    if not sheets:
        book.add_worksheet(template.forms[0].name)
    book.close()
    return target.getvalue()


def _sheet(sheet: Any, look: Look, form: Form, rows: Sequence[Correction]) -> None:
    shown = [c for c in form.columns if c.required or any(c.name in row.values for row in rows)]
    sheet.freeze_panes(1, len(BESIDE))
    for at, name in enumerate(BESIDE):
        sheet.set_column(at, at, (12, 22, 40, 56)[at])
        sheet.write_string(0, at, name, look.wrong)
    for at, column in enumerate(shown, len(BESIDE)):
        sheet.set_column(at, at, max(14, len(column.name) + 4), look.of(column))
        sheet.write_string(0, at, column.name, look.optional if column.blank else look.head)
    for number, row in enumerate(rows, 1):
        sheet.write_number(number, 0, row.row)
        for at, text in enumerate((row.column or "", row.reason, row.fix), 1):
            sheet.write_string(number, at, text, look.wrap)
        for at, column in enumerate(shown, len(BESIDE)):
            _write(sheet, look, number, at, column, row.values.get(column.name))


def _write(
    sheet: Any, look: Look, row: int, at: int, column: Column[Any], cell: Cell | None
) -> None:
    style = look.of(column)
    if isinstance(cell, float) and column.kind.shape == "day" and 61 <= cell < 110_000:
        cell = _SERIAL_ZERO + timedelta(days=int(cell))
    match cell:
        case None:
            sheet.write_blank(row, at, None, style)
        case bool():
            sheet.write_string(row, at, "YA" if cell else "TIDAK", style)
        case int() | float():
            sheet.write_number(row, at, cell, style)
        case date():
            sheet.write_datetime(row, at, cell, look.day)
        case _:
            sheet.write_string(row, at, str(cell), style)
