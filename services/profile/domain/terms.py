"""Words that every life in profile uses, spelled as the law spells them."""

from __future__ import annotations

from enum import StrEnum


class Refused(Exception):
    """The rules say no. The subclass is the reason; its docstring is the message."""


class EmploymentKind(StrEnum):
    """Kind of employment of a civil servant (UU 20/2023: PNS and PPPK; CPNS is on probation)."""

    PNS = "PNS"
    CPNS = "CPNS"
    PPPK = "PPPK"
    PPPK_PART_TIME = "PPPK_PART_TIME"

    @property
    def by_contract(self) -> bool:
        return self in (EmploymentKind.PPPK, EmploymentKind.PPPK_PART_TIME)


class Sex(StrEnum):
    M = "M"
    F = "F"


class PositionClass(StrEnum):
    """Families of posts (PP 11/2017: JPT, administration, functional)."""

    JPT_UTAMA = "JPT_UTAMA"
    JPT_MADYA = "JPT_MADYA"
    JPT_PRATAMA = "JPT_PRATAMA"
    ADMINISTRATOR = "ADMINISTRATOR"
    PENGAWAS = "PENGAWAS"
    PELAKSANA = "PELAKSANA"
    FUNGSIONAL = "FUNGSIONAL"


class Jenjang(StrEnum):
    """Rungs of the functional ladder."""

    PEMULA = "PEMULA"
    TERAMPIL = "TERAMPIL"
    MAHIR = "MAHIR"
    PENYELIA = "PENYELIA"
    AHLI_PERTAMA = "AHLI_PERTAMA"
    AHLI_MUDA = "AHLI_MUDA"
    AHLI_MADYA = "AHLI_MADYA"
    AHLI_UTAMA = "AHLI_UTAMA"


class Assignment(StrEnum):
    """How a position is held: for good, or acting (Plt, Plh) beside it."""

    DEFINITIVE = "DEFINITIVE"
    PLT = "PLT"
    PLH = "PLH"


class Severity(StrEnum):
    """Hukuman disiplin ringan, sedang, berat."""

    LIGHT = "LIGHT"
    MODERATE = "MODERATE"
    SEVERE = "SEVERE"


# Golongan ruang of a PNS in their order, and golongan of a PPPK in theirs.
GOLONGAN_PNS = tuple(
    f"{number}/{letter}"
    for number, letters in (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde"))
    for letter in letters
)
GOLONGAN_PPPK = (
    *("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
    *("X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"),
)
