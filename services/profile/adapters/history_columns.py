"""Columns that every sheet of the histories has, and what a row of them says.

Files name the last day of a period, as decrees do; inside, a period ends on the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.chassis.template import Column, choice, day, digits, fingerprint, text
from services.chassis.workbook import Row
from services.profile.domain.facts import Education, OtherFact, Rank, Sanction
from services.profile.domain.terms import Assignment

NIP = Column(
    "NIP",
    digits(18),
    "NIP atau NI PPPK pegawai yang sudah tercatat.",
    "199001012015051001",
    aliases=("NIP BARU",),
    private=True,
)
DECREE = Column("NOMOR SK", text(100), "Nomor keputusan.", "800/123/2019", blank=True)
DECREED_ON = Column(
    *("TANGGAL SK", day(), "Tanggal keputusan.", "15-03-2019"), blank=True, required=False
)

# Every fact says what it rests on. Empty cells: it rests on this file, and somebody has checked it.
VERIFIED = {"TERVERIFIKASI": True, "PERNYATAAN SENDIRI": False}
NOTHING = "TANPA DOKUMEN"
DOCUMENT = Column(
    *("DOKUMEN", text(200), f"Rujukannya. Kosong: berkas ini; {NOTHING}: tak ada.", "ARSIP-2019-1"),
    blank=True,
    required=False,
)
DOCUMENT_SHA256 = Column(
    *("SHA-256 DOKUMEN", fingerprint(), "Sidik jari berkas dokumennya, bila ada.", ""),
    blank=True,
    required=False,
)
CHECKED = Column(
    *("STATUS DATA", choice(VERIFIED), "Sudah diperiksa, atau baru pernyataan.", "TERVERIFIKASI"),
    blank=True,
    required=False,
)
EVIDENCE = (DOCUMENT, DOCUMENT_SHA256, CHECKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a row rests on: a document of its own, nothing at all, or else the file it stands in."""

    document: str | None = None
    sha256: str | None = None
    verified: bool = True
    on_nothing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """A position as the sheet names it: the post stands on the post map."""

    post_code: str
    unit_code: str
    assignment: Assignment
    effective_from: date
    until: date | None
    decree_number: str | None

    @property
    def begins(self) -> date:
        return self.effective_from


Told = Rank | PositionRow | Education | Sanction | OtherFact


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    number: str
    told: Told
    evidence: Evidence

    @property
    def begins(self) -> date:
        return self.told.begins


def about(row: Row, told: Told, *, document: str | None = None) -> HistoryRow:
    """A row of any sheet; `document` is a reference that the sheet has in a column of its own."""
    return HistoryRow(number=row[NIP], told=told, evidence=evidence_of(row, document))


def evidence_of(row: Row, document: str | None = None) -> Evidence:
    checked, named = row.get(CHECKED), row.get(DOCUMENT) or document
    on_nothing = named == NOTHING
    return Evidence(
        document=None if on_nothing else named,
        sha256=row.get(DOCUMENT_SHA256),
        verified=True if checked is None else checked,
        on_nothing=on_nothing,
    )


def day_after(row: Row, column: Column[date], begins: date) -> date | None:
    """The first day after the one that the column names; it does not lie before the first."""
    last = row.get(column)
    if last is not None and last < begins:
        fix = "Hari terakhir mendahului hari pertama; betulkan salah satunya."
        row.refuse(column, "ends-before-it-begins", fix)
    return None if last is None else last + timedelta(days=1)


def last_day(until: date | None) -> date | None:
    """
    >>> last_day(date(2024, 3, 1))
    datetime.date(2024, 2, 29)
    """
    return None if until is None else until - timedelta(days=1)
