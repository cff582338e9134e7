"""The sheets for what is older or shorter than a year's SKP, and for potential alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.assessment.adapters.history_sheets import (
    BEHAVIOUR_MARK,
    DAY,
    INSTITUTION,
    LAST_DAY,
    NIP,
    WORD,
    WORK_MARK,
    YEAR,
    exact,
)
from services.assessment.domain.periodic_rating import Length, Period
from services.assessment.domain.potential_assessment import ASPECTS, Potential
from services.assessment.domain.ratings import (
    CHARACTERS,
    LEADERSHIP,
    Characters,
    Expectation,
    Quadrant,
    Rating,
)
from services.chassis.template import Column, Form, choice, decimal, text, whole
from services.chassis.workbook import Row

LENGTHS = {
    "BULANAN": Length.MONTH,
    "TRIWULAN": Length.QUARTER,
    "1": Length.MONTH,
    "2": Length.QUARTER,
}

LENGTH = Column("PERIODIK", choice(LENGTHS, shown=2), "Bulanan atau triwulan.", "TRIWULAN")
NUMBER = Column("PERIODE KE", whole(1, 12), "Bulan 1 sampai 12, atau triwulan 1 sampai 4.", "1")
PERIODS = Form(
    "kinerja periodik",
    (NIP, YEAR, LENGTH, NUMBER, WORK_MARK, BEHAVIOUR_MARK, WORD),
    key=(NIP, YEAR, LENGTH, NUMBER),
    about="Penilaian bulanan atau triwulan, mulai 2022.",
)

SCORES = {
    code: Column(
        *(named.upper(), decimal(0, 100), "Nilai 0 sampai 100.", "82"),
        blank=code == LEADERSHIP,
    )
    for code, named in CHARACTERS.items()
}
DP3 = Form(
    "dp3",
    (NIP, YEAR, *SCORES.values(), WORD),
    key=(NIP, YEAR),
    about="DP3 menurut PP 10/1979, sampai tahun 2013. Kepemimpinan hanya untuk pejabat.",
)

METHOD = Column("ALAT", text(), "Alat atau metode penilaian.", "CACT")
SCALE = Column("SKALA", decimal(1, 1000), "Nilai tertinggi yang mungkin.", "100")
ASPECT = {
    code: Column(named.upper(), decimal(0, 1000), "Nilai pada skala itu.", "75")
    for code, named in ASPECTS.items()
}
POTENTIAL = Form(
    "potensi",
    (NIP, DAY, METHOD, INSTITUTION, SCALE, *ASPECT.values(), LAST_DAY),
    key=(NIP, DAY, INSTITUTION),
    about="Delapan aspek potensi pada skala yang disebut; boleh tanpa hasil kompetensi.",
)


@dataclass(frozen=True, slots=True)
class PastPeriod:
    nip: str
    period: Period
    marks: Quadrant
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class PastDp3:
    nip: str
    year: int
    marks: Characters
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class PastPotential:
    nip: str
    potential: Potential


def read_period(row: Row) -> PastPeriod:
    return PastPeriod(
        nip=row[NIP],
        period=Period(year=row[YEAR], length=row[LENGTH], number=row[NUMBER]),
        marks=Quadrant(
            work_result=Expectation(row[WORK_MARK]), behaviour=Expectation(row[BEHAVIOUR_MARK])
        ),
        rating=row.get(WORD),
    )


def read_dp3(row: Row) -> PastDp3:
    scores = {
        code: Decimal(exact(row, column))
        for code, column in SCORES.items()
        if code != LEADERSHIP or not row.blank(column)
    }
    return PastDp3(row[NIP], row[YEAR], Characters(scores=scores), row.get(WORD))


def read_potential(row: Row) -> PastPotential:
    last_day = row.get(LAST_DAY)
    found = Potential(
        assessed_on=row[DAY],
        institution=row[INSTITUTION],
        method=row[METHOD],
        scale=Decimal(exact(row, SCALE)),
        scores={code: Decimal(exact(row, column)) for code, column in ASPECT.items()},
        # A report names the last day on which it counts; inside, an interval ends the day after.
        valid_until=None if last_day is None else last_day + timedelta(days=1),
    )
    return PastPotential(row[NIP], found)
