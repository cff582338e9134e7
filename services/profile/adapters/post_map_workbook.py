"""Our own template of units and posts: sheets `unit organisasi` and `peta jabatan`."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.workbook import Column, Row, SheetForm
from services.profile.domain.terms import Jenjang, PositionClass

UNITS = SheetForm(
    "unit organisasi",
    (Column("KODE UNOR"), Column("NAMA UNOR"), Column("KODE UNOR INDUK")),
    aliases=("unit", "unor"),
)
POSTS = SheetForm(
    "peta jabatan",
    (
        Column("KODE JABATAN"),
        Column("KODE UNOR"),
        Column("NAMA JABATAN"),
        Column("JENIS JABATAN"),
        Column("ESELON"),
        Column("JENJANG"),
        Column("BIDANG", required=False),
        Column("BUP"),
        Column("KEBUTUHAN"),
    ),
)

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
    return UnitRow(
        code=row.text("KODE UNOR", most=64),
        name=row.text("NAMA UNOR"),
        parent=row.text_or_none("KODE UNOR INDUK", most=64),
    )


def read_post(row: Row) -> PostRow:
    return PostRow(
        code=row.text("KODE JABATAN", most=64),
        unit=row.text("KODE UNOR", most=64),
        name=row.text("NAMA JABATAN"),
        position_class=row.choice("JENIS JABATAN", CLASSES),
        eselon=row.choice_or_none("ESELON", ESELON),
        jenjang=row.choice_or_none("JENJANG", JENJANG),
        field=row.text_or_none("BIDANG", most=64),
        retirement_age=row.whole("BUP", least=50, most=70),
        needed=row.whole("KEBUTUHAN", least=0, most=100_000),
    )
