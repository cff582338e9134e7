"""Daftar nominatif as a workbook: one row per person, as they are now; recognised by NIP.

Religion and place of birth are not asked for: no rule and no report reads them (decision 0030).
"""

from __future__ import annotations

from datetime import date, timedelta

from services.chassis.template import Column, Form, Template, choice, day, digits, text, whole
from services.chassis.workbook import Row
from services.profile.adapters.file_words import GOLONGAN, LEVELS, SEX
from services.profile.adapters.history_columns import EVIDENCE, evidence_of
from services.profile.adapters.present_row import HeldRow, PresentRow
from services.profile.domain.entry import Entry
from services.profile.domain.facts import Contract, Education, Rank
from services.profile.domain.terms import EmploymentKind

EMPLOYMENTS = {
    "PNS": EmploymentKind.PNS,
    "CPNS": EmploymentKind.CPNS,
    "PPPK": EmploymentKind.PPPK,
    "PPPK PARUH WAKTU": EmploymentKind.PPPK_PART_TIME,
}
SEXES = {"L": SEX["L"], "P": SEX["P"], **SEX}

NUMBER = Column(
    *("NIP", digits(18), "NIP atau NI PPPK, sebagai teks.", "198609262015051901"),
    aliases=("NIP BARU", "NI PPPK"),
    private=True,
)
OLD_NUMBER = Column(
    *("NIP LAMA", digits(9), "Sembilan angka, bila ada.", "130000001"),
    blank=True,
    required=False,
    private=True,
)
NATIONAL_ID = Column(
    *("NIK", digits(16), "16 angka, sebagai teks.", "0000000000000001"),
    blank=True,
    private=True,
)
NAMED = Column("NAMA", text(200), "Tanpa gelar.", "Rati Bano", private=True)
FRONT_TITLE = Column(
    *("GELAR DEPAN", text(50), "Seperti pada keputusan.", "dr."), blank=True, required=False
)
BACK_TITLE = Column(
    *("GELAR BELAKANG", text(100), "Seperti pada keputusan.", "S.Demo."), blank=True, required=False
)
BORN = Column("TANGGAL LAHIR", day(), "Harus sama dengan NIP.", "26-09-1986", private=True)
OF_SEX = Column("JENIS KELAMIN", choice(SEXES, shown=2), "L atau P, sama dengan NIP.", "L")
STATUS = Column("STATUS", choice(EMPLOYMENTS), "Jenis kepegawaian sekarang.", "PNS")
SINCE = Column(
    *("TMT CPNS", day(), "Bulannya harus sama dengan NIP. PPPK: kosong.", "01-05-2015"), blank=True
)
PERMANENT = Column(
    *("TMT PNS", day(), "Bila sudah diangkat menjadi PNS.", "01-06-2016"), blank=True
)
TERM = Column("MULAI KONTRAK", day(), "Wajib untuk PPPK.", "", blank=True)
TERM_LAST = Column("AKHIR KONTRAK", day(), "Hari terakhir; wajib untuk PPPK.", "", blank=True)
ENTERED = Column(
    *("MULAI BEKERJA", day(), "PPPK: hari pertama, bila kontraknya sudah diperpanjang.", ""),
    blank=True,
    required=False,
)
OR_HISTORY = "Kosong hanya bila ada pada berkas Riwayat."
RANK = Column(
    *(
        "GOLONGAN",
        choice(GOLONGAN),
        f"Golongan ruang PNS atau golongan PPPK. {OR_HISTORY}",
        "III/b",
    ),
    aliases=("GOLRU",),
    blank=True,
)
RANK_SINCE = Column("TMT GOLONGAN", day(), "Mulai berlakunya.", "01-04-2019", blank=True)
POST = Column(
    "KODE JABATAN", text(64), f"Kode pada peta jabatan. {OR_HISTORY}", "PS-KASI-1", blank=True
)
POST_SINCE = Column("TMT JABATAN", day(), "Mulai menjabat.", "02-01-2020", blank=True)
UNIT = Column("KODE UNOR", text(64), "Unit tempat jabatannya.", "KC-08-B2", blank=True)
LEVEL = Column(
    *("PENDIDIKAN", choice(LEVELS), "Tingkat tertinggi yang diakui.", "S-1/SARJANA"),
    blank=True,
)
GRADUATED = Column("TAHUN LULUS", whole(1950, 2100), "Tahun ijazahnya.", "2009", blank=True)
EMAIL = Column("E-MAIL", text(200), "", "rati@contoh.invalid", blank=True, required=False)
PHONE = Column("HP", text(50), "", "0000-1", blank=True, required=False, private=True)
STAFF = Form(
    "nominatif",
    (
        *(NUMBER, OLD_NUMBER, NATIONAL_ID, NAMED, FRONT_TITLE, BACK_TITLE, BORN, OF_SEX, STATUS),
        *(SINCE, PERMANENT, TERM, TERM_LAST, ENTERED, RANK, RANK_SINCE, POST, UNIT, POST_SINCE),
        *(LEVEL, GRADUATED, EMAIL, PHONE, *EVIDENCE),
    ),
    key=(NUMBER,),
    about="Satu baris satu pegawai, keadaannya sekarang. Kelas jabatan, eselon, dan jenjang"
    " berasal dari peta jabatan, jadi tidak diisi di sini.",
    aliases=("data", "nominatif ASN"),
)
TEMPLATE = Template(
    "staff",
    "Nominatif ASN",
    "Pegawai baru dan perubahan data pegawai, dikenali dari NIP. Agama dan tempat lahir tidak"
    " diminta.",
    (STAFF,),
    first=("post-map",),
)


