"""The answer key names every row of every file once, with what is to become of it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from deploy.local.demonstration.__main__ import Demonstration, made, write_to
from deploy.local.demonstration.answer_key import CLEAN, REJECTED, WARNING, Answer, answers_of
from services.chassis.workbook_file import Line
from services.chassis.workbook_opening import opened


@pytest.fixture(scope="module")
def agency() -> Demonstration:
    return made(60, 7)


@pytest.fixture(scope="module")
def folder(agency: Demonstration, tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("agency")
    write_to(written, agency)
    return written


def test_the_key_names_each_row_of_each_file_once(agency: Demonstration, folder: Path) -> None:
    told = Counter((one["file"], one["sheet"], int(one["row"])) for one in _key(folder))
    titles = {
        (f"{name}.xlsx", sheet.name): len(sheet.title)
        for name, sheets in agency.workbooks.items()
        for sheet in sheets
    }
    written = Counter(
        (file, sheet, line.number)
        for file, sheet in titles
        for line in _lines(folder / file, sheet)
        if line.number > titles[file, sheet] + 1
    )
    assert told == written
    assert set(told.values()) == {1}


def test_the_number_of_a_row_is_where_its_cells_stand(folder: Path) -> None:
    lines = {line.number: line for line in _lines(folder / "post-map.xlsx", "peta jabatan")}
    slips = [int(one["row"]) for one in _key(folder) if one["reason"] == "unknown-unit"]
    assert [lines[row].cells[0] for row in slips] == ["ST-DEMO-LOST"]


def test_whoever_is_clean_has_no_reason_and_whoever_is_not_has_one(agency: Demonstration) -> None:
    every = list(answers_of(agency.workbooks))
    assert {one.outcome for one in every} <= {CLEAN, WARNING, REJECTED}
    assert {REJECTED, CLEAN} <= {one.outcome for one in every}
    assert all((one.outcome == CLEAN) == (one.reason == "") for one in every)
    assert not [one for one in every if one.outcome == CLEAN and one.column]


def test_every_column_in_the_key_is_in_the_sheet(agency: Demonstration) -> None:
    headers = {
        (f"{name}.xlsx", sheet.name): sheet.header
        for name, sheets in agency.workbooks.items()
        for sheet in sheets
    }
    named = [one for one in answers_of(agency.workbooks) if one.column]
    assert named
    assert not [one for one in named if one.column not in headers[one.file, one.sheet]]


def test_people_read_the_same_key_in_their_own_words(folder: Path) -> None:
    key = [_answer(one) for one in _key(folder)]
    counted = [line.cells for line in _lines(folder / "answer-key.xlsx", "ringkasan")[3:]]
    slips = [line.cells for line in _lines(folder / "answer-key.xlsx", "kesalahan")[3:]]
    assert sum(float(str(one[2])) for one in counted) == sum(one.outcome == CLEAN for one in key)
    wrong = [one for one in key if one.outcome != CLEAN]
    assert [tuple(one[at] for at in range(3)) for one in slips] == [one[:3] for one in wrong]
    assert {one[3] for one in slips} <= {"DITOLAK", "DITERIMA DENGAN PERINGATAN"}


def test_no_number_of_anybody_stands_in_the_key(agency: Demonstration, folder: Path) -> None:
    written = (folder / "answer-key.csv").read_text(encoding="utf-8")
    assert not [one.name for one in agency.lives if one.number in written]


def _key(folder: Path) -> list[dict[str, str]]:
    with (folder / "answer-key.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _answer(told: dict[str, str]) -> Answer:
    place = (told["file"], told["sheet"], int(told["row"]))
    return Answer(*place, told["outcome"], told["column"], told["reason"])


def _lines(file: Path, sheet: str) -> list[Line]:
    (table,) = [one for one in opened(file.read_bytes()) if one.name == sheet]
    return list(table.lines())
