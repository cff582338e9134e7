"""The workbook that a template hands out: sheets to fill in, instructions, reference values."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import xlsxwriter

from services.chassis.template import Column, Form, Template

ROWS = 5_000  # that many are prepared with formats and drop-down lists
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
SAFE = {"strings_to_formulas": False, "strings_to_urls": False}
RULES = (
    "Isi hanya lembar data. Kepala kolom dan nama lembar jangan diubah; urutannya boleh.",
    "Satu baris satu hal. Baris yang salah ditolak sendiri, yang lain tetap diterima.",
    "Nomor panjang ditulis sebagai teks, supaya angka terakhirnya tidak hilang.",
    "Tanggal ditulis dd-mm-yyyy, misalnya 01-04-2024. Rumus tidak diterima.",
    "Berkas diperiksa dulu; belum ada yang dicatat sebelum Anda menerimanya.",
    "Boleh juga .csv dengan titik koma, satu lembar satu berkas.",
)


Filled = Mapping[Form, Iterable[Mapping[Column[Any], Any]]]


def template_workbook(template: Template, filled: Filled = MappingProxyType({})) -> bytes:
    """The same template makes the same bytes. `filled`: rows that stand in it already, as the
    values that reading them gives again."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, SAFE)
    book.set_properties({"created": EPOCH, "author": "", "title": template.title})
    look = Look(book)
    ranges = _places(template)
    for form in template.forms:
        sheet = _fill_in_sheet(book, look, form, ranges)
        _rows(sheet, look, form, filled.get(form, ()))
    _instructions(book, look, template)
    _reference(book, look, ranges)
    book.close()
    return target.getvalue()


class Look:
    """The few formats that every workbook of ours uses."""

    def __init__(self, book: Any) -> None:
        wrap = {"text_wrap": True, "valign": "top"}
        self.head = book.add_format(
            {"bold": True, "bg_color": "#0F5C63", "font_color": "#FFFFFF", **wrap, "border": 1}
        )
        self.optional = book.add_format(
            {"bold": True, "bg_color": "#E3F0F0", "font_color": "#0F5C63", **wrap, "border": 1}
        )
        self.wrong = book.add_format(
            {"bold": True, "bg_color": "#A12A1C", "font_color": "#FFFFFF", **wrap, "border": 1}
        )
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "dd-mm-yyyy"})
        self.number = book.add_format({})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrap = book.add_format(wrap)

    def of(self, column: Column[Any]) -> Any:
        return {"day": self.day, "number": self.number}.get(column.kind.shape, self.text)


def _places(template: Template) -> dict[Column[Any], int]:
    """Which columns offer words to choose from, and where in the reference sheet they stand."""
    listed = [c for form in template.forms for c in form.columns if c.kind.choices]
    return {column: at for at, column in enumerate(dict.fromkeys(listed))}


def _fill_in_sheet(book: Any, look: Look, form: Form, ranges: dict[Column[Any], int]) -> Any:
    sheet = book.add_worksheet(form.name)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(form.columns):
        sheet.set_column(at, at, max(14, len(column.name) + 4), look.of(column))
        sheet.write_string(0, at, column.name, look.optional if column.blank else look.head)
        if column.help:
            sheet.write_comment(0, at, f"{column.help}\n{column.kind.says}")
        if column in ranges:
            letter = xlsxwriter.utility.xl_col_to_name(ranges[column])
            last = len(column.kind.choices) + 1
            source = f"=Referensi!${letter}$2:${letter}${last}"
            sheet.data_validation(
                1, at, ROWS, at, {"validate": "list", "source": source, "error_type": "warning"}
            )
    return sheet


def _rows(sheet: Any, look: Look, form: Form, rows: Iterable[Mapping[Column[Any], Any]]) -> None:
    for nth, row in enumerate(rows, 1):
        for at, column in enumerate(form.columns):
            value = row.get(column)
            if value is None:
                continue
            cell = column.kind.spell(value)
            match cell:
                case date():
                    sheet.write_datetime(nth, at, cell, look.day)
                case int() | float():
                    sheet.write_number(nth, at, cell)
                case _:
                    sheet.write_string(nth, at, str(cell), look.text)


def _instructions(book: Any, look: Look, template: Template) -> None:
    sheet = book.add_worksheet("Petunjuk")
    for at, width in enumerate((26, 12, 34, 48, 26)):
        sheet.set_column(at, at, width)
    lines: list[tuple[list[str], Any]] = [([template.title], look.title), ([template.about], None)]
    lines += [([rule], None) for rule in RULES]
    for form in template.forms:
        known = ", ".join(column.name for column in form.key)
        lines += [([], None), ([f"Lembar: {form.name}"], look.title), ([form.about], None)]
        lines.append(([f"Baris yang sama dikenali dari: {known}."], None))
        lines.append((["Kolom", "Wajib", "Isi", "Penjelasan", "Contoh"], look.head))
        lines += [(_explained(column), look.wrap) for column in form.columns]
    for at, (cells, style) in enumerate(lines):
        for column, cell in enumerate(cells):
            sheet.write_string(at, column, cell, style)


def _explained(column: Column[Any]) -> list[str]:
    needed = "boleh kosong" if column.blank else "wajib"
    return [column.name, needed, column.kind.says, column.help, column.example]


def _reference(book: Any, look: Look, ranges: dict[Column[Any], int]) -> None:
    sheet = book.add_worksheet("Referensi")
    for column, at in ranges.items():
        sheet.set_column(at, at, max(18, len(column.name) + 2))
        sheet.write_string(0, at, column.name, look.head)
        for row, word in enumerate(column.kind.choices, 1):
            sheet.write_string(row, at, word)
