"""Results of institutions come in as one sheet: what each row says stands whole, or not at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.events.assessment import (
    CompetencyAssessedV1,
    PotentialAssessedV1,
    ResultWithdrawnV1,
)
from services.assessment.adapters.results_workbook import MEASURED, RESULTS, SCORED
from services.assessment.main import SERVICE
from services.chassis.roles import importer_of
from services.chassis.workbook_writing import Written, written
from tests.integration.assessment.conftest import NIP
from tests.support.at_hand import AtHand

HEAD: list[Written] = [column.name for column in RESULTS.columns]
ASSESSOR = "Asesor Contoh"


def row(**changes: Written) -> list[Written]:
    good: dict[str, Written] = {column.name: column.example for column in RESULTS.columns}
    return list({**good, "NIP": NIP, "ASESOR": ASSESSOR, **changes}.values())


async def send(assessment: AtHand, *rows: list[Written], again: bool = False) -> dict[str, Any]:
    content = written({RESULTS.name: [HEAD, *rows]})
    answer = await assessment.client.post(
        "/imports/results",
        params={"again": again},
        files={"file": ("hasil.xlsx", content)},
        headers=assessment.who(),
    )
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def test_results_are_taken_once_shown_with_their_assessor_and_taken_back(
    assessment: AtHand, person: UUID
) -> None:
    no_levels: dict[str, Written] = {column.name: "" for column in MEASURED.values()}
    no_scores: dict[str, Written] = {column.name: "" for column in SCORED.values()}
    rows = [
        row(),
        row(NIP="199001012015051001"),
        row(**{"TANGGAL PENILAIAN": "13-09-2024"}, **no_scores),
        row(**{"TANGGAL PENILAIAN": "14-09-2024", "JPM": "", "KATEGORI": ""}, **no_levels),
        row(**{"TANGGAL PENILAIAN": "15-09-2024", "SKALA": "50"}),
        row(),
    ]
    receipt = await send(assessment, *rows)
    assert [(one["row"], one["reason"]) for one in receipt["problems"]] == [
        (3, "person-unknown"),
        (6, "score-beyond-scale"),
        (7, "duplicate-in-file"),
    ]
    assert [one["reason"] for one in receipt["warnings"]] == ["assessor-not-kept"]
    said = await assessment.settled()
    assert [type(event) for event in said].count(CompetencyAssessedV1) == 2
    assert [type(event) for event in said].count(PotentialAssessedV1) == 2
    assert not any(ASSESSOR in event.model_dump_json() for event in said)

    shown = await assessment.get(f"/people/{person}/competency-assessments")
    results = shown.json()["results"]
    assert [(one["method"], one["assessor"]) for one in results] == [("CACT", ASSESSOR)] * 2
    stored = await assessment.runtime.pool.fetch("SELECT body FROM log")
    assert not any(ASSESSOR.encode() in one["body"] for one in stored)

    again = await send(assessment, *rows[:1], *rows[2:4])
    assert (again["accepted"], again["unchanged"]) == (3, 3)

    importer = importer_of(SERVICE, assessment.runtime, assessment.deps)
    jobs = (await assessment.get("/imports")).json()
    first = next(job for job in jobs if job["rows"] == len(rows))
    place, import_id = f"/imports/{first['import_id']}", UUID(first["import_id"])
    await assessment.client.post(f"{place}/undo", headers=assessment.who())
    await importer.finished(import_id)
    [undone] = (await assessment.get(place)).json()["undone"]
    assert (undone["facts"], undone["left"]) == (4, [])
    fallen = [one for one in await assessment.settled() if isinstance(one, ResultWithdrawnV1)]
    assert len(fallen) == 4
