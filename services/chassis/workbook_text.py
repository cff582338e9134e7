"""The one table of a .csv text: any of three separators, UTF-8 or what Windows writes here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from services.chassis.workbook_file import Allowance, Bounds, Line, NotAWorkbook, Table, TooBig

FIRST = 65_536


def text_table(content: bytes, bounds: Bounds) -> Table:
    """Read without loading it all as text; the separator is the one the first line has most of."""
    encoding = _encoding(content)
    source = io.BytesIO(content)
    head = content[:FIRST].decode(encoding, "replace").lstrip("\ufeff")
    separator = max(";,\t", key=head.split("\n", 1)[0].count)

    def lines() -> Iterator[Line]:
        source.seek(0)
        text = io.TextIOWrapper(source, encoding, errors="replace", newline="")
        try:
            yield from _lines(text, separator, Allowance(bounds))
        finally:
            text.detach()

    return Table("", lines, lambda: source.tell() / max(1, len(content)))


def _lines(text: io.TextIOWrapper, separator: str, allowance: Allowance) -> Iterator[Line]:
    try:
        for number, row in enumerate(csv.reader(text, delimiter=separator), 1):
            allowance.line(number)
            allowance.column(len(row) - 1)
            allowance.count(len(row), sum(map(len, row)))
            if max(map(len, row), default=0) > allowance.bounds.cell:
                raise TooBig(f"characters in a cell: {allowance.bounds.cell}")
            formulas = frozenset(at for at, cell in enumerate(row) if cell.startswith("="))
            yield Line(number, dict(enumerate(row)), formulas)
    except csv.Error as broken:  # a quote that never ends runs into the reader's own limit
        raise NotAWorkbook(str(broken)) from broken


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
