"""The sheets in which presence and results of classes arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.chassis.template import Column, Form, Template, choice, decimal, text, whole
from services.chassis.workbook import Row
from services.training.adapters.catalogue_sheets import CLASS_CODE, class_code
from services.training.adapters.history_sheets import ISSUED, NIP, NUMBER
from services.training.domain.completion import Result
from services.training.domain.terms import Evidence

_FAILED = "failed"
_RESULTS = {
    "LULUS": Evidence.PASSED,
    "HADIR": Evidence.ATTENDED,
    "DIAMATI": Evidence.OBSERVED,
    "DITUNJUKKAN": Evidence.DEMONSTRATED,
    "TIDAK LULUS": _FAILED,
}
_LINK = re.compile(r"https://\S{1,490}")

SESSION = Column("SESI", whole(1, 400), "Nomor sesi, mulai dari 1.", "1")
PRESENT = Column("HADIR", choice({"YA": True, "TIDAK": False}), "Hadir pada sesi ini.", "YA")
PRESENCES = Form(
    "presensi",
    (CLASS_CODE, NIP, SESSION, PRESENT),
    key=(CLASS_CODE, NIP, SESSION),
    about="Satu baris per orang dan sesi; dikirim lagi dengan isi lain berarti pembetulan.",
)

RESULT = Column("HASIL", choice(_RESULTS), "Bukti hasil belajarnya.", "LULUS")
MARK = Column(*("NILAI", decimal(0, 100), "Boleh kosong.", "87,5"), blank=True)
LINK = Column(
    *("TAUTAN SERTIFIKAT", text(500), "Alamat https atau isi kode QR.", ""),
    blank=True,
    required=False,
)
RESULTS = Form(
    "hasil",
    (CLASS_CODE, NIP, RESULT, MARK, NUMBER, ISSUED, LINK),
    key=(CLASS_CODE, NIP),
    about="Satu baris per peserta. Sertifikat menyusul: kirim lagi barisnya dengan nomornya.",
)
TEMPLATE = Template(
    "results",
    "Presensi & hasil pelatihan",
    "Kehadiran per sesi dan hasil kelas. Pesertanya harus sudah terdaftar pada kelas itu.",
    (PRESENCES, RESULTS),
    first=("catalogue",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceRow:
    code: str
    nip: str
    session: int
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    code: str
    nip: str
    result: Result


def read_presence(row: Row) -> PresenceRow:
    return PresenceRow(
        code=class_code(row), nip=row[NIP], session=row[SESSION], present=row[PRESENT]
    )


def read_result(row: Row) -> ResultRow:
    told = row[RESULT]
    link = row.get(LINK)
    if link is not None and not _LINK.fullmatch(link):
        row.refuse(LINK, "not-a-link", "Tulis alamat lengkap yang dimulai dengan https://")
    result = Result(
        evidence=told if isinstance(told, Evidence) else None,
        mark=row.get(MARK),
        certificate_number=row.get(NUMBER),
        certificate_date=row.get(ISSUED),
        certificate_link=link,
    )
    return ResultRow(code=class_code(row), nip=row[NIP], result=result)
