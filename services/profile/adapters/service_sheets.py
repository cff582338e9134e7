"""Sheets of the histories about service itself: `penghargaan`, `CLTN`, `tugas belajar`, `kontrak`,
`masa kerja`, `angka kredit`."""

from __future__ import annotations

from services.chassis.template import Column, Form, choice, day, decimal, suggested, text, whole
from services.chassis.workbook import Row
from services.profile.adapters.file_words import LEVELS
from services.profile.adapters.history_columns import (
    DECREE,
    DECREED_ON,
    EVIDENCE,
    NIP,
    HistoryRow,
    about,
    day_after,
)
from services.profile.domain.facts import (
    Award,
    Contract,
    CreditKind,
    CreditPoints,
    NotCreditPoints,
    ServiceCredit,
    StudyAssignment,
    UnpaidLeave,
    points,
)

# Medals by the words of their decree; another honour keeps the words it comes with.
MEDALS = {
    "SATYALANCANA KARYA SATYA X": "SLKS_X",
    "SATYALANCANA KARYA SATYA XX": "SLKS_XX",
    "SATYALANCANA KARYA SATYA XXX": "SLKS_XXX",
}
YES = {"YA": True, "TIDAK": False}
CREDITS = {
    "KONVERSI": CreditKind.CONVERSION,
    "INTEGRASI": CreditKind.INTEGRATION,
    "PERTAMA": CreditKind.FIRST,
    "PENILAIAN": CreditKind.ASSESSED,
}

HONOUR = Column(
    *(
        "JENIS PENGHARGAAN",
        suggested(MEDALS, 64),
        "Seperti pada piagamnya.",
        "SATYALANCANA KARYA SATYA X",
    )
)
GIVEN = Column("TANGGAL PENGHARGAAN", day(), "Tanggal diberikan.", "17-08-2025")
COUNTS_LAST = Column(
    *("BERLAKU SAMPAI", day(), "Hari terakhir diperhitungkan; kosong bila selamanya.", ""),
    blank=True,
    required=False,
)
AWARDS = Form(
    "penghargaan",
    (NIP, HONOUR, GIVEN, COUNTS_LAST, DECREE, DECREED_ON, *EVIDENCE),
    key=(NIP, HONOUR, GIVEN),
    about="Satyalancana dan penghargaan lain.",
)

FIRST = Column("TANGGAL MULAI", day(), "Hari pertama.", "01-02-2021")
LAST = Column("TANGGAL AKHIR", day(), "Hari terakhir.", "31-01-2024")
OPEN_LAST = Column(
    *("TANGGAL AKHIR", day(), "Hari terakhir; kosong selama masih berjalan.", "31-01-2024"),
    blank=True,
)
LEAVES = Form(
    "CLTN",
    (NIP, FIRST, LAST, DECREE, DECREED_ON, *EVIDENCE),
    key=(NIP, FIRST),
    about="Cuti di luar tanggungan negara.",
)

STUDIED_LEVEL = Column("TINGKAT PENDIDIKAN", choice(LEVELS), "Tingkat yang ditempuh.", "S-2")
STUDIED = Column(
    *("BIDANG STUDI", text(64), "Program studi.", "Administrasi Publik"), blank=True, required=False
)
RELEASED = Column("DIBEBASKAN DARI TUGAS", choice(YES), "Meninggalkan tugas jabatannya?", "YA")
SELF_FUNDED = Column("BIAYA MANDIRI", choice(YES), "Dibiayai sendiri?", "TIDAK")
STUDIES = Form(
    "tugas belajar",
    (
        *(NIP, STUDIED_LEVEL, STUDIED, FIRST, OPEN_LAST, RELEASED, SELF_FUNDED, DECREE, DECREED_ON),
        *EVIDENCE,
    ),
    key=(NIP, FIRST),
    about="Tugas belajar menurut keputusannya.",
)
CONTRACTS = Form(
    "kontrak",
    (NIP, FIRST, LAST, DECREE, DECREED_ON, *EVIDENCE),
    key=(NIP, FIRST),
    about="Perjanjian kerja PPPK; perpanjangan adalah baris tersendiri.",
    aliases=("kontrak PPPK",),
)

