"""Histories kept here: sheets `golongan`, `jabatan`, `pendidikan`, `hukuman disiplin`.

Files name the last day of a period, as decrees do; inside, a period ends on the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.chassis.template import Column, Form, Template, choice, day, digits, text
from services.chassis.workbook import Row
from services.profile.adapters.siasn_export import GOLONGAN, LEVELS
from services.profile.domain.facts import Education, Rank, Sanction
from services.profile.domain.terms import Assignment, Severity

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

GRANTED = Column("GOLONGAN", choice(GOLONGAN), "Golongan ruang PNS atau golongan PPPK.", "III/b")
GRANTED_SINCE = Column("TMT GOLONGAN", day(), "Mulai berlakunya.", "01-04-2019")
RANKS = Form(
    "golongan",
    (NIP, GRANTED, GRANTED_SINCE, DECREE, DECREED_ON),
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
    (NIP, POST, UNIT, HOW, POST_SINCE, POST_LAST, DECREE, DECREED_ON),
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
DIPLOMA = Column(
    *("NOMOR IJAZAH", text(100), "Nomor ijazah.", "IJZ-2009-0001"), blank=True, required=False
)
COUNTS = Column("DIAKUI", choice(RECOGNISED), "Sudah diakui sebagai gelar kepegawaian?", "YA")
EDUCATIONS = Form(
    "pendidikan",
    (NIP, LEVEL, STUDY, SCHOOL, GRADUATED, DIPLOMA, COUNTS),
    key=(NIP, LEVEL, GRADUATED),
    about="Riwayat pendidikan.",
)

SORT = Column("JENIS HUKUMAN", text(64), "Jenis menurut keputusan.", "TEGURAN TERTULIS")
HOW_SEVERE = Column("TINGKAT HUKUMAN", choice(SEVERITIES), "Ringan, sedang, atau berat.", "RINGAN")
IMPOSED = Column("TANGGAL MULAI", day(), "Hari pertama berlakunya.", "01-02-2023")
IMPOSED_LAST = Column(
    *("TANGGAL AKHIR", day(), "Hari terakhir; kosong bila tanpa akhir.", "31-01-2024"), blank=True
)
UNDER = Column("DASAR HUKUM", choice(LAWS), "Peraturan yang diterapkan.", "PP 94/2021")
SANCTIONS = Form(
    "hukuman disiplin",
    (NIP, SORT, HOW_SEVERE, IMPOSED, IMPOSED_LAST, UNDER, DECREE, DECREED_ON),
    key=(NIP, SORT, IMPOSED),
    about="Riwayat hukuman disiplin.",
    aliases=("hukdis",),
)
FORMS = (RANKS, POSITIONS, EDUCATIONS, SANCTIONS)
TEMPLATE = Template(
    "history",
    "Riwayat kepegawaian",
    "Golongan, jabatan, pendidikan, dan hukuman disiplin yang lalu, satu lembar untuk tiap jenis.",
    FORMS,
    first=("post-map", "siasn-export"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """A position as the sheet names it: the post stands on the post map."""

    post_code: str
    unit_code: str
    assignment: Assignment
    effective_from: date
    until: date | None
    decree_number: str | None


Told = Rank | PositionRow | Education | Sanction


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    number: str
    told: Told

    @property
    def begins(self) -> date:
        told = self.told
        return told.effective_from if isinstance(told, PositionRow) else told.begins


def read_rank(row: Row) -> HistoryRow:
    return HistoryRow(
        number=row[NIP],
        told=Rank(
            golongan=row[GRANTED],
            effective_from=row[GRANTED_SINCE],
            decree_number=row.get(DECREE),
        ),
    )


def read_position(row: Row) -> HistoryRow:
    begins = row[POST_SINCE]
    return HistoryRow(
        number=row[NIP],
        told=PositionRow(
            post_code=row[POST],
            unit_code=row[UNIT],
            assignment=row[HOW],
            effective_from=begins,
            until=_day_after(row, POST_LAST, begins),
            decree_number=row.get(DECREE),
        ),
    )


def read_education(row: Row) -> HistoryRow:
    return HistoryRow(
        number=row[NIP],
        told=Education(
            level=row[LEVEL],
            field=row.get(STUDY),
            completed_on=row[GRADUATED],
            recognised=row[COUNTS],
        ),
    )


def read_sanction(row: Row) -> HistoryRow:
    begins = row[IMPOSED]
    return HistoryRow(
        number=row[NIP],
        told=Sanction(
            kind=row[SORT],
            severity=row[HOW_SEVERE],
            starts_on=begins,
            ends_on=_day_after(row, IMPOSED_LAST, begins),
            law=row[UNDER],
            decree_number=row.get(DECREE),
        ),
    )


READERS = {
    RANKS: read_rank,
    POSITIONS: read_position,
    EDUCATIONS: read_education,
    SANCTIONS: read_sanction,
}


def _day_after(row: Row, column: Column[date], begins: date) -> date | None:
    last = row.get(column)
    if last is not None and last < begins:
        fix = "Hari terakhir mendahului hari pertama; betulkan salah satunya."
        row.refuse(column, "ends-before-it-begins", fix)
    return None if last is None else last + timedelta(days=1)
