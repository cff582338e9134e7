"""What a file of results had recorded is taken back, and told to those who had heard of it."""

from __future__ import annotations

from uuid import UUID

from services.assessment.main import SERVICE
from services.chassis.roles import importer_of
from services.chassis.workbook_writing import written
from tests.integration.assessment.conftest import NIP
from tests.integration.assessment.test_imports import ASSESSED, RATED, result
from tests.support.at_hand import AtHand


async def test_results_taken_back_are_told_and_may_be_recorded_again(
    assessment: AtHand, person: UUID
) -> None:
    importer = importer_of(SERVICE, assessment.runtime, assessment.deps)
    content = written({"skp": [RATED, [NIP, 2023, 2, 2, ""]], "penilaian": [ASSESSED, result()]})
    await assessment.upload(content)
    [job] = (await assessment.get("/imports")).json()
    place, import_id = f"/imports/{job['import_id']}", UUID(job["import_id"])
    await assessment.client.post(f"{place}/undo", headers=assessment.who())
    await importer.finished(import_id)
    [undone] = (await assessment.get(place)).json()["undone"]
    assert (undone["facts"], undone["left"]) == (2, [])
    said = [type(event).__name__ for event in await assessment.settled()]
    assert said[-2:] == ["ResultWithdrawnV1", "ResultWithdrawnV1"]
    rated = (await assessment.get(f"/people/{person}/appraisals")).json()
    assert rated["appraisals"] == []
    await assessment.client.post(f"{place}/again", headers=assessment.who())
    assert (await importer.finished(import_id)).valid == 2
