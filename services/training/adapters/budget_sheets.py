"""The sheets in which a year's budget arrives: ceilings, and what is committed and paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.chassis.template import Column, Form, Template, choice, day, text, whole
from services.chassis.workbook import Row
from services.training.domain.budget_line import Line, Purpose

MOST = 1_000_000_000_000_000
_PURPOSES = {
    "KELAS": Purpose.CLASS,
    "KEBUTUHAN": Purpose.NEED,
    "TUGAS BELAJAR": Purpose.STUDY,
}

YEAR = Column("TAHUN", whole(2000, 2100), "Tahun anggaran.", "2026")
PROGRAMME = Column("PROGRAM", text(64), "Kode program.", "5.04.02")
ACTIVITY = Column("KEGIATAN", text(64), "Kode kegiatan.", "5.04.02.1.01")
SUB_ACTIVITY = Column("SUB KEGIATAN", text(64), "Kode sub kegiatan.", "5.04.02.1.01.0001")
FUND = Column("SUMBER DANA", text(64), "Sumber dana, seperti pada DPA.", "PAD")
LINE = (YEAR, PROGRAMME, ACTIVITY, SUB_ACTIVITY, FUND)

CEILING = Column("PAGU", whole(0, MOST), "Pagu dalam rupiah bulat.", "100000000")
DECREE = Column("NOMOR DPA", text(64), "Dokumen yang menetapkan pagu ini.", "DPA/2026/01")
SINCE = Column("BERLAKU SEJAK", day(), "Hari berlakunya pagu ini.", "02-01-2026")
CEILINGS = Form(
    "pagu",
    (*LINE, CEILING, DECREE, SINCE),
    key=(*LINE, DECREE),
    about="Pagu per baris anggaran; perubahan pagu adalah baris dengan dokumen lain.",
)

NUMBER = Column("NOMOR KOMITMEN", text(64), "Nomor kontrak, SPK atau surat pesanan.", "SPK/01")
PURPOSE = Column("UNTUK", choice(_PURPOSES), "Untuk apa dananya diikat.", "KELAS")
REFERENCE = Column(
    "RUJUKAN",
    text(64),
    "Kode kelas, atau ID kebutuhan atau tugas belajar dari unduhan aplikasi.",
    "PKP-2026-1",
)
COMMITTED_ON = Column("TANGGAL KOMITMEN", day(), "Hari dananya diikat.", "02-03-2026")
COMMITTED = Column("KOMITMEN", whole(1, MOST), "Nilai dalam rupiah bulat.", "60000000")
PAID = Column(
    *("REALISASI", whole(1, MOST), "Yang sudah dibayar; kosong bila belum.", "40000000"), blank=True
)
PAYMENT = Column(*("NOMOR SP2D", text(64), "Wajib bila realisasi diisi.", "SP2D/01"), blank=True)
PAID_ON = Column(
    *("TANGGAL REALISASI", day(), "Wajib bila realisasi diisi.", "01-06-2026"), blank=True
)
COMMITMENTS = Form(
    "komitmen",
    (*LINE, NUMBER, PURPOSE, REFERENCE, COMMITTED_ON, COMMITTED, PAID, PAYMENT, PAID_ON),
    key=(*LINE, NUMBER, PAYMENT),
    about="Satu baris per komitmen; pembayaran berikutnya baris lagi dengan SP2D lain.",
)
TEMPLATE = Template(
    "budget",
    "Anggaran",
    "Pagu, komitmen, realisasi. Komitmen tidak melebihi pagu, realisasi tidak melebihi komitmen.",
    (CEILINGS, COMMITMENTS),
)


@dataclass(frozen=True, slots=True)
class CeilingRow:
    line: Line
    amount: int
    decree_number: str
    on: date


@dataclass(frozen=True, slots=True)
class Payment:
    document: str
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    line: Line
    number: str
    purpose: Purpose
    reference: str
    amount: int
    on: date
    payment: Payment | None


def read_ceiling(row: Row) -> CeilingRow:
    return CeilingRow(
        line=_line(row), amount=row[CEILING], decree_number=row[DECREE], on=row[SINCE]
    )


def read_commitment(row: Row) -> CommitmentRow:
    return CommitmentRow(
        line=_line(row),
        number=row[NUMBER],
        purpose=row[PURPOSE],
        reference=row[REFERENCE],
        amount=row[COMMITTED],
        on=row[COMMITTED_ON],
        payment=_payment(row),
    )


def _payment(row: Row) -> Payment | None:
    """All three cells of a payment, or none of them."""
    if all(row.blank(column) for column in (PAID, PAYMENT, PAID_ON)):
        return None
    return Payment(document=row[PAYMENT], amount=row[PAID], on=row[PAID_ON])


def _line(row: Row) -> Line:
    return Line(
        year=row[YEAR],
        programme=row[PROGRAMME],
        activity=row[ACTIVITY],
        sub_activity=row[SUB_ACTIVITY],
        fund=row[FUND],
    )
