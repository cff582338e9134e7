"""Files come in as operators make them: the good rows are taken, each bad one says why."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from services.chassis.workbook_writing import Written, written
from services.profile.adapters.siasn_export import HEADERS
from tests.integration.profile.conftest import Agency, Door
from tests.support.at_hand import AtHand

UNITS: list[list[Written]] = [
    ["KODE UNOR", "NAMA UNOR", "KODE UNOR INDUK"],
    ["A", "Kantor A", None],
    ["B", "Bidang B", "A"],
]
POSTS: list[list[Written]] = [
    [
        *("KODE JABATAN", "KODE UNOR", "NAMA JABATAN", "JENIS JABATAN", "ESELON", "JENJANG"),
        *("BIDANG", "BUP", "KEBUTUHAN"),
    ],
    ["P1", "B", "Kepala Seksi", "PENGAWAS", "IV.a", None, "UMUM", 58, 1],
    ["P2", "B", "Pengolah Data", "PELAKSANA", None, None, None, 58, 3],
]
MAP = written({"unit organisasi": UNITS, "peta jabatan": POSTS})
NIP = "198609262015051901"
ROW: dict[str, Written] = {
    "NIP BARU": NIP,
    "NAMA": "Rati Bano",
    "TANGGAL LAHIR": "26-09-1986",
    "JENIS KELAMIN": "M",
    "STATUS CPNS PNS": "PNS",
    "TMT CPNS": "01-05-2015",
    "GOL AKHIR NAMA": "III/b",
    "TMT GOLONGAN": "01-04-2019",
    "JABATAN ID": "P1",
    "TMT JABATAN": "02-01-2020",
    "TINGKAT PENDIDIKAN NAMA": "S-1/SARJANA",
    "TAHUN LULUS": "2009",
    "UNOR ID": "B",
}


def export(*rows: dict[str, Written], headers: tuple[str, ...] = HEADERS) -> bytes:
    return written({"Data": [headers, *([row.get(name) for name in headers] for row in rows)]})


def refused(receipt: dict[str, Any], listed: str = "problems") -> set[tuple[Any, ...]]:
    return {(p["sheet"], p["row"], p["column"], p["reason"]) for p in receipt[listed]}


async def load(door: Door, agency: Agency) -> dict[str, dict[str, Any]]:
    kinds = {"post-map": "post-map", "siasn-export": "siasn-export", "history-profile": "history"}
    return {name: await door.send(kind, agency.content(name)) for name, kind in kinds.items()}


async def test_every_slip_of_the_invented_agency_is_found_and_nothing_else(
    door: Door, agency: Agency
) -> None:
    receipts = await load(door, agency)
    sheet_of = {"Data": "siasn"}
    for name, receipt in receipts.items():
        for outcome, listed in (("rejected", "problems"), ("warning", "warnings")):
            expected = {
                (sheet_of.get(sheet, sheet), *rest)
                for sheet, *rest in agency.answers(name, outcome)
            }
            assert refused(receipt, listed) == expected, name
        rows = sum(len(sheet.rows) for sheet in agency.demonstration.workbooks[name])
        assert receipt["rows"] == rows
        assert receipt["accepted"] == rows - len(agency.answers(name, "rejected"))


async def test_the_same_files_again_get_the_same_receipts_and_change_nothing(
    profile: AtHand, door: Door, agency: Agency
) -> None:
    first = await load(door, agency)
    stored = await profile.events()
    assert await load(door, agency) == first
    assert await profile.events() == stored


async def test_rows_taken_in_anew_are_found_unchanged(
    profile: AtHand, door: Door, agency: Agency
) -> None:
    await load(door, agency)
    facts = len(await profile.events())
    anew = await door.send("history", agency.content("history-profile"), again=True)
    assert anew["unchanged"] == anew["accepted"]
    assert anew["number"].endswith("-2")
    assert len(await profile.events()) == facts + 1  # the second receipt


async def test_what_was_taken_in_is_told_to_others_and_stands_on_the_cards(
    profile: AtHand, door: Door, agency: Agency
) -> None:
    await load(door, agency)
    said = await profile.settled()
    kinds = {type(event).__name__ for event in said}
    assert {"PersonRegisteredV1", "RankGrantedV1", "PositionAssignedV1"} <= kinds
    listed = (await profile.get("/people?limit=200")).json()["people"]
    assert len(listed) == len(agency.demonstration.lives)
    story = agency.demonstration.stories[0].life
    wanted = {"number": story.number}
    found = (await profile.post("/people/lookup", wanted)).json()["person_id"]
    card = (await profile.get(f"/people/{found}")).json()
    assert card["details"]["number"] == story.number
    held = [line for line in card["lines"] if line["kind"] == "position"]
    in_force = [line for line in held if line["superseded_at"] is None]
    assert [(line["effective_from"], line["until"]) for line in in_force] == [
        (str(one.since), str(following.since) if following else None)
        for one, following in zip(story.posts, [*story.posts[1:], None], strict=True)
    ]


async def test_a_post_that_is_not_on_the_map_is_a_warning_with_an_owner(door: Door) -> None:
    await door.send("post-map", MAP)
    receipt = await door.send("siasn-export", export({**ROW, "JABATAN ID": "P9"}))
    assert (receipt["accepted"], receipt["rejected"]) == (1, 0)
    [warning] = receipt["warnings"]
    assert (warning["reason"], warning["owner"]) == ("post-not-on-map", "post-map")


async def test_a_file_that_waited_for_the_post_map_is_taken_in_anew(
    profile: AtHand, door: Door
) -> None:
    content = export(ROW)
    assert len((await door.send("siasn-export", content))["warnings"]) == 1
    await door.send("post-map", MAP)
    assert len((await door.send("siasn-export", content))["warnings"]) == 1  # the same receipt
    assert (await door.send("siasn-export", content, again=True))["warnings"] == []
    assert len(await profile.events("profile.position_assigned")) == 1
    assert len(await profile.events("profile.person_registered")) == 1


async def test_wrong_headers_refuse_the_file_and_name_what_is_missing(profile: AtHand) -> None:
    headers = tuple(name for name in HEADERS if name != "TMT GOLONGAN")
    answer = await profile.client.post(
        "/imports/siasn-export",
        files={"file": ("export.xlsx", export(ROW, headers=headers))},
        headers=profile.who(),
    )
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:jenjang:problem:headers-wrong"
    assert "TMT GOLONGAN" in answer.json()["detail"]
    assert answer.json()["fix"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x00" * 50])
async def test_what_is_no_workbook_is_refused(profile: AtHand, content: bytes) -> None:
    files = {"file": ("x.xlsx", content)}
    answer = await profile.client.post("/imports/history", files=files, headers=profile.who())
    assert answer.status_code == 422


async def test_only_an_officer_may_send_files(profile: AtHand) -> None:
    for role in ("auditor", "employee"):
        answer = await profile.client.post(
            "/imports/post-map", files={"file": ("x", MAP)}, headers=profile.who(role)
        )
        assert answer.status_code == 403


async def test_two_doors_at_once_create_nobody_twice(profile: AtHand, door: Door) -> None:
    await door.send("post-map", MAP)
    body = {
        "number": NIP,
        "name": "Rati Bano",
        "birth_date": "1986-09-26",
        "sex": "M",
        "employment": "PNS",
        "registered_on": "2015-05-01",
    }
    async with asyncio.TaskGroup() as group:
        typed = [group.create_task(profile.post("/people", body)) for _ in range(4)]
        sent = [
            group.create_task(door.send("siasn-export", export({**ROW, "NAMA": f"Rati {nth}"})))
            for nth in range(3)
        ]
    assert [receipt.result()["accepted"] for receipt in sent] == [1, 1, 1]
    people = {answer.result().json()["person_id"] for answer in typed}
    assert len(people) == 1
    assert len(await profile.events("profile.person_registered")) == 1
    assert len(await profile.events("key.reserved")) == 1


async def test_somebody_elses_old_number_is_refused_once_per_row(door: Door) -> None:
    await door.send("post-map", MAP)
    await door.send("siasn-export", export({**ROW, "NIP LAMA": "130000001"}))
    other = {**ROW, "NIP BARU": "198609262015051902", "NIP LAMA": "130000001"}
    third = {**ROW, "NIP BARU": "198609262015051903"}
    receipt = await door.send("siasn-export", export(other, third))
    assert refused(receipt) == {("siasn", 2, "NIP BARU", "already-reserved")}
    assert (receipt["accepted"], receipt["rejected"]) == (1, 1)


async def test_no_number_and_no_name_is_stored_in_clear(
    profile: AtHand, door: Door, agency: Agency
) -> None:
    await load(door, agency)
    await profile.settled()
    tables = await profile.runtime.pool.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    stored = b""
    for (table,) in tables:
        rows = await profile.runtime.pool.fetch(f"SELECT t::text FROM {table} t")
        stored += "\n".join(row[0] for row in rows).encode()
    bodies = await profile.runtime.pool.fetch("SELECT body, said_body FROM log")
    stored += b"".join(part for row in bodies for part in row if part)
    assert b"PELAKSANA" in stored  # the search itself works
    for one in agency.demonstration.lives:
        for secret in (one.number, one.nik, one.name):
            assert secret.encode() not in stored


async def test_a_history_may_come_as_one_text_table(profile: AtHand, door: Door) -> None:
    await door.send("post-map", MAP)
    await door.send("siasn-export", export(ROW))
    text = f"NIP;GOLONGAN;TMT GOLONGAN;NOMOR SK\r\n'{NIP};III/a;01-05-2015;SK-DEMO-1\r\n"
    receipt = await door.send("history", text.encode("cp1252"), name="golongan.csv")
    assert (receipt["accepted"], receipt["rejected"]) == (1, 0)
    assert len(await profile.events("profile.rank_granted")) == 2


# Regulations 17.2: what real exports do to a NIP, a day, a header.
TITLES: list[list[Written]] = [["Profil ASN Kota Contoh"], [], ["ditarik 31-03-2026"]]
SPELLINGS: list[tuple[str, dict[str, Written]]] = [
    ("a leading apostrophe", {"NIP BARU": f"'{NIP}"}),
    ("blanks between and behind", {"NIP BARU": "19860926 201505 1 901 ", "NAMA": " Rati Bano  "}),
    ("days as serials", {"TANGGAL LAHIR": 31681, "TMT GOLONGAN": 43556}),
    ("days as days", {"TANGGAL LAHIR": date(1986, 9, 26), "TMT CPNS": date(2015, 5, 1)}),
    ("days as text of serials", {"TANGGAL LAHIR": "31681"}),
    ("a year as text", {"TAHUN LULUS": "2009 "}),
    ("sex spelled out", {"JENIS KELAMIN": "PRIA"}),
    ("empty cells as dashes", {"NIP LAMA": "-", "GELAR DEPAN": " - "}),
]


async def test_an_export_is_read_as_siasn_writes_it(profile: AtHand, door: Door) -> None:
    await door.send("post-map", MAP)
    for nth, (spelled, cells) in enumerate(SPELLINGS):
        row = {**ROW, **cells}
        rows = [*TITLES[: nth % 4], HEADERS, [row.get(name) for name in HEADERS], ["", " "]]
        receipt = await door.send("siasn-export", written({"Data": rows, "Sheet2": [["x"]]}))
        assert (receipt["accepted"], receipt["problems"]) == (1, []), spelled
    assert len(await profile.events("profile.person_registered")) == 1
    assert len(await profile.events("profile.rank_granted")) == 1


async def test_a_nip_that_became_a_number_is_refused_and_says_why(door: Door) -> None:
    receipt = await door.send("siasn-export", export({**ROW, "NIP BARU": float(NIP)}))
    assert refused(receipt) == {("siasn", 2, "NIP BARU", "precision-lost")}


async def test_an_export_may_be_text_with_semicolons(door: Door) -> None:
    await door.send("post-map", MAP)
    names = [name for name in ROW if ROW[name] is not None]
    cells = [str({**ROW, "NIP BARU": f"'{NIP}", "NAMA": "Rati Bañò"}[name]) for name in names]
    text = f"{';'.join(names)}\r\n{';'.join(cells)}\r\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        receipt = await door.send("siasn-export", text.encode(encoding), name="siasn.csv")
        assert (receipt["accepted"], receipt["rejected"]) == (1, 0), encoding


async def test_masa_kerja_and_tmt_pns_of_an_export_are_facts(profile: AtHand, door: Door) -> None:
    await door.send("post-map", MAP)
    more: dict[str, Written] = {"TMT PNS": "01-06-2016", "MK TAHUN": 3, "MK BULAN": 11}
    receipt = await door.send("siasn-export", export({**ROW, **more}))
    assert (receipt["accepted"], receipt["rejected"]) == (1, 0)
    [credit] = await profile.events("profile.service_credited")
    assert (credit["credit"]["years"], credit["credit"]["months"]) == (3, 11)
    entered = await profile.events("profile.person_registered")
    assert {(one["employment"], one["registered_on"]) for one in entered} == {
        ("CPNS", "2015-05-01"),
        ("PNS", "2016-06-01"),
    }


async def test_a_fuller_account_completes_the_record(profile: AtHand, door: Door) -> None:
    await door.send("post-map", MAP)
    await door.send("siasn-export", export(ROW))
    header = ["NIP", "GOLONGAN", "TMT GOLONGAN", "NOMOR SK"]
    file = written({"golongan": [header, [NIP, "III/b", "01-04-2019", "SK-DEMO-7"]]})
    await door.send("history", file)
    first, second = await profile.events("profile.rank_granted")
    assert second["rank"]["decree_number"] == "SK-DEMO-7"
    assert second["replaces"] == first["event_id"]


async def test_units_that_stand_under_each_other_are_refused(door: Door) -> None:
    units: list[list[Written]] = [
        UNITS[0],
        ["A", "Kantor A", None],
        ["X", "Bidang X", "Y"],
        ["Y", "Bidang Y", "X"],
        ["Z", "Bidang Z", "Z"],
    ]
    receipt = await door.send("post-map", written({"unit organisasi": units}))
    assert refused(receipt) == {
        ("unit organisasi", row, "KODE UNOR INDUK", "under-itself") for row in (3, 4, 5)
    }
    assert receipt["accepted"] == 1
