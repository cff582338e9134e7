"""Units and posts: the workbook with the sheets `unit organisasi` and `peta jabatan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.chassis.template import Column, Form, Template, choice, day, text, whole
from services.chassis.workbook import Row
from services.profile.adapters.file_words import LEVELS
from services.profile.domain.post import Conditions
from services.profile.domain.terms import Jenjang, PositionClass
from services.profile.domain.work_unit import NoSuchPlace, Place

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

SINCE = Column(
    *("BERLAKU SEJAK", day(), "Kosong: sejak hari berkas diterima. Satu baris per perubahan.", ""),
    blank=True,
    required=False,
)
UNIT_CODE = Column("KODE UNOR", text(64), "Kode unit, unik di instansi.", "KC-08-B2")
UNIT_NAME = Column("NAMA UNOR", text(), "Nama lengkap unit.", "Bidang 2 Badan Keuangan Daerah")
PARENT = Column(
    *("KODE UNOR INDUK", text(64), "Kode unit di atasnya; kosong untuk puncak.", "KC-08"),
    blank=True,
)
KIND = Column(
    *("JENIS UNOR", text(64), "Misalnya dinas, kecamatan, puskesmas, sekolah.", "BADAN"),
    blank=True,
    required=False,
)
REGION = Column(
    *("KODE WILAYAH", text(13), "Kode Kemendagri, dengan titik.", "00.01.02"),
    blank=True,
    required=False,
)
LATITUDE = Column(
    *("LINTANG", text(12), "Derajat, selatan negatif, paling banyak enam desimal.", "-6.914744"),
    blank=True,
    required=False,
)
LONGITUDE = Column(
    *("BUJUR", text(12), "Derajat, paling banyak enam desimal.", "107.609810"),
    blank=True,
    required=False,
)
UNITS = Form(
    "unit organisasi",
    (UNIT_CODE, UNIT_NAME, PARENT, KIND, REGION, LATITUDE, LONGITUDE, SINCE),
    key=(UNIT_CODE, SINCE),
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
JOB_CLASS = Column(
    *("KELAS JABATAN", whole(1, 17), "Hasil evaluasi jabatan.", "9"), blank=True, required=False
)
LEAST_LEVEL = Column(
    *("SYARAT PENDIDIKAN", choice(LEVELS), "Tingkat terendah.", "S-1/SARJANA"),
    blank=True,
    required=False,
)
TRAINING = Column(
    *("SYARAT PELATIHAN", text(500), "Menurut analisis jabatan.", "PKP"),
    blank=True,
    required=False,
)
EXPERIENCE = Column(
    *("SYARAT PENGALAMAN", text(500), "Menurut analisis jabatan.", "3 tahun sebagai pelaksana"),
    blank=True,
    required=False,
)
POSTS = Form(
    "peta jabatan",
    (
        *(POST_CODE, POST_UNIT, POST_NAME, CLASS, POST_ESELON, RUNG, FIELD, RETIREMENT),
        *(NEEDED, JOB_CLASS, LEAST_LEVEL, TRAINING, EXPERIENCE, SINCE),
    ),
    key=(POST_CODE, POST_UNIT, SINCE),
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
    kind: str | None
    region_code: str | None
    place: Place | None
    since: date | None


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
    job_class: int | None
    conditions: Conditions
    since: date | None


def read_unit(row: Row) -> UnitRow:
    return UnitRow(
        code=row[UNIT_CODE],
        name=row[UNIT_NAME],
        parent=row.get(PARENT),
        kind=row.get(KIND),
        region_code=row.get(REGION),
        place=_place(row),
        since=row.get(SINCE),
    )


def _place(row: Row) -> Place | None:
    if row.blank(LATITUDE) and row.blank(LONGITUDE):
        return None
    latitude, longitude = (row[one].replace(",", ".") for one in (LATITUDE, LONGITUDE))
    try:
        return Place(latitude=latitude, longitude=longitude)
    except NoSuchPlace:
        fix = "Tulis derajat dengan paling banyak enam angka desimal, misalnya -6.914744."
        row.refuse(LATITUDE, "no-such-place", fix)


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
        job_class=row.get(JOB_CLASS),
        conditions=Conditions(
            education=row.get(LEAST_LEVEL),
            training=row.get(TRAINING),
            experience=row.get(EXPERIENCE),
        ),
        since=row.get(SINCE),
    )


def unit_row(told: Mapping[str, Any]) -> dict[Column[Any], Any]:
    """A definition as a row that says the same when it is read."""
    return {
        UNIT_CODE: told["code"],
        UNIT_NAME: told["name"],
        PARENT: told["parent"],
        KIND: told["kind"],
        REGION: told["region_code"],
        LATITUDE: told["latitude"],
        LONGITUDE: told["longitude"],
        SINCE: told["effective_from"],
    }


def post_row(told: Mapping[str, Any]) -> dict[Column[Any], Any]:
    return {
        POST_CODE: told["code"],
        POST_UNIT: told["unit"],
        POST_NAME: told["name"],
        CLASS: PositionClass(told["position_class"]),
        POST_ESELON: told["eselon"],
        RUNG: Jenjang(told["jenjang"]) if told["jenjang"] else None,
        FIELD: told["field"],
        RETIREMENT: told["retirement_age"],
        NEEDED: told["needed"],
        JOB_CLASS: told["job_class"],
        LEAST_LEVEL: told["education"],
        TRAINING: told["training"],
        EXPERIENCE: told["experience"],
        SINCE: told["effective_from"],
    }
