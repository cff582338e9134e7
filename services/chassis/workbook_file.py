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
    sheets: int = 60


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

# The reader forgives much: small letters, single quotes, a `>` inside a value. A tag that is not
# written as programs write it could hide an address and is refused. Every pattern stops at the
# next `<`, so that none of them reads a part more than once.
_MORE = rb"(?:\s+(?!r=)[\w:.-]+=\"[^\"<>]*+\")*+"
_CELL = re.compile(rb"<c" + _MORE + rb"(?:\s+r=\"([A-Z]{1,7})(\d{1,9})\")?+" + _MORE + rb"\s*/?>")
_ROW = re.compile(rb"<row" + _MORE + rb"(?:\s+r=\"(\d{1,12})\")?+" + _MORE + rb"\s*/?>")
_ANY_CELL = re.compile(rb"<c[\s/>\"']")
_ANY_ROW = re.compile(rb"<row[\s/>\"']")
_FORMULA = re.compile(rb"<c\s[^<>]*?\br=\"([A-Z]{1,7})(\d{1,9})\"[^<>]*>\s*<f[\s/>]")
_ANY_FORMULA = re.compile(rb"<f[\s/>]")
_SHARED = re.compile(rb"<si[\s/>]")
_SHARING = re.compile(rb"<c\s[^<>]*?\bt=\"s\"")
_SHARED_CELL = re.compile(rb"<c\s[^<>]*?\bt=\"s\"[^<>]*>\s*<v[^<>]*>\s*(\d{1,9})\s*<")
_PREFIX = re.compile(rb"(</?)[^\s<>/:=\"']++:(?=(?:c|row|f|si|v)[\s/>\"'])")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^<>]{0,4000}>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^<>]{0,4000}>")
_ATTRIBUTE = re.compile(r"(?<![\w:])([\w:]+)\s*=\s*\"([^\"]*)\"")
# The reader would take an archive of these for a workbook in another format.
_OTHER_FORMATS = frozenset({"xl/workbook.bin", "content.xml", "mimetype"})


def _of_workbook(content: bytes, bounds: Bounds) -> list[Grid]:
    parts = _unpacked(content, bounds)
    named = _sheet_parts(parts)
    formulas: dict[str, frozenset[tuple[int, int]]] = {}
    plain = {path: _without_prefixes(part) for path, part in parts.items()}
    for path, part in plain.items():  # wherever the reader may look for a sheet
        if _measured(part, bounds) and (found := _formulas(part)):
            if path not in named:
                raise NotAWorkbook("formulas")  # we could not say in which sheet
            formulas[named[path]] = found
    _check_shared_texts(list(plain.values()), bounds)
    return [
        Grid(name, rows, formulas.get(name, frozenset()))
        for name, rows in _read(_packed(parts), bounds)
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
                parts[member.filename.replace("\\", "/").lstrip("/")] = data
    except WorkbookRefused:
        raise
    except Exception as broken:  # zipfile and its codecs raise a dozen kinds on broken archives
        raise NotAWorkbook(type(broken).__name__) from broken
    names = {name.lower() for name in parts}
    if len(names) < len(members) or names & _OTHER_FORMATS or "xl/workbook.xml" not in names:
        raise NotAWorkbook("parts")
    return parts


def _packed(parts: dict[str, bytes]) -> bytes:
    """An archive of exactly the parts that were looked at, however the one that came was made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


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


def _without_prefixes(part: bytes) -> bytes:
    """`<x:row>` is `<row>` to the reader, whatever the prefix stands for."""
    return _PREFIX.sub(rb"\1", part) if b":c" in part or b":row" in part else part


def _measured(part: bytes, bounds: Bounds) -> int:
    """How many cells a part has; refused when one could lie beyond the bounds.

    The reader allocates a dense rectangle up to the farthest cell, so one stray cell would do.
    """
    cells, rows = len(_ANY_CELL.findall(part)), len(_ANY_ROW.findall(part))
    if not cells and not rows:
        return 0
    placed, numbered = _CELL.findall(part), _ROW.findall(part)
    if len(placed) < cells or len(numbered) < rows:
        raise NotAWorkbook("addresses")
    widest = max(map(_column, {letters for letters, _ in placed}), default=0)
    lowest = max(map(int, {number or b"0" for _, number in placed}), default=0)
    lowest = max(lowest, max(map(int, {number or b"0" for number in numbered}), default=0))
    # What has no address follows what stands before it.
    lowest += numbered.count(b"")
    if (b"", b"") in placed:
        widest += max(len(_ANY_CELL.findall(row)) for row in _ANY_ROW.split(part))
    if widest > bounds.columns or lowest > bounds.rows or widest * lowest > bounds.cells:
        raise TooBig
    return cells


def _formulas(part: bytes) -> frozenset[tuple[int, int]]:
    written = len(_ANY_FORMULA.findall(part))
    if not written:
        return frozenset()
    formulas = frozenset((int(m[2]), _column(m[1])) for m in _FORMULA.finditer(part))
    if len(formulas) < written:
        raise NotAWorkbook("formulas")  # cells without addresses: we could not say which row
    return formulas


def _check_shared_texts(parts: list[bytes], bounds: Bounds) -> None:
    """A text that a thousand cells share is written once and read a thousand times."""
    holders = [part for part in parts if _SHARED.search(part)]
    if any(b"<!" in part for part in holders):
        raise NotAWorkbook("texts")  # what stands in a comment is no text
    lengths = [len(text) for part in holders for text in _SHARED.split(part)[1:]]
    longest = max(lengths, default=0)
    if longest * sum(len(_ANY_CELL.findall(part)) for part in parts) <= bounds.unpacked:
        return
    uses = [int(found[1]) for part in parts for found in _SHARED_CELL.finditer(part)]
    unclear = sum(len(_SHARING.findall(part)) for part in parts) - len(uses)
    said = unclear * longest + sum(lengths[at] for at in uses if at < len(lengths))
    if len(holders) > 1 or said > bounds.unpacked:
        raise TooBig


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read(content: bytes, bounds: Bounds) -> list[tuple[str, list[list[Cell]]]]:
    read: list[tuple[str, list[list[Cell]]]] = []
    left = bounds.cells
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(workbook.sheet_names) > bounds.sheets:
            raise TooBig
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(False)
            left -= len(rows) * max(map(len, rows), default=0) + 1
            if len(rows) > bounds.rows or left < 0:
                raise TooBig
            read.append((name, rows))
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError, WorkbookRefused):
        raise
    except BaseException as broken:  # a panic of the reader is no Exception
        raise NotAWorkbook(type(broken).__name__) from None
    return read


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
