"""Who may ask, what is refused, and what is noted."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.career.conftest import JUDGEMENTS, Career


async def test_an_employee_reads_their_own_record_and_nobody_elses(
    career: Career, person: UUID
) -> None:
    path = f"/people/{person}/eligibility/administrator"
    own = await career.hand.client.get(path, headers=career.hand.who("employee", subject=person))
    other = await career.hand.client.get(path, headers=career.hand.who("employee"))
    assert (own.status_code, other.status_code) == (200, 403)


async def test_another_agency_sees_nothing(career: Career, person: UUID) -> None:
    path = f"/people/{person}/eligibility/administrator"
    answer = await career.hand.client.get(path, headers=career.hand.who("officer", agency="else"))
    assert answer.status_code == 403


async def test_without_a_token_nothing_is_said(career: Career, person: UUID) -> None:
    answer = await career.hand.client.get(f"/people/{person}/eligibility/administrator")
    assert answer.status_code == 401


async def test_a_reading_is_noted_and_the_person_may_know(career: Career, person: UUID) -> None:
    await career.hand.client.get(
        f"/people/{person}/eligibility/administrator",
        headers={**career.hand.who("auditor"), "Jenjang-Purpose": "yearly audit"},
    )
    reads = await career.hand.client.get(
        f"/people/{person}/reads", headers=career.hand.who("employee", subject=person)
    )
    (read,) = reads.json()
    assert (read["role"], read["what"], read["why"]) == (
        "auditor",
        "eligibility administrator",
        "yearly audit",
    )


@pytest.mark.parametrize(
    ("policy", "clocks", "status", "type_"),
    [
        ("administrator", {"as_of": "2017-04-06"}, 422, "policy-not-in-force"),
        ("astronaut", {}, 404, "unknown-policy"),
        ("administrator", {"as_of": "31-05-2025"}, 422, "not-valid"),
        ("administrator", {"as_of": "2025-02-30"}, 422, "not-valid"),
        ("administrator", {"known_at": "2025-05-31"}, 422, "not-valid"),
        ("administrator", {"asof": "2025-05-31"}, 422, "not-valid"),
        ("administrator", {"basis": "everything"}, 400, "not-a-basis"),
        (
            "administrator",
            {"basis": '{"payroll": {"generation": 1, "psn": {}}}'},
            400,
            "not-a-basis",
        ),
        (
            "administrator",
            {"basis": "{}", "known_at": "2026-01-05T00:00:00Z"},
            400,
            "one-clock-too-many",
        ),
        (
            "administrator",
            {"as_of": "2020-06-01", "known_at": "2016-01-05T00:00:00Z"},
            422,
            "policy-not-in-force",
        ),
    ],
)
async def test_what_cannot_be_answered_is_a_problem_with_a_name(
    career: Career, person: UUID, policy: str, clocks: dict[str, str], status: int, type_: str
) -> None:
    answer = await career.get(person, policy, **clocks)
    assert (answer.status_code, answer.json()["type"]) == (
        status,
        f"urn:jenjang:problem:{type_}",
    )


async def test_somebody_nobody_has_heard_of_is_not_found(career: Career) -> None:
    assert (await career.get(uuid4())).status_code == 404


@pytest.mark.parametrize(
    ("body", "role", "status"),
    [
        ({**JUDGEMENTS[0], "colour": "red"}, "official", 422),
        ({**JUDGEMENTS[0], "met": "yes"}, "official", 422),
        ({**JUDGEMENTS[0], "matter": "luck"}, "official", 422),
        ({**JUDGEMENTS[0], "judged_on": "2999-01-01"}, "official", 422),
        ({**JUDGEMENTS[0], "judged_on": "2198-01-01"}, "official", 409),
        ({**JUDGEMENTS[2], "target": None}, "official", 409),
        (JUDGEMENTS[0], "officer", 422),
        (
            {**JUDGEMENTS[0], "decided_by": str(UUID(int=1)), "document_number": "BA-1"},
            "officer",
            200,
        ),
        (JUDGEMENTS[0], "employee", 403),
    ],
)
async def test_who_may_judge_and_how(
    career: Career, person: UUID, body: dict[str, Any], role: str, status: int
) -> None:
    answer = await career.hand.post(f"/people/{person}/judgements", body, role)
    assert answer.status_code == status, answer.text


async def test_the_same_key_is_answered_the_same_and_done_once(
    career: Career, person: UUID
) -> None:
    headers = {**career.hand.who("official"), "Idempotency-Key": "key-0001"}
    path = f"/people/{person}/judgements"
    first = await career.hand.client.post(path, json=JUDGEMENTS[0], headers=headers)
    second = await career.hand.client.post(path, json=JUDGEMENTS[0], headers=headers)
    other = await career.hand.client.post(path, json=JUDGEMENTS[1], headers=headers)
    assert (first.status_code, second.status_code, other.status_code) == (200, 200, 409)
    assert second.json() == first.json()
    assert len(await career.hand.events("career.judgement_recorded")) == 1


async def test_an_own_write_that_is_not_in_yet_makes_provisional(
    career: Career, person: UUID
) -> None:
    done = await career.hand.post(f"/people/{person}/judgements", JUDGEMENTS[0], "official")
    answer = await career.hand.client.get(
        f"/people/{person}/eligibility/administrator",
        headers={**career.hand.who(), "Jenjang-After": done.headers["Jenjang-Token"]},
    )
    assert [doubt["kind"] for doubt in answer.json()["provisional_because"]] == [
        "own_write_missing"
    ]
    await career.settle()
    answer = await career.hand.client.get(
        f"/people/{person}/eligibility/administrator",
        headers={**career.hand.who(), "Jenjang-After": done.headers["Jenjang-Token"]},
    )
    assert answer.json()["provisional_because"] == []
