"""A file as it was sent becomes tables, whichever of the forms it has."""

from __future__ import annotations

from services.chassis.workbook_file import Bounds, NotAWorkbook, Table, TooBig
from services.chassis.workbook_sheets import sheets_of
from services.chassis.workbook_text import text_table


def opened(content: bytes, bounds: Bounds | None = None) -> list[Table]:
    """Every sheet of an .xlsx workbook, or the one table of a .csv text."""
    bounds = bounds or Bounds()
    if len(content) > bounds.packed:
        raise TooBig
    if content[:4] == b"PK\x03\x04":
        return sheets_of(content, bounds)
    if b"\x00" in content[:4096] or content[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise NotAWorkbook
    return [text_table(content, bounds)]
