"""360 answers gathered elsewhere come in by token: one answer a token, and nobody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.profile import WorkUnitDefinedV1
from services.assessment.adapters.feedback_workbook import ANSWERS
from services.assessment.domain.berakhlak import ITEMS
from services.assessment.main import SERVICE
from services.chassis.roles import importer_of
from services.chassis.workbook_writing import Written, written
from tests.integration.assessment.test_feedback import SECTION, cycle, seated
from tests.support.at_hand import AtHand

HEAD: list[Written] = [column.name for column in ANSWERS.columns]
COMMENT = "Kalimat yang dikenali gayanya"


def answer(cycle_id: UUID, token: str, **marks: Written) -> list[list[Written]]:
    asked: dict[str, Written] = {**dict.fromkeys(ITEMS, 4), **marks}
    return [[str(cycle_id), token, item, mark, COMMENT] for item, mark in asked.items()]


async def send(assessment: AtHand, rows: list[list[Written]], by: UUID) -> dict[str, Any]:
    sent = await assessment.client.post(
        "/imports/feedback",
        files={"file": ("360.xlsx", written({ANSWERS.name: [HEAD, *rows]}))},
        headers=assessment.who(subject=by),
    )
    assert sent.status_code == 200, sent.text
    receipt: dict[str, Any] = sent.json()
    return receipt


async def begun(assessment: AtHand, cycle_id: UUID, *people: UUID, days_ago: int = 0) -> None:
    await assessment.hears(
        WorkUnitDefinedV1(unit_id=SECTION, code="S", name="Seksi", parent_id=None),
        *(seated(head, "PENGAWAS") for head in people[:1]),
        *(seated(person, "PELAKSANA") for person in people[1:]),
    )
    day = assessment.deps.today() - timedelta(days=days_ago)
    path = f"/feedback-cycles/{cycle_id}"
    put = await assessment.client.put(path, json=cycle(day), headers=assessment.who())
    assert put.status_code == 200, put.text
    await assessment.post(f"{path}/rounds", {})
    await assessment.settled()


async def tokens_of(assessment: AtHand, rater: UUID) -> dict[tuple[UUID, UUID], str]:
    """By cycle and person, as the rater's own invitations tell."""
    own = assessment.who("employee", subject=rater)
    told = (await assessment.client.get("/feedback-invitations", headers=own)).json()
    return {
        (UUID(one["cycle_id"]), UUID(one["person_id"])): one["token"] for one in told["invitations"]
    }


async def test_answers_are_taken_by_token_once_and_stay_when_the_file_is_undone(
    assessment: AtHand,
) -> None:
    head, about, rater, third, officer = (uuid4() for _ in range(5))
    running, ended = uuid4(), uuid4()
    await begun(assessment, running, head, about, rater, third)
    await begun(assessment, ended, days_ago=30)
    told = await tokens_of(assessment, rater)
    token, other, past = told[running, about], told[running, third], told[ended, about]
    assert (await assessment.post(f"/feedback-cycles/{ended}/closing", {})).status_code == 200

    rows = [
        *answer(running, token),
        *answer(running, "A" * 24)[:1],
        *answer(running, other, BP=6),
        *answer(running, (await tokens_of(assessment, third))[running, about], XX=3),
        *answer(ended, past)[:1],
        *answer(uuid4(), token)[:1],
    ]
    receipt = await send(assessment, rows, officer)
    reasons = [one["reason"] for one in receipt["problems"]]
    assert {reason: reasons.count(reason) for reason in reasons} == {
        "token-unknown": 1,
        "out-of-range": 1,
        "answer-incomplete": len(ITEMS) - 1 + len(ITEMS),
        "item-unknown": 1,
        "cycle-is-closed": 1,
        "no-such-cycle": 1,
    }
    assert COMMENT not in str(receipt)
    assert token not in str(receipt)
    await assessment.settled()
    stored = await assessment.runtime.pool.fetch(
        "SELECT actor, body FROM log WHERE type = 'assessment.feedback_given'"
    )
    [given] = stored
    assert given["actor"] == "feedback"
    for hidden in (rater, token, COMMENT, officer):
        assert str(hidden).encode() not in given["body"]

    # The same answer by the door is the same ballot, and another answer by file is refused.
    who = assessment.who("employee", subject=rater)
    door = f"/feedback-cycles/{running}/people/{about}/answers"
    same = {"marks": dict.fromkeys(ITEMS, 4)}
    assert (await assessment.client.post(door, json=same, headers=who)).status_code == 200
    again = await send(assessment, answer(running, token), officer)
    assert (again["accepted"], again["unchanged"]) == (len(ITEMS), len(ITEMS))
    otherwise = await send(assessment, answer(running, token, BP=1), officer)
    assert {one["reason"] for one in otherwise["problems"]} == {"contradicts-record"}

    importer = importer_of(SERVICE, assessment.runtime, assessment.deps)
    jobs = (await assessment.get("/imports")).json()
    first = next(job for job in jobs if job["rows"] == len(rows))
    place, import_id = f"/imports/{first['import_id']}", UUID(first["import_id"])
    await assessment.client.post(f"{place}/undo", headers=assessment.who())
    await importer.finished(import_id)
    [undone] = (await assessment.get(place)).json()["undone"]
    assert undone["left"] == [["answers-stay", 1]]
    filled = (await assessment.get(f"/feedback-cycles/{running}/filling")).json()
    assert filled["answers"] == 1
