"""The nominatif comes in: new people, changed rows, and what the NIP must repeat."""

from __future__ import annotations

from typing import Any

from services.chassis.workbook_writing import Written, written
from services.profile.adapters.staff_workbook import STAFF
from tests.integration.profile.conftest import Door
from tests.integration.profile.test_import_steps import Sender
from tests.integration.profile.test_imports import MAP, NIP, refused
from tests.support.at_hand import AtHand

ROW: dict[str, Written] = {
    "NIP": NIP,
    "NAMA": "Rati Bano",
    "TANGGAL LAHIR": "26-09-1986",
    "JENIS KELAMIN": "L",
    "STATUS": "PNS",
    "TMT CPNS": "01-05-2015",
    "TMT PNS": "01-06-2016",
    "GOLONGAN": "III/b",
    "TMT GOLONGAN": "01-04-2019",
    "KODE JABATAN": "P1",
    "KODE UNOR": "B",
    "TMT JABATAN": "02-01-2020",
    "PENDIDIKAN": "S-1/SARJANA",
    "TAHUN LULUS": 2009,
    "NIK": "0000000000000001",
    "HP": "0000-1",
}
PPPK: dict[str, Written] = {
    **{name: ROW[name] for name in ("NAMA", "JENIS KELAMIN", "KODE JABATAN", "KODE UNOR")},
    "NIP": "198609262021211901",
    "TANGGAL LAHIR": "26-09-1986",
    "STATUS": "PPPK PARUH WAKTU",
    "MULAI KONTRAK": "01-02-2026",
    "AKHIR KONTRAK": "31-01-2027",
    "MULAI BEKERJA": "01-02-2021",
    "GOLONGAN": "IX",
    "TMT GOLONGAN": "01-02-2021",
    "KODE JABATAN": "P2",
    "TMT JABATAN": "01-02-2021",
}


def staff(*rows: dict[str, Written]) -> bytes:
    headers = [column.name for column in STAFF.columns]
    return written({"nominatif": [headers, *([row.get(name) for name in headers] for row in rows)]})


async def card(profile: AtHand, number: str = NIP) -> dict[str, Any]:
    await profile.settled()
    found = (await profile.post("/people/lookup", {"number": number})).json()["person_id"]
    shown: dict[str, Any] = (await profile.get(f"/people/{found}")).json()
    return shown


async def test_new_people_come_in_and_changed_rows_add_what_is_new(
    profile: AtHand, door: Door
) -> None:
    await door.send("post-map", MAP)
    first = await door.send("staff", staff(ROW, PPPK))
    assert (first["accepted"], first["rejected"], first["warnings"]) == (2, 0, [])
    again = await door.send("staff", staff(ROW, PPPK), again=True)
    assert (again["unchanged"], again["accepted"]) == (2, 2)
    promoted = {**ROW, "GOLONGAN": "III/c", "TMT GOLONGAN": "01-04-2023", "HP": None}
    receipt = await door.send("staff", staff(promoted, PPPK))
    assert (receipt["accepted"], receipt["unchanged"]) == (2, 1)
    shown = await card(profile)
    entered = [
        (line["effective_from"], line["detail"]["birth_date"])
        for line in shown["lines"]
        if line["kind"] == "registration"
    ]
    assert entered == [("2015-05-01", "1986-09-26"), ("2016-06-01", "1986-09-26")]
    ranks = [line["detail"]["golongan"] for line in shown["lines"] if line["kind"] == "rank"]
    assert (ranks, shown["employment"]) == (["III/b", "III/c"], "PNS")
    assert shown["details"]["phone"] == "0000-1"  # an empty cell erases nothing
    contract = [
        (line["effective_from"], line["until"])
        for line in (await card(profile, str(PPPK["NIP"])))["lines"]
        if line["kind"] == "contract"
    ]
    assert contract == [("2026-02-01", "2027-02-01")]


WRONG: list[tuple[dict[str, Written], str, str]] = [
    ({"TANGGAL LAHIR": "27-09-1986"}, "TANGGAL LAHIR", "birth-date-differs"),
    ({"JENIS KELAMIN": "P"}, "JENIS KELAMIN", "sex-differs"),
    ({"TMT CPNS": "01-06-2015"}, "TMT CPNS", "appointment-differs"),
    (
        {"STATUS": "PPPK", "MULAI KONTRAK": "01-02-2021", "AKHIR KONTRAK": "31-01-2026"},
        *("STATUS", "number-of-other-kind"),
    ),
    ({"NIP": 198609262015051901}, "NIP", "precision-lost"),
    ({"NIP": "198609262015051000"}, "NIP", "serial-zero"),
    ({"TMT PNS": "01-05-2015"}, "TMT PNS", "ends-before-it-begins"),
    ({"GOLONGAN": "IX"}, "GOLONGAN", "no-such-golongan"),
    ({"TMT CPNS": None}, "TMT CPNS", "missing"),
]


async def test_a_row_that_contradicts_its_number_says_where(door: Door) -> None:
    await door.send("post-map", MAP)
    own = [{**ROW, "NIP": f"198609262015051{902 + nth}"} for nth in range(len(WRONG))]
    rows = [{**row, **change} for row, (change, _, _) in zip(own, WRONG, strict=True)]
    receipt = await door.send("staff", staff(*rows))
    assert refused(receipt) == {
        ("nominatif", nth, column, reason) for nth, (_, column, reason) in enumerate(WRONG, 2)
    }


async def test_a_row_may_name_the_document_it_rests_on(profile: AtHand, door: Door) -> None:
    await door.send("post-map", MAP)
    own = {"DOKUMEN": "SK-1", "SHA-256 DOKUMEN": "ab" * 32, "STATUS DATA": "PERNYATAAN SENDIRI"}
    await door.send("staff", staff({**ROW, **own}))
    origins = [line["origin"] for line in (await card(profile))["lines"]]
    assert {(o["document"], o["document_sha256"], o["verified"]) for o in origins} == {
        ("SK-1", "ab" * 32, False)
    }


async def test_what_the_nominatif_recorded_is_taken_back(profile: AtHand, door: Door) -> None:
    await door.send("post-map", MAP)
    sender = Sender(profile)
    accepted = await sender.step(await sender.check("staff", staff(ROW, PPPK)), "accept")
    undone = await sender.step(accepted, "undo")
    assert (undone["state"], undone["undone"][0]["left"]) == ("undone", [])
    await profile.settled()
    assert (await profile.get("/people")).json()["people"] == []
