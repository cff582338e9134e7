"""An uploaded file becomes grids of cells, within bounds, or is refused as a whole.

Whoever uploads may be careless or hostile: an archive that unpacks to gigabytes, one cell in the
last column of the last row, a broken archive. All of it is checked before the reader sees a byte.
"""

from __future__ import annotations

import asyncio
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import ClassVar

from python_calamine import CalamineWorkbook

from services.chassis.problems import Problem

Cell = str | int | float | bool | date | datetime | time | timedelta


class WorkbookRefused(Problem):
    """The file as a whole cannot be read."""

    status = 422
    fix: ClassVar[str] = "Save the file again as .xlsx or .csv and send it once more."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, fix=self.fix)


class NotAWorkbook(WorkbookRefused):
    """The file is neither an .xlsx workbook nor a .csv text."""


class TooBig(WorkbookRefused):
    """The file is larger, unpacked, than this door takes."""

    fix = "Split the file, or remove empty rows and columns that carry formatting."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much a file may hold once it is unpacked."""

    packed: int = 40_000_000
    unpacked: int = 400_000_000
    parts: int = 2_000
    rows: int = 300_000
    columns: int = 200
    cells: int = 12_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as it stands: `rows[0]` is row 1; `formulas` are (row, column), both from 1."""

    name: str
    rows: list[list[Cell]]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def grids(content: bytes, bounds: Bounds | None = None) -> list[Grid]:
    """Every sheet of an .xlsx workbook, or the one table of a .csv text."""
    bounds = bounds or Bounds()
    if len(content) > bounds.packed:
        raise TooBig
    if content[:4] == b"PK\x03\x04":
        return _of_workbook(content, bounds)
    if b"\x00" in content[:4096] or content[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise NotAWorkbook
    return [_of_text(content, bounds)]


# Workbooks

_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,7})(\d{1,9})\"")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d{1,12})\"")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,7})(\d{1,9})\"[^>]*>\s*<(?:\w+:)?f[\s/>]"
)
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*\"([^\"]*)\"")


def _of_workbook(content: bytes, bounds: Bounds) -> list[Grid]:
    parts = _unpacked(content, bounds)
    formulas: dict[str, frozenset[tuple[int, int]]] = {}
    for path, name in _sheet_parts(parts).items():
        formulas[name] = _measured(parts[path], bounds)
    for path in parts:  # a sheet that the list of sheets does not name is still bounded
        if path.startswith("xl/worksheets/") and path.endswith(".xml"):
            _measured(parts[path], bounds)
    return [
        Grid(name, rows, formulas.get(name, frozenset())) for name, rows in _read(content, bounds)
    ]


def _unpacked(content: bytes, bounds: Bounds) -> dict[str, bytes]:
    """The parts, really unpacked: what an archive says about its own sizes is not believed."""
    parts: dict[str, bytes] = {}
    left = bounds.unpacked
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > bounds.parts:
                raise TooBig
            for member in members:
                with archive.open(member) as part:
                    data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise TooBig
                if member.filename.endswith((".xml", ".rels")):
                    parts[member.filename.lstrip("/")] = data
    except WorkbookRefused:
        raise
    except Exception as broken:  # zipfile and its codecs raise a dozen kinds on broken archives
        raise NotAWorkbook(type(broken).__name__) from broken
    return parts


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Path of each sheet's part → the sheet's name."""
    relations = {
        a.get("Id", ""): a.get("Target", "").lstrip("/")
        for a in _attributes(_RELATION, parts.get("xl/_rels/workbook.xml.rels", b""))
    }
    named: dict[str, str] = {}
    for attributes in _attributes(_SHEET, parts.get("xl/workbook.xml", b"")):
        relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
        target = relations.get(relation, "")
        path = target if target.startswith("xl/") else f"xl/{target}"
        if path in parts:
            named[path] = attributes.get("name", "")
    return named


def _attributes(tag: re.Pattern[str], part: bytes) -> Iterator[dict[str, str]]:
    for found in tag.finditer(part.decode("utf-8", "replace")):
        yield {key: unescape(value) for key, value in _ATTRIBUTE.findall(found.group())}


def _measured(part: bytes, bounds: Bounds) -> frozenset[tuple[int, int]]:
    """Where the formulas stand; refused when a cell lies beyond the bounds.

    The reader allocates a dense rectangle up to the farthest cell, so one stray cell would do.
    """
    widest = max((_column(found) for found in {m[1] for m in _CELL.finditer(part)}), default=0)
    lowest = max((int(m[2]) for m in _CELL.finditer(part)), default=0)
    lowest = max(lowest, max((int(m[1]) for m in _ROW.finditer(part)), default=0))
    if widest > bounds.columns or lowest > bounds.rows or widest * lowest > bounds.cells:
        raise TooBig
    formulas = frozenset((int(m[2]), _column(m[1])) for m in _FORMULA.finditer(part))
    if len(formulas) < len(_ANY_FORMULA.findall(part)):
        raise NotAWorkbook("formulas")  # cells without addresses: we could not say which row
    return formulas


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read(content: bytes, bounds: Bounds) -> list[tuple[str, list[list[Cell]]]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            (name, _bounded(workbook.get_sheet_by_name(name).to_python(False), bounds))
            for name in workbook.sheet_names
        ]
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError, WorkbookRefused):
        raise
    except BaseException as broken:  # a panic of the reader is no Exception
        raise NotAWorkbook(type(broken).__name__) from None


def _bounded(rows: list[list[Cell]], bounds: Bounds) -> list[list[Cell]]:
    if len(rows) > bounds.rows or len(rows) * max(map(len, rows), default=0) > bounds.cells:
        raise TooBig
    return rows


# Texts


def _of_text(content: bytes, bounds: Bounds) -> Grid:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(";,\t", key=first.count)
    rows: list[list[Cell]] = []
    formulas: set[tuple[int, int]] = set()
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
            if number > bounds.rows or len(row) > bounds.columns:
                raise TooBig
            rows.append(list(row))
            formulas.update((number, at) for at, c in enumerate(row, 1) if c.startswith("="))
    except csv.Error as broken:
        raise NotAWorkbook(str(broken)) from broken
    return Grid("", rows, frozenset(formulas))
