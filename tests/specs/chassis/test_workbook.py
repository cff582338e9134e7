"""Files from outside are read row by row, and refused in words that help."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import dataclass, field
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from services.chassis.problems import sentence_of
from services.chassis.template import Column, Form, day, digits, text, whole
from services.chassis.workbook import (
    HeadersWrong,
    Row,
    RowProblem,
    SheetNotFound,
    open_workbook,
    read_row,
)
from services.chassis.workbook_file import Bounds, Cell, NotAWorkbook, TooBig, WorkbookRefused
from services.chassis.workbook_opening import opened
from services.chassis.workbook_templates import SAFE
from services.chassis.workbook_writing import Written, harmless, written

CARD_NUMBER = Column("CARD", digits(18), private=True)
TITLE = Column("TITLE", text())
SINCE = Column("SINCE", day())
COPIES = Column("COPIES", whole(1, 9), blank=True, required=False)
LOANS = Form("loans", (CARD_NUMBER, TITLE, SINCE, COPIES), key=(CARD_NUMBER, SINCE))
Loan = tuple[str, str, date, int | None]
HEADER = ["CARD", "TITLE", "SINCE", "COPIES"]
CARD = "198609262015051001"


@dataclass
class Read:
    """What the rows of a file say, each with its row, and why the others say nothing."""

    taken: list[tuple[Row, Loan]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def loan(row: Row) -> Loan:
    return row[CARD_NUMBER], row[TITLE], row[SINCE], row.get(COPIES)


def read(content: bytes, bounds: Bounds | None = None) -> Read:
    result = Read()
    [sheet] = open_workbook(content, [LOANS], bounds).sheets
    for row in sheet.rows():
        told = read_row(row, loan)
        if isinstance(told, RowProblem):
            result.problems.append(told)
        else:
            result.taken.append(told)
    return result


def reading(*rows: list[Written], name: str = "loans") -> Read:
    return read(written({name: rows}))


def cells(content: bytes, bounds: Bounds | None = None) -> dict[str, list[dict[int, Cell]]]:
    tables = opened(content, bounds)
    return {table.name: [line.cells for line in table.lines()] for table in tables}


def reason(cells: list[Written]) -> str:
    result = reading(list[Written](HEADER), cells)
    assert result.taken == []
    return result.problems[0].reason


@pytest.mark.parametrize(
    "since",
    ["01-02-2024", "1/2/2024", "2024-02-01", date(2024, 2, 1), 45323, "45323", "'01-02-2024"],
)
def test_a_day_is_read_however_the_spreadsheet_keeps_it(since: Written) -> None:
    [(_, told)] = reading([*HEADER], [f"'{CARD} ", " A  book ", since, None]).taken
    assert told == (CARD, "A book", date(2024, 2, 1), None)


def test_the_header_may_stand_below_a_title_and_its_columns_in_any_order() -> None:
    result = reading(
        ["Loans of the year"], [], ["No", "since ", "Title", "  card"], [1, "01-02-2024", "B", CARD]
    )
    assert [(row.number, told[1]) for row, told in result.taken] == [(4, "B")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([198609262015051001, "A", "01-02-2024"], "precision-lost"),
        (["1.98609E+17", "A", "01-02-2024"], "precision-lost"),
        (["19860926201505100", "A", "01-02-2024"], "not-digits"),
        (["٣" * 18, "A", "01-02-2024"], "not-digits"),
        ([CARD, "", "01-02-2024"], "missing"),
        ([CARD, "A", "31-02-2024"], "impossible-date"),
        ([CARD, "A", "01-02-0024"], "impossible-date"),
        ([CARD, "A", 60], "impossible-date"),
        ([CARD, "A", 1e300], "impossible-date"),
        ([CARD, "A", "February"], "not-a-date"),
        ([CARD, "A", "01-02-2024", "many"], "not-a-number"),
        ([CARD, "A", "01-02-2024", "NaN"], "not-a-number"),
        ([CARD, "A", "01-02-2024", 10], "out-of-range"),
        ([CARD, "A" * 501, "01-02-2024"], "too-long"),
    ],
)
def test_a_cell_that_does_not_fit_says_why(cells: list[Written], expected: str) -> None:
    assert reason(cells) == expected


def test_one_wrong_row_never_blocks_the_others() -> None:
    result = reading([*HEADER], ["x", "A", "01-02-2024"], [], [CARD, "B", "01-02-2024"])
    assert [told[1] for _, told in result.taken] == ["B"]
    [problem] = result.problems
    assert (problem.sheet, problem.row, problem.column) == ("loans", 2, "CARD")


def test_what_stands_in_a_private_column_is_not_repeated() -> None:
    [problem] = reading([*HEADER], [f"{CARD}7", "A", "01-02-2024"]).problems
    assert problem.value_shown == "…017 (19)"


def _with_formula() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("loans")
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, [CARD, "A", "01-02-2024"])
    sheet.write_row(2, 0, [CARD, "", "01-02-2024"])
    sheet.write_formula(2, 1, '=HYPERLINK("https://x.test","B")', None, "B")
    book.close()
    return target.getvalue()


def test_a_formula_refuses_its_row_even_when_it_shows_a_value() -> None:
    result = read(_with_formula())
    assert [told[1] for _, told in result.taken] == ["A"]
    assert [(p.row, p.column, p.reason) for p in result.problems] == [(3, "TITLE", "formula")]


def test_text_that_looks_like_a_formula_is_written_as_text() -> None:
    [(_, told)] = reading([*HEADER], [CARD, "=1+1", "01-02-2024"]).taken
    assert told[1] == "=1+1"
    assert harmless("=1+1") == "'=1+1"
    assert harmless("plain") == "plain"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_text_table_is_read_with_the_marks_and_letters_in_use_here(
    encoding: str, mark: str
) -> None:
    lines = [HEADER, [CARD, "Café", "01-02-2024", "2"], [CARD, "=1+1", "01-02-2024", ""]]
    content = "\r\n".join(mark.join(line) for line in lines).encode(encoding)
    result = read(content)
    assert [told for _, told in result.taken] == [(CARD, "Café", date(2024, 2, 1), 2)]
    assert [p.reason for p in result.problems] == ["formula"]


def test_missing_headers_are_named() -> None:
    with pytest.raises(HeadersWrong, match="SINCE"):
        read(written({"loans": [["CARD", "TITLE"], [CARD, "A"]]}))
    with pytest.raises(HeadersWrong, match="TITLE"):
        read(written({"loans": [["CARD", "TITLE", "TITLE", "SINCE"]]}))
    with pytest.raises(SheetNotFound):
        read(written({"other": [["A", "B"], ["1", "2"]]}))


def test_the_same_rows_make_the_same_bytes() -> None:
    sheets: dict[str, list[list[Written]]] = {"a": [["x", 1, date(2024, 1, 1)]], "b": [["y"]]}
    assert written(sheets) == written(sheets)


def _repacked(content: bytes, path: str, body: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, body if name == path else old.read(name))
    return target.getvalue()


GOOD = written({"loans": [HEADER, [CARD, "A", "01-02-2024", 1]]})
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "body",
    [
        b'<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>',
        b'<sheetData><row r="1048576"></row></sheetData>',
        b" " * 3_000_000,
    ],
)
def test_a_small_file_that_unpacks_to_a_giant_is_refused(body: bytes) -> None:
    bomb = _repacked(GOOD, SHEET, body)
    assert len(bomb) < 10_000
    with pytest.raises(TooBig):
        read(bomb, Bounds(unpacked=2_000_000))


FAR = "XFD1"  # beyond the last column that is taken


@pytest.mark.parametrize(
    "cell",
    [
        f"<c r='{FAR}'>",
        f'<c r = "{FAR}">',
        f'<c r="{FAR.lower()}">',
        f'<c s=">" r="{FAR}">',
        f'<c s="<" r="{FAR}">',
        f'<c t="n"r="{FAR}">',
        f'<c r="A1"><v>1</v></c><x-y:c r="{FAR}">',
    ],
)
def test_an_address_cannot_hide_from_its_bound(cell: str) -> None:
    sheet = f'<worksheet><sheetData><row r="1">{cell}<v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises((TooBig, NotAWorkbook)):
        cells(_repacked(GOOD, SHEET, sheet.encode()))


def test_a_part_that_no_sheet_names_is_not_read() -> None:
    sheet = f'<worksheet><sheetData><row r="1"><c r="{FAR}"/></row></sheetData></worksheet>'
    assert cells(_renamed(GOOD, SHEET, "xl/worksheets/sheet9.xml", sheet.encode())) == {}
    with pytest.raises(TooBig):
        cells(_renamed(GOOD, SHEET, "xl/Worksheets/Sheet1.XML", sheet.encode()))


@pytest.mark.parametrize(
    "part", [b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>', b"<worksheet>"]
)
def test_a_part_with_entities_or_without_an_end_is_refused(part: bytes) -> None:
    with pytest.raises(NotAWorkbook):
        cells(_repacked(GOOD, SHEET, part))


def test_a_million_empty_rows_are_refused_in_one_sentence() -> None:
    rows = b"".join(b'<row r="%d" s="1"/>' % number for number in range(1, 400_000))
    with pytest.raises(TooBig) as refused:
        cells(
            _repacked(GOOD, SHEET, b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>")
        )
    assert sentence_of(type(refused.value)).count(".") == 1
    assert refused.value.fix


def test_a_text_table_with_a_quote_that_never_ends_is_refused() -> None:
    with pytest.raises(WorkbookRefused):
        cells(b'CARD;TITLE;SINCE\n"' + b"x" * 40_000)


def test_a_cell_that_shows_a_day_is_a_day_and_no_number() -> None:
    told = reading([*HEADER], [CARD, date(2024, 2, 1), "01-02-2024"])
    assert [(p.column, p.reason) for p in told.problems] == [("TITLE", "not-text")]


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_another_reader_reads_the_same(data: st.DataObject) -> None:
    text = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=9)
    value = st.none() | text
    row = st.lists(value | st.integers(-(10**6), 10**6), max_size=5)
    rows = data.draw(st.lists(row, max_size=5))
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {**SAFE, "constant_memory": data.draw(st.booleans())})
    sheet = book.add_worksheet("a")
    for at, line in enumerate(rows):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif cell is not None:
                sheet.write_number(at, column, cell)
    book.close()
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue())).get_sheet_by_index(0)
    dense = [dict(enumerate(line)) for line in theirs.to_python(False)]
    expected = [{at: cell for at, cell in line.items() if cell != ""} for line in dense]
    assert cells(target.getvalue())["a"] == [line for line in expected if line]


@pytest.mark.parametrize("name", ["xl/workbook.bin", "content.xml", SHEET.upper()])
def test_an_archive_that_could_be_read_in_two_ways_is_refused(name: str) -> None:
    with pytest.raises(NotAWorkbook):
        cells(_renamed(GOOD, "docProps/app.xml", name, b"<x/>"))


def test_a_long_text_that_every_row_shares_is_refused() -> None:
    book = written({"loans": [["x" * 30_000] for _ in range(100)]})
    assert len(book) < 10_000
    assert cells(book)
    with pytest.raises(TooBig):
        cells(book, Bounds(texts=1_000_000))


def test_tags_without_an_end_are_refused_at_once() -> None:
    began = time.process_time()
    with pytest.raises(NotAWorkbook):
        cells(_repacked(GOOD, SHEET, b"<c " * 300_000))
    assert time.process_time() - began < 10


def _renamed(book: bytes, old: str, new: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old_book, zipfile.ZipFile(packed, "w") as new_book:
        for name in old_book.namelist():
            taken = (new, content) if name == old else (name, old_book.read(name))
            new_book.writestr(*taken)
    return packed.getvalue()


def test_the_giant_would_be_taken_without_its_bound() -> None:
    spaces = _repacked(GOOD, SHEET, b"<worksheet><sheetData/></worksheet>" + b" " * 3_000_000)
    with pytest.raises(HeadersWrong):  # read, and found empty
        read(spaces)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"%PDF-1.7", b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0" + b"0" * 600]
)
def test_what_is_no_workbook_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(WorkbookRefused) as refused:
        read(content)
    assert refused.value.fix


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode()))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    _read_or_refuse(content)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    patch = data.draw(st.binary(min_size=1, max_size=8))
    _read_or_refuse(GOOD[:at] + patch + GOOD[at + data.draw(st.integers(0, 8)) :])


@given(st.binary(max_size=300) | st.text("<>/crvt=\"'A1sn ", max_size=300).map(str.encode))
@settings(max_examples=100, deadline=None)
def test_any_sheet_inside_a_workbook_is_read_or_refused(body: bytes) -> None:
    _read_or_refuse(_repacked(GOOD, SHEET, body))


cell = st.none() | st.text(max_size=20) | st.integers() | st.floats() | st.dates() | st.booleans()


@given(st.lists(st.lists(cell, min_size=4, max_size=4), max_size=5))
@settings(max_examples=100, deadline=None)
def test_any_cells_under_a_good_header_become_values_or_problems(rows: list[list[object]]) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"nan_inf_to_errors": True, "strings_to_urls": False})
    sheet = book.add_worksheet("loans")
    sheet.write_row(0, 0, HEADER)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, value)
            elif isinstance(value, int) and abs(value) > 10**300:
                continue
            else:
                sheet.write(at, column, value)
    book.close()
    _read_or_refuse(target.getvalue())


def _read_or_refuse(content: bytes) -> None:
    try:
        read(content)
    except WorkbookRefused:
        return


def test_a_damaged_archive_is_no_workbook() -> None:
    with pytest.raises(NotAWorkbook):
        read(GOOD[:200])


@pytest.mark.parametrize("said", ["\x1f", "a\x1f\x1fb", "_x001F_", "_x005F_", "tab\tand more"])
def test_a_character_that_xml_has_no_place_for_comes_back_as_it_went(said: str) -> None:
    assert cells(written({"loans": [[said]]}))["loans"] == [{0: said}]
