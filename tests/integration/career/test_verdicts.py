"""From the door to the answer: what is said changes one finding, and with it the verdict."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from contracts.events.profile import SanctionImposedV1
from tests.integration.career.conftest import JUDGEMENTS, Career, pkp, position, rating


def statuses(answer: Any) -> dict[str, str]:
    return {f["requirement"]: f["status"] for f in answer["answer"]["findings"]}


def changed(before: Any, after: Any) -> set[str]:
    old, new = statuses(before), statuses(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


async def test_every_row_of_the_article_is_examined_and_names_who_must_speak(
    career: Career, person: UUID
) -> None:
    answer = await career.ask(person)
    assert answer["status"] == "NOT_ELIGIBLE"  # the agency's own decree asks for PKP
    assert statuses(answer) == {
        "pns": "MET",
        "s1-or-d4": "MET",
        "integrity": "HUMAN",
        "pengawas-3-years": "MET",
        "related_field": "HUMAN",
        "performance": "MET",
        "competency": "MET",
        "health": "HUMAN",
        "no-sanction": "MET",
        "pkp-finished": "UNMET",
    }
    missing = {f["requirement"]: f["missing_from"] for f in answer["answer"]["findings"]}
    assert missing["integrity"] == missing["health"] == "official"
    assert {f["layer"] for f in answer["answer"]["findings"]} == {"national", "agency"}


async def test_a_judgement_changes_one_finding(career: Career, person: UUID) -> None:
    before = await career.ask(person)
    answer = await career.post(f"/people/{person}/judgements", JUDGEMENTS[0], "official")
    assert answer.status_code == 200, answer.text
    after = await career.ask(person)
    assert changed(before, after) == {"integrity"}
    assert statuses(after)["integrity"] == "MET"


async def test_a_finished_training_makes_eligible(career: Career, judged: UUID) -> None:
    before = await career.ask(judged)
    await career.hear(pkp(judged))
    after = await career.ask(judged)
    assert (before["status"], after["status"]) == ("NOT_ELIGIBLE", "ELIGIBLE")
    assert changed(before, after) == {"pkp-finished"}


async def test_an_appraisal_below_baik_takes_it_away(career: Career, judged: UUID) -> None:
    await career.hear(pkp(judged))
    eligible = await career.ask(judged)
    await career.hear(rating(judged, 2025, "KURANG", replaces=career.rated[judged, 2025]))
    after = await career.ask(judged)
    assert (eligible["status"], after["status"]) == ("ELIGIBLE", "NOT_ELIGIBLE")
    assert changed(eligible, after) == {"performance"}


async def test_somebody_of_whom_little_is_known_needs_review_not_a_no(career: Career) -> None:
    person = uuid4()
    await career.hear(position(person, "PENGAWAS", date(2020, 1, 1)), pkp(person))
    answer = await career.ask(person)
    assert answer["status"] == "NEEDS_REVIEW"
    missing = {f["requirement"]: f["missing_from"] for f in answer["answer"]["findings"]}
    assert missing["pns"] == "profile"
    assert missing["performance"] == missing["competency"] == "assessment"


async def test_a_sanction_says_until_when(career: Career, judged: UUID) -> None:
    await career.hear(
        pkp(judged),
        SanctionImposedV1(
            person_id=judged,
            kind="24",
            severity="MODERATE",
            starts_on=date(2025, 9, 1),
            ends_on=date(2026, 6, 1),
            law="PP-94-2021",
        ),
    )
    serving = await career.ask(judged)
    (finding,) = [f for f in serving["answer"]["findings"] if f["status"] == "UNMET"]
    assert finding["details"] == [
        {"amount": "2026-06-01", "type": "day", "unit": "free again from"}
    ]
    assert (await career.ask(judged, as_of="2026-06-01"))["status"] == "ELIGIBLE"


async def test_a_waiver_stands_in_and_names_its_decree(career: Career, judged: UUID) -> None:
    await career.hear(pkp(judged))
    young = {"as_of": "2022-12-31"}  # a day before three years are full
    waiver = {
        "ground": "sekolah_kader",
        "target": "administrator",
        "decree_number": "KEP-12/2022",
        "effective_from": "2022-06-01",
        "office": "PPK",
    }
    assert statuses(await career.ask(judged, **young))["pengawas-3-years"] == "UNMET"
    answer = await career.post(f"/people/{judged}/waivers", waiver, "official")
    assert answer.status_code == 200, answer.text
    (finding,) = [
        f
        for f in (await career.ask(judged, **young))["answer"]["findings"]
        if f["requirement"] == "pengawas-3-years"
    ]
    assert (finding["status"], finding["waived_by"]) == ("MET", "KEP-12/2022")


async def test_a_word_is_corrected_by_another_that_names_it(career: Career, judged: UUID) -> None:
    listed = await career.hand.get(f"/people/{judged}/judgements")
    first = next(word for word in listed.json() if word["about"] == "integrity")
    wrong = {**JUDGEMENTS[0], "met": False, "replaces": first["event_id"]}
    answer = await career.post(f"/people/{judged}/judgements", wrong, "official")
    assert answer.status_code == 200, answer.text
    assert statuses(await career.ask(judged))["integrity"] == "UNMET"
    again = await career.post(f"/people/{judged}/judgements", {**wrong, "met": True}, "official")
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:jenjang:problem:already-replaced",
    )


async def test_a_pppk_is_told_which_row_says_no(career: Career, judged: UUID) -> None:
    answer = await career.ask(judged, policy="pengawas")
    assert statuses(answer)["pelaksana-4-years"] == "UNMET"
    assert "pkp-finished" not in statuses(answer)


async def test_rewrite_of_the_same_word_is_no_second_event(career: Career, judged: UUID) -> None:
    before = len(await career.hand.events("career.judgement_recorded"))
    answer = await career.hand.client.post(
        f"/people/{judged}/judgements",
        json={**JUDGEMENTS[0], "document_number": "BA-1"},
        headers={**career.hand.who("official"), "Idempotency-Key": "0123456789"},
    )
    assert answer.status_code == 200
    assert len(await career.hand.events("career.judgement_recorded")) == before + 1
