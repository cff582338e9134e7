"""The Excel export of SIASN (profile), as BKN's system writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.chassis.workbook import Column, Row, SheetForm
from services.profile.domain.entry import Entry
from services.profile.domain.facts import Education
from services.profile.domain.terms import GOLONGAN_PNS, GOLONGAN_PPPK, EmploymentKind, Sex

# Every header of the export, in its order.
HEADERS = tuple(
    """PNS ID, NIP BARU, NIP LAMA, NAMA, GELAR DEPAN, GELAR BELAKANG, TEMPAT LAHIR ID,
    TEMPAT LAHIR NAMA, TANGGAL LAHIR, JENIS KELAMIN, AGAMA ID, AGAMA NAMA, JENIS KAWIN ID,
    JENIS KAWIN NAMA, NIK, NOMOR HP, EMAIL, EMAIL GOV, ALAMAT, NPWP NOMOR, BPJS, JENIS PEGAWAI ID,
    JENIS PEGAWAI NAMA, KEDUDUKAN HUKUM ID, KEDUDUKAN HUKUM NAMA, STATUS CPNS PNS,
    KARTU ASN VIRTUAL, NOMOR SK CPNS, TANGGAL SK CPNS, TMT CPNS, NOMOR SK PNS, TANGGAL SK PNS,
    TMT PNS, GOL AWAL ID, GOL AWAL NAMA, GOL AKHIR ID, GOL AKHIR NAMA, TMT GOLONGAN, MK TAHUN,
    MK BULAN, JENIS JABATAN ID, JENIS JABATAN NAMA, JABATAN ID, JABATAN NAMA, TMT JABATAN,
    TINGKAT PENDIDIKAN ID, TINGKAT PENDIDIKAN NAMA, PENDIDIKAN ID, PENDIDIKAN NAMA, TAHUN LULUS,
    KPKN ID, KPKN NAMA, LOKASI KERJA ID, LOKASI KERJA NAMA, UNOR ID, UNOR NAMA, INSTANSI INDUK ID,
    INSTANSI INDUK NAMA, INSTANSI KERJA ID, INSTANSI KERJA NAMA, SATUAN KERJA INDUK ID,
    SATUAN KERJA INDUK NAMA, SATUAN KERJA KERJA ID, SATUAN KERJA KERJA NAMA, IS VALID NIK,
    NAMA SEKOLAH, FLAG IKD""".replace("\n", " ").split(",")
)
HEADERS = tuple(" ".join(header.split()) for header in HEADERS)

# What we read; everything else (religion, family, tax, address) is not needed and not taken.
_READ = {
    "NIP BARU",
    "NAMA",
    "TANGGAL LAHIR",
    "JENIS KELAMIN",
    "STATUS CPNS PNS",
    "TMT CPNS",
    "GOL AKHIR NAMA",
    "TMT GOLONGAN",
    "JABATAN ID",
    "TMT JABATAN",
    "TINGKAT PENDIDIKAN NAMA",
    "TAHUN LULUS",
    "UNOR ID",
}
_PRIVATE = {
    *("PNS ID", "NIP BARU", "NIP LAMA", "NAMA", "NIK", "NOMOR HP", "EMAIL", "EMAIL GOV", "ALAMAT"),
    *("TANGGAL LAHIR", "TEMPAT LAHIR NAMA", "AGAMA NAMA", "JENIS KAWIN NAMA", "NPWP NOMOR", "BPJS"),
}
FORM = SheetForm(
    "siasn",
    tuple(
        Column(header, required=header in _READ, private=header in _PRIVATE) for header in HEADERS
    ),
    aliases=("data", "sheet1"),
)

SEX = {"M": Sex.M, "F": Sex.F, "L": Sex.M, "P": Sex.F, "PRIA": Sex.M, "WANITA": Sex.F}
EMPLOYMENT = {
    "PNS": EmploymentKind.PNS,
    "P": EmploymentKind.PNS,
    "CPNS": EmploymentKind.CPNS,
    "C": EmploymentKind.CPNS,
    "PPPK": EmploymentKind.PPPK,
    "PPPK PARUH WAKTU": EmploymentKind.PPPK_PART_TIME,
}
GOLONGAN = {code: code for code in (*GOLONGAN_PNS, *GOLONGAN_PPPK)}
LEVELS = {
    "SD": 1,
    "SEKOLAH DASAR": 1,
    "SLTP": 2,
    "SMP": 2,
    "SLTP KEJURUAN": 2,
    "SLTA": 3,
    "SMA": 3,
    "SLTA KEJURUAN": 3,
    "SLTA KEGURUAN": 3,
    "DIPLOMA I": 4,
    "D-I": 4,
    "DIPLOMA II": 5,
    "D-II": 5,
    "DIPLOMA III/SARJANA MUDA": 6,
    "DIPLOMA III": 6,
    "D-III": 6,
    "DIPLOMA IV": 7,
    "D-IV": 7,
    "S-1/SARJANA": 7,
    "S-1": 7,
    "S1": 7,
    "S-2": 8,
    "S2": 8,
    "S-3/DOKTOR": 9,
    "S-3": 9,
    "S3": 9,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiasnRow:
    """What one row of the export says about a person."""

    entry: Entry
    golongan: str
    rank_since: date
    post_code: str
    unit_code: str
    position_since: date
    education: Education


def read_row(row: Row) -> SiasnRow:
    employment = row.choice("STATUS CPNS PNS", EMPLOYMENT)
    return SiasnRow(
        entry=_entry(row, employment),
        golongan=row.choice("GOL AKHIR NAMA", GOLONGAN),
        rank_since=row.day("TMT GOLONGAN"),
        post_code=row.text("JABATAN ID", most=64),
        unit_code=row.text("UNOR ID", most=64),
        position_since=row.day("TMT JABATAN"),
        education=Education(
            level=row.choice("TINGKAT PENDIDIKAN NAMA", LEVELS),
            field=None,
            # The export knows only the year.
            completed_on=date(row.whole("TAHUN LULUS", least=1950, most=2100), 12, 31),
            year_only=True,
        ),
    )


def _entry(row: Row, employment: EmploymentKind) -> Entry:
    return Entry(
        number=row.digits("NIP BARU", length=18),
        old_number=row.digits_or_none("NIP LAMA", length=9),
        name=row.text("NAMA", most=200),
        front_title=row.text_or_none("GELAR DEPAN", most=50),
        back_title=row.text_or_none("GELAR BELAKANG", most=100),
        birth_date=row.day("TANGGAL LAHIR"),
        sex=row.choice("JENIS KELAMIN", SEX),
        employment=employment,
        registered_on=row.day("TMT CPNS"),
        nik=row.digits_or_none("NIK", length=16),
        phone=row.text_or_none("NOMOR HP", most=40),
        email=row.text_or_none("EMAIL", most=200),
    )
