"""The sheets in which an agency's ratings and competency results of the past arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES, Report
from services.assessment.domain.ratings import (
    MOST_DECIMALS,
    Expectation,
    Law,
    Marks,
    Points,
    Quadrant,
    Rating,
)
from services.chassis.workbook import Column, Row, SheetForm

NIP, YEAR, WORK, BEHAVIOUR = "NIP", "TAHUN", "HASIL KERJA", "PERILAKU KERJA"
WORD, LAW, SCORE, NEW_IDEA = "PREDIKAT", "DASAR HUKUM", "NILAI", "IDE BARU"
DAY, LAST_DAY, INSTITUTION = "TANGGAL PENILAIAN", "BERLAKU SAMPAI DENGAN", "LEMBAGA"
JPM, CATEGORY, STANDARD = "JPM", "KATEGORI", "STANDAR JABATAN"

APPRAISALS = SheetForm(
    "skp",
    (
        Column(NIP, private=True),
        Column(YEAR),
        Column(WORK),
        Column(BEHAVIOUR),
        Column(WORD),
        Column(LAW, required=False),
        Column(SCORE, required=False),
        Column(NEW_IDEA, required=False),
    ),
    aliases=("skp tahunan",),
)
ASSESSMENTS = SheetForm(
    "penilaian",
    (
        Column(NIP, private=True),
        Column(DAY),
        Column(LAST_DAY),
        *(Column(code) for code in STANDARD_COMPETENCIES),
        Column(JPM),
        Column(CATEGORY),
        Column(INSTITUTION),
        Column(STANDARD, required=False),
    ),
)

_WORDS = {rating.value.replace("_", " "): rating for rating in Rating}
_LAWS = {
    **{law.value: law for law in Law},
    "PP 46/2011": Law.PP_46_2011,
    "PP 30/2019": Law.PP_30_2019,
    "PermenPANRB 6/2022": Law.PERMENPANRB_6_2022,
}
# The bands of the two purposes: filling a post, and mapping.
_CATEGORIES = {word: word for word in ("MS", "MMS", "KMS", "O", "CO", "KO")}
_YES_OR_NO = {"YA": True, "TIDAK": False}
# What is told to others holds no more.
_LONGEST_CODE = 64


@dataclass(frozen=True, slots=True)
class PastAppraisal:
    nip: str
    year: int
    law: Law | None
    marks: Marks
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class PastAssessment:
    nip: str
    report: Report


def read_appraisal(row: Row) -> PastAppraisal:
    return PastAppraisal(
        nip=row.digits(NIP, length=18),
        year=row.whole(YEAR, least=1950, most=2200),
        law=row.choice_or_none(LAW, _LAWS),
        marks=_marks(row),
        rating=row.choice_or_none(WORD, _WORDS),
    )


def _marks(row: Row) -> Marks:
    score = row.decimal_or_none(SCORE, least=0, most=120)
    if score is None:
        return Quadrant(
            work_result=Expectation(row.whole(WORK, least=1, most=3)),
            behaviour=Expectation(row.whole(BEHAVIOUR, least=1, most=3)),
        )
    if not (row.blank(WORK) and row.blank(BEHAVIOUR)):
        fix = "Give points for 2014 to 2021, or the two marks from 2022 on, never both."
        row.refuse(SCORE, "two-kinds-of-marks", fix)
    if _decimals(score) > MOST_DECIMALS:
        row.refuse(SCORE, "too-precise", f"Write at most {MOST_DECIMALS} decimals.")
    return Points(score=Decimal(score), new_idea=row.choice_or_none(NEW_IDEA, _YES_OR_NO) or False)


def read_assessment(row: Row) -> PastAssessment:
    last_day = row.day_or_none(LAST_DAY)
    report = Report(
        assessed_on=row.day(DAY),
        institution=row.text(INSTITUTION),
        levels={code: row.whole(code, least=1, most=5) for code in STANDARD_COMPETENCIES},
        # A report names the last day on which it counts; inside, an interval ends the day after.
        valid_until=None if last_day is None else last_day + timedelta(days=1),
        jpm=_jpm(row),
        category=row.choice_or_none(CATEGORY, _CATEGORIES),
        against=_standard(row),
    )
    return PastAssessment(row.digits(NIP, length=18), report)


def _jpm(row: Row) -> Decimal | None:
    """A spreadsheet that divides reports twelve decimals; two are what institutions print."""
    jpm = row.decimal_or_none(JPM, least=0, most=1000)
    return None if jpm is None else Decimal(jpm).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _standard(row: Row) -> str | None:
    """A standard goes by the name of its post, spelled as policies are: jpt_pratama."""
    named = row.text_or_none(STANDARD)
    code = None if named is None else "_".join(named.lower().split())
    if code is not None and len(code) > _LONGEST_CODE:
        row.refuse(STANDARD, "too-long", f"Shorten the value to {_LONGEST_CODE} characters.")
    return code


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])
