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
from services.chassis.template import (
    Column,
    Form,
    choice,
    day,
    decimal,
    digits,
    text,
    whole,
)
from services.chassis.workbook import Row

_WORDS = {rating.value.replace("_", " "): rating for rating in Rating}
_LAWS = {
    **{law.value: law for law in Law},
    "PP 10/1979": Law.PP_10_1979,
    "PP 46/2011": Law.PP_46_2011,
    "PP 30/2019": Law.PP_30_2019,
    "PermenPANRB 6/2022": Law.PERMENPANRB_6_2022,
}
# The bands of the two purposes: filling a post, and mapping.
_CATEGORIES = {word: word for word in ("MS", "MMS", "KMS", "O", "CO", "KO")}
_YES_OR_NO = {"YA": True, "TIDAK": False}
# What is told to others holds no more.
_LONGEST_CODE = 64

NIP = Column(
    "NIP",
    digits(18),
    "NIP atau NI PPPK pegawai yang sudah tercatat.",
    "199001012015051001",
    private=True,
)
YEAR = Column("TAHUN", whole(1950, 2200), "Tahun kinerja yang dinilai.", "2024")
_THIRDS = (whole(1, 3), "Mulai 2022: 1 di atas, 2 sesuai, 3 di bawah.", "2")
# Where there are no other marks, these must be filled in.
WORK_MARK = Column("HASIL KERJA", *_THIRDS)
BEHAVIOUR_MARK = Column("PERILAKU KERJA", *_THIRDS)
WORK = Column("HASIL KERJA", *_THIRDS, blank=True)
BEHAVIOUR = Column("PERILAKU KERJA", *_THIRDS, blank=True)
WORD = Column(
    *("PREDIKAT", choice(_WORDS), "Boleh kosong; dihitung dari nilainya.", "BAIK"), blank=True
)
LAW = Column(
    *("DASAR HUKUM", choice(_LAWS), "Wajib untuk tahun 2021.", "PermenPANRB 6/2022"),
    blank=True,
    required=False,
)
SCORE = Column(
    *("NILAI", decimal(0, 120), "Tahun 2014 sampai 2021: angka 0 sampai 120.", ""),
    blank=True,
    required=False,
)
NEW_IDEA = Column(
    *("IDE BARU", choice(_YES_OR_NO), "Hanya untuk PP 30/2019.", ""), blank=True, required=False
)
APPRAISALS = Form(
    "skp",
    (NIP, YEAR, WORK, BEHAVIOUR, WORD, LAW, SCORE, NEW_IDEA),
    key=(NIP, YEAR),
    about="Kinerja tahunan: dua sumbu sejak 2022, angka sebelumnya.",
    aliases=("skp tahunan",),
)

DAY = Column("TANGGAL PENILAIAN", day(), "Hari penilaian.", "12-09-2024")
LAST_DAY = Column(
    *("BERLAKU SAMPAI DENGAN", day(), "Hari terakhir berlakunya.", "11-09-2027"), blank=True
)
LEVELS = {
    code: Column(code, whole(1, 5), f"Tingkat {named}.", "3")
    for code, named in STANDARD_COMPETENCIES.items()
}
JPM = Column(
    *("JPM", decimal(0, 1000), "Job person match menurut lembaga, persen.", "88,89"), blank=True
)
CATEGORY = Column("KATEGORI", choice(_CATEGORIES), "Kategori menurut lembaga.", "MS", blank=True)
INSTITUTION = Column("LEMBAGA", text(), "Lembaga penilai.", "Pusat Penilaian Contoh")
STANDARD = Column(
    *("STANDAR JABATAN", text(), "Standar yang dipakai sebagai pembanding.", "administrator"),
    blank=True,
    required=False,
)
ASSESSMENTS = Form(
    "penilaian",
    (NIP, DAY, LAST_DAY, *LEVELS.values(), JPM, CATEGORY, INSTITUTION, STANDARD),
    key=(NIP, DAY, INSTITUTION),
    about="Hasil penilaian kompetensi (CACT atau assessment center).",
    apart=True,
)


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
        nip=row[NIP],
        year=row[YEAR],
        law=row.get(LAW),
        marks=_marks(row),
        rating=row.get(WORD),
    )


def _marks(row: Row) -> Marks:
    score = row.get(SCORE)
    if score is None:
        return Quadrant(
            work_result=Expectation(row[WORK]),
            behaviour=Expectation(row[BEHAVIOUR]),
        )
    if not (row.blank(WORK) and row.blank(BEHAVIOUR)):
        fix = "Isi angka untuk 2014 sampai 2021, atau dua sumbu sejak 2022; jangan keduanya."
        row.refuse(SCORE, "two-kinds-of-marks", fix)
    return Points(score=Decimal(exact(row, SCORE)), new_idea=row.get(NEW_IDEA) or False)


def exact(row: Row, column: Column[str]) -> str:
    """A number that is not more precise than what is told to others."""
    number = row[column]
    if len(number.partition(".")[2]) > MOST_DECIMALS:
        fix = f"Tulis paling banyak {MOST_DECIMALS} angka di belakang koma."
        row.refuse(column, "too-precise", fix)
    return number


def read_assessment(row: Row) -> PastAssessment:
    last_day = row.get(LAST_DAY)
    report = Report(
        assessed_on=row[DAY],
        institution=row[INSTITUTION],
        levels={code: row[column] for code, column in LEVELS.items()},
        # A report names the last day on which it counts; inside, an interval ends the day after.
        valid_until=None if last_day is None else last_day + timedelta(days=1),
        jpm=jpm_of(row),
        category=row.get(CATEGORY),
        against=_standard(row),
    )
    return PastAssessment(row[NIP], report)


def jpm_of(row: Row) -> Decimal | None:
    """A spreadsheet that divides reports twelve decimals; two are what institutions print."""
    jpm = row.get(JPM)
    return None if jpm is None else Decimal(jpm).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _standard(row: Row) -> str | None:
    """A standard goes by the name of its post, spelled as policies are: jpt_pratama."""
    named = row.get(STANDARD)
    code = None if named is None else "_".join(named.lower().split())
    if code is not None and len(code) > _LONGEST_CODE:
        row.refuse(STANDARD, "too-long", f"Ringkas isinya, paling banyak {_LONGEST_CODE} huruf.")
    return code
