"""The Excel export of SIASN (profile), as BKN's system writes it."""

from __future__ import annotations

from datetime import date

from services.chassis.template import Column, Form, Template, choice, day, digits, text, whole
from services.chassis.workbook import Row
from services.profile.adapters.file_words import EMPLOYMENT, GOLONGAN, LEVELS, SEX
from services.profile.adapters.present_row import HeldRow, PresentRow
from services.profile.domain.entry import Entry
from services.profile.domain.facts import Education, Rank, ServiceCredit
from services.profile.domain.terms import EmploymentKind

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

NUMBER = Column("NIP BARU", digits(18), aliases=("NIP",), private=True)
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
PERMANENT = Column("TMT PNS", day(), blank=True, required=False)
YEARS = Column("MK TAHUN", whole(0, 60), blank=True, required=False)
MONTHS = Column("MK BULAN", whole(0, 11), blank=True, required=False)
RANK = Column("GOL AKHIR NAMA", choice(GOLONGAN), aliases=("GOLRU",))
RANK_SINCE = Column("TMT GOLONGAN", day(), aliases=("TMT GOLONGAN AKHIR",))
POST = Column("JABATAN ID", text(64))
POST_SINCE = Column("TMT JABATAN", day())
UNIT = Column("UNOR ID", text(64))
LEVEL = Column("TINGKAT PENDIDIKAN NAMA", choice(LEVELS), aliases=("JENJANG PENDIDIKAN",))
GRADUATED = Column("TAHUN LULUS", whole(1950, 2100))

FORM = Form(
    "siasn",
    (
        *(NUMBER, OLD_NUMBER, NAMED, FRONT_TITLE, BACK_TITLE, BORN, OF_SEX, NATIONAL_ID, PHONE),
        *(
            EMAIL,
            STATUS,
            SINCE,
            PERMANENT,
            YEARS,
            MONTHS,
            RANK,
            RANK_SINCE,
            POST,
            POST_SINCE,
            UNIT,
            LEVEL,
            GRADUATED,
        ),
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


def read_row(row: Row) -> PresentRow:
    employment = row[STATUS]
    return PresentRow(
        entry=_entry(row, employment),
        rank=Rank(golongan=row[RANK], effective_from=row[RANK_SINCE]),
        position=HeldRow(post_code=row[POST], unit_code=row[UNIT], since=row[POST_SINCE]),
        education=Education(
            level=row[LEVEL],
            field=None,
            # The export knows only the year.
            completed_on=date(row[GRADUATED], 12, 31),
            year_only=True,
        ),
        service=_service(row),
    )


def _service(row: Row) -> ServiceCredit | None:
    """Masa kerja golongan is counted on the day of the last golongan."""
    years, months = row.get(YEARS), row.get(MONTHS)
    if years is None or months is None:
        return None
    return ServiceCredit(years=years, months=months, effective_from=row[RANK_SINCE])


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
        permanent_since=row.get(PERMANENT) if employment is EmploymentKind.PNS else None,
        nik=row.get(NATIONAL_ID),
        phone=row.get(PHONE),
        email=row.get(EMAIL),
    )
