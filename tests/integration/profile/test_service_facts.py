"""Numbers, leave, awards, contracts, discipline over HTTP: recorded once, with their documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.integration.profile.test_people import NIP, PERSON, person
from tests.support.at_hand import AtHand

__all__ = ["person"]
SECOND = "198609262015051902"
SHA = "ab" * 32


async def told(profile: AtHand, path: str, body: dict[str, Any], status: int = 201) -> list[str]:
    answer = await profile.post(path, body)
    assert answer.status_code == status, answer.text
    return list(answer.json().get("event_ids", []))


async def lines(profile: AtHand, who: UUID, kind: str) -> list[dict[str, Any]]:
    await profile.settled()
    card = (await profile.get(f"/people/{who}")).json()
    return [line for line in card["lines"] if line["kind"] == kind]


async def test_a_converted_nip_leads_to_the_same_person_and_is_nobody_elses(
    profile: AtHand, person: UUID
) -> None:
    number = {"number": SECOND, "valid_from": "2020-06-01", "document": "KEP-7/2020"}
    [event] = await told(profile, f"/people/{person}/numbers", number)
    assert await told(profile, f"/people/{person}/numbers", number) == []
    await profile.settled()
    for borne in (NIP, SECOND):
        found = await profile.post("/people/lookup", {"number": borne})
        assert found.json()["person_id"] == str(person)
    other = {**PERSON, "number": "198609262015051903"}
    stranger = (await profile.post("/people", other)).json()["person_id"]
    await told(profile, f"/people/{stranger}/numbers", number, 409)
    newest = (await lines(profile, person, "registration"))[-1]
    assert newest["event_id"] == event
    assert [one["valid_until"] for one in newest["detail"]["numbers"]] == ["2020-06-01", None]
    assert newest["origin"]["document"] == "KEP-7/2020"


async def test_a_pppk_who_passes_cpns_is_listed_once_by_the_day(profile: AtHand) -> None:
    pppk = {**PERSON, "number": "198609262021211901", "employment": "PPPK"}
    who = (await profile.post("/people", {**pppk, "registered_on": "2021-02-01"})).json()
    path = f"/people/{who['person_id']}"
    await told(profile, f"{path}/contracts", {"starts_on": "2021-02-01", "until": "2026-01-31"})
    passed = {"employment": "CPNS", "since": "2025-05-01", "number": "198609262025051901"}
    await told(profile, f"{path}/employments", passed)
    await profile.settled()
    for day, employment in (("2024-12-31", "PPPK"), ("2025-05-01", "CPNS"), ("2020-01-01", "PPPK")):
        listed = (await profile.get(f"/people?as_of={day}")).json()["people"]
        assert [one["employment"] for one in listed] == [employment]


async def test_leave_study_and_awards_stand_with_both_days(profile: AtHand, person: UUID) -> None:
    path = f"/people/{person}"
    leave = {"starts_on": "2021-01-01", "until": "2023-12-31", "document_sha256": SHA}
    await told(profile, f"{path}/unpaid-leaves", leave)
    study = {"level": 8, "starts_on": "2024-09-01", "released": True, "self_funded": False}
    await told(profile, f"{path}/study-assignments", study)
    await told(profile, f"{path}/awards", {"kind": "SLKS_X", "given_on": "2025-08-17"})
    [line] = await lines(profile, person, "leave")
    assert (line["effective_from"], line["until"]) == ("2021-01-01", "2024-01-01")
    assert line["origin"]["document_sha256"] == SHA
    assert len(await lines(profile, person, "study")) == 1
    assert len(await lines(profile, person, "award")) == 1


async def test_what_was_declared_is_verified_once_somebody_has_seen_it(
    profile: AtHand, person: UUID
) -> None:
    path = f"/people/{person}"
    body = {"level": 7, "completed_on": "2009-08-17", "verified": False}
    [declared] = await told(profile, f"{path}/educations", body)
    seen = {"document": "ijazah 17/2009", "document_sha256": SHA}
    await told(profile, f"{path}/facts/{declared}/confirmation", seen)
    first, second = await lines(profile, person, "education")
    assert (first["origin"]["verified"], second["origin"]["verified"]) == (False, True)
    assert first["superseded_by"] == second["event_id"]


async def test_a_sanction_is_appealed_changed_and_cancelled(profile: AtHand, person: UUID) -> None:
    path = f"/people/{person}/sanctions"
    cut = {"kind": "PEMOTONGAN_TUKIN_9_BULAN", "starts_on": "2025-09-01"}
    [imposed] = await told(profile, path, cut)
    appeal = {"kind": "APPEAL", "appealed_on": "2025-09-10"}
    [appealed] = await told(profile, f"{path}/{imposed}/appeal", appeal)
    less = {"kind": "PEMOTONGAN_TUKIN_6_BULAN", "starts_on": "2025-09-01"}
    decision = {"decided_on": "2025-12-01", "changed": less}
    [decided] = await told(profile, f"{path}/{appealed}/decision", decision)
    annulled = {"cancelled_on": "2026-01-05", "decree_number": "800/3/2026"}
    [cancelled] = await told(profile, f"{path}/{decided}/cancellation", annulled)
    said = [event for event in await profile.settled() if "sanction" in event.TYPE]
    assert [event.on_appeal for event in said] == [False, True, False]  # type: ignore[attr-defined]
    ends = [line["until"] for line in await lines(profile, person, "sanction")]
    assert ends == ["2026-06-01", "2026-06-01", "2026-03-01"]
    [last] = await lines(profile, person, "cancellation")
    assert (last["event_id"], last["detail"]["cancels"]) == (cancelled, decided)


async def test_absence_is_judged_and_not_recorded(profile: AtHand) -> None:
    asked = "/discipline/absence?days=10&consecutive=10&year_end=2025-12-31"
    proposal = (await profile.get(asked)).json()
    assert (proposal["kind"], proposal["consecutive"]) == ("PEMBERHENTIAN", True)
    assert (await profile.get(asked, "employee")).status_code == 403
    nothing = await profile.get("/discipline/absence?days=2&year_end=2025-12-31")
    assert nothing.json()["kind"] is None
