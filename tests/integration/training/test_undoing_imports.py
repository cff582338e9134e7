"""What a file of trainings had recorded is taken back, and told to those who had heard of it."""

from __future__ import annotations

from uuid import UUID

from services.chassis.roles import importer_of
from services.training.main import SERVICE
from tests.integration.training.test_imports import row, workbook
from tests.support.at_hand import AtHand


async def test_a_completion_taken_back_is_revoked_outside_and_may_be_recorded_again(
    training: AtHand, person: UUID
) -> None:
    importer = importer_of(SERVICE, training.runtime, training.deps)
    content = workbook(row())
    await training.upload(content)
    [job] = (await training.get("/imports")).json()
    place, import_id = f"/imports/{job['import_id']}", UUID(job["import_id"])
    await training.client.post(f"{place}/undo", headers=training.who())
    await importer.finished(import_id)
    story = (await training.get(place)).json()
    assert (story["state"], story["undone"][0]["left"]) == ("undone", [])
    said = [type(event).__name__ for event in await training.settled()]
    assert said[-1] == "CompletionRevokedV1"
    assert (await training.get(f"/people/{person}/trainings")).json()["trainings"] == []
    await training.client.post(f"{place}/again", headers=training.who())
    assert (await importer.finished(import_id)).valid == 2
    await training.client.post(f"{place}/accept", headers=training.who())
    assert (await importer.finished(import_id)).valid == 2
    await training.settled()
    assert len((await training.get(f"/people/{person}/trainings")).json()["trainings"]) == 1
