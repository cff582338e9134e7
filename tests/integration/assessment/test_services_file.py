"""What units report of their services comes in as a workbook; results that end are a list."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import python_calamine as calamine

from contracts.events.profile import WorkUnitDefinedV1
from services.assessment.main import SERVICE
from services.chassis.roles import importer_of
from services.chassis.workbook_writing import Written, written
from tests.support.at_hand import AtHand

UNIT = uuid4()
PERIOD: list[Written] = ["KC-05", "KTP-EL", "01-01-2025", "30-06-2025"]
HEAD: list[Written] = ["KODE UNOR", "LAYANAN", "PERIODE MULAI", "PERIODE SELESAI"]
ELEMENTS: list[Written] = [f"U{nth}" for nth in range(1, 10)]
WRITTEN = [1200, "2.5", 6, 3, "laporan unit"]
# The worked example of the law's own table (C45): 81.67, B.
MEANS: list[Written] = ["3,2", "3,1", "2,9", "3,8", "3,3", "3,4", "3,5", "3,0", "3,2"]


def book(served: int = 240, p90: int = 6) -> bytes:
    survey = [*PERIOD, 150, served, *MEANS]
    times = [*PERIOD, 1200, "2,5", p90, 3]
    elsewhere = ["KC-99", *PERIOD[1:], 1200, "2,5", 6, None]
    return written(
        {
            "skm": [[*HEAD, "RESPONDEN", "DILAYANI", *ELEMENTS], survey],
            "waktu layanan": [
                [*HEAD, "VOLUME", "MEDIAN HARI", "P90 HARI", "HARI GANGGUAN"],
                times,
                elsewhere,
            ],
        }
    )


async def send(assessment: AtHand, content: bytes) -> dict[str, Any]:
    answer = await assessment.client.post(
        "/imports/services", files={"file": ("skm.xlsx", content)}, headers=assessment.who()
    )
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def reasons(receipt: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["sheet"], one["reason"]) for one in receipt["problems"]]


def rows_of(content: bytes) -> list[list[Any]]:
    return calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


async def test_a_unit_reports_once_and_what_contradicts_it_is_refused(
    assessment: AtHand,
) -> None:
    await assessment.hears(WorkUnitDefinedV1(unit_id=UNIT, code="KC-05", name="Dinas Contoh"))
    first = await send(assessment, book())
    assert (first["accepted"], reasons(first)) == (2, [("waktu layanan", "unknown-unit")])
    await assessment.settled()
    (survey,) = (await assessment.get("/satisfaction-surveys")).json()["surveys"]
    assert (survey["ikm"], survey["grade"]) == ("81.67", "B")
    (times,) = (await assessment.get("/service-times")).json()["times"]
    told = ("median", "p90", "finished", "outage_days", "reported", "outages")
    assert [times[name] for name in told] == ["2.5", 6, 1200, 3, True, []]
    other = await send(assessment, book(served=250, p90=1))
    assert reasons(other) == [
        ("skm", "contradicts-record"),
        ("waktu layanan", "figures-impossible"),
        ("waktu layanan", "unknown-unit"),
    ]
    listed = rows_of((await assessment.get("/service-times/workbook")).content)[-1]
    assert listed[0] == "KC-05"
    assert listed[4:9] == WRITTEN
    assert (await assessment.get("/satisfaction-surveys/workbook")).status_code == 200


async def test_what_a_file_reported_falls_with_it(assessment: AtHand) -> None:
    await assessment.hears(WorkUnitDefinedV1(unit_id=UNIT, code="KC-05", name="Dinas Contoh"))
    await send(assessment, book())
    (imported,) = (await assessment.get("/imports")).json()
    undone = await assessment.post(f"/imports/{imported['import_id']}/undo", {})
    assert undone.status_code == 202, undone.text
    importer = importer_of(SERVICE, assessment.runtime, assessment.deps)
    await importer.finished(UUID(imported["import_id"]))
    await assessment.settled()
    assert (await assessment.get("/satisfaction-surveys")).json()["surveys"] == []
    assert (await assessment.get("/service-times")).json()["times"] == []


async def assessed(assessment: AtHand, person: UUID, on: date, last: date) -> None:
    body = {
        "assessed_on": on.isoformat(),
        "institution": "Pusat Penilaian Contoh",
        "levels": {f"M.0{nth}": 3 for nth in range(1, 9)} | {"SK.01": 3},
        "valid_until": last.isoformat(),
    }
    done = await assessment.post(f"/people/{person}/competency-assessments", body)
    assert done.status_code == 200, done.text


async def test_results_that_end_soon_or_have_ended_are_a_list(
    assessment: AtHand, person: UUID
) -> None:
    day = date(2025, 6, 1)
    await assessed(assessment, person, date(2022, 7, 1), day + timedelta(days=90))
    await assessment.settled()

    async def listed(as_of: date, days: int = 90) -> list[dict[str, Any]]:
        path = f"/reports/expiring-results?as_of={as_of}&days={days}"
        answer = await assessment.get(path, "auditor")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["results"]
        return found

    assert await listed(day) == []
    (soon,) = await listed(day + timedelta(days=1))
    assert (soon["days_left"], soon["counts"], soon["kind"]) == (90, True, "competency")
    (over,) = await listed(day + timedelta(days=91))
    assert (over["days_left"], over["counts"]) == (0, False)
    book = await assessment.get(f"/reports/expiring-results/workbook?as_of={day}&days=365")
    assert rows_of(book.content)[-1][0] == str(person)
    assert (await assessment.get("/reports/expiring-results", "employee")).status_code == 403
