"""The sheets in which an agency's training history and its catalogue arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.chassis.template import Column, Template, choice, day, digits, text, whole
from services.chassis.template import Form as SheetForm
from services.chassis.workbook import Row
from services.training.domain.completion import Class, Completion
from services.training.domain.programme import Offer
from services.training.domain.terms import Evidence, Form

_NOT_PASSED = "not passed"
_RESULTS = {
    "LULUS": Evidence.PASSED,
    "HADIR": Evidence.ATTENDED,
    "DIAMATI": Evidence.OBSERVED,
    "DITUNJUKKAN": Evidence.DEMONSTRATED,
    "TIDAK LULUS": _NOT_PASSED,
}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,63}")

NIP = Column(
    "NIP",
    digits(18),
    "NIP atau NI PPPK pegawai yang sudah tercatat.",
    "199001012015051001",
    private=True,
)
CODE = Column("KODE PROGRAM", text(64), "Kode pada katalog; huruf besar, angka, . _ / -", "PKP")
TITLE = Column("NAMA PROGRAM", text(), "Nama pelatihan.", "Pelatihan Kepemimpinan Pengawas")
KIND = Column("JENIS DIKLAT ID", whole(1, 25), "Nomor jenis diklat SIASN, 1 sampai 25.", "1")
JP = Column("JUMLAH JP", whole(1, 10_000), "Jam pelajaran.", "120")
FIRST_DAY = Column("TANGGAL MULAI", day(), "Hari pertama kelas.", "04-03-2024")
LAST_DAY = Column("TANGGAL SELESAI", day(), "Hari terakhir kelas.", "30-05-2024")
PROVIDER = Column("PENYELENGGARA", text(), "Lembaga penyelenggara.", "BPSDM Contoh")
NUMBER = Column(
    *("NOMOR SERTIFIKAT", text(), "Nomor sertifikat.", "PKP/2024/001"), blank=True, required=False
)
ISSUED = Column(
    *("TANGGAL SERTIFIKAT", day(), "Tanggal sertifikat.", "31-05-2024"),
    blank=True,
    required=False,
)
RESULT = Column("HASIL", choice(_RESULTS), "Yang tidak lulus tidak dicatat.", "LULUS")

CATALOGUE = SheetForm(
    "katalog",
    (CODE, TITLE, KIND, JP, PROVIDER),
    key=(CODE,),
    about="Program yang ditawarkan.",
    apart=True,
)
TRAININGS = SheetForm(
    "diklat",
    (NIP, CODE, TITLE, KIND, FIRST_DAY, LAST_DAY, JP, PROVIDER, NUMBER, ISSUED, RESULT),
    key=(NIP, CODE, FIRST_DAY),
    about="Pelatihan yang sudah selesai, satu baris per orang dan kelas.",
)
TEMPLATE = Template(
    "history",
    "Riwayat pelatihan dan katalog",
    "Pelatihan yang sudah selesai, dan katalog program. Pegawainya harus sudah tercatat.",
    (CATALOGUE, TRAININGS),
    part_of="riwayat",
)


@dataclass(frozen=True, slots=True)
class PastTraining:
    """One row: whose training, which class, and how it ended."""

    nip: str
    of: Class
    completion: Completion


def read_training(row: Row) -> PastTraining:
    completion = Completion(
        on=row[LAST_DAY],
        jp=row[JP],
        title=row[TITLE],
        form=Form(row[KIND]),
        provider=row[PROVIDER],
        evidence=_evidence(row),
        certificate_number=row.get(NUMBER),
        certificate_date=row.get(ISSUED),
    )
    of = Class(programme=code_of(row), starts_on=row[FIRST_DAY])
    return PastTraining(row[NIP], of, completion)


def read_offer(row: Row) -> Offer:
    return Offer(
        code=code_of(row),
        title=row[TITLE],
        form=Form(row[KIND]),
        jp=row[JP],
        provider=row[PROVIDER],
    )


def _evidence(row: Row) -> Evidence:
    result = row[RESULT]
    if not isinstance(result, Evidence):
        row.refuse(RESULT, "not-passed", "Hapus baris ini: yang tidak lulus tidak memberi JP.")
    return result


def code_of(row: Row) -> str:
    code = row[CODE].upper()
    if not _CODE.fullmatch(code):
        row.refuse(CODE, "not-a-code", "Tulis huruf, angka, dan . _ / - saja, paling banyak 64.")
    return code