def read_staff(row: Row) -> PresentRow:
    employment = row[STATUS]
    return PresentRow(
        entry=_entry(row, employment),
        rank=_rank(row),
        position=_position(row),
        education=_education(row),
        contract=_contract(row) if employment.by_contract else None,
        evidence=evidence_of(row),
    )


def _entry(row: Row, employment: EmploymentKind) -> Entry:
    begins = (row.get(ENTERED) or row[TERM]) if employment.by_contract else row[SINCE]
    permanent = row.get(PERMANENT) if employment is EmploymentKind.PNS else None
    if permanent is not None and permanent <= begins:
        fix = "TMT PNS sesudah TMT CPNS; betulkan salah satunya."
        row.refuse(PERMANENT, "ends-before-it-begins", fix)
    return Entry(
        number=row[NUMBER],
        old_number=row.get(OLD_NUMBER),
        name=row[NAMED],
        front_title=row.get(FRONT_TITLE),
        back_title=row.get(BACK_TITLE),
        birth_date=row[BORN],
        sex=row[OF_SEX],
        employment=employment,
        registered_on=begins,
        permanent_since=permanent,
        nik=row.get(NATIONAL_ID),
        phone=row.get(PHONE),
        email=row.get(EMAIL),
    )


def _rank(row: Row) -> Rank | None:
    if row.blank(RANK) and row.blank(RANK_SINCE):
        return None
    return Rank(golongan=row[RANK], effective_from=row[RANK_SINCE])


def _position(row: Row) -> HeldRow | None:
    if row.blank(POST) and row.blank(UNIT) and row.blank(POST_SINCE):
        return None
    return HeldRow(post_code=row[POST], unit_code=row[UNIT], since=row[POST_SINCE])


def _contract(row: Row) -> Contract | None:
    if row.blank(TERM) and row.blank(TERM_LAST) and not row.blank(ENTERED):
        return None
    begins, last = row[TERM], row[TERM_LAST]
    if last < begins:
        fix = "Hari terakhir mendahului hari pertama; betulkan salah satunya."
        row.refuse(TERM_LAST, "ends-before-it-begins", fix)
    return Contract(starts_on=begins, until=last + timedelta(days=1))


def _education(row: Row) -> Education | None:
    if row.get(LEVEL) is None:
        return None
    finished = date(row[GRADUATED], 12, 31)
    return Education(level=row[LEVEL], field=None, completed_on=finished, year_only=True)


READERS = {STAFF: read_staff}
