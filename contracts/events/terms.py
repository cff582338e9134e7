"""Closed lists that more than one contract uses, spelled as the law spells them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

EmploymentKind = Literal["PNS", "CPNS", "PPPK", "PPPK_PART_TIME"]
PositionClass = Literal[
    "JPT_UTAMA",
    "JPT_MADYA",
    "JPT_PRATAMA",
    "ADMINISTRATOR",
    "PENGAWAS",
    "PELAKSANA",
    "FUNGSIONAL",
]
Jenjang = Literal[
    "PEMULA",
    "TERAMPIL",
    "MAHIR",
    "PENYELIA",
    "AHLI_PERTAMA",
    "AHLI_MUDA",
    "AHLI_MADYA",
    "AHLI_UTAMA",
]
Assignment = Literal["DEFINITIVE", "PLT", "PLH"]
Severity = Literal["LIGHT", "MODERATE", "SEVERE"]
PerformanceRating = Literal["SANGAT_BAIK", "BAIK", "BUTUH_PERBAIKAN", "KURANG", "SANGAT_KURANG"]
# The words of the two laws that counted points; neither has all of them.
PointsRating = Literal["SANGAT_BAIK", "BAIK", "CUKUP", "KURANG", "SANGAT_KURANG", "BURUK"]
# PNS: I/a to IV/e; PPPK: I to XVII.
Golongan = Annotated[
    str, StringConstraints(pattern=r"^(I/[a-d]|II/[a-d]|III/[a-d]|IV/[a-e]|[IVX]{1,5})$")
]