YEARS = Column("MASA KERJA TAHUN", whole(0, 60), "Tahun penuh.", "10")
MONTHS = Column("MASA KERJA BULAN", whole(0, 11), "Sisa bulannya.", "3")
COUNTED = Column("TMT", day(), "Hari yang dihitung oleh keputusan.", "01-04-2019")
CREDITED = Form(
    "masa kerja",
    (NIP, YEARS, MONTHS, COUNTED, DECREE, DECREED_ON, *EVIDENCE),
    key=(NIP, COUNTED),
    about="Masa kerja golongan yang diperhitungkan.",
)

HOW = Column("JENIS", choice(CREDITS), "Cara angka kreditnya diperoleh.", "KONVERSI")
MAIN = Column("KREDIT UTAMA", decimal(0, 99_999), "Tiga angka di belakang koma.", "12,5")
SUPPORTING = Column(
    *("KREDIT PENUNJANG", decimal(0, 99_999), "Kosong berarti nol.", "0"),
    blank=True,
    required=False,
)
POINTS = Form(
    "angka kredit",
    (NIP, HOW, FIRST, LAST, MAIN, SUPPORTING, DECREE, DECREED_ON, *EVIDENCE),
    key=(NIP, HOW, FIRST),
    about="Penetapan angka kredit, satu baris per periode. Nomor SK adalah nomor PAK.",
    aliases=("AK",),
)


def read_award(row: Row) -> HistoryRow:
    begins = row[GIVEN]
    told = Award(
        kind=row[HONOUR],
        given_on=begins,
        valid_until=day_after(row, COUNTS_LAST, begins),
        decree_number=row.get(DECREE),
    )
    return about(row, told)


def read_leave(row: Row) -> HistoryRow:
    begins, _ = row[FIRST], row[LAST]
    until = day_after(row, LAST, begins)
    assert until is not None
    return about(row, UnpaidLeave(starts_on=begins, until=until, decree_number=row.get(DECREE)))


def read_study(row: Row) -> HistoryRow:
    begins = row[FIRST]
    told = StudyAssignment(
        level=row[STUDIED_LEVEL],
        field=row.get(STUDIED),
        starts_on=begins,
        until=day_after(row, OPEN_LAST, begins),
        released=row[RELEASED],
        self_funded=row[SELF_FUNDED],
        decree_number=row.get(DECREE),
    )
    return about(row, told)


def read_contract(row: Row) -> HistoryRow:
    begins, _ = row[FIRST], row[LAST]
    until = day_after(row, LAST, begins)
    assert until is not None
    return about(row, Contract(starts_on=begins, until=until, decree_number=row.get(DECREE)))


def read_service(row: Row) -> HistoryRow:
    told = ServiceCredit(
        years=row[YEARS],
        months=row[MONTHS],
        effective_from=row[COUNTED],
        decree_number=row.get(DECREE),
    )
    return about(row, told)


def read_credit(row: Row) -> HistoryRow:
    begins, _ = row[FIRST], row[LAST]
    until = day_after(row, LAST, begins)
    assert until is not None
    told = CreditPoints(
        kind=row[HOW],
        main=_points(row, MAIN, row[MAIN]),
        supporting=_points(row, SUPPORTING, row.get(SUPPORTING) or "0"),
        starts_on=begins,
        until=until,
        decree_number=row.get(DECREE),
    )
    return about(row, told)


def _points(row: Row, column: Column[str], said: str) -> str:
    try:
        return points(said)
    except NotCreditPoints:
        row.refuse(column, "too-precise", "Paling banyak tiga angka di belakang koma.")


READERS = {
    AWARDS: read_award,
    LEAVES: read_leave,
    STUDIES: read_study,
    CONTRACTS: read_contract,
    CREDITED: read_service,
    POINTS: read_credit,
}
