"""Enrolments, completions and what becomes of them, from the door to what others are told."""

from __future__ import annotations

from uuid import UUID, uuid4

from contracts.events.profile import PersonRegisteredV1
from contracts.events.training import CompletionRevokedV1, TrainingFinishedV1
from services.chassis.blind_index import digest
from tests.integration.training.conftest import NIP, REPORT, Provider
from tests.support.at_hand import LOOKUP_KEY, AtHand

COMPLETION = {
    "finished_on": "2025-06-20",
    "jp": 900,
    "title": "Pelatihan Kepemimpinan Pengawas",
    "form": 1,
    "provider": "BPSDM Provinsi",
    "evidence": "PASSED",
    "certificate_number": "001/PKP/2025",
}


async def test_a_completion_and_its_revocation_are_told_to_others(
    training: AtHand, enrolled: UUID, person: UUID
) -> None:
    path = f"/enrolments/{enrolled}"
    done = await training.post(f"{path}/completion", COMPLETION)
    assert done.status_code == 200
    fallen = {"on_day": "2025-07-01", "reason": "CERTIFICATE_INVALID"}
    await training.post(f"{path}/revocation", fallen)
    longer = {**COMPLETION, "jp": 901}
    await training.post(f"{path}/completion", longer)

    finished, revoked, corrected = await training.settled()
    stored = [event["event_id"] for event in await training.events("training.finished")]
    assert isinstance(finished, TrainingFinishedV1)
    assert (finished.person_id, finished.enrolment_id) == (person, enrolled)
    assert (finished.programme, finished.jp, finished.evidence) == ("PKP", 900, "PASSED")
    assert isinstance(revoked, CompletionRevokedV1)
    assert str(revoked.revokes) == stored[0]
    assert isinstance(corrected, TrainingFinishedV1)
    assert (corrected.jp, corrected.replaces) == (901, revoked.revokes)


async def test_the_id_that_a_revocation_names_is_the_id_under_which_the_event_is_stored(
    training: AtHand, enrolled: UUID
) -> None:
    await training.post(f"/enrolments/{enrolled}/completion", COMPLETION)
    row = await training.runtime.pool.fetchrow(
        "SELECT event_id, body FROM tail WHERE type = 'training.finished'"
    )
    assert row is not None
    assert f'"event_id":"{row["event_id"]}"'.encode() in row["body"]


async def test_a_person_reads_what_the_person_has_learned(
    training: AtHand, provider: Provider, enrolled: UUID, person: UUID
) -> None:
    await provider.send(REPORT)
    await training.settled()
    own = training.who("employee", subject=person)
    answer = await training.client.get(f"/people/{person}/trainings", headers=own)
    (record,) = answer.json()["trainings"]
    assert answer.json()["provisional"] is False
    assert (record["programme"], record["state"], record["jp"]) == ("PKP", "FINISHED", 900)
    assert record["certificate_number"] == "001/PKP/2025"


async def test_nobody_reads_a_colleagues_trainings_and_an_officers_reading_is_noted(
    training: AtHand, enrolled: UUID, person: UUID
) -> None:
    path = f"/people/{person}/trainings"
    colleague = training.who("employee", subject=uuid4())
    assert (await training.client.get(path, headers=colleague)).status_code == 403
    elsewhere = training.who(agency="elsewhere")
    assert (await training.client.get(path, headers=elsewhere)).status_code == 403
    assert (await training.get(path)).status_code == 200
    noted = await training.runtime.pool.fetch("SELECT whose, what FROM access_log")
    assert [tuple(row) for row in noted] == [(person, "trainings")]


