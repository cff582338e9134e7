"""A 360 cycle from its announcement to what may be shown, over the reporting line profile tells."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.profile import PositionAssignedV1, WorkUnitDefinedV1
from services.assessment.domain.berakhlak import ITEMS
from tests.support.at_hand import AtHand

SECTION = UUID(int=70)


def seated(person: UUID, position_class: str) -> PositionAssignedV1:
    return PositionAssignedV1.model_validate(
        {
            "person_id": person,
            "post_id": uuid4(),
            "position_class": position_class,
            "unit_id": SECTION,
            "assignment": "DEFINITIVE",
            "effective_from": date(2020, 1, 1),
        }
    )


def cycle(today: date, **changes: Any) -> dict[str, Any]:
    days = {"line_on": today, "opens_on": today, "last_day": today + timedelta(days=7)}
    return {"name": "Umpan balik", **{name: str(day) for name, day in days.items()}, **changes}


async def test_a_cycle_runs_from_the_line_to_a_report_without_names(assessment: AtHand) -> None:
    head, *staff = (uuid4() for _ in range(5))
    one = staff[0]
    await assessment.hears(
        WorkUnitDefinedV1(unit_id=SECTION, code="S", name="Seksi", parent_id=None),
        seated(head, "PENGAWAS"),
        *(seated(person, "PELAKSANA") for person in staff),
    )
    today = assessment.deps.today()
    path = f"/feedback-cycles/{uuid4()}"
    asked = await assessment.client.put(
        path, json=cycle(today, most_subordinates=9), headers=assessment.who()
    )
    assert asked.status_code == 200, asked.text
    for done in (5, 0):
        await assessment.settled()
        assert (await assessment.post(f"{path}/rounds", {})).json() == {"done": done, "more": False}

    marks = {"marks": dict.fromkeys(ITEMS, 4)}
    for rater in (head, *staff[1:], one):
        who = assessment.who("employee", subject=rater)
        answer = f"{path}/people/{one}/answers"
        for _ in range(2):
            given = await assessment.client.post(answer, json=marks, headers=who)
            assert given.status_code == 200, given.text
    stranger = assessment.who("employee")
    refused = await assessment.client.post(answer, json=marks, headers=stranger)
    assert refused.json()["type"].endswith("not-asked-to-answer")

    await assessment.settled()
    own = assessment.who("employee", subject=one)
    invited = (await assessment.client.get("/feedback-invitations", headers=own)).json()
    assert {row["relation"] for row in invited["invitations"]} == {"self", "peer", "subordinate"}
    filled = (await assessment.get(f"{path}/filling")).json()
    assert (filled["people"], filled["answers"]) == (5, 5)
    stored = await assessment.runtime.pool.fetch(
        "SELECT actor, body FROM log WHERE type = 'assessment.feedback_given'"
    )
    assert {row["actor"] for row in stored} == {"feedback"}
    assert not any(str(rater).encode() in row["body"] for row in stored for rater in staff[1:])

    assert (await assessment.post(f"{path}/closing", {})).status_code == 409
    assert (await assessment.get(f"{path}/people/{one}")).json()["report"] is None


async def test_the_reports_of_an_ended_cycle_show_groups_of_three(assessment: AtHand) -> None:
    person, agency = uuid4(), "demo"
    cycle_id = uuid4()
    past = assessment.deps.today() - timedelta(days=30)
    path = f"/feedback-cycles/{cycle_id}"
    await assessment.hears(seated(person, "PENGAWAS"))
    body = cycle(past)
    await assessment.client.put(path, json=body, headers=assessment.who(agency=agency))
    await assessment.post(f"{path}/rounds", {})
    await assessment.settled()
    late = assessment.who("employee", subject=person)
    answer = f"{path}/people/{person}/answers"
    marks = {"marks": dict.fromkeys(ITEMS, 4)}
    refused = await assessment.client.post(answer, json=marks, headers=late)
    assert refused.json()["type"].endswith("not-time-to-answer")
    assert (await assessment.post(f"{path}/reports", {})).status_code == 409
    assert (await assessment.post(f"{path}/closing", {})).status_code == 200
    made = (await assessment.post(f"{path}/reports", {})).json()
    assert made == {"done": 1, "more": False}
    await assessment.settled()
    shown = (await assessment.get(f"{path}/people/{person}")).json()["report"]
    assert shown == {"groups": [], "own_marks": None, "withheld": []}
    elsewhere = assessment.who(agency="elsewhere")
    for method in ("rounds", "closing", "reports"):
        answered = await assessment.client.post(f"{path}/{method}", json={}, headers=elsewhere)
        assert answered.json()["type"].endswith("no-such-cycle")
