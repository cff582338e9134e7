"""The answer key: what is to become of every row, for programs and for people.

`answers.json` names the rows that are not simply taken; the key names all of them, so that a row
that nobody thought of is noticed as well.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from deploy.local.demonstration.sheets import INVENTED, Sheet, write

CLEAN, WARNING, REJECTED = "clean", "warning", "rejected"
_SAID = {CLEAN: "BENAR", WARNING: "DITERIMA DENGAN PERINGATAN", REJECTED: "DITOLAK"}


class Answer(NamedTuple):
    """What is expected of one row, numbered as a spreadsheet program numbers it."""

    file: str
    sheet: str
    row: int
    outcome: str
    column: str
    reason: str


def answers_of(workbooks: Mapping[str, Sequence[Sheet]]) -> Iterator[Answer]:
    """Every row of every file, in the order of the files."""
    for name, sheets in workbooks.items():
        for sheet in sheets:
            for row, (_, wrong) in enumerate(sheet.rows, sheet.first_row):
                place = (f"{name}.xlsx", sheet.name, row)
                if wrong is None:
                    yield Answer(*place, CLEAN, "", "")
                else:
                    yield Answer(*place, wrong.outcome, wrong.column or "", wrong.reason)


def write_key(folder: Path, workbooks: Mapping[str, Sequence[Sheet]]) -> None:
    """`answer-key.csv` has every row; `answer-key.xlsx` the counts, and each slip."""
    counts: Counter[tuple[str, str, str]] = Counter()
    slips = Sheet(
        "kesalahan",
        ("BERKAS", "LEMBAR", "BARIS", "HASIL", "KOLOM", "ALASAN"),
        title=("Baris yang sengaja dibuat salah", INVENTED),
    )
    with (folder / "answer-key.csv").open("w", encoding="utf-8", newline="") as target:
        key = csv.writer(target, lineterminator="\n")
        key.writerow(Answer._fields)
        for answer in answers_of(workbooks):
            key.writerow(answer)
            counts[answer.file, answer.sheet, answer.outcome] += 1
            if answer.outcome != CLEAN:
                said = answer._replace(outcome=_SAID[answer.outcome])
                slips.add(dict(zip(slips.header, said, strict=True)))
    write(folder / "answer-key.xlsx", [_summary(counts), slips])


def _summary(counts: Counter[tuple[str, str, str]]) -> Sheet:
    sheet = Sheet(
        "ringkasan",
        ("BERKAS", "LEMBAR", *_SAID.values()),
        title=("Kunci jawaban: berapa baris yang benar, dan berapa yang salah", INVENTED),
    )
    for file, name in dict.fromkeys((file, name) for file, name, _ in counts):
        told = {said: counts[file, name, outcome] for outcome, said in _SAID.items()}
        sheet.add({"BERKAS": file, "LEMBAR": name, **told})
    return sheet
