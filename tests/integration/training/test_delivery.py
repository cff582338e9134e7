"""What is offered and how it is delivered: forms, providers, programmes, classes, participation."""

from __future__ import annotations

import asyncio
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import python_calamine as calamine

from contracts.events.training import TrainingFinishedV1
from tests.integration.training.conftest import NIP, REPORT, Provider
from tests.support.at_hand import AtHand


def rows_of(content: bytes) -> list[list[Any]]:
    book = calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_an_agency_counts_a_form_by_its_own_decree(training: AtHand) -> None:
    rule = {"by": "SESSIONS", "jp": 1, "per_month": 4}
    own = {"rule": rule, "decree_number": "KEP-1", "on_day": "2026-03-01"}
    for _ in range(2):
        assert (await training.post("/development-forms/15/rule", own)).status_code == 200
    assert len(await training.events("training.jp_rule_set")) == 1
    wrong = {**own, "rule": {"by": "DAYS"}, "decree_number": "KEP-2"}
    assert problem(await training.post("/development-forms/15/rule", wrong)) == (
        409,
        "rule-incomplete",
    )
    before, after = [
        (await training.get(f"/development-forms?as_of={day}")).json()["forms"][14]
        for day in ("2026-02-28", "2026-03-01")
    ]
    assert (before["verification"], before["rule"]["per_month"]) == ("uncertain", 2)
    assert (after["source"], after["rule"]["per_month"]) == ("KEP-1", 4)
    book = await training.get("/development-forms/workbook?as_of=2026-03-01")
    rows = rows_of(book.content)
    assert [row[3] for row in rows[3:]][14] == "1 JP per sesi, paling banyak 4 sesi sebulan"
    assert len(rows) == 28


# Providers, programmes, classes

CAMPUS = {"external_id": "001042", "kind": "UNIVERSITY", "legal_name": "Universitas Contoh"}
PKP = {"code": "PKP", "title": "Kepemimpinan Pengawas", "form": 1, "jp": 40, "provider": "BPSDM"}
CLASS = {
    "code": "PKP-2026-1",
    "programme": "PKP",
    "provider": "001042",
    "first_day": "2026-05-04",
    "last_day": "2026-05-05",
    "location": "Gedung A",
    "mode": "CLASSROOM",
    "seats": 2,
    "price": 4_500_000,
    "sessions": ["2026-05-04", "2026-05-05"],
}
PLACE = "/classes/PKP-2026-1"


async def done(training: AtHand, path: str, body: object, role: str = "officer") -> Any:
    answer = await training.post(path, body, role)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def a_class(training: AtHand, **changes: object) -> None:
    await done(training, "/providers", CAMPUS)
    await done(training, "/programmes", PKP)
    await done(training, "/classes", {**CLASS, **changes})


async def somebody(training: AtHand, nip: str = NIP) -> UUID:
    person = uuid4()
    await training.knows(nip, person)
    return person


async def approved(training: AtHand, person: UUID) -> str:
    await done(training, f"{PLACE}/nominations", {"person_id": str(person)})
    own = f"{PLACE}/participants/{person}"
    await done(training, f"{own}/approval", {}, "official")
    return own


async def test_who_is_suspended_is_given_no_class(training: AtHand) -> None:
    await done(training, "/providers", CAMPUS)
    await done(training, "/programmes", PKP)
    pause = {"reason": "Audit", "on_day": "2026-03-01"}
    await done(training, "/providers/001042/suspension", pause)
    refused = await training.post("/classes", CLASS)
    assert problem(refused) == (409, "provider-is-suspended")
    await training.settled()
    [row] = (await training.get("/providers", "employee")).json()["providers"]
    assert (row["standing"], row["reason"]) == ("SUSPENDED", "Audit")
    await done(training, "/providers/001042/resumption", {"on_day": "2026-04-01"})
    await done(training, "/classes", CLASS)
    unknown = {**CLASS, "code": "X", "provider": "9"}
    assert problem(await training.post("/classes", unknown)) == (409, "unknown-provider")
    await done(training, "/providers/001042/end", {**pause, "on_day": "2026-06-01"})
    await training.settled()
    book = rows_of((await training.get("/providers/workbook")).content)
    assert book[3][0] == "001042"
    assert book[3][9:11] == ["ENDED", "Audit"]


async def test_a_programme_names_competencies_that_are_known(training: AtHand) -> None:
    taught = {"targets": {"MAN.01": 3}, "mode": "BLENDED", "price": 1_000_000}
    unheard = await training.post("/programmes", {**PKP, "delivery": taught})
    assert problem(unheard) == (409, "competency-not-heard")
    await training.runtime.pool.execute(
        "INSERT INTO competency_codes (partition, agency, code) VALUES (0, 'demo', 'MAN.01')"
    )
    await done(training, "/programmes", {**PKP, "delivery": taught})
    await done(training, "/programmes", PKP)
    await training.settled()
    [row] = (await training.get("/programmes")).json()
    assert (row["targets"], row["mode"], row["price"]) == ({"MAN.01": 3}, "BLENDED", 1_000_000)
    book = rows_of((await training.get("/programmes/workbook")).content)
    assert book[3][5:8] == ["BLENDED", 1_000_000, "MAN.01:3"]


