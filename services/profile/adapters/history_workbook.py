"""The histories kept here: one workbook, a sheet for each family of facts.

This file has `golongan`, `jabatan`, `pendidikan` and `hukuman disiplin`; `service_sheets.py` has
the others.
"""

from __future__ import annotations

from dataclasses import replace

from services.chassis.problems import kebab, sentence_of
from services.chassis.template import Column, Form, Template, choice, day, suggested, text
from services.chassis.workbook import Row
from services.profile.adapters import service_sheets
from services.profile.adapters.file_words import GOLONGAN, LEVELS
from services.profile.adapters.history_columns import (
    DECREE,
    DECREED_ON,
    EVIDENCE,
    NIP,
    HistoryRow,
    PositionRow,
    about,
    day_after,
)
from services.profile.domain.discipline import KINDS, sanction_of
from services.profile.domain.facts import Appeal, AppealKind, AppealOutcome, Education, Rank
from services.profile.domain.terms import Assignment, Refused, Severity

ASSIGNMENTS = {
    "DEFINITIF": Assignment.DEFINITIVE,
    "PLT": Assignment.PLT,
    "PLH": Assignment.PLH,
}
SEVERITIES = {
    "R": Severity.LIGHT,
    "RINGAN": Severity.LIGHT,
    "S": Severity.MODERATE,
    "SEDANG": Severity.MODERATE,
    "B": Severity.SEVERE,
    "BERAT": Severity.SEVERE,
}
LAWS = {"PP 94/2021": "PP-94-2021", "PP 53/2010": "PP-53-2010"}
RECOGNISED = {"YA": True, "TIDAK": False}
# The kinds on the law's list, in the words of a decree; another one keeps the words it comes with.
_WORDS_OF = {
    **{kind: kind.replace("_", " ") for kind in KINDS},
    "PEMOTONGAN_TUKIN_6_BULAN": "PEMOTONGAN TUKIN 25% 6 BULAN",
    "PEMOTONGAN_TUKIN_9_BULAN": "PEMOTONGAN TUKIN 25% 9 BULAN",
    "PEMOTONGAN_TUKIN_12_BULAN": "PEMOTONGAN TUKIN 25% 12 BULAN",
}
KIND_OF = {words: kind for kind, words in _WORDS_OF.items()}

GRANTED = Column("GOLONGAN", choice(GOLONGAN), "Golongan ruang PNS atau golongan PPPK.", "III/b")
GRANTED_SINCE = Column("TMT GOLONGAN", day(), "Mulai berlakunya.", "01-04-2019")
RANKS = Form(
    "golongan",
    (NIP, GRANTED, GRANTED_SINCE, DECREE, DECREED_ON, *EVIDENCE),
    key=(NIP, GRANTED_SINCE),
    about="Riwayat golongan, satu baris per keputusan.",
)

POST = Column("KODE JABATAN", text(64), "Kode pada peta jabatan.", "PS-KASI-1")
UNIT = Column("KODE UNOR", text(64), "Kode unit pada peta jabatan.", "KC-08-B2")
HOW = Column("PENUGASAN", choice(ASSIGNMENTS), "Definitif, pelaksana tugas, atau harian.", "PLT")
POST_SINCE = Column("TMT JABATAN", day(), "Mulai menjabat.", "02-01-2020")
POST_LAST = Column(
    *("SAMPAI DENGAN", day(), "Hari terakhir; kosong selama masih menjabat.", "31-12-2022"),
    blank=True,
)
POSITIONS = Form(
    "jabatan",
    (NIP, POST, UNIT, HOW, POST_SINCE, POST_LAST, DECREE, DECREED_ON, *EVIDENCE),
    key=(NIP, POST, UNIT, HOW, POST_SINCE),
    about="Riwayat jabatan. Jabatannya harus ada pada peta jabatan.",
)

LEVEL = Column("TINGKAT PENDIDIKAN", choice(LEVELS), "Tingkat yang diselesaikan.", "S-1/SARJANA")
STUDY = Column(
    *("BIDANG STUDI", text(64), "Bidang atau program studi.", "Ilmu Hukum"),
    blank=True,
    required=False,
)
SCHOOL = Column(
    *("NAMA SEKOLAH", text(), "Sekolah atau perguruan tinggi.", "Universitas Contoh"),
    blank=True,
    required=False,
)
GRADUATED = Column("TANGGAL LULUS", day(), "Tanggal pada ijazah.", "17-08-2009")
YEAR_ONLY = Column(
    *("HANYA TAHUN", choice(RECOGNISED), "YA bila hanya tahunnya yang diketahui.", "TIDAK"),
    blank=True,
    required=False,
)
DIPLOMA = Column(
    *("NOMOR IJAZAH", text(100), "Nomor ijazah.", "IJZ-2009-0001"), blank=True, required=False
)
COUNTS = Column("DIAKUI", choice(RECOGNISED), "Sudah diakui sebagai gelar kepegawaian?", "YA")
EDUCATIONS = Form(
    "pendidikan",
    (NIP, LEVEL, STUDY, SCHOOL, GRADUATED, YEAR_ONLY, DIPLOMA, COUNTS, *EVIDENCE),
    key=(NIP, LEVEL, GRADUATED),
    about="Riwayat pendidikan.",
)

