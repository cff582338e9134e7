"""The Excel export of SIASN (profile), as BKN's system writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.chassis.template import Column, Form, Template, choice, day, digits, text, whole
from services.chassis.workbook import Row
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


# What we read; everything else (religion, family, tax, address) is not needed and not taken.

NUMBER = Column("NIP BARU", digits(18), private=True)
OLD_NUMBER = Column("NIP LAMA", digits(9), blank=True, required=False, private=True)
NAMED = Column("NAMA", text(200), private=True)
FRONT_TITLE = Column("GELAR DEPAN", text(50), blank=True, required=False)
BACK_TITLE = Column("GELAR BELAKANG", text(100), blank=True, required=False)
BORN = Column("TANGGAL LAHIR", day(), private=True)
OF_SEX = Column("JENIS KELAMIN", choice(SEX))
NATIONAL_ID = Column("NIK", digits(16), blank=True, required=False, private=True)
PHONE = Column("NOMOR HP", text(40), blank=True, required=False, private=True)
EMAIL = Column("EMAIL", text(200), blank=True, required=False, private=True)
STATUS = Column("STATUS CPNS PNS", choice(EMPLOYMENT))
SINCE = Column("TMT CPNS", day())
RANK = Column("GOL AKHIR NAMA", choice(GOLONGAN))
RANK_SINCE = Column("TMT GOLONGAN", day(), aliases=("TMT GOLONGAN AKHIR",))
POST = Column("JABATAN ID", text(64))
POST_SINCE = Column("TMT JABATAN", day())
UNIT = Column("UNOR ID", text(64))
LEVEL = Column("TINGKAT PENDIDIKAN NAMA", choice(LEVELS))
GRADUATED = Column("TAHUN LULUS", whole(1950, 2100))

FORM = Form(
    "siasn",
    (
        *(NUMBER, OLD_NUMBER, NAMED, FRONT_TITLE, BACK_TITLE, BORN, OF_SEX, NATIONAL_ID, PHONE),
        *(EMAIL, STATUS, SINCE, RANK, RANK_SINCE, POST, POST_SINCE, UNIT, LEVEL, GRADUATED),
    ),
    key=(NUMBER,),
    about="Ekspor profil dari SIASN, apa adanya.",
    aliases=("data", "sheet1"),
)
TEMPLATE = Template(
    "siasn-export",
    "Ekspor SIASN (profil)",
    "Berkas Excel ekspor profil dari SIASN: siapa pegawainya, golongan, jabatan, dan pendidikannya"
    " sekarang. Judul di atas kepala kolom tidak perlu dihapus.",
    (FORM,),
    first=("post-map",),
)


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
    employment = row[STATUS]
    return SiasnRow(
        entry=_entry(row, employment),
        golongan=row[RANK],
        rank_since=row[RANK_SINCE],
        post_code=row[POST],
        unit_code=row[UNIT],
        position_since=row[POST_SINCE],
        education=Education(
            level=row[LEVEL],
            field=None,
            # The export knows only the year.
            completed_on=date(row[GRADUATED], 12, 31),
            year_only=True,
        ),
    )


def _entry(row: Row, employment: EmploymentKind) -> Entry:
    return Entry(
        number=row[NUMBER],
        old_number=row.get(OLD_NUMBER),
        name=row[NAMED],
        front_title=row.get(FRONT_TITLE),
        back_title=row.get(BACK_TITLE),
        birth_date=row[BORN],
        sex=row[OF_SEX],
        employment=employment,
        registered_on=row[SINCE],
        nik=row.get(NATIONAL_ID),
        phone=row.get(PHONE),
        email=row.get(EMAIL),
    )
