"""The competency standards of posts (SKJ): one row for each competency of a post's version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assessment.domain.competency_dictionary import Kind
from services.assessment.domain.post_standard import Required
from services.chassis.template import Column, Form, Template, choice, day, text, whole
from services.chassis.workbook import Row

# The words of the law beside those of the domain.
GROUPS = {
    "MANAJERIAL": Kind.MANAGERIAL,
    "SOSIAL KULTURAL": Kind.SOCIO_CULTURAL,
    "TEKNIS": Kind.TECHNICAL,
}

POST = Column("KODE JABATAN", text(64), "Kode jabatan seperti pada peta jabatan.", "PS-KASI-1")
COMPETENCY = Column("KODE KOMPETENSI", text(64), "Kode menurut kamus kompetensi.", "M.01")
GROUP = Column(
    *("KELOMPOK", choice(GROUPS), "Kelompok kompetensi; boleh kosong.", "MANAJERIAL"), blank=True
)
LEVEL = Column("LEVEL", whole(1, 5), "Tingkat yang diminta jabatan.", "3")
DECREE = Column("DASAR HUKUM", text(), "Nomor keputusan yang menetapkan.", "800/15/2025")
FROM = Column("BERLAKU MULAI", day(), "Hari mulai berlakunya versi ini.", "01-01-2025")
STANDARDS = Form(
    "skj",
    (POST, COMPETENCY, GROUP, LEVEL, DECREE, FROM),
    key=(POST, COMPETENCY, FROM),
    about="Semua kompetensi satu jabatan dan satu hari mulai membentuk satu versi, utuh.",
    whole=True,
)
TEMPLATE = Template(
    "post-standards",
    "Standar kompetensi jabatan (SKJ)",
    "Tingkat yang diminta setiap jabatan. Kamus kompetensinya harus sudah terbit.",
    (STANDARDS,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRow:
    post: str
    in_force_from: date
    decree: str
    group: Kind | None
    required: Required


def read_standard(row: Row) -> StandardRow:
    return StandardRow(
        post=row[POST],
        in_force_from=row[FROM],
        decree=row[DECREE],
        group=row.get(GROUP),
        required=Required(competency=row[COMPETENCY], level=row[LEVEL]),
    )
