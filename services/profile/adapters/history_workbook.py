"""Histories kept here: sheets `golongan`, `jabatan`, `pendidikan`, `hukuman disiplin`.

Files name the last day of a period, as decrees do; inside, a period ends on the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.chassis.workbook import Column, Row, SheetForm
from services.profile.adapters.siasn_export import GOLONGAN, LEVELS
from services.profile.domain.facts import Education, EndsBeforeItBegins, Rank, Sanction
from services.profile.domain.terms import Assignment, Severity

NIP = Column("NIP", private=True, aliases=("NIP BARU",))
RANKS = SheetForm(
    "golongan",
    (
        NIP,
        Column("GOLONGAN"),
        Column("TMT GOLONGAN"),
        Column("NOMOR SK"),
        Column("TANGGAL SK", required=False),
    ),
)
POSITIONS = SheetForm(
    "jabatan",
    (
        NIP,
        Column("KODE JABATAN"),
        Column("KODE UNOR"),
        Column("PENUGASAN"),
        Column("TMT JABATAN"),
        Column("SAMPAI DENGAN"),
        Column("NOMOR SK"),
        Column("TANGGAL SK", required=False),
    ),
)
EDUCATIONS = SheetForm(
    "pendidikan",
    (
        NIP,
        Column("TINGKAT PENDIDIKAN"),
        Column("BIDANG STUDI", required=False),
        Column("NAMA SEKOLAH", required=False),
        Column("TANGGAL LULUS"),
        Column("NOMOR IJAZAH", required=False),
        Column("DIAKUI"),
    ),
)
SANCTIONS = SheetForm(
    "hukuman disiplin",
    (
        NIP,
        Column("JENIS HUKUMAN"),
        Column("TINGKAT HUKUMAN"),
        Column("TANGGAL MULAI"),
        Column("TANGGAL AKHIR"),
        Column("DASAR HUKUM"),
        Column("NOMOR SK"),
        Column("TANGGAL SK", required=False),
    ),
    aliases=("hukdis",),
)
FORMS = (RANKS, POSITIONS, EDUCATIONS, SANCTIONS)

ASSIGNMENTS = {
    "DEFINITIF": Assignment.DEFINITIVE,
    "PLT": Assignment.PLT,
    "PLH": Assignment.PLH,
}
SEVERITIES = {
    "R": Severity.LIGHT,
    "RINGAN": Severity.LIGHT,
    "S": Severity.MODERATE,
    "SEDANG": Severity.MODERATE,
    "B": Severity.SEVERE,
    "BERAT": Severity.SEVERE,
}
LAWS = {"PP 94/2021": "PP-94-2021", "PP 53/2010": "PP-53-2010"}
RECOGNISED = {"YA": True, "TIDAK": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """A position as the sheet names it: the post stands on the post map."""

    post_code: str
    unit_code: str
    assignment: Assignment
    effective_from: date
    until: date | None
    decree_number: str | None


Told = Rank | PositionRow | Education | Sanction


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    number: str
    told: Told

    @property
    def begins(self) -> date:
        told = self.told
        return told.effective_from if isinstance(told, PositionRow) else told.begins


def read_rank(row: Row) -> HistoryRow:
    return HistoryRow(
        number=_number(row),
        told=Rank(
            golongan=row.choice("GOLONGAN", GOLONGAN),
            effective_from=row.day("TMT GOLONGAN"),
            decree_number=row.text_or_none("NOMOR SK", most=100),
        ),
    )


def read_position(row: Row) -> HistoryRow:
    begins = row.day("TMT JABATAN")
    return HistoryRow(
        number=_number(row),
        told=PositionRow(
            post_code=row.text("KODE JABATAN", most=64),
            unit_code=row.text("KODE UNOR", most=64),
            assignment=row.choice("PENUGASAN", ASSIGNMENTS),
            effective_from=begins,
            until=_day_after(row, "SAMPAI DENGAN", begins),
            decree_number=row.text_or_none("NOMOR SK", most=100),
        ),
    )


def read_education(row: Row) -> HistoryRow:
    return HistoryRow(
        number=_number(row),
        told=Education(
            level=row.choice("TINGKAT PENDIDIKAN", LEVELS),
            field=row.text_or_none("BIDANG STUDI", most=64),
            completed_on=row.day("TANGGAL LULUS"),
            recognised=row.choice("DIAKUI", RECOGNISED),
        ),
    )


def read_sanction(row: Row) -> HistoryRow:
    begins = row.day("TANGGAL MULAI")
    return HistoryRow(
        number=_number(row),
        told=Sanction(
            kind=row.text("JENIS HUKUMAN", most=64),
            severity=row.choice("TINGKAT HUKUMAN", SEVERITIES),
            starts_on=begins,
            ends_on=_day_after(row, "TANGGAL AKHIR", begins),
            law=row.choice("DASAR HUKUM", LAWS),
            decree_number=row.text_or_none("NOMOR SK", most=100),
        ),
    )


READERS = {
    RANKS.name: read_rank,
    POSITIONS.name: read_position,
    EDUCATIONS.name: read_education,
    SANCTIONS.name: read_sanction,
}


def _number(row: Row) -> str:
    return row.digits("NIP", length=18)


def _day_after(row: Row, column: str, begins: date) -> date | None:
    last = row.day_or_none(column)
    if last is not None and last < begins:
        row.refuse(column, "ends-before-it-begins", EndsBeforeItBegins.__doc__ or "")
    return None if last is None else last + timedelta(days=1)
