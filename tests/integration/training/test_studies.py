"""A study assignment from what is known of a person to the bond that follows."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.assessment import AppraisalCompletedV1
from contracts.events.profile import (
    PersonRegisteredV1,
    PositionAssignedV1,
    PostDefinedV1,
    SanctionImposedV1,
    StudyAssignedV1,
)
from services.chassis.blind_index import digest
from tests.integration.training.conftest import NIP
from tests.integration.training.test_budget import problem, rows_of
from tests.support.at_hand import LOOKUP_KEY, AtHand

POST = UUID(int=99)


def person_known(person: UUID, **changes: Any) -> PersonRegisteredV1:
    told = {
        "person_id": person,
        "birth_date": date(1990, 5, 17),
        "sex": "F",
        "employment_kind": "PNS",
        "identifiers": [{"kind": "NIP", "digest": digest(LOOKUP_KEY, "NIP", NIP)}],
        "registered_on": date(2016, 1, 1),
        **changes,
    }
    return PersonRegisteredV1(**told)


def rated(person: UUID, year: int) -> AppraisalCompletedV1:
    return AppraisalCompletedV1(
        person_id=person,
        year=year,
        law="PermenPANRB-6-2022",
        work_result=2,
        behaviour=2,
        rating="BAIK",
        effective_from=date(year, 12, 31),
    )


async def on_record(training: AtHand, person: UUID) -> None:
    """A PNS in a post that is left at 58, rated twice."""
    post = PostDefinedV1(
        post_id=POST,
        code="P-1",
        name="Analis",
        position_class="FUNGSIONAL",
        jenjang="AHLI_PERTAMA",
        unit_id=uuid4(),
        retirement_age=58,
        needed=1,
    )
    position = PositionAssignedV1(
        person_id=person,
        post_id=POST,
        position_class="FUNGSIONAL",
        jenjang="AHLI_PERTAMA",
        unit_id=post.unit_id,
        assignment="DEFINITIVE",
        effective_from=date(2018, 1, 1),
    )
    await training.hears(
        post, person_known(person), position, rated(person, 2023), rated(person, 2024)
    )


def plan(person: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "person_id": str(person),
        "programme": "Magister Ilmu Contoh",
        "institution": "Universitas Contoh",
        "accreditation": "B",
        "level": 8,
        "field": "Ilmu Contoh",
        "starts_on": "2025-01-06",
        "months": 12,
        "released": True,
        "self_funded": False,
        "competency": "TK-01",
        **changes,
    }


async def applied(training: AtHand, person: UUID, **changes: Any) -> str:
    answer = await training.post("/study-assignments", plan(person, **changes))
    assert answer.status_code == 200, answer.text
    return f"/study-assignments/{answer.json()['study_id']}"


async def statuses(training: AtHand, study: str) -> dict[str, str]:
    found = (await training.get(f"{study}/examination")).json()
    return {one["condition"]: one["status"] for one in found["findings"]}


async def judged(training: AtHand, study: str, *conditions: str) -> None:
    for condition in conditions:
        answer = await training.post(
            f"{study}/judgements", {"condition": condition, "met": True, "document": "SKET-1"}
        )
        assert answer.status_code == 200, answer.text


async def granted(training: AtHand, person: UUID) -> str:
    study = await applied(training, person)
    await judged(training, study, "IN_PLAN", "NOT_SUSPENDED")
    decree = {"decree_number": "SK-1", "until": "2026-01-05"}
    answer = await training.post(f"{study}/decree", decree, "official")
    assert answer.status_code == 200, answer.text
    return study


async def walked(training: AtHand, study: str, *steps: tuple[str, dict[str, Any]]) -> None:
    for path, body in steps:
        answer = await training.post(f"{study}/{path}", body)
        assert answer.status_code == 200, answer.text


async def test_conditions_are_examined_from_what_was_heard(training: AtHand, person: UUID) -> None:
    study = await applied(training, person)
    unknown = await statuses(training, study)
    assert unknown["SERVICE"] == unknown["REMAINING_SERVICE"] == unknown["RATINGS"] == "UNKNOWN"
    await on_record(training, person)
    known = await statuses(training, study)
    assert (known["SERVICE"], known["RATINGS"], known["NO_SANCTION"]) == ("MET", "MET", "MET")
    assert (known["IN_PLAN"], known["NOT_SUSPENDED"]) == ("UNKNOWN", "UNKNOWN")
    found = (await training.get(f"{study}/examination")).json()
    remaining = next(x for x in found["findings"] if x["condition"] == "REMAINING_SERVICE")
    # Born in May 1990, 58 in May 2048, so that the pension begins on 2048-06-01.
    assert (remaining["needed"], remaining["found"]) == (36, 280)
    assert (found["outcome"], found["as_of"]) == ("NEEDS_REVIEW", "2025-01-06")
    sanction = SanctionImposedV1(
        person_id=person,
        kind="PEMOTONGAN_TUKIN_6_BULAN",
        severity="MODERATE",
        starts_on=date(2024, 12, 1),
        ends_on=date(2025, 6, 1),
        law="PP-94-2021",
    )
    await training.hears(sanction)
    assert (await statuses(training, study))["NO_SANCTION"] == "UNMET"
    later = (await training.get(f"{study}/examination?as_of=2025-06-01")).json()
    served = next(x for x in later["findings"] if x["condition"] == "NO_SANCTION")
    assert served["status"] == "MET"


async def test_a_decree_needs_the_conditions_or_a_reason(training: AtHand, person: UUID) -> None:
    study = await applied(training, person)
    decree = {"decree_number": "SK-1", "until": "2026-01-05"}
    refused = await training.post(f"{study}/decree", decree, "official")
    assert problem(refused) == (409, "against-advice")
    assert (await training.post(f"{study}/decree", decree)).status_code == 403
    with_reason = {**decree, "because": "Data profil menyusul"}
    assert (await training.post(f"{study}/decree", with_reason, "official")).status_code == 200
    stored = (await training.events("training.study_granted"))[0]
    assert "enc" in stored["because"]
    assert {one["status"] for one in stored["examination"]["findings"]} >= {"UNKNOWN"}


async def test_from_the_decree_to_the_bond(training: AtHand, person: UUID) -> None:
    await on_record(training, person)
    study = await granted(training, person)
    await walked(
        training,
        study,
        ("start", {"on_day": "2025-01-06"}),
        ("progress", {"semester": 1, "report": "IPK 3,60", "on_day": "2025-07-01"}),
        ("extension", {"semesters": 1, "decree_number": "SK-2", "on_day": "2025-11-03"}),
        ("end", {"ending": "COMPLETED", "on_day": "2026-01-05"}),
        ("return", {"on_day": "2026-01-12"}),
    )
    await training.settled()
    listed = (await training.get("/study-assignments", "auditor")).json()["studies"][0]
    assert (listed["phase"], listed["semesters"], listed["late"]) == ("BACK", 1, False)
    assert (listed["until"], listed["on_record"]) == ("2026-07-05", False)
    # A year released from the post binds for two, from the return on: the last day is named.
    assert listed["bond_until"] == "2028-01-11"
    for day, count in (("2026-01-11", 0), ("2026-01-12", 1), ("2028-01-11", 1), ("2028-01-12", 0)):
        bonds = (await training.get(f"/reports/study-bonds?as_of={day}")).json()
        assert (len(bonds["studies"]), bonds["as_of"]) == (count, day)
    book = await training.get("/reports/study-bonds/workbook?as_of=2026-06-01")
    assert rows_of(book.content)[3][0] == str(person)
    told = StudyAssignedV1(
        person_id=person,
        level=8,
        starts_on=date(2025, 1, 6),
        released=True,
        self_funded=False,
    )
    await training.hears(told)
    listed = (await training.get("/study-assignments")).json()["studies"][0]
    assert listed["on_record"] is True


async def test_whoever_leaves_under_the_bond_pays_back(training: AtHand, person: UUID) -> None:
    await on_record(training, person)
    study = await granted(training, person)
    await walked(
        training,
        study,
        ("start", {"on_day": "2025-01-06"}),
        ("end", {"ending": "COMPLETED", "on_day": "2026-01-05"}),
        ("return", {"on_day": "2026-01-12"}),
        ("departure", {"on_day": "2026-11-02"}),
        (
            "repayment-demand",
            {"amount": 50_000_000, "decree_number": "SK-9", "on_day": "2026-11-03"},
        ),
        ("repayments", {"amount": 20_000_000, "document": "STS-1", "on_day": "2026-11-20"}),
    )
    too_much = {"amount": 30_000_001, "document": "STS-2", "on_day": "2026-11-21"}
    assert problem(await training.post(f"{study}/repayments", too_much)) == (
        409,
        "repayment-out-of-range",
    )
    await training.settled()
    listed = (await training.get("/study-assignments?phase=LEFT")).json()["studies"][0]
    assert (listed["demanded"], listed["repaid"]) == (50_000_000, 20_000_000)
    bonds = (await training.get("/reports/study-bonds?as_of=2026-11-02")).json()
    assert bonds["studies"] == []


async def test_a_person_applies_for_oneself_and_reads_the_own_words(
    training: AtHand, person: UUID
) -> None:
    me = training.who("employee", subject=person)

    async def ask(path: str, body: dict[str, Any]) -> httpx.Response:
        return await training.client.post(path, json=body, headers=me)

    mine = await ask("/study-assignments", plan(person))
    assert mine.status_code == 200, mine.text
    assert (await ask("/study-assignments", plan(uuid4()))).status_code == 403
    await training.settled()
    own = await training.client.get(f"/people/{person}/study-assignments", headers=me)
    assert own.json()["studies"][0]["programme"] == "Magister Ilmu Contoh"
    other = await training.client.get(
        f"/people/{person}/study-assignments", headers=training.who("employee")
    )
    assert other.status_code == 403
    study = f"/study-assignments/{mine.json()['study_id']}"
    assert (await training.client.get(f"{study}/examination", headers=me)).status_code == 200
    assert (await ask(f"{study}/withdrawal", {})).status_code == 200
    elsewhere = training.who(agency="elsewhere")
    assert (await training.client.get(f"{study}/examination", headers=elsewhere)).status_code == 404
    unknown = await training.post("/study-assignments", plan(uuid4()))
    assert problem(unknown) == (409, "unknown-person")
