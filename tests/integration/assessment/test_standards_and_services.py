"""Post standards and public services, from the door to what others are told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.events.assessment import PostStandardPublishedV1
from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.assessment.domain.satisfaction import ELEMENTS
from tests.integration.assessment.test_doors import named
from tests.support.at_hand import AtHand

UNIT = str(UUID(int=5))
DAY = {"day": "2025-06-01"}


async def test_a_post_standard_rests_on_the_dictionaries_of_its_day(assessment: AtHand) -> None:
    codes = [*STANDARD_COMPETENCIES, "ADM.06"]
    standard: dict[str, Any] = {
        "post": "KASI-ADM",
        "in_force_from": "2025-01-02",
        "decree": "800/15/2025",
        "required": [{"competency": code, "level": 2} for code in codes],
    }
    refused = await assessment.post("/post-standards", standard)
    assert named(refused) == (409, "competency-not-in-dictionary")
    adoption = {"in_force_from": "2025-01-01", "decree": "800/14/2025"}
    for _ in range(2):
        adopted = await assessment.post("/competency-packs/administration/adoption", adoption)
        assert adopted.status_code == 200, adopted.text
    assert (await assessment.post("/competency-packs/x/adoption", adoption)).status_code == 404
    await assessment.settled()
    assert (await assessment.post("/post-standards", standard, "assessor")).status_code == 403
    assert (await assessment.post("/post-standards", standard)).status_code == 200

    (said,) = await assessment.settled()
    assert isinstance(said, PostStandardPublishedV1)
    assert (said.post, said.required["ADM.06"], said.replaces) == ("KASI-ADM", 2, None)
    who = assessment.who()
    shown = await assessment.client.get("/post-standards", params=DAY, headers=who)
    (row,) = shown.json()["standards"]
    assert row["required"] == dict.fromkeys(codes, 2)
    words = await assessment.client.get("/competency-dictionaries", params=DAY, headers=who)
    (dictionary,) = words.json()["dictionaries"]
    assert (dictionary["decree"], len(dictionary["competencies"])) == ("800/14/2025", 7)
    packs = (await assessment.get("/competency-packs")).json()["packs"]
    assert len(packs) == 5


async def test_c45_is_shown_with_its_letter_and_too_few_answers_are_not(
    assessment: AtHand,
) -> None:
    means = dict(
        zip(ELEMENTS, ["3.2", "3.1", "2.9", "3.8", "3.3", "3.4", "3.5", "3.0", "3.2"], strict=True)
    )
    period = {"unit_id": UNIT, "first_day": "2025-01-01", "last_day": "2025-06-30"}
    for service, answered in (("AKTA", 277), ("KTP-EL", 278)):
        body = {**period, "service": service, "respondents": answered, "served": 1000}
        done = await assessment.post("/satisfaction-surveys", {**body, "means": means})
        assert done.status_code == 200, done.text
    day = {"received_on": "2025-03-03", "finished_on": "2025-03-07"}
    times = {**period, "service": "AKTA", "cases": [day], "outages": ["2025-03-04"]}
    assert (await assessment.post("/service-times", times)).status_code == 200
    assert named(await assessment.post("/service-times", {**times, "cases": []})) == (
        409,
        "no-cases",
    )

    assert await assessment.settled() == []
    surveys = (await assessment.get("/satisfaction-surveys")).json()["surveys"]
    assert [(row["service"], row["ikm"], row["grade"], row["needed"]) for row in surveys] == [
        ("AKTA", None, None, 278),
        ("KTP-EL", "81.67", "B", 278),
    ]
    (taken,) = (await assessment.get("/service-times")).json()["times"]
    assert (taken["finished"], taken["p90"], taken["outages"]) == (1, 3, ["2025-03-04"])