SORT = Column(
    "JENIS HUKUMAN", suggested(KIND_OF, 64), "Jenis menurut keputusan.", "TEGURAN TERTULIS"
)
HOW_SEVERE = Column("TINGKAT HUKUMAN", choice(SEVERITIES), "Ringan, sedang, atau berat.", "RINGAN")
IMPOSED = Column("TANGGAL MULAI", day(), "Hari pertama berlakunya.", "01-02-2023")
IMPOSED_LAST = Column(
    *("TANGGAL AKHIR", day(), "Hari terakhir; kosong bila tanpa akhir.", "31-01-2024"), blank=True
)
UNDER = Column("DASAR HUKUM", suggested(LAWS, 64), "Peraturan yang diterapkan.", "PP 94/2021")
APPEALS = {"KEBERATAN": AppealKind.OBJECTION, "BANDING": AppealKind.APPEAL}
OUTCOMES = {"DIKUATKAN": AppealOutcome.UPHELD, "DIUBAH": AppealOutcome.CHANGED}
APPEAL = Column(
    *("UPAYA ADMINISTRATIF", choice(APPEALS), "Keberatan atau banding, bila diajukan.", ""),
    blank=True,
    required=False,
)
APPEALED_ON = Column(*("TANGGAL UPAYA", day(), "Tanggal diajukan.", ""), blank=True, required=False)
OUTCOME = Column(
    *("PUTUSAN", choice(OUTCOMES), "Kosong selama belum diputus.", ""), blank=True, required=False
)
DECIDED_ON = Column(*("TANGGAL PUTUSAN", day(), "Tanggal putusan.", ""), blank=True, required=False)
DECISION = Column(*("NOMOR PUTUSAN", text(100), "Nomor putusan.", ""), blank=True, required=False)
SANCTIONS = Form(
    "hukuman disiplin",
    (
        *(NIP, SORT, HOW_SEVERE, IMPOSED, IMPOSED_LAST, UNDER, DECREE, DECREED_ON),
        *(APPEAL, APPEALED_ON, OUTCOME, DECIDED_ON, DECISION, *EVIDENCE),
    ),
    key=(NIP, SORT, IMPOSED),
    about="Riwayat hukuman disiplin. Lama hukuman menurut peraturan pada tanggal mulainya.",
    aliases=("hukdis",),
)
FORMS = (RANKS, POSITIONS, EDUCATIONS, SANCTIONS, *service_sheets.READERS)
TEMPLATE = Template(
    "history",
    "Riwayat kepegawaian",
    "Golongan, jabatan, pendidikan, hukuman disiplin, penghargaan, CLTN, tugas belajar, kontrak,"
    " masa kerja, dan angka kredit; satu lembar untuk tiap jenis. Lembar yang tidak dipakai boleh"
    " dibiarkan kosong.",
    FORMS,
    first=("post-map", "siasn-export"),
    part_of="riwayat",
)


def read_rank(row: Row) -> HistoryRow:
    told = Rank(
        golongan=row[GRANTED],
        effective_from=row[GRANTED_SINCE],
        decree_number=row.get(DECREE),
    )
    return about(row, told)


def read_position(row: Row) -> HistoryRow:
    begins = row[POST_SINCE]
    told = PositionRow(
        post_code=row[POST],
        unit_code=row[UNIT],
        assignment=row[HOW],
        effective_from=begins,
        until=day_after(row, POST_LAST, begins),
        decree_number=row.get(DECREE),
    )
    return about(row, told)


def read_education(row: Row) -> HistoryRow:
    told = Education(
        level=row[LEVEL],
        field=row.get(STUDY),
        completed_on=row[GRADUATED],
        year_only=row.get(YEAR_ONLY) or False,
        recognised=row[COUNTS],
    )
    return about(row, told, document=row.get(DIPLOMA))


def read_sanction(row: Row) -> HistoryRow:
    begins = row[IMPOSED]
    try:
        told = sanction_of(
            row[SORT],
            begins,
            severity=row[HOW_SEVERE],
            law=row[UNDER],
            ends_on=day_after(row, IMPOSED_LAST, begins),
            decree_number=row.get(DECREE),
        )
    except Refused as refused:
        row.refuse(SORT, kebab(type(refused).__name__), sentence_of(type(refused)))
    return about(row, replace(told, appeal=_appeal(row)))


def _appeal(row: Row) -> Appeal | None:
    kind = row.get(APPEAL)
    if kind is None:
        return None
    return Appeal(
        kind=kind,
        on=row[APPEALED_ON],
        outcome=row.get(OUTCOME),
        decided_on=row.get(DECIDED_ON),
        decree_number=row.get(DECISION),
    )


READERS = {
    RANKS: read_rank,
    POSITIONS: read_position,
    EDUCATIONS: read_education,
    SANCTIONS: read_sanction,
    **service_sheets.READERS,
}
