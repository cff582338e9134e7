"""What institutions found out about people: a row for each person, day and tool."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from services.assessment.adapters.history_sheets import (
    CATEGORY,
    DAY,
    INSTITUTION,
    JPM,
    LAST_DAY,
    LEVELS,
    NIP,
    exact,
    jpm_of,
)
from services.assessment.adapters.older_and_shorter_sheets import ASPECT, METHOD, SCALE
from services.assessment.domain.competency_assessment import Report
from services.assessment.domain.potential_assessment import Potential
from services.chassis.template import Column, Form, Template, text
from services.chassis.workbook import Row

ASSESSOR = Column(
    *("ASESOR", text(), "Nama asesor; hanya disimpan bersama hasil kompetensi.", ""),
    blank=True,
    required=False,
)
# A person may have been measured in competencies, in potential, or in both.
MEASURED = {code: replace(column, blank=True) for code, column in LEVELS.items()}
SCORE_LIMIT = replace(SCALE, blank=True, required=False)
SCORED = {code: replace(column, blank=True, required=False) for code, column in ASPECT.items()}
RESULTS = Form(
    "hasil penilaian",
    (
        *(NIP, DAY, METHOD, INSTITUTION, ASSESSOR),
        *MEASURED.values(),
        *(JPM, CATEGORY, LAST_DAY, SCORE_LIMIT),
        *SCORED.values(),
    ),
    key=(NIP, DAY, METHOD),
    about="Sembilan kompetensi, delapan aspek potensi, atau keduanya; setiap kelompok utuh.",
)
TEMPLATE = Template(
    "results",
    "Hasil penilaian (CACT/AC)",
    "Hasil penilaian kompetensi dan potensi. Pegawainya harus sudah tercatat.",
    (RESULTS,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one row says; at least one of the two is there."""

    nip: str
    report: Report | None
    potential: Potential | None


def read_result(row: Row) -> Found:
    last_day = row.get(LAST_DAY)
    # A report names the last day on which it counts; inside, an interval ends the day after.
    end = None if last_day is None else last_day + timedelta(days=1)
    report, potential = _report(row, end), _potential(row, end)
    if report is None and potential is None:
        fix = "Isi sembilan tingkat kompetensi, delapan nilai potensi, atau keduanya."
        row.refuse(MEASURED["M.01"], "nothing-measured", fix)
    return Found(nip=row[NIP], report=report, potential=potential)


def _report(row: Row, end: date | None) -> Report | None:
    levels = {code: row[column] for code, column in MEASURED.items() if not row.blank(column)}
    if not levels:
        for column in (JPM, CATEGORY):
            if not row.blank(column):
                fix = "Isi sembilan tingkat kompetensinya, atau kosongkan sel ini."
                row.refuse(column, "match-without-levels", fix)
        return None
    return Report(
        assessed_on=row[DAY],
        institution=row[INSTITUTION],
        levels=levels,
        valid_until=end,
        jpm=jpm_of(row),
        category=row.get(CATEGORY),
        method=row[METHOD],
        assessor=row.get(ASSESSOR),
    )


def _potential(row: Row, end: date | None) -> Potential | None:
    told = {code: column for code, column in SCORED.items() if not row.blank(column)}
    if not told:
        return None
    return Potential(
        assessed_on=row[DAY],
        institution=row[INSTITUTION],
        method=row[METHOD],
        scale=Decimal(exact(row, SCORE_LIMIT)),
        scores={code: Decimal(exact(row, column)) for code, column in told.items()},
        valid_until=end,
    )
