"""A rating of 2021, from assessment's door to career's verdict: the law it names decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.events.assessment import CompetencyAssessedV1
from contracts.events.profile import PersonRegisteredV1
from services.assessment.main import SERVICE as ASSESSMENT
from tests.integration.career.conftest import Career, facts_about
from tests.support.at_hand import at_hand

YEAR_AFTER = "2022-02-01"


async def said_of(database: str, folder: Path, person: UUID, *ratings: dict[str, Any]) -> list[Any]:
    """What assessment tells others when an officer records these ratings."""
    async with at_hand(ASSESSMENT, database, folder) as assessment:
        await assessment.knows("198609262015051001", person)
        for rating in ratings:
            await assessment.post(f"/people/{person}/appraisals", rating)
        return list(await assessment.settled())


async def performance(career: Career, person: UUID) -> tuple[str, Any]:
    answer = await career.ask(person, as_of=YEAR_AFTER)
    (finding,) = [f for f in answer["answer"]["findings"] if f["requirement"] == "performance"]
    return finding["status"], [one["unit"] for one in finding["details"]]


@pytest.mark.parametrize(
    ("law", "status", "unit"),
    [
        ("PP-46-2011", "MET", "rating of 2021 under PP-46-2011"),
        ("PP-30-2019", "UNMET", "rating of 2021 under PP-30-2019"),
        (None, "UNKNOWN", "rating of 2021"),
    ],
    ids=["88 are Baik under the older law", "Cukup under the newer one", "and nothing without one"],
)
async def test_eighty_eight_points_count_under_the_law_that_they_name(
    career: Career, databases: Any, tmp_path_factory: Any, law: str | None, status: str, unit: str
) -> None:
    person = uuid4()
    ratings = ({"year": 2020, "score": "80"}, {"year": 2021, "score": "88", "law": law})
    said = await said_of(databases(), tmp_path_factory.mktemp("assessment"), person, *ratings)
    known = [f for f in facts_about(person) if isinstance(f, PersonRegisteredV1)]
    await career.hear(*known, *said)
    assert await performance(career, person) == (
        status,
        ["rating of 2020 under PP-46-2011", unit],
    )


@pytest.mark.parametrize(
    ("against", "status"), [("administrator", "MET"), ("pengawas", "UNKNOWN"), (None, "UNKNOWN")]
)
async def test_a_match_without_levels_counts_against_the_standard_it_names(
    career: Career, against: str | None, status: str
) -> None:
    person = uuid4()
    await career.hear(
        CompetencyAssessedV1(
            person_id=person,
            assessed_on="2025-03-01",
            levels={},
            reported_jpm="82.5",
            against=against,
            institution="Assessment centre",
        )
    )
    answer = await career.ask(person)
    (finding,) = [f for f in answer["answer"]["findings"] if f["requirement"] == "competency"]
    assert finding["status"] == status
