"""Units and posts in full: the tree holds on every day, and nothing stands under itself."""

from __future__ import annotations

from typing import Any

from services.chassis.workbook_writing import Written, written
from services.profile.adapters.post_map_workbook import POSTS, UNITS
from tests.integration.profile.conftest import Door
from tests.integration.profile.test_imports import refused
from tests.support.at_hand import AtHand

A: dict[str, Written] = {"KODE UNOR": "A", "NAMA UNOR": "Kantor A"}
B: dict[str, Written] = {"KODE UNOR": "B", "NAMA UNOR": "Puskesmas B", "KODE UNOR INDUK": "A"}
PLACED: dict[str, Written] = {
    **B,
    "JENIS UNOR": "PUSKESMAS",
    "KODE WILAYAH": "00.01.02",
    "LINTANG": "-6,914744",
    "BUJUR": "107.60981",
}
POST: dict[str, Written] = {
    "KODE JABATAN": "P1",
    "KODE UNOR": "B",
    "NAMA JABATAN": "Kepala Puskesmas",
    "JENIS JABATAN": "PENGAWAS",
    "ESELON": "IV.a",
    "BUP": 58,
    "KEBUTUHAN": 1,
    "KELAS JABATAN": 9,
    "SYARAT PENDIDIKAN": "S-1/SARJANA",
    "SYARAT PELATIHAN": "PKP",
    "SYARAT PENGALAMAN": "3 tahun sebagai pelaksana",
}


def book(*units: dict[str, Written], posts: tuple[dict[str, Written], ...] = ()) -> bytes:
    sheets: dict[str, list[list[Written]]] = {}
    for form, rows in ((UNITS, units), (POSTS, posts)):
        names: list[Written] = [column.name for column in form.columns]
        sheets[form.name] = [names, *([row.get(str(name)) for name in names] for row in rows)]
    return written(sheets)


async def listed(profile: AtHand, path: str) -> list[dict[str, Any]]:
    await profile.settled()
    rows: list[dict[str, Any]] = (await profile.get(path)).json()
    return rows


async def test_units_and_posts_say_everything_the_template_asks(
    profile: AtHand, door: Door
) -> None:
    receipt = await door.send("post-map", book(A, PLACED, posts=(POST,)))
    assert (receipt["accepted"], receipt["rejected"]) == (3, 0)
    unit = (await listed(profile, "/units"))[1]
    assert (unit["kind"], unit["region_code"]) == ("PUSKESMAS", "00.01.02")
    assert (unit["latitude"], unit["longitude"]) == ("-6.914744", "107.60981")
    [post] = await listed(profile, "/posts")
    assert (post["job_class"], post["education"]) == (9, 7)
    assert (post["training"], post["experience"]) == ("PKP", "3 tahun sebagai pelaksana")


async def test_places_that_are_nowhere_are_refused(door: Door) -> None:
    rows = [
        {**PLACED, "KODE UNOR": "C", "LINTANG": "91"},
        {**PLACED, "KODE UNOR": "D", "BUJUR": None},
        {**PLACED, "KODE UNOR": "E", "KODE WILAYAH": "1.2"},
    ]
    receipt = await door.send("post-map", book(A, *rows))
    assert refused(receipt) == {
        ("unit organisasi", 3, "LINTANG", "no-such-place"),
        ("unit organisasi", 4, "BUJUR", "missing"),
        ("unit organisasi", 5, "KODE WILAYAH", "no-such-region-code"),
    }


async def test_a_circle_that_the_record_would_close_is_refused(profile: AtHand, door: Door) -> None:
    await door.send("post-map", book(A, B))
    receipt = await door.send("post-map", book({**A, "KODE UNOR INDUK": "B"}))
    assert refused(receipt) == {("unit organisasi", 2, "KODE UNOR INDUK", "under-itself")}
    body = {"code": "A", "name": "Kantor A", "parent_code": "B", "effective_from": "2026-01-01"}
    answer = await profile.post("/units", body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:jenjang:problem:under-itself")
    orphan = await door.send("post-map", book({**B, "KODE UNOR": "X", "KODE UNOR INDUK": "NIHIL"}))
    assert refused(orphan) == {("unit organisasi", 2, "KODE UNOR INDUK", "unknown-unit")}


async def test_the_tree_is_what_it_was_on_the_day_asked_for(profile: AtHand) -> None:
    for code, parent, day in (("A", None, "2020-01-01"), ("B", None, "2020-01-01")):
        body = {"code": code, "name": code, "parent_code": parent, "effective_from": day}
        assert (await profile.post("/units", body)).status_code == 201
    moved = {"code": "B", "name": "B", "parent_code": "A", "effective_from": "2025-01-01"}
    assert (await profile.post("/units", moved)).status_code == 201
    [top, then] = await listed(profile, "/units?as_of=2024-12-31")
    [_, now] = await listed(profile, "/units?as_of=2025-01-01")
    assert (then["parent_id"], now["parent_id"]) == (None, top["unit_id"])