async def test_from_nomination_to_certificate(training: AtHand) -> None:
    await a_class(training)
    person = await somebody(training)
    early = f"{PLACE}/participants/{person}/enrolment"
    assert problem(await training.post(early, {})) == (409, "not-nominated")
    own = await approved(training, person)
    for _ in range(2):
        await done(training, f"{own}/enrolment", {})
    for _ in range(2):
        await done(training, f"{own}/attendance", {"session": 1, "present": True})
    await done(training, f"{own}/attendance", {"session": 2, "present": False})
    beyond = await training.post(f"{own}/attendance", {"session": 3, "present": True})
    assert problem(beyond) == (409, "no-such-session")
    await done(training, f"{own}/result", {"evidence": "DEMONSTRATED", "mark": "87.5"})
    paper = {"certificate_number": "S-1", "certificate_link": "https://sertifikat.example/s-1"}
    for _ in range(2):
        await done(training, f"{own}/result", {"evidence": "DEMONSTRATED", **paper})
    said = [one for one in await training.settled() if isinstance(one, TrainingFinishedV1)]
    assert [(one.evidence, one.shown_by, one.jp) for one in said] == [
        ("ATTENDED", "DEMONSTRATED", 40)
    ] * 2
    [row] = (await training.get(f"{PLACE}/roster", "provider_manager")).json()["roster"]
    assert (row["step"], row["state"], row["evidence"], row["attended"], row["absent"]) == (
        "ENROLLED",
        "FINISHED",
        "DEMONSTRATED",
        1,
        1,
    )
    [learned] = (await training.get(f"/people/{person}/trainings")).json()["trainings"]
    assert (learned["certificate_number"], learned["provider"]) == ("S-1", "Universitas Contoh")
    book = rows_of((await training.get(f"{PLACE}/roster/workbook")).content)
    assert book[3][0] == str(person)
    assert book[3][6:9] == [40, 1, 1]
    came = rows_of((await training.get(f"{PLACE}/attendance/workbook")).content)
    assert [row[3] for row in came[3:]] == ["YA", "TIDAK"]


async def test_the_last_seat_goes_to_one_however_many_ask_at_once(training: AtHand) -> None:
    await a_class(training, seats=1)
    people = [await somebody(training, str(198609262015051001 + nth)) for nth in range(5)]
    places = [await approved(training, person) for person in people]
    answers = await asyncio.gather(*(training.post(f"{one}/enrolment", {}) for one in places))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 409, 409, 409, 409]
    assert len(await training.events("training.seat_taken")) == 1
    assert len(await training.events("training.enrolment_opened")) == 1
    assert len(await training.events("training.nominee_enrolled")) == 1
    [winner] = [answer for answer in answers if answer.status_code == 200]
    enrolment = winner.json()["enrolment_id"]
    await done(training, f"/enrolments/{enrolment}/withdrawal", {"on_day": "2026-05-01"})
    loser = places[next(nth for nth, one in enumerate(answers) if one.status_code == 409)]
    await done(training, f"{loser}/enrolment", {})
    await training.settled()
    [row] = (await training.get("/classes")).json()["classes"]
    assert (row["seats"], row["taken"]) == (1, 1)
    roster = (await training.get(f"{PLACE}/roster")).json()["roster"]
    assert sorted(one["step"] for one in roster) == ["APPROVED"] * 3 + ["ENROLLED", "WITHDRAWN"]


async def test_a_cancelled_class_withdraws_whoever_is_enrolled(training: AtHand) -> None:
    await a_class(training)
    own = await approved(training, await somebody(training))
    await done(training, f"{own}/enrolment", {})
    moved = {**CLASS, "first_day": "2026-05-05", "sessions": ["2026-05-05"]}
    assert problem(await training.post("/classes", moved)) == (409, "first-day-is-fixed")
    for _ in range(2):
        await done(training, f"{PLACE}/cancellation", {"reason": "Peserta kurang"})
    assert len(await training.events("training.enrolment_withdrawn")) == 1
    late = await training.post(f"{own}/attendance", {"session": 1, "present": True})
    assert problem(late) == (409, "not-enrolled")
    await training.settled()
    book = rows_of((await training.get("/classes/workbook?phase=CANCELLED")).content)
    assert book[3][11:13] == ["CANCELLED", "Peserta kurang"]


async def test_a_nomination_is_declined_in_words_and_made_again(training: AtHand) -> None:
    await a_class(training)
    person = await somebody(training)
    await done(training, f"{PLACE}/nominations", {"person_id": str(person)})
    own = f"{PLACE}/participants/{person}"
    await done(training, f"{own}/refusal", {"reason": "Belum setahun menjabat"}, "official")
    assert problem(await training.post(f"{own}/approval", {}, "official")) == (
        409,
        "nomination-is-decided",
    )
    await approved(training, person)
    others = await training.post(f"{PLACE}/nominations", {"person_id": str(person)}, "employee")
    assert others.status_code == 403
    await done(training, f"{own}/withdrawal", {})
    await training.settled()
    [row] = (await training.get(f"{PLACE}/roster", "auditor")).json()["roster"]
    assert row["step"] == "WITHDRAWN"


async def test_a_provider_who_reports_finishes_whoever_has_a_seat(
    training: AtHand, provider: Provider, person: UUID
) -> None:
    await a_class(training, first_day="2025-05-05", last_day="2025-06-20", sessions=["2025-05-05"])
    own = await approved(training, person)
    await done(training, f"{own}/enrolment", {})
    answer = await provider.send({**REPORT, "result": "OBSERVED", "jp": 40})
    assert answer.json()["outcome"] == "RECORDED"
    await training.settled()
    [row] = (await training.get(f"{PLACE}/roster")).json()["roster"]
    assert (row["state"], row["evidence"]) == ("FINISHED", "OBSERVED")
    await done(training, f"{PLACE}/closing", {"on_day": "2025-06-20"})
