"""The sheet in which training needs arrive: one row per person or unit, competency and year."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.template import Column, Template, choice, digits, text, whole
from services.chassis.template import Form as SheetForm
from services.chassis.workbook import Row
from services.training.domain.budget_line import Line
from services.training.domain.terms import Form
from services.training.domain.training_need import Cause, NeedOrigin, Priority

MOST = 1_000_000_000_000_000
_CAUSES = {
    "KESENJANGAN": Cause.GAP,
    "EVALUASI KINERJA": Cause.EVALUATION,
    "SURVEI KEPUASAN": Cause.SATISFACTION,
    "PERUBAHAN JABATAN": Cause.POST_CHANGE,
    "KEINGINAN SENDIRI": Cause.OWN_WISH,
}
_PRIORITIES = {"TINGGI": Priority.HIGH, "SEDANG": Priority.MEDIUM, "RENDAH": Priority.LOW}

YEAR = Column("TAHUN", whole(2000, 2100), "Tahun rencana.", "2027")
NIP = Column(
    "NIP",
    digits(18),
    "NIP atau NI PPPK; kosong untuk kebutuhan unit.",
    "",
    blank=True,
    private=True,
)
UNIT = Column(
    *("KODE UNOR", text(64), "Kode unit; kosong untuk kebutuhan pegawai.", "KC-01"), blank=True
)
COMPETENCY = Column("KODE KOMPETENSI", text(64), "Kode pada SKJ atau hasil penilaian.", "TK-01")
CAUSE = Column("ASAL KEBUTUHAN", choice(_CAUSES), "Dari mana kebutuhan ini.", "KESENJANGAN")
REFERENCE = Column(
    "RUJUKAN ASAL", text(64), "Nomor SKJ, penilaian, survei, atau SK-nya.", "SKJ/2026"
)
GAP = Column("KESENJANGAN", whole(1, 5), "Selisih tingkat kompetensi.", "2")
PRIORITY = Column("PRIORITAS", choice(_PRIORITIES), "Seberapa mendesak.", "TINGGI")
FORM = Column("JENIS DIKLAT ID", whole(1, 25), "Jalur/bentuk: nomor SIASN, 1 sampai 25.", "3")
JP = Column("JUMLAH JP", whole(1, 10_000), "Jam pelajaran per orang.", "20")
COST = Column("BIAYA PER ORANG", whole(0, MOST), "Rupiah bulat.", "3000000")
PEOPLE = Column("JUMLAH ORANG", whole(1, 100_000), "Satu untuk kebutuhan pegawai.", "10")
TOTAL = Column(
    *("JUMLAH BIAYA", whole(0, MOST), "Biaya kali orang; diperiksa bila diisi.", "30000000"),
    blank=True,
    required=False,
)
PROVIDER = Column("PENYELENGGARA", text(), "Lembaga yang direncanakan.", "BPSDM Contoh")
QUARTER = Column("TRIWULAN", whole(1, 4), "Triwulan pelaksanaan.", "2")
PROGRAMME = Column(
    *("PROGRAM", text(64), "Baris anggaran, bila sudah ada pagunya.", ""),
    blank=True,
    required=False,
)
ACTIVITY = Column(
    *("KEGIATAN", text(64), "Wajib bila program diisi.", ""), blank=True, required=False
)
SUB_ACTIVITY = Column(
    *("SUB KEGIATAN", text(64), "Wajib bila program diisi.", ""), blank=True, required=False
)
FUND = Column(
    *("SUMBER DANA", text(64), "Wajib bila program diisi.", ""), blank=True, required=False
)
LINE = (PROGRAMME, ACTIVITY, SUB_ACTIVITY, FUND)
NEEDS = SheetForm(
    "rencana",
    (
        *(YEAR, NIP, UNIT, COMPETENCY, CAUSE, REFERENCE, GAP, PRIORITY, FORM, JP, COST, PEOPLE),
        *(TOTAL, PROVIDER, QUARTER, *LINE),
    ),
    key=(YEAR, NIP, UNIT, COMPETENCY),
    about="Satu baris per pegawai atau unit dan kompetensi. Asal lain baris yang sama disimpan.",
)
TEMPLATE = Template(
    "training-needs",
    "Rencana AKPK",
    "Kebutuhan pelatihan setahun. Pegawai, unit, SKJ, dan pagu harus sudah tercatat.",
    (NEEDS,),
    first=("budget",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """One row, as far as it can be understood by itself."""

    year: int
    nip: str | None
    unit: str | None
    competency: str
    origin: NeedOrigin
    gap: int
    priority: Priority
    form: Form
    jp: int
    cost: int
    people: int
    provider: str
    quarter: int
    line: Line | None


def read_need(row: Row) -> NeedRow:
    nip, unit = row.get(NIP), row.get(UNIT)
    if (nip is None) == (unit is None):
        row.refuse(UNIT, "person-or-unit", "Isi salah satu saja: NIP atau kode unit.")
    cost, people = row[COST], row[PEOPLE]
    total = row.get(TOTAL)
    if total is not None and total != cost * people:
        row.refuse(TOTAL, "sum-differs", f"Biaya kali orang adalah {cost * people}.")
    return NeedRow(
        year=row[YEAR],
        nip=nip,
        unit=unit,
        competency=row[COMPETENCY],
        origin=NeedOrigin(cause=row[CAUSE], reference=row[REFERENCE]),
        gap=row[GAP],
        priority=row[PRIORITY],
        form=Form(row[FORM]),
        jp=row[JP],
        cost=cost,
        people=people,
        provider=row[PROVIDER],
        quarter=row[QUARTER],
        line=_line(row),
    )


def _line(row: Row) -> Line | None:
    """All four codes of a budget line, or none of them."""
    if all(row.blank(column) for column in LINE):
        return None
    return Line(
        year=row[YEAR],
        programme=row[PROGRAMME],
        activity=row[ACTIVITY],
        sub_activity=row[SUB_ACTIVITY],
        fund=row[FUND],
    )
