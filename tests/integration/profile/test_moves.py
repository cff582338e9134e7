"""A record changes hands on the day of a move: who reads it, who writes it, who counts it when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from services.chassis.events import Origin
from services.profile.commands.lookup import people_with
from services.profile.commands.record import Case, move_to_agency
from tests.integration.profile.conftest import Door
from tests.integration.profile.test_people import NIP, PERSON, facts, person
from tests.support.at_hand import AGENCY, AtHand

__all__ = ["person"]
OTHER = "lain"
MOVED = {"agency": OTHER, "moved_on": "2025-03-01", "document": "SK-PINDAH-1"}


async def asked(profile: AtHand, path: str, agency: str) -> httpx.Response:
    return await profile.client.get(path, headers=profile.who(agency=agency))


async def on_list(profile: AtHand, day: str, agency: str) -> list[str]:
    found = (await asked(profile, f"/people?as_of={day}", agency)).json()["people"]
    return [one["person_id"] for one in found]


async def test_the_record_is_read_and_counted_by_the_right_agency_from_the_day_on(
    profile: AtHand, person: UUID
) -> None:
    await facts(profile, person)
    answer = await profile.post(f"/people/{person}/moves", MOVED)
    assert answer.status_code == 201, answer.text
    await profile.settled()
    assert (await asked(profile, f"/people/{person}", AGENCY)).status_code == 404
    card: dict[str, Any] = (await asked(profile, f"/people/{person}", OTHER)).json()
    lines = [one for one in card["lines"] if one["superseded_at"] is None]
    assert {one["kind"] for one in lines} == {"registration", "rank", "position", "education"}
    assert "2025-03-01" in {one["until"] for one in lines if one["kind"] == "position"}
    [moved] = [one for one in lines if one["detail"].get("moved_from")]
    assert (moved["effective_from"], moved["origin"]["document"]) == ("2025-03-01", "SK-PINDAH-1")
    for day, here, there in (("2025-02-28", [str(person)], []), ("2025-03-01", [], [str(person)])):
        assert await on_list(profile, day, AGENCY) == here
        assert await on_list(profile, day, OTHER) == there
    for day, occupied in (("2025-02-28", 1), ("2025-03-01", 0)):
        report = await profile.get(f"/reports/occupancy?as_of={day}")
        assert report.json()["occupied"] == occupied


async def test_only_the_agency_that_keeps_the_record_writes_and_finds_the_person(
    profile: AtHand, person: UUID
) -> None:
    rank = {"golongan": "III/b", "effective_from": "2019-04-01"}
    other = profile.who(agency=OTHER)
    refused = await profile.client.post(f"/people/{person}/ranks", json=rank, headers=other)
    assert refused.status_code == 404
    assert (await profile.post(f"/people/{person}/moves", MOVED)).status_code == 201
    assert (await profile.post(f"/people/{person}/ranks", rank)).status_code == 404
    assert (await profile.post(f"/people/{person}/moves", MOVED)).status_code == 404
    told = await profile.client.post(f"/people/{person}/ranks", json=rank, headers=other)
    assert told.status_code == 201, told.text
    await profile.settled()
    assert await people_with(profile.deps, AGENCY, [NIP]) == {}
    assert await people_with(profile.deps, OTHER, [NIP]) == {NIP: person}
    again = await profile.client.post("/people", json=PERSON, headers=other)
    assert (again.json()["person_id"], again.json()["event_ids"]) == (str(person), [])
    here = await profile.post("/people", PERSON)
    assert (here.status_code, here.json()["type"]) == (409, "urn:jenjang:problem:already-reserved")


async def test_a_move_is_told_to_others_and_not_before_its_day(
    profile: AtHand, door: Door, person: UUID
) -> None:
    ahead = await profile.post(f"/people/{person}/moves", {**MOVED, "moved_on": "2199-01-01"})
    assert (ahead.status_code, ahead.json()["type"]) == (409, "urn:jenjang:problem:move-ahead")
    case = Case(AGENCY, Origin(actor="officer", door="test"))
    done = await move_to_agency(profile.deps, case, person, OTHER, on=profile.deps.today())
    said = await profile.settled()
    [told] = [one for one in said if getattr(one, "moved_from", None)]
    assert told.subject == person
    agency = await profile.runtime.pool.fetchval(
        "SELECT agency FROM log WHERE event_id = $1", done.event_ids[0]
    )
    assert agency == OTHER
