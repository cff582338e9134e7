"""What leaves as workbooks comes in again: an empty system becomes equal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from services.profile.main import SERVICE
from tests.integration.profile.conftest import Agency, Door
from tests.integration.profile.test_imports import load
from tests.support.at_hand import AtHand, at_hand
from tests.support.same_state import content_of, people_by_digest, read_model

# In the order in which a first load sends them.
KINDS = ("post-map", "staff", "history")
STANDING = "superseded_at IS NULL AND kind <> 'cancellation'"
STRUCTURE = ("work_units", "post_map", "unit_history", "post_history")
# On days that no file of the invented agency names: whoever is drawn has none of them yet.
FACTS: list[tuple[str, dict[str, Any]]] = [
    ("unpaid-leaves", {"starts_on": "2020-01-02", "until": "2020-12-31", "decree_number": "SK-C"}),
    ("awards", {"kind": "SLKS_X", "given_on": "2024-08-18", "until": "2034-08-17"}),
    ("awards", {"kind": "Pegawai Teladan", "given_on": "2023-08-18", "verified": False}),
    ("service-credits", {"years": 7, "months": 11, "effective_from": "2023-04-02"}),
    ("credit-points", {"main": "12.5", "starts_on": "2024-01-02", "until": "2024-12-31"}),
    (
        "study-assignments",
        {"level": 8, "starts_on": "2022-09-02", "released": True, "self_funded": False},
    ),
    ("sanctions", {"kind": "PEMOTONGAN_TUKIN_9_BULAN", "starts_on": "2025-09-02"}),
    ("sanctions", {"kind": "LAIN", "severity": "LIGHT", "law": "PP-X", "starts_on": "2019-02-02"}),
    (
        "educations",
        {"level": 9, "completed_on": "2025-02-02", "recognised": False, "document": "IJZ-9"},
    ),
]
PERMANENT = {
    "number": "198609262015051901",
    "old_number": "130000001",
    "nik": "0000000000000001",
    "name": "Rati Bano",
    "back_title": "S.Demo.",
    "birth_date": "1986-09-26",
    "sex": "M",
    "employment": "PNS",
    "registered_on": "2015-05-01",
    "permanent_since": "2016-06-01",
}
PART_TIME = {
    "number": "198609262021242901",
    "name": "Tiro Bano",
    "birth_date": "1986-09-26",
    "sex": "F",
    "employment": "PPPK_PART_TIME",
    "registered_on": "2021-02-01",
    "phone": "0000-1",
}


@pytest.fixture
async def empty(databases: Callable[[], str], tmp_path: Path) -> AsyncIterator[AtHand]:
    folder = tmp_path / "empty"
    folder.mkdir()
    async with at_hand(SERVICE, databases(), folder) as service:
        yield service


async def exported(profile: AtHand) -> dict[str, bytes]:
    await profile.settled()
    books = {}
    for kind in KINDS:
        answer = await profile.get(f"/exports/{kind}/workbook")
        assert answer.status_code == 200, answer.text
        books[kind] = answer.content
    return books


async def state(profile: AtHand) -> dict[str, list[Any]]:
    """Read models up to ids of events and times; people by their numbers' digests."""
    await profile.settled()
    pool = profile.runtime.pool
    named = await people_by_digest(pool)
    card = await read_model(pool, "person_card", named=named, where=STANDING)
    index = await read_model(pool, "identity_index", named=named, without=("partition",))
    structure = {one: await read_model(pool, one, named=named) for one in STRUCTURE}
    return {"person_card": card, "identity_index": index, **structure}


async def told_at_the_doors(profile: AtHand) -> None:
    """What no file of the invented agency tells: other families, an appeal, a changed unit."""
    await profile.settled()
    people = (await profile.get("/people?limit=200&employment=PNS")).json()["people"]
    person = people[0]["person_id"]
    sanction = None
    for door, body in FACTS:
        answer = await profile.post(f"/people/{person}/{door}", body)
        assert answer.status_code == 201, answer.text
        sanction = (
            answer.json()["event_ids"][0] if body.get("kind", "").endswith("9_BULAN") else sanction
        )
    for one in (PERMANENT, PART_TIME):
        answer = await profile.post("/people", one)
        assert answer.status_code == 201, answer.text
    contract = {"starts_on": "2026-02-01", "until": "2027-01-31", "document_sha256": "ab" * 32}
    who = answer.json()["person_id"]
    assert (await profile.post(f"/people/{who}/contracts", contract)).status_code == 201
    appeal = {"kind": "OBJECTION", "appealed_on": "2025-09-10"}
    answer = await profile.post(f"/people/{person}/sanctions/{sanction}/appeal", appeal)
    assert answer.status_code == 201, answer.text
    unit = (await profile.get("/units")).json()[0]
    renamed = {"code": unit["code"], "name": "Nama Baru", "effective_from": "2030-01-01"}
    placed = {**renamed, "kind": "BADAN", "place": {"latitude": "-6.9", "longitude": "107.6"}}
    assert (await profile.post("/units", placed)).status_code == 201


async def test_an_export_makes_an_empty_system_equal(
    profile: AtHand, door: Door, agency: Agency, empty: AtHand
) -> None:
    await load(door, agency)
    await told_at_the_doors(profile)
    books = await exported(profile)
    for kind, book in books.items():
        receipt = await Door(empty).send(kind, book)
        assert (receipt["rejected"], receipt["problems"]) == (0, [])
    again = await exported(empty)
    for kind in KINDS:
        assert content_of(again[kind]) == content_of(books[kind]), kind
    before, after = await state(profile), await state(empty)
    for table in before:
        assert after[table] == before[table], table
    assert all(before.values())


async def test_an_export_changes_nothing_where_it_came_from(
    profile: AtHand, door: Door, agency: Agency
) -> None:
    await load(door, agency)
    for kind, book in (await exported(profile)).items():
        receipt = await door.send(kind, book)
        assert (receipt["accepted"], receipt["unchanged"]) == (receipt["rows"], receipt["rows"])


async def test_only_officers_take_the_record_away_and_it_is_noted(
    profile: AtHand, door: Door, agency: Agency
) -> None:
    await load(door, agency)
    await exported(profile)
    assert (await profile.get("/exports/staff/workbook", "auditor")).status_code == 403
    noted = await profile.runtime.pool.fetch("SELECT DISTINCT what FROM access_log")
    assert {row["what"] for row in noted} == {"export"}
