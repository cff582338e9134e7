"""Ratings and competency results, from the door to what others are told."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.assessment import (
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    CompetencyAssessedV1,
    PotentialAssessedV1,
)
from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.assessment.domain.potential_assessment import ASPECTS
from tests.support.at_hand import AtHand

THREES = dict.fromkeys(STANDARD_COMPETENCIES, 3)
RESULT: dict[str, Any] = {
    "assessed_on": "2025-03-10",
    "institution": "UPT Penilaian Kompetensi",
    "levels": THREES,
    "valid_until": "2028-03-09",
    "jpm": "88.89",
    "category": "MS",
    "against": "administrator",
}


def named(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_a_rating_is_told_to_others_and_its_correction_names_what_it_replaces(
    assessment: AtHand, person: UUID
) -> None:
    good = {"work_result": 2, "behaviour": 2}
    path = f"/people/{person}/appraisals"
    assert (await assessment.post(path, {"year": 2025, **good})).status_code == 200
    corrected = await assessment.post(f"{path}/2025/correction", {**good, "behaviour": 3})
    assert corrected.status_code == 200

    first, second = await assessment.settled()
    assert isinstance(first, AppraisalCompletedV1)
    assert isinstance(second, AppraisalCompletedV1)
    assert (first.person_id, first.rating, first.replaces) == (person, "BAIK", None)
    assert (first.effective_from, first.law) == (date(2025, 12, 31), "PermenPANRB-6-2022")
    row = await assessment.runtime.pool.fetchrow("SELECT event_id FROM log ORDER BY seq")
    assert row is not None
    assert (second.rating, second.replaces) == ("KURANG", row["event_id"])

    (shown,) = (await assessment.get(path)).json()["appraisals"]
    assert (shown["rating"], shown["corrections"]) == ("KURANG", 1)


async def test_the_same_rating_twice_changes_nothing_and_another_is_refused(
    assessment: AtHand, person: UUID
) -> None:
    path, body = f"/people/{person}/appraisals", {"year": 2025, "work_result": 1, "behaviour": 1}
    tokens = [(await assessment.post(path, body)).json()["token"] for _ in range(2)]
    assert tokens[0] == tokens[1]
    assert len(await assessment.events()) == 1
    assert named(await assessment.post(path, {**body, "behaviour": 3})) == (
        409,
        "contradicts-record",
    )


async def test_what_the_law_does_not_know_is_refused_by_name(
    assessment: AtHand, person: UUID
) -> None:
    axes = {"work_result": 2, "behaviour": 2}
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"year": 2024, "work_result": 1, "behaviour": 3, "rating": "BUTUH_PERBAIKAN"}, 409,
         "rating-contradicts-marks"),
        ({"year": 2021, "score": "88"}, 409, "law-not-named"),
        ({"year": 2021, "score": "88", "law": "PermenPANRB-6-2022"}, 409, "law-not-in-force"),
        ({"year": 2016, **axes}, 409, "marks-of-another-law"),
        ({"year": 2024, "score": "88"}, 409, "marks-of-another-law"),
        ({"year": 2013, "score": "88"}, 409, "marks-of-another-law"),
        ({"year": 2013, "characters": {"work": "88"}}, 409, "character-missing"),
        ({"year": 2099, **axes}, 409, "year-ahead"),
        ({"year": 2024, "work_result": 4, "behaviour": 1}, 422, "not-valid"),
        ({"year": 2024, "work_result": 1}, 422, "not-valid"),
        ({"year": 2024, **axes, "score": "88"}, 422, "not-valid"),
        ({"year": 2024, **axes, "note": "x"}, 422, "not-valid"),
        ({"year": 2016, "score": "88.1234567"}, 422, "not-valid"),
    ]  # fmt: skip
    for body, status, name in cases:
        answer = await assessment.post(f"/people/{person}/appraisals", body)
        assert named(answer) == (status, name), body
    assert await assessment.events() == []


async def test_an_older_year_keeps_its_own_words(assessment: AtHand, person: UUID) -> None:
    path = f"/people/{person}/appraisals"
    for body in (
        {"year": 2016, "score": "50.5", "rating": "BURUK"},
        {"year": 2021, "score": "88", "law": "PP-30-2019", "rating": "CUKUP"},
    ):
        assert (await assessment.post(path, body)).status_code == 200
    said = await assessment.settled()
    assert [
        (one.year, one.law, one.points, one.rating, one.effective_from)
        for one in said
        if isinstance(one, AppraisedByPointsV1)
    ] == [
        (2016, "PP-46-2011", "50.5", "BURUK", date(2016, 12, 31)),
        (2021, "PP-30-2019", "88", "CUKUP", date(2021, 12, 31)),
    ]
    shown = (await assessment.get(path)).json()["appraisals"]
    assert [(one["year"], one["rating"], one["score"], one["law"]) for one in shown] == [
        (2021, "CUKUP", "88", "PP-30-2019"),
        (2016, "BURUK", "50.5", "PP-46-2011"),
    ]


async def test_a_competency_result_is_kept_as_reported_and_told_to_others(
    assessment: AtHand, person: UUID
) -> None:
    path = f"/people/{person}/competency-assessments"
    assert (await assessment.post(path, RESULT, "assessor")).status_code == 200
    better = {**RESULT, "levels": {**THREES, "M.01": 4}}
    assert named(await assessment.post(path, better)) == (409, "contradicts-record")
    assert (await assessment.post(path, {**better, "correction": True})).status_code == 200

    first, second = await assessment.settled()
    assert isinstance(first, CompetencyAssessedV1)
    assert isinstance(second, CompetencyAssessedV1)
    assert (first.reported_jpm, first.reported_category) == ("88.89", "MS")
    assert (first.against, second.against) == ("administrator", "administrator")
    assert first.valid_until == date(2028, 3, 10), "the first day on which it no longer counts"
    assert second.replaces is not None
    (shown,) = (await assessment.get(path)).json()["results"]
    assert shown["valid_until"] == "2028-03-09", "doors speak of the last day"
    assert (shown["levels"]["M.01"], shown["against"]) == (4, "administrator")


async def test_a_result_against_the_rules_is_refused_by_name(
    assessment: AtHand, person: UUID
) -> None:
    one_less = {code: 3 for code in list(THREES)[1:]}
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"levels": one_less}, 409, "competency-missing"),
        ({"levels": {**one_less, "X.01": 3}}, 409, "unknown-competency"),
        ({"levels": {**THREES, "M.01": 6}}, 422, "not-valid"),
        ({"levels": {**THREES, "M.01": 0}}, 422, "not-valid"),
        ({"assessed_on": "2199-01-01", "valid_until": None}, 409, "not-yet-assessed"),
        ({"valid_until": "2025-03-09"}, 409, "never-valid"),
        ({"jpm": "1e400"}, 422, "not-valid"),
        ({"institution": ""}, 422, "not-valid"),
        ({"against": "x" * 65}, 422, "not-valid"),
    ]
    for changes, status, name in cases:
        answer = await assessment.post(
            f"/people/{person}/competency-assessments", {**RESULT, **changes}
        )
        assert named(answer) == (status, name), changes


async def test_potential_is_kept_aspect_by_aspect_and_told_to_others(
    assessment: AtHand, person: UUID
) -> None:
    path = f"/people/{person}/potential-assessments"
    found: dict[str, Any] = {
        "assessed_on": "2025-03-10",
        "institution": "UPT Penilaian Kompetensi",
        "method": "CACT",
        "scale": "5",
        "scores": dict.fromkeys(ASPECTS, "4"),
        "valid_until": "2028-03-09",
    }
    assert (await assessment.post(path, found, "assessor")).status_code == 200
    one_less = {**found, "scores": {"emotional": "4"}}
    assert named(await assessment.post(path, one_less)) == (409, "aspect-missing")
    (said,) = await assessment.settled()
    assert isinstance(said, PotentialAssessedV1)
    assert (said.scores["emotional"], said.valid_until) == ("4", date(2028, 3, 10))
    (shown,) = (await assessment.get(path)).json()["results"]
    assert (shown["method"], shown["valid_until"]) == ("CACT", "2028-03-09")


async def test_who_may_rate_and_who_may_read(assessment: AtHand, person: UUID) -> None:
    path, body = f"/people/{person}/appraisals", {"year": 2025, "work_result": 1, "behaviour": 1}
    assert (await assessment.post(path, body, "employee")).status_code == 403
    assert (await assessment.post(path, body, "assessor")).status_code == 403
    elsewhere = assessment.who(agency="elsewhere")
    assert named(await assessment.client.post(path, json=body, headers=elsewhere)) == (
        409,
        "unknown-person",
    )
    own = assessment.who("employee", subject=person)
    assert (await assessment.client.get(path, headers=own)).status_code == 200
    other = assessment.who("employee", subject=uuid4())
    assert (await assessment.client.get(path, headers=other)).status_code == 403
