"""The machine advises, a named official decides, and what was advised can be asked for again."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import orjson
import pytest

from contracts.events.career import AppointmentDecreedV1
from contracts.events.profile import PostDefinedV1
from tests.integration.career.conftest import Career, pkp

DECREE = {"decree_number": "SK-7/2026", "effective_from": "2026-02-01", "office": "PPK"}


@pytest.fixture
def post_id() -> UUID:
    return uuid4()


async def proposed(career: Career, person: UUID, post_id: UUID) -> str:
    await career.hear(
        PostDefinedV1(
            post_id=post_id,
            code="ADM-1",
            name="Kepala Bagian Contoh",
            position_class="ADMINISTRATOR",
            eselon="III.b",
            unit_id=uuid4(),
            retirement_age=58,
            needed=1,
        )
    )
    answer = await career.post("/appointments", {"person_id": str(person), "post_id": str(post_id)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["appointment_id"])


async def test_a_decree_is_told_to_others_once(career: Career, judged: UUID, post_id: UUID) -> None:
    await career.hear(pkp(judged))
    appointment = await proposed(career, judged, post_id)
    for _ in range(2):
        answer = await career.post(f"/appointments/{appointment}/decree", DECREE, "official")
        assert answer.status_code == 200, answer.text
    said = [e for e in await career.hand.settled() if isinstance(e, AppointmentDecreedV1)]
    assert [(e.person_id, e.post_id, e.effective_from) for e in said] == [
        (judged, post_id, date(2026, 2, 1))
    ]


async def test_what_was_advised_can_be_asked_for_again(
    career: Career, judged: UUID, post_id: UUID
) -> None:
    await career.hear(pkp(judged))
    appointment = await proposed(career, judged, post_id)
    answer = await career.post(f"/appointments/{appointment}/decree", DECREE, "official")
    (event,) = await career.hand.events("career.appointment_decreed")
    again = await career.ask(judged, basis=event["advice"]["basis"])
    assert again["sha256"] == event["advice"]["answer_sha256"] == answer.json()["answer_sha256"]
    assert again["events_sha256"] == event["advice"]["events_sha256"]
    assert event["advice"]["versions"] == ["national@2022-02-03", "agency@2020-01-01"]
    assert set(orjson.loads(event["advice"]["basis"])) == {
        "profile",
        "assessment",
        "training",
        "career",
    }


async def test_an_official_who_decides_otherwise_says_why(
    career: Career, judged: UUID, post_id: UUID
) -> None:
    appointment = await proposed(career, judged, post_id)  # without PKP
    path = f"/appointments/{appointment}/decree"
    refused = await career.post(path, DECREE, "official")
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:jenjang:problem:against-advice",
    )
    decreed = await career.post(
        path, {**DECREE, "against_advice_because": "court-order"}, "official"
    )
    assert decreed.json()["status"] == "NOT_ELIGIBLE"


async def test_an_officer_does_not_decree(career: Career, judged: UUID, post_id: UUID) -> None:
    appointment = await proposed(career, judged, post_id)
    answer = await career.post(f"/appointments/{appointment}/decree", DECREE, "officer")
    assert answer.status_code == 403


async def test_a_proposal_is_withdrawn(career: Career, judged: UUID, post_id: UUID) -> None:
    appointment = await proposed(career, judged, post_id)
    path = f"/appointments/{appointment}"
    answer = await career.post(f"{path}/withdrawal", {"reason_code": "declined"})
    assert answer.status_code == 200
    assert (await career.hand.get(path)).json()["state"] == "WITHDRAWN"
    late = await career.post(f"{path}/decree", DECREE, "official")
    assert late.json()["type"] == "urn:jenjang:problem:already-withdrawn"


async def test_a_post_that_is_not_on_the_map_cannot_be_filled(career: Career, judged: UUID) -> None:
    body = {"person_id": str(judged), "post_id": str(uuid4())}
    answer = await career.post("/appointments", body)
    assert answer.json()["type"] == "urn:jenjang:problem:unknown-post"
