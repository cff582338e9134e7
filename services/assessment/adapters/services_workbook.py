"""How the public judged a service of a unit, and how long it took, as units report it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from services.assessment.domain.satisfaction import ELEMENTS
from services.assessment.domain.satisfaction_survey import Outcome
from services.assessment.domain.service_times import Figures
from services.chassis.template import Column, Form, Template, day, decimal, text, whole
from services.chassis.workbook import Row

MANY = 2_000_000_000
UNIT = Column("KODE UNOR", text(64), "Kode unit seperti pada peta jabatan.", "KC-05")
SERVICE = Column("LAYANAN", text(64), "Kode layanan, sama setiap periode.", "KTP-EL")
FIRST_DAY = Column("PERIODE MULAI", day(), "Hari pertama.", "01-01-2025")
LAST_DAY = Column("PERIODE SELESAI", day(), "Hari terakhir; periodenya sudah lewat.", "30-06-2025")
PERIOD = (UNIT, SERVICE, FIRST_DAY, LAST_DAY)

RESPONDENTS = Column("RESPONDEN", whole(1, MANY), "Yang mengisi survei.", "150")
SERVED = Column("DILAYANI", whole(1, MANY), "Yang dilayani pada periode itu.", "240")
MEANS = {
    element: Column(
        *(
            element,
            decimal(1, 4),
            f"Rata-rata 1 sampai 4: {named}. Boleh kosong.",
            "3,2",
        ),
        blank=True,
    )
    for element, named in ELEMENTS.items()
}
SURVEYS = Form(
    "skm",
    (*PERIOD, RESPONDENTS, SERVED, *MEANS.values()),
    key=(UNIT, SERVICE, FIRST_DAY),
    about="Survei kepuasan masyarakat: sembilan unsur, satu baris per layanan dan periode.",
)

FINISHED = Column("VOLUME", whole(1, MANY), "Perkara yang selesai pada periode itu.", "1200")
MEDIAN = Column("MEDIAN HARI", decimal(0, 3_660), "Separuh selesai paling lama sekian hari.", "2,5")
P90 = Column("P90 HARI", whole(0, 3_660), "Sembilan persepuluh selesai paling lama sekian.", "6")
OUTAGE = Column(
    *("HARI GANGGUAN", whole(0, 3_660), "Hari gangguan, tidak ikut dihitung.", "0"), blank=True
)
TIMES = Form(
    "waktu layanan",
    (*PERIOD, FINISHED, MEDIAN, P90, OUTAGE),
    key=(UNIT, SERVICE, FIRST_DAY),
    about="Waktu layanan menurut unitnya, satu baris per layanan dan periode.",
)
TEMPLATE = Template(
    "services",
    "SKM & waktu layanan",
    "Kepuasan masyarakat dan waktu layanan per unit. Unitnya harus sudah tercatat.",
    (SURVEYS, TIMES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """What one row says of a service in a period; the unit goes by its code."""

    unit: str
    service: str
    first_day: date
    last_day: date
    told: Outcome | Figures


def read_survey(row: Row) -> ServiceRow:
    means = {element: row.get(column) for element, column in MEANS.items()}
    if not any(mean is not None for mean in means.values()):
        row.refuse(MEANS["U1"], "missing", "Isi rata-rata unsur yang berlaku, U1 sampai U9.")
    outcome = Outcome(
        respondents=row[RESPONDENTS],
        served=row[SERVED],
        means={element: Decimal(mean) for element, mean in means.items() if mean is not None},
    )
    return _about(row, outcome)


def read_times(row: Row) -> ServiceRow:
    figures = Figures(
        finished=row[FINISHED],
        median=Decimal(row[MEDIAN]),
        p90=row[P90],
        outage_days=row.get(OUTAGE) or 0,
    )
    return _about(row, figures)


def _about(row: Row, told: Outcome | Figures) -> ServiceRow:
    return ServiceRow(
        unit=row[UNIT],
        service=row[SERVICE],
        first_day=row[FIRST_DAY],
        last_day=row[LAST_DAY],
        told=told,
    )


READERS: dict[Form, Any] = {SURVEYS: read_survey, TIMES: read_times}
