"""The workbook of an agency's past: every sheet in which ratings and results arrive."""

from __future__ import annotations

from services.assessment.adapters.history_sheets import APPRAISALS, ASSESSMENTS
from services.assessment.adapters.older_and_shorter_sheets import DP3, PERIODS, POTENTIAL
from services.chassis.template import Template

TEMPLATE = Template(
    "history",
    "Kinerja dan hasil penilaian kompetensi",
    "SKP, kinerja periodik, DP3, dan hasil penilaian. Pegawainya harus sudah tercatat.",
    (APPRAISALS, PERIODS, DP3, ASSESSMENTS, POTENTIAL),
    part_of="riwayat",
)
