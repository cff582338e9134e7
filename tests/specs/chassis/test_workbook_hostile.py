"""A small file that would unpack to a great one is refused before it costs anything."""

from __future__ import annotations

import io
import zipfile

import pytest

from services.chassis.workbook_file import Bounds, TooBig
from services.chassis.workbook_sheets import _Reading, sheets_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PARTS = {
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
    '<Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(cell: str) -> bytes:
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
        f"<is><t>{cell}</t></is></c></row></sheetData></worksheet>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_text_that_comes_in_pieces_is_read_whole() -> None:
    (table,) = sheets_of(workbook("ab&amp;" * 10_000), Bounds())
    (line,) = table.lines()
    assert line.cells == {0: "ab&" * 10_000}


def test_a_cell_without_end_is_refused_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    read = _Reading.text

    def counted(self: _Reading, said: str) -> None:
        pieces.append(len(said))
        read(self, said)

    monkeypatch.setattr(_Reading, "text", counted)
    (table,) = sheets_of(workbook("a" * 2_000_000), Bounds())
    with pytest.raises(TooBig):
        list(table.lines())
    assert sum(pieces) < 200_000
