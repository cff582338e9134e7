"""Who has earned how many JP, per tanggal and by what was known."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import python_calamine as calamine

from contracts.events.profile import (
    Identifier,
    PersonRegisteredV1,
    PositionAssignedV1,
    WorkUnitDefinedV1,
)
from services.chassis.blind_index import digest
from tests.support.at_hand import LOOKUP_KEY, AtHand

UNIT = uuid4()


def numbered(person: UUID) -> Identifier:
    """Some number of the person, as profile says it to others."""
    return Identifier(kind="NIP", digest=digest(LOOKUP_KEY, "NIP", str(person)))


def registered(person: UUID, employment: Any, since: date, **more: Any) -> PersonRegisteredV1:
    return PersonRegisteredV1(
        person_id=person,
        birth_date=date(1986, 9, 26),
        sex="M",
        employment_kind=employment,
        identifiers=[numbered(person)],
        registered_on=since,
        **more,
    )


def seated(person: UUID, unit: UUID = UNIT) -> PositionAssignedV1:
    return PositionAssignedV1(
        person_id=person,
        post_id=uuid4(),
        position_class="PELAKSANA",
        unit_id=unit,
        assignment="DEFINITIVE",
        effective_from=date(2020, 1, 1),
    )


async def finished(training: AtHand, person: UUID, jp: int, last: str, form: int = 3) -> str:
    """A training that ended on a day; the enrolment."""
    code = f"BT-{uuid4().hex[:6]}".upper()
    offer = {"code": code, "title": "Bimtek", "form": form, "jp": jp, "provider": "BPSDM Contoh"}
    assert (await training.post("/programmes", offer)).status_code == 200
    opened = await training.post(
        "/enrolments", {"person_id": str(person), "programme": code, "starts_on": last}
    )
    assert opened.status_code == 200, opened.text
    enrolment = str(opened.json()["enrolment_id"])
    body = {"finished_on": last, "jp": jp, "evidence": "PASSED", "title": "Bimtek"}
    body |= {"form": form, "provider": "BPSDM Contoh"}
    done = await training.post(f"/enrolments/{enrolment}/completion", body)
    assert done.status_code == 200, done.text
    return enrolment


async def report(training: AtHand, query: str) -> dict[str, Any]:
    answer = await training.get(f"/reports/jp?{query}", "auditor")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_everybody_stands_beside_the_target_of_the_own_employment(
    training: AtHand, person: UUID
) -> None:
    contract = uuid4()
    await training.hears(
        WorkUnitDefinedV1(unit_id=UNIT, code="U-1", name="Subbagian Contoh"),
        registered(person, "PNS", date(2015, 5, 1)),
        registered(contract, "PPPK", date(2025, 1, 1)),
        seated(person),
    )
    await finished(training, person, 12, "2025-03-10")
    dropped = await finished(training, person, 6, "2025-09-10", form=9)
    await finished(training, contract, 26, "2025-06-01")
    await finished(training, person, 40, "2024-06-01")
    await training.settled()
    found = await report(training, "as_of=2025-12-31")
    by_person = {one["person_id"]: one for one in found["people"]}
    assert (found["bound"], found["bound_reached"]) == (1, 0)
    civil, other = by_person[str(person)], by_person[str(contract)]
    assert (civil["jp"], civil["missing"], civil["by_form"]) == (18, 2, {"3": 12, "9": 6})
    assert (civil["unit"], civil["target"]["kind"]) == ("Subbagian Contoh", "minimum")
    assert (other["jp"], other["reached"], other["target"]["jp"]) == (26, True, 24)
    summer = await report(training, "as_of=2025-06-30")
    assert {one["person_id"]: one["jp"] for one in summer["people"]}[str(person)] == 12
    unit = await report(training, f"as_of=2025-12-31&unit_id={UNIT}")
    assert [one["person_id"] for one in unit["people"]] == [str(person)]
    known = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    gone = {"on_day": "2025-10-01", "reason": "CERTIFICATE_INVALID"}
    revoked = await training.post(f"/enrolments/{dropped}/revocation", gone)
    assert revoked.status_code == 200, revoked.text
    await training.settled()
    now = await report(training, "as_of=2025-12-31")
    then = await report(training, f"as_of=2025-12-31&known_at={known}")
    assert [
        {one["person_id"]: one["jp"] for one in answer["people"]}[str(person)]
        for answer in (now, then)
    ] == [12, 18]


async def test_the_list_is_a_workbook_and_everybody_reads_the_own_year(
    training: AtHand, person: UUID
) -> None:
    await training.hears(registered(person, "PNS", date(2015, 5, 1)))
    await finished(training, person, 21, "2025-03-10")
    await training.settled()
    book = await training.get("/reports/jp/workbook?as_of=2025-12-31", "officer")
    rows = (
        calamine.load_workbook(io.BytesIO(book.content))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    assert rows[3][:9] == [str(person), "PNS", "", 2025, 21, 20, "wajib", 0, "YA"]
    assert rows[-1][:2] == ["SUDAH MENCAPAI", 1]
    own = await training.get(f"/people/{person}/jp?as_of=2025-12-31")
    assert (own.json()["jp"], own.json()["reached"]) == (21, True)
    refused = await training.get("/reports/jp", "employee")
    assert refused.status_code == 403


async def test_a_post_obliges_to_a_leadership_training(training: AtHand, person: UUID) -> None:
    held = seated(person).model_copy(update={"position_class": "PENGAWAS"})
    await training.hears(
        WorkUnitDefinedV1(unit_id=UNIT, code="U-1", name="Subbagian Contoh"),
        registered(person, "PNS", date(2015, 5, 1)),
        held,
    )
    decree = {"months": 36, "decree_number": "Perwali Demo 5/2020", "on_day": "2020-01-01"}
    assert (await training.post("/leadership-deadlines/PENGAWAS", decree)).status_code == 200

    async def owed(as_of: str) -> list[dict[str, Any]]:
        await training.settled()
        answer = await training.get(f"/reports/leadership-duties?as_of={as_of}", "auditor")
        assert answer.status_code == 200, answer.text
        people: list[dict[str, Any]] = answer.json()["people"]
        return people

    (waiting,) = await owed("2024-06-30")
    assert [waiting[name] for name in ("programme", "since", "due_on", "overdue", "unit")] == [
        *("PKP", "2020-01-01", "2023-01-01", True, "Subbagian Contoh")
    ]
    offer = {"code": "PKP", "title": "PKP", "form": 1, "jp": 900, "provider": "BPSDM Contoh"}
    assert (await training.post("/programmes", offer)).status_code == 200
    opened = await training.post(
        "/enrolments", {"person_id": str(person), "programme": "PKP", "starts_on": "2024-07-01"}
    )
    body = {"finished_on": "2024-10-01", "jp": 900, "evidence": "PASSED", "title": "PKP"}
    body |= {"form": 1, "provider": "BPSDM Contoh"}
    path = f"/enrolments/{opened.json()['enrolment_id']}/completion"
    assert (await training.post(path, body)).status_code == 200
    (done,) = await owed("2024-12-31")
    assert (done["finished_on"], done["overdue"]) == ("2024-10-01", False)
    (then,) = await owed("2024-06-30")
    assert then["finished_on"] is None
    assert (await training.get("/reports/leadership-duties/workbook")).status_code == 200


async def test_whoever_has_moved_is_on_no_list_of_the_agency_left(
    training: AtHand, person: UUID
) -> None:
    await training.hears(registered(person, "PNS", date(2015, 5, 1)))
    moved = registered(person, "PNS", date(2025, 7, 1), moved_from="demo")
    await training.hears(moved, agency="other")
    await training.settled()
    assert (await report(training, "as_of=2025-12-31"))["people"] == []
    before = (await report(training, "as_of=2025-06-30"))["people"]
    assert [one["person_id"] for one in before] == [str(person)]