async def test_what_cannot_be_done_is_refused_by_name(
    training: AtHand, enrolled: UUID, person: UUID
) -> None:
    enrolment = {"person_id": str(person), "programme": "PKA", "starts_on": "2025-05-05"}
    cases = [
        ("/enrolments", enrolment, 409, "unknown-programme"),
        ("/enrolments", {**enrolment, "person_id": str(uuid4())}, 409, "unknown-person"),
        (f"/enrolments/{uuid4()}/completion", COMPLETION, 404, "not-found"),
        (
            f"/enrolments/{enrolled}/completion",
            {**COMPLETION, "finished_on": "2025-05-04"},
            409,
            "before-enrolment",
        ),
        (
            f"/enrolments/{enrolled}/revocation",
            {"on_day": "2025-07-01", "reason": "WRONG_DETAILS"},
            409,
            "not-finished",
        ),
        (f"/enrolments/{enrolled}/completion", {**COMPLETION, "jp": 0}, 422, "not-valid"),
        (f"/enrolments/{enrolled}/withdrawal", {"day": "2025-07-01"}, 422, "not-valid"),
    ]
    for path, body, status, name in cases:
        answer = await training.post(path, body)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, name)


async def test_whoever_withdrew_is_not_finished_by_a_report(
    training: AtHand, provider: Provider, enrolled: UUID
) -> None:
    withdrawn = await training.post(
        f"/enrolments/{enrolled}/withdrawal", {"on_day": "2025-05-01"}, "provider_manager"
    )
    assert withdrawn.status_code == 200
    answer = await provider.send(REPORT)
    assert answer.json()["type"].endswith(":already-withdrawn")


async def test_the_catalogue_is_read_after_it_was_written(training: AtHand, enrolled: UUID) -> None:
    await training.settled()
    (offer,) = (await training.get("/programmes", "employee")).json()
    assert (offer["code"], offer["jp"]) == ("PKP", 900)


# The index


def registered(person: UUID, *nips: str) -> PersonRegisteredV1:
    return PersonRegisteredV1.model_validate(
        {
            "person_id": person,
            "birth_date": "1986-09-26",
            "sex": "M",
            "employment_kind": "PNS",
            "identifiers": [
                {"kind": "NIP", "digest": digest(LOOKUP_KEY, "NIP", nip)} for nip in nips
            ],
            "registered_on": "2015-05-01",
        }
    )


async def test_the_index_learns_from_profile_and_forgets_a_corrected_number(
    training: AtHand, provider: Provider
) -> None:
    person = uuid4()
    await training.hears(registered(person, "198609262015051009"))
    await training.hears(registered(person, NIP))
    known = await training.runtime.pool.fetch("SELECT subject, digest FROM identity_index")
    assert [tuple(row) for row in known] == [(person, digest(LOOKUP_KEY, "NIP", NIP))]


async def test_what_waits_is_matched_when_profile_registers_the_person(
    training: AtHand, provider: Provider
) -> None:
    """The door works while profile is down; the reaction to its news does the rest, once."""
    person = uuid4()
    assert (await provider.send(REPORT)).json() == {"outcome": "WAITING"}
    news = registered(person, NIP)
    await training.hears(news)
    offer = {key: REPORT[key] for key in ("title", "form", "jp", "provider")}
    await training.post("/programmes", {"code": "PKP", **offer})
    enrolment = {"person_id": str(person), "programme": "PKP", "starts_on": REPORT["start"]}
    await training.post("/enrolments", enrolment)
    await training.reacts()
    assert len(await training.events("training.finished")) == 1
    (envelope,) = (await training.get("/envelopes")).json()
    assert envelope["state"] == "RECORDED"

    await training.runtime.pool.execute("UPDATE reaction_cursor SET psn = 0")
    await training.reacts()
    assert len(await training.events("training.finished")) == 1, "also when told twice"


async def test_a_report_that_contradicts_is_kept_for_a_person_when_its_turn_comes(
    training: AtHand, provider: Provider
) -> None:
    """Nobody enrolled: the reaction is done, the officer has it, and nobody else is delayed."""
    await provider.send(REPORT)
    await training.hears(registered(uuid4(), NIP))
    await training.reacts()
    (envelope,) = (await training.get("/envelopes?state=REFUSED")).json()
    assert envelope["reason"].endswith(":not-enrolled")
    assert not await training.runtime.pool.fetch("SELECT * FROM reaction_parked")
