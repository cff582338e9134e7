"""Somebody who moved to another agency is read there, with what was measured before."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from contracts.events.profile import Identifier, PersonRegisteredV1
from tests.support.at_hand import AGENCY, AtHand

OTHER = "lain"


async def test_a_rating_goes_along_with_whoever_moves(assessment: AtHand) -> None:
    entered = PersonRegisteredV1(
        person_id=uuid4(),
        birth_date=date(1986, 9, 26),
        sex="M",
        employment_kind="PNS",
        identifiers=[Identifier(kind="NIP", digest="ab" * 32)],
        registered_on=date(2015, 5, 1),
    )
    path = f"/people/{entered.person_id}/appraisals"
    await assessment.hears(entered)
    rating = {"year": 2025, "work_result": 2, "behaviour": 2}
    assert (await assessment.post(path, rating)).status_code == 200
    await assessment.settled()
    moved = {"registered_on": date(2026, 2, 1), "moved_from": AGENCY}
    await assessment.hears(entered.model_copy(update=moved), agency=OTHER)
    there = await assessment.client.get(path, headers=assessment.who(agency=OTHER))
    assert [one["year"] for one in there.json()["appraisals"]] == [2025]
    assert (await assessment.get(path)).status_code == 403
    refused = await assessment.post(path, {**rating, "year": 2024})
    assert refused.status_code == 409
