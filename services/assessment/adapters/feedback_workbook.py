"""Answers of 360 gathered elsewhere: a row for each item, by the token shown to its rater."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.adapters.ballots import TOKEN_LETTERS
from services.assessment.domain.feedback_cycle import HIGHEST_MARK, LOWEST_MARK
from services.chassis.template import Column, Form, Template, text, whole
from services.chassis.workbook import Row

CYCLE = Column(
    "SIKLUS", text(64), "Id putaran umpan balik.", "01937a5e-0000-7000-8000-000000000001"
)
TOKEN = Column(
    *("TOKEN PENILAI", text(TOKEN_LETTERS), "Token pada undangan penilai; jangan isi NIP."),
    "ABCDEFGHIJKLMNOPQRSTUVWX",
    private=True,
)
ITEM = Column("BUTIR", text(64), "Kode butir formulir.", "BP")
MARK = Column("NILAI", whole(LOWEST_MARK, HIGHEST_MARK), "Nilai 1 sampai 5.", "4")
COMMENT = Column(
    *("KOMENTAR", text(), "Tidak disimpan: gaya tulisan menyebut penulisnya.", ""),
    blank=True,
    required=False,
    private=True,
)
ANSWERS = Form(
    "umpan balik",
    (CYCLE, TOKEN, ITEM, MARK, COMMENT),
    key=(CYCLE, TOKEN, ITEM),
    about="Semua butir satu token membentuk satu jawaban, utuh. Nama dan NIP penilai tidak dibaca.",
    whole=True,
)
TEMPLATE = Template(
    "feedback",
    "360/umpan balik",
    "Jawaban umpan balik yang dikumpulkan di luar; putarannya harus sedang berjalan.",
    (ANSWERS,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    cycle: str
    token: str
    item: str
    mark: int
    commented: bool


def read_mark(row: Row) -> Mark:
    return Mark(
        cycle=row[CYCLE].strip().lower(),
        token=row[TOKEN].strip().upper(),
        item=row[ITEM],
        mark=row[MARK],
        commented=not row.blank(COMMENT),
    )
