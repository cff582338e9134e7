"""Who guides whom, and the JP that an agency gives for it by decree."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tests.integration.training.test_jp_year import registered
from tests.support.at_hand import AtHand


async def a_match(training: AtHand, person: UUID) -> tuple[str, UUID]:
    mentor = uuid4()
    await training.knows("197001012000031001", mentor)
    body = {"mentor_id": str(mentor), "mentee_id": str(person), "form": 15}
    body |= {"competency": "M.03", "since": "2025-01-02"}
    begun = await training.post("/mentorings", body)
    assert begun.status_code == 200, begun.text
    return f"/mentorings/{begun.json()['mentoring_id']}", mentor


async def year_of(training: AtHand, person: UUID) -> dict[str, Any]:
    await training.settled()
    answer = await training.get(f"/people/{person}/jp?as_of=2025-12-31")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_sessions_count_once_the_agency_has_decreed_how(
    training: AtHand, person: UUID
) -> None:
    await training.hears(registered(person, "PNS", date(2015, 5, 1)))
    where, _ = await a_match(training, person)
    for day in ("2025-03-03", "2025-03-10", "2025-03-17", "2025-04-07"):
        told = {"held_on": day, "minutes": 60, "topic": "Menyusun rencana kerja"}
        assert (await training.post(f"{where}/sessions", told)).status_code == 200
    before = await year_of(training, person)
    assert (before["jp"], before["sessions_uncounted"]) == (0, 4)
    rule = {"by": "SESSIONS", "jp": 2, "per_month": 2}
    decree = {"rule": rule, "decree_number": "Perwali Demo 4/2025", "on_day": "2025-01-01"}
    assert (await training.post("/development-forms/15/rule", decree)).status_code == 200
    after = await year_of(training, person)
    assert (after["jp"], after["by_form"], after["sessions_uncounted"]) == (6, {"15": 6}, 0)
    taken = await training.post(f"{where}/sessions/taking-back", {"held_on": "2025-04-07"})
    assert taken.status_code == 200, taken.text
    assert (await year_of(training, person))["jp"] == 4


async def test_whoever_takes_part_says_so_and_nobody_else(training: AtHand, person: UUID) -> None:
    where, mentor = await a_match(training, person)
    told = {"held_on": "2025-03-03", "minutes": 60}

    async def by(subject: UUID) -> int:
        headers = training.who("employee", subject=subject)
        return (
            await training.client.post(f"{where}/sessions", json=told, headers=headers)
        ).status_code

    assert [await by(mentor), await by(person), await by(uuid4())] == [200, 200, 403]
    over = {"outcome": "REACHED", "on_day": "2025-06-30", "remark": "Tercapai"}
    assert (await training.post(f"{where}/end", over)).status_code == 200
    await training.settled()
    found = (await training.get("/mentorings", "auditor")).json()["mentorings"]
    assert [(one["sessions"], one["outcome"]) for one in found] == [(1, "REACHED")]
    assert (await training.get("/mentorings?running_on=2025-07-01")).json()["mentorings"] == []
    assert (await training.get("/mentorings/workbook")).status_code == 200
    own = await training.get(f"/people/{mentor}/mentorings")
    assert len(own.json()["mentorings"]) == 1
    assert "Tercapai" not in str(await training.events("training.mentoring_ended"))


async def test_a_decree_that_counts_by_hours_leaves_sessions_out_and_breaks_no_report(
    training: AtHand, person: UUID
) -> None:
    await training.hears(registered(person, "PNS", date(2015, 5, 1)))
    where, _ = await a_match(training, person)
    session = {"held_on": "2025-03-03", "minutes": 90}
    assert (await training.post(f"{where}/sessions", session)).status_code == 200
    decree = {"rule": {"by": "HOURS"}, "decree_number": "P 1/2025", "on_day": "2025-01-01"}
    assert (await training.post("/development-forms/15/rule", decree)).status_code == 200
    await training.settled()
    answer = await training.get("/reports/jp?as_of=2025-12-31", "auditor")
    assert answer.status_code == 200, answer.text
    assert (await training.get(f"/people/{person}/jp?as_of=2025-12-31")).json()["jp"] == 0
