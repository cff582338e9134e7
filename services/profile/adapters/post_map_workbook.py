"""Units and posts: the workbook with the sheets `unit organisasi` and `peta jabatan`."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.template import Column, Form, Template, choice, text, whole
from services.chassis.workbook import Row
from services.profile.domain.terms import Jenjang, PositionClass

CLASSES = {
    "JPT UTAMA": PositionClass.JPT_UTAMA,
    "JPT MADYA": PositionClass.JPT_MADYA,
    "JPT PRATAMA": PositionClass.JPT_PRATAMA,
    "ADMINISTRATOR": PositionClass.ADMINISTRATOR,
    "PENGAWAS": PositionClass.PENGAWAS,
    "PELAKSANA": PositionClass.PELAKSANA,
    "FUNGSIONAL": PositionClass.FUNGSIONAL,
}
JENJANG = {rung.value.replace("_", " "): rung for rung in Jenjang}
ESELON = {
    code: code
    for code in ("I.a", "I.b", "II.a", "II.b", "III.a", "III.b", "IV.a", "IV.b", "V.a", "V.b")
}

UNIT_CODE = Column("KODE UNOR", text(64), "Kode unit, unik di instansi.", "KC-08-B2")
UNIT_NAME = Column("NAMA UNOR", text(), "Nama lengkap unit.", "Bidang 2 Badan Keuangan Daerah")
PARENT = Column(
    *("KODE UNOR INDUK", text(64), "Kode unit di atasnya; kosong untuk puncak.", "KC-08"),
    blank=True,
)
UNITS = Form(
    "unit organisasi",
    (UNIT_CODE, UNIT_NAME, PARENT),
    key=(UNIT_CODE,),
    about="Susunan unit. Unit induk boleh berada di berkas ini juga.",
    aliases=("unit", "unor"),
    whole=True,
)

POST_CODE = Column("KODE JABATAN", text(64), "Kode jabatan, unik di dalam unitnya.", "PS-KASI-1")
POST_UNIT = Column("KODE UNOR", text(64), "Unit tempat jabatan berada.", "KC-08-B2")
POST_NAME = Column("NAMA JABATAN", text(), "Nama jabatan menurut peta jabatan.", "Kepala Seksi")
CLASS = Column("JENIS JABATAN", choice(CLASSES), "Jenis jabatan.", "PENGAWAS")
POST_ESELON = Column("ESELON", choice(ESELON), "Untuk jabatan struktural.", "IV.a", blank=True)
RUNG = Column(
    *("JENJANG", choice(JENJANG), "Wajib untuk jabatan fungsional, kosong untuk yang lain.", ""),
    blank=True,
)
FIELD = Column(
    *("BIDANG", text(64), "Bidang tugas, bila dipakai oleh aturan.", "UMUM"),
    blank=True,
    required=False,
)
RETIREMENT = Column("BUP", whole(50, 70), "Batas usia pensiun jabatan ini.", "58")
NEEDED = Column(
    *("KEBUTUHAN", whole(0, 100_000), "Hasil ABK. Bezetting dihitung, tidak diisi.", "1")
)
POSTS = Form(
    "peta jabatan",
    (
        *(POST_CODE, POST_UNIT, POST_NAME, CLASS, POST_ESELON, RUNG, FIELD, RETIREMENT),
        NEEDED,
    ),
    key=(POST_CODE, POST_UNIT),
    about="Jabatan per unit. Nama pemegang tidak diisi di sini.",
)
TEMPLATE = Template(
    "post-map",
    "Unit organisasi dan peta jabatan",
    "Unit, jabatan, dan kebutuhannya. Dimuat sebelum data pegawai.",
    (UNITS, POSTS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    code: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    code: str
    unit: str
    name: str
    position_class: PositionClass
    eselon: str | None
    jenjang: Jenjang | None
    field: str | None
    retirement_age: int
    needed: int


def read_unit(row: Row) -> UnitRow:
    return UnitRow(code=row[UNIT_CODE], name=row[UNIT_NAME], parent=row.get(PARENT))


def read_post(row: Row) -> PostRow:
    return PostRow(
        code=row[POST_CODE],
        unit=row[POST_UNIT],
        name=row[POST_NAME],
        position_class=row[CLASS],
        eselon=row.get(POST_ESELON),
        jenjang=row.get(RUNG),
        field=row.get(FIELD),
        retirement_age=row[RETIREMENT],
        needed=row[NEEDED],
    )
