"""People over HTTP: registered once, shown with both dates, and only to those who may see."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.events.career import AppointmentDecreedV1
from contracts.events.profile import PositionAssignedV1
from services.chassis.access_log import reads_of
from services.chassis.answering import AlreadyAnswered, Once
from services.chassis.events import Origin, Seen
from services.profile.domain.person import (
    NotRegistered,
)
from services.profile.reactions import RULE, react
from services.profile.streams import post_id_of, unit_id_of
from tests.integration.profile.conftest import Door
from tests.integration.profile.test_imports import MAP
from tests.support.at_hand import AGENCY, AtHand

NIP = "198609262015051901"
PERSON: dict[str, Any] = {
    "number": NIP,
    "name": "Rati Bano",
    "front_title": "dr.",
    "back_title": "S.Demo.",
    "birth_date": "1986-09-26",
    "sex": "M",
    "employment": "PNS",
    "registered_on": "2015-05-01",
    "phone": "0000-1",
}
POST, CLERK = post_id_of(AGENCY, "P1", "B"), post_id_of(AGENCY, "P2", "B")


@pytest.fixture
async def person(profile: AtHand, door: Door) -> UUID:
    await door.send("post-map", MAP)
    answer = await profile.post("/people", PERSON)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["person_id"])


async def facts(profile: AtHand, person: UUID) -> None:
    """A rank, a first post, a second post, a diploma."""
    told = [
        ("ranks", {"golongan": "III/b", "effective_from": "2019-04-01"}),
        ("positions", {"post_id": str(CLERK), "effective_from": "2015-05-01"}),
        ("positions", {"post_id": str(POST), "effective_from": "2020-01-02"}),
        ("educations", {"level": 7, "completed_on": "2009-08-17"}),
    ]
    for kind, body in told:
        answer = await profile.post(f"/people/{person}/{kind}", body)
        assert answer.status_code == 201, answer.text
    await profile.settled()


async def test_a_person_is_registered_once_whoever_says_so(profile: AtHand, person: UUID) -> None:
    again = await profile.post("/people", {**PERSON, "number": "19860926 201505 1 901"})
    assert again.json()["person_id"] == str(person)
    assert again.json()["event_ids"] == []
    assert len(await profile.events("profile.person_registered")) == 1


async def test_the_card_shows_every_fact_with_both_dates(profile: AtHand, person: UUID) -> None:
    before = datetime.now(UTC)
    await facts(profile, person)
    card = (await profile.get(f"/people/{person}")).json()
    assert card["details"]["name"] == "Rati Bano"
    lines = [(line["kind"], line["effective_from"], line["until"]) for line in card["lines"]]
    assert ("position", "2015-05-01", "2020-01-02") in lines
    assert ("position", "2020-01-02", None) in lines
    replaced = [line for line in card["lines"] if line["superseded_at"]]
    assert [line["until"] for line in replaced] == [None]
    assert all(datetime.fromisoformat(line["recorded_at"]) >= before for line in card["lines"][2:])


async def test_the_list_is_as_of_a_day_and_filtered(profile: AtHand, person: UUID) -> None:
    await facts(profile, person)

    async def listed(query: str) -> list[dict[str, Any]]:
        answer = await profile.get(f"/people?{query}")
        assert answer.status_code == 200, answer.text
        people: list[dict[str, Any]] = answer.json()["people"]
        return people

    [now] = await listed("")
    assert (now["name"], now["golongan"]) == ("dr. Rati Bano, S.Demo.", "III/b")
    assert (now["post"], now["unit"]) == ("Kepala Seksi", "Bidang B")
    [then] = await listed("as_of=2018-12-31")
    assert (then["golongan"], then["post"]) == (None, "Pengolah Data")
    assert await listed("position_class=PENGAWAS&golongan=III/b&employment=PNS") == [now]
    assert await listed(f"unit_id={unit_id_of(AGENCY, 'B')}") == [now]
    assert await listed("position_class=PELAKSANA") == []
    assert await listed(f"after={person}") == []
    assert (await profile.get("/people?golongan=X/y")).status_code == 422
    assert (await profile.get("/people?name=Rati")).status_code == 422


async def test_pages_follow_each_other(profile: AtHand) -> None:
    for serial in range(901, 904):
        body = {**PERSON, "number": f"198609262015051{serial}"}
        assert (await profile.post("/people", body)).status_code == 201
    await profile.settled()
    first = (await profile.get("/people?limit=2")).json()
    second = (await profile.get(f"/people?limit=2&after={first['next']}")).json()
    assert (len(first["people"]), len(second["people"]), second["next"]) == (2, 1, None)


async def test_whoever_may_not_see_a_person_learns_nothing(profile: AtHand, person: UUID) -> None:
    await profile.settled()

    async def status(**who: Any) -> int:
        headers = profile.who(**who)
        return (await profile.client.get(f"/people/{person}", headers=headers)).status_code

    assert await status(role="officer") == 200
    assert await status(role="officer", agency="elsewhere") == 404
    assert await status(role="employee", subject=person) == 200
    assert await status(role="employee") == 404
    assert (await profile.client.get(f"/people/{person}")).status_code == 401
    for role, expected in (("employee", 403), ("provider_manager", 403), ("auditor", 200)):
        assert (await profile.get("/people", role)).status_code == expected


async def test_every_reading_of_somebody_else_is_noted(profile: AtHand, person: UUID) -> None:
    await profile.settled()
    headers = {**profile.who(), "Jenjang-Purpose": "usul KP"}
    await profile.client.get(f"/people/{person}", headers=headers)
    await profile.client.get("/people", headers=headers)
    await profile.client.post("/people/names", json={"people": [str(person)]}, headers=headers)
    await profile.client.post("/people/lookup", json={"number": NIP}, headers=headers)
    own = profile.who("employee", subject=person)
    await profile.client.get(f"/people/{person}", headers=own)
    assert await profile.runtime.pool.fetchval("SELECT count(*) FROM access_log") == 4
    noted = await reads_of(profile.runtime.pool, person, vault=profile.runtime.vault)
    assert [read.what for read in reversed(noted)] == ["card", "list", "names", "lookup"]
    assert {read.why for read in noted} == {"usul KP"}


async def test_names_are_given_within_the_readers_scope(profile: AtHand, person: UUID) -> None:
    await profile.settled()
    body = {"people": [str(person), str(uuid4())]}
    mine = await profile.post("/people/names", body)
    assert mine.json()["names"] == {str(person): "dr. Rati Bano, S.Demo."}
    headers = profile.who(agency="elsewhere")
    other = await profile.client.post("/people/names", json=body, headers=headers)
    assert other.json()["names"] == {}


async def test_a_number_is_looked_up_in_the_body_and_within_the_agency(
    profile: AtHand, person: UUID
) -> None:
    await profile.settled()
    found = await profile.post("/people/lookup", {"number": "19860926 201505 1 901"})
    assert found.json() == {"person_id": str(person)}
    headers = profile.who(agency="elsewhere")
    hidden = await profile.client.post("/people/lookup", json={"number": NIP}, headers=headers)
    assert hidden.status_code == 404
    assert (await profile.post("/people/lookup", {"number": "123456789012"})).status_code == 409


async def test_another_agency_cannot_register_over_a_record(profile: AtHand, person: UUID) -> None:
    headers = profile.who(agency="elsewhere")
    answer = await profile.client.post("/people", json=PERSON, headers=headers)
    assert answer.status_code == 409
    assert len(await profile.events("profile.person_registered")) == 1


async def test_a_refusal_names_the_rule(profile: AtHand, person: UUID) -> None:
    async def reason(path: str, body: dict[str, Any]) -> str:
        answer = await profile.post(path, body)
        assert answer.status_code == 409, answer.text
        kind: str = answer.json()["type"]
        return kind.rpartition(":")[2]

    assert await reason("/people", {**PERSON, "sex": "F"}) == "sex-differs"
    post = {"post_id": str(uuid4()), "effective_from": "2020-01-02"}
    assert await reason(f"/people/{person}/positions", post) == "post-not-on-map"
    rank = {"golongan": "III/b", "effective_from": "2019-04-01"}
    assert await reason(f"/people/{uuid4()}/ranks", rank) == "not-registered"
    wrong = {**rank, "replaces": str(uuid4())}
    assert await reason(f"/people/{person}/ranks", wrong) == "nothing-to-replace"
    sanction = {
        "kind": "TEGURAN",
        "severity": "LIGHT",
        "starts_on": "2024-05-02",
        "until": "2024-04-30",
        "law": "PP-94-2021",
    }
    assert await reason(f"/people/{person}/sanctions", sanction) == "ends-before-it-begins"


async def test_the_same_request_is_answered_once(profile: AtHand, person: UUID) -> None:
    officer = uuid4()

    async def grant(golongan: str) -> Any:
        return await profile.client.post(
            f"/people/{person}/ranks",
            json={"golongan": golongan, "effective_from": "2019-04-01"},
            headers={**profile.who(subject=officer), "Idempotency-Key": "k-1"},
        )

    first, again, other = await grant("III/b"), await grant("III/b"), await grant("III/c")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json() == again.json()
    assert other.json()["type"].endswith("same-id-other-body")


async def test_the_last_day_of_a_decree_ends_a_period_on_the_day_after(
    profile: AtHand, person: UUID
) -> None:
    body = {
        "post_id": str(POST),
        "assignment": "PLT",
        "effective_from": "2024-01-01",
        "until": "2024-06-30",
    }
    await profile.post(f"/people/{person}/positions", body)
    [said] = [e for e in await profile.settled() if isinstance(e, PositionAssignedV1)]
    assert (said.assignment, said.until) == ("PLT", date(2024, 7, 1))


# What follows from a decree


def decree(person: UUID) -> AppointmentDecreedV1:
    return AppointmentDecreedV1(
        person_id=person,
        appointment_id=uuid4(),
        post_id=POST,
        position_class="PENGAWAS",
        unit_id=unit_id_of(AGENCY, "B"),
        assignment="DEFINITIVE",
        effective_from=date(2026, 4, 1),
        decree_number="SK-DEMO-2026-1",
    )


async def hear(
    profile: AtHand, event: AppointmentDecreedV1, event_id: UUID, delivery: str = "first"
) -> None:
    seen = Seen(
        event_id=event_id,
        source="career",
        generation=1,
        partition=0,
        psn=1,
        type=event.TYPE,
        subject=event.person_id,
        agency=AGENCY,
        effective_from=event.effective_from,
        recorded_at=datetime.now(UTC),
    )
    reaction = react(event, seen)
    origin = Origin(actor="profile", door=f"reaction:{RULE}", causation=event_id)
    once = Once.of(f"reaction:{RULE}", f"{event_id}:{delivery}", b"")
    await reaction.run(profile.deps, once, origin)


async def test_a_decreed_position_becomes_a_fact_that_names_its_cause(
    profile: AtHand, person: UUID
) -> None:
    cause = uuid4()
    await hear(profile, decree(person), cause)
    [said] = [e for e in await profile.settled() if isinstance(e, PositionAssignedV1)]
    assert (said.post_id, said.caused_by, said.decree_number) == (POST, cause, "SK-DEMO-2026-1")
    causes = await profile.runtime.pool.fetch(
        "SELECT causation FROM log WHERE type = 'profile.position_assigned'"
    )
    assert [row["causation"] for row in causes] == [cause]


async def test_a_decree_delivered_twice_assigns_once(profile: AtHand, person: UUID) -> None:
    cause, event = uuid4(), decree(person)
    await hear(profile, event, cause)
    with pytest.raises(AlreadyAnswered):
        await hear(profile, event, cause)
    # Even if what was answered were lost, the fact's id follows from the decree's.
    await hear(profile, event, cause, delivery="after a restore")
    assert len(await profile.events("profile.position_assigned")) == 1


async def test_a_corrected_decree_corrects_the_fact(profile: AtHand, person: UUID) -> None:
    first, second = uuid4(), uuid4()
    event = decree(person)
    await hear(profile, event, first)
    later = event.model_copy(update={"effective_from": date(2026, 5, 1), "replaces": first})
    await hear(profile, later, second)
    said = [e for e in await profile.settled() if isinstance(e, PositionAssignedV1)]
    assert [e.effective_from for e in said] == [date(2026, 4, 1), date(2026, 5, 1)]
    assert said[1].replaces is not None


async def test_a_decree_about_a_stranger_is_refused_by_name(profile: AtHand) -> None:
    with pytest.raises(NotRegistered):
        await hear(profile, decree(uuid4()), uuid4())


async def test_another_agencys_officer_changes_nobodys_record(
    profile: AtHand, person: UUID
) -> None:
    told = [
        ("ranks", {"golongan": "III/c", "effective_from": "2024-04-01"}),
        ("positions", {"post_id": str(POST), "effective_from": "2024-01-02"}),
        ("educations", {"level": 8, "completed_on": "2020-08-17"}),
    ]
    for kind, body in told:
        answer = await profile.client.post(
            f"/people/{person}/{kind}", json=body, headers=profile.who(agency="elsewhere")
        )
        assert answer.status_code in (404, 409), (kind, answer.text)
    events = await profile.runtime.store.load(f"person-{person}")
    assert {recorded.about.agency for recorded in events} == {AGENCY}
