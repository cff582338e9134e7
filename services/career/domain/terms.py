"""Words that every part of career uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Refused(Exception):
    """The rules say no. The subclass is the reason; its docstring is the message."""


class EmploymentKind(Enum):
    PNS = "PNS"
    CPNS = "CPNS"
    PPPK = "PPPK"
    PPPK_PART_TIME = "PPPK_PART_TIME"


class PositionClass(Enum):
    JPT_UTAMA = "JPT_UTAMA"
    JPT_MADYA = "JPT_MADYA"
    JPT_PRATAMA = "JPT_PRATAMA"
    ADMINISTRATOR = "ADMINISTRATOR"
    PENGAWAS = "PENGAWAS"
    PELAKSANA = "PELAKSANA"
    FUNGSIONAL = "FUNGSIONAL"


class Jenjang(Enum):
    """The rungs of a functional position (JF)."""

    AHLI_PERTAMA = "AHLI_PERTAMA"
    AHLI_MUDA = "AHLI_MUDA"
    AHLI_MADYA = "AHLI_MADYA"
    AHLI_UTAMA = "AHLI_UTAMA"
    PEMULA = "PEMULA"
    TERAMPIL = "TERAMPIL"
    MAHIR = "MAHIR"
    PENYELIA = "PENYELIA"


class Assignment(Enum):
    """Acting in a post (Plt, Plh) is not holding it."""

    DEFINITIVE = "DEFINITIVE"
    PLT = "PLT"
    PLH = "PLH"


class Severity(Enum):
    LIGHT = "LIGHT"
    MODERATE = "MODERATE"
    SEVERE = "SEVERE"


class Office(Enum):
    """Who may decide by law: the appointing authority, or the authorised official."""

    PPK = "PPK"
    PYB = "PYB"


GOLONGAN = tuple(
    f"{level}/{step}"
    for level, steps in (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde"))
    for step in steps
)
"""The seventeen grades of a PNS, lowest first."""

STANDARD_COMPETENCIES = (
    *(f"M.0{number}" for number in range(1, 9)),
    "SK.01",
)
"""Eight managerial competencies and one socio-cultural (PermenPANRB 38/2017)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """The named person who decides, and the office that makes the decision lawful."""

    person: str
    office: Office


class NumberOfAPerson(Refused):
    """A reference stays readable for ever: it cannot hold a number such as persons bear."""


_BORNE_BY_PERSONS = re.compile(r"(?<![0-9])[0-9](?: ?[0-9]){15,17}(?![0-9])")


def reference(text: str) -> str:
    """The number of a decree is told to others and never sealed."""
    if _BORNE_BY_PERSONS.search(text):
        raise NumberOfAPerson
    return text


class NotADecisionOfAPerson(Refused):
    """A decision needs a named official; no machine decides."""


def named(official: Official) -> Official:
    if not official.person.strip():
        raise NotADecisionOfAPerson
    return official
