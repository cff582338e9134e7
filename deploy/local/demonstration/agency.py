"""The invented agency: its units, and the posts that stand in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NAME = "Pemerintah Kota Contoh"
CODE = "9999"

# Of each office: its name, its field of work, and the functional post most found in it.
OFFICES = (
    ("Dinas Pendidikan", "PENDIDIKAN", "Guru"),
    ("Dinas Kesehatan", "KESEHATAN", "Perawat"),
    ("Dinas Pekerjaan Umum", "PEKERJAAN UMUM", "Teknik Jalan"),
    ("Dinas Sosial", "SOSIAL", "Pekerja Sosial"),
    ("Dinas Kependudukan", "KEPENDUDUKAN", "Administrator Database"),
    ("Dinas Perhubungan", "PERHUBUNGAN", "Penguji Kendaraan"),
    ("Dinas Lingkungan Hidup", "LINGKUNGAN", "Pengendali Lingkungan"),
    ("Badan Keuangan Daerah", "KEUANGAN", "Analis Keuangan"),
    ("Badan Perencanaan", "PERENCANAAN", "Perencana"),
    ("Badan Kepegawaian", "KEPEGAWAIAN", "Analis SDM Aparatur"),
    ("Dinas Komunikasi", "KOMUNIKASI", "Pranata Komputer"),
    ("Inspektorat", "PENGAWASAN", "Auditor"),
)

RUNGS = {
    "AHLI PERTAMA": 58,
    "AHLI MUDA": 58,
    "AHLI MADYA": 60,
    "TERAMPIL": 58,
    "MAHIR": 58,
    "PENYELIA": 58,
}
CLERKS = ("Pengadministrasi Perkantoran", "Pengolah Data dan Informasi")


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Post:
    code: str
    unit: str
    name: str
    position_class: str
    eselon: str | None
    jenjang: str | None
    field: str
    retirement_age: int
    needed: int

    @property
    def kind_id(self) -> str:
        """SIASN's jenis jabatan: 1 structural, 2 functional, 4 clerk."""
        return {"FUNGSIONAL": "2", "PELAKSANA": "4"}.get(self.position_class, "1")


@dataclass(frozen=True, slots=True)
class Office:
    """One office with its posts by class."""

    units: tuple[Unit, ...]
    posts: tuple[Post, ...]

    def of(self, position_class: str, jenjang: str | None = None) -> list[Post]:
        return [
            post
            for post in self.posts
            if post.position_class == position_class and post.jenjang == jenjang
        ]


TOP = Unit("KC", NAME, None)


def offices(people: int) -> list[Office]:
    """As many offices as so many people fill, about sixty in each."""
    return [_office(nth) for nth in range(max(2, round(people / 60)))]


def units_of(every: Iterable[Office]) -> list[Unit]:
    return [TOP, *(unit for office in every for unit in office.units)]


def _office(nth: int) -> Office:
    if nth < len(OFFICES):
        name, field, functional = OFFICES[nth]
    else:
        name, field, functional = f"Kecamatan Contoh {nth - 11}", "PEMERINTAHAN", "Analis Kebijakan"
    code = f"KC-{nth + 1:02}"
    divisions = [Unit(f"{code}-B{n}", f"Bidang {n} {name}", code) for n in (1, 2, 3)]
    secretariat = Unit(f"{code}-S", f"Sekretariat {name}", code)
    leaves = [
        *(
            Unit(f"{secretariat.code}{n}", f"Subbagian {n} {name}", secretariat.code)
            for n in (1, 2)
        ),
        *(
            Unit(f"{division.code}A", f"Seksi {division.name}", division.code)
            for division in divisions
        ),
    ]
    units = (Unit(code, name, TOP.code), secretariat, *divisions, *leaves)
    posts = (
        _head(units[0], "Kepala", "JPT PRATAMA", "II.b", field, 60),
        _head(secretariat, "Sekretaris", "ADMINISTRATOR", "III.a", field, 58),
        *(_head(unit, "Kepala", "ADMINISTRATOR", "III.b", field, 58) for unit in divisions),
        *(_head(unit, "Kepala", "PENGAWAS", "IV.a", field, 58) for unit in leaves),
        *(_clerk(unit, name, field) for unit in leaves for name in CLERKS),
        *(
            _functional(unit, functional, rung, field)
            for unit in (secretariat, *divisions)
            for rung in RUNGS
        ),
    )
    return Office(units, posts)


def _head(unit: Unit, word: str, cls: str, eselon: str, field: str, age: int) -> Post:
    return Post(
        f"ST-{unit.code}", unit.code, f"{word} {unit.name}", cls, eselon, None, field, age, 1
    )


def _clerk(unit: Unit, name: str, field: str) -> Post:
    code = "JP-" + name.upper().replace(" ", "-")
    return Post(code, unit.code, name, "PELAKSANA", None, None, field, 58, 4)


def _functional(unit: Unit, name: str, rung: str, field: str) -> Post:
    code = f"JF-{name} {rung}".upper().replace(" ", "-")
    age = 60 if name == "Guru" and rung.startswith("AHLI") else RUNGS[rung]
    title = f"{name} {rung.title()}"
    return Post(code, unit.code, title, "FUNGSIONAL", None, rung, field, age, 3)
