"""A training history comes in as a workbook: good rows are taken, bad ones are told apart."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from contracts.events.training import TrainingFinishedV1
from services.chassis.workbook_writing import Written, written
from tests.integration.training.conftest import NIP
from tests.support.at_hand import AtHand

HEADER = [
    "NIP",
    "KODE PROGRAM",
    "NAMA PROGRAM",
    "JENIS DIKLAT ID",
    "TANGGAL MULAI",
    "TANGGAL SELESAI",
    "JUMLAH JP",
    "PENYELENGGARA",
    "NOMOR SERTIFIKAT",
    "TANGGAL SERTIFIKAT",
    "HASIL",
]
OFFERS = [["KODE PROGRAM", "NAMA PROGRAM", "JENIS DIKLAT ID", "JUMLAH JP", "PENYELENGGARA"]]


def row(**changes: Written) -> list[Written]:
    good: dict[str, Written] = {
        "NIP": NIP,
        "KODE": "PKP",
        "NAMA": "Pelatihan Kepemimpinan Pengawas",
        "JENIS": "1",
        "MULAI": "05-05-2020",
        "SELESAI": date(2020, 6, 20),
        "JP": "900",
        "OLEH": "BPSDM",
        "NOMOR": "001/PKP/2020",
        "TANGGAL": "",
        "HASIL": "Lulus",
    }
    return list({**good, **changes}.values())


def workbook(*rows: list[Written]) -> bytes:
    offer: list[Written] = ["PKP", "Pelatihan Kepemimpinan Pengawas", 1, 900, "BPSDM"]
    return written({"katalog": [*OFFERS, offer], "diklat": [HEADER, *rows], "Petunjuk": [["x"]]})


async def test_good_rows_are_taken_and_each_bad_one_says_why(
    training: AtHand, person: UUID
) -> None:
    bad: list[tuple[list[Written], str, str]] = [
        (row(NIP=198609262015051001), "NIP", "precision-lost"),
        (row(NIP="19860926201505100"), "NIP", "not-digits"),
        (row(NIP="199001012015031002"), "NIP", "person-unknown"),
        (row(MULAI="31-02-2020"), "TANGGAL MULAI", "impossible-date"),
        (row(SELESAI="2020"), "TANGGAL SELESAI", "not-a-date"),
        (row(JP="0"), "JUMLAH JP", "out-of-range"),
        (row(JENIS="26"), "JENIS DIKLAT ID", "out-of-range"),
        (row(KODE="P K P"), "KODE PROGRAM", "not-a-code"),
        (row(HASIL="Tidak Lulus"), "HASIL", "not-passed"),
        (row(HASIL="?"), "HASIL", "not-allowed"),
        (row(OLEH=""), "PENYELENGGARA", "missing"),
    ]
    receipt = await training.upload(
        workbook(row(), row(KODE="BT-1", JP="20", NOMOR=""), *(one for one, _, _ in bad))
    )
    assert (receipt["accepted"], receipt["unchanged"]) == (3, 0)
    told = [(problem["column"], problem["reason"]) for problem in receipt["problems"]]
    assert told == [(column, reason) for _, column, reason in bad]
    assert all(problem["fix"] for problem in receipt["problems"])
    said = await training.settled()
    assert sorted((e.programme, e.jp) for e in said if isinstance(e, TrainingFinishedV1)) == [
        ("BT-1", 20),
        ("PKP", 900),
    ]


async def test_a_row_against_the_rules_does_not_stop_the_others(
    training: AtHand, person: UUID
) -> None:
    receipt = await training.upload(
        workbook(
            row(),
            row(JP="901"),
            row(MULAI="06-05-2020", SELESAI="05-05-2020"),
            row(MULAI="06-05-2020", SELESAI="05-05-2199"),
            row(KODE="PKA"),
        )
    )
    reasons = [(problem["row"], problem["reason"]) for problem in receipt["problems"]]
    assert reasons == [(3, "contradicts-record"), (4, "before-enrolment"), (5, "not-yet-over")]
    assert receipt["accepted"] == 3


async def test_the_same_file_twice_changes_nothing_and_gets_the_same_receipt(
    training: AtHand, person: UUID
) -> None:
    first = await training.upload(workbook(row()))
    count = len(await training.events())
    assert await training.upload(workbook(row())) == first
    assert len(await training.events()) == count
    again = await training.upload(workbook(row()), again=True)
    assert (again["accepted"], again["unchanged"], again["attempt"]) == (2, 2, 2)
    assert len(await training.events("training.finished")) == 1


async def test_rows_of_people_who_were_unknown_are_taken_when_the_file_is_read_anew(
    training: AtHand,
) -> None:
    receipt = await training.upload(workbook(row()))
    assert [problem["reason"] for problem in receipt["problems"]] == ["person-unknown"]
    await training.knows(NIP, uuid4())
    again = await training.upload(workbook(row()), again=True)
    assert (again["rejected"], again["accepted"], again["unchanged"]) == (0, 2, 1)


async def test_a_wrong_file_is_refused_as_a_whole(training: AtHand) -> None:
    cases = [
        (b"no workbook \x00", "not-a-workbook"),
        (written({"something else": [["A", "B"]]}), "sheet-not-found"),
        (written({"diklat": [HEADER[1:], ["x"]]}), "headers-wrong"),
    ]
    for content, name in cases:
        answer = await training.client.post(
            "/imports/history", files={"file": ("f.xlsx", content)}, headers=training.who()
        )
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, name)
    assert await training.events() == []


async def test_a_number_of_a_person_is_in_no_receipt(training: AtHand) -> None:
    receipt = await training.upload(workbook(row()))
    assert NIP not in str(receipt)
    assert NIP.encode() not in b"".join(
        record["body"] for record in await training.runtime.pool.fetch("SELECT body FROM tail")
    )


async def test_receipts_are_found_again_by_officers_of_the_agency(
    training: AtHand, person: UUID
) -> None:
    answer = await training.client.post(
        "/imports/history",
        files={"file": ("f.xlsx", workbook(row()))},
        headers=training.who(),
    )
    place = answer.headers["Location"]
    assert (await training.get(place)).json()["receipts"] == [answer.json()]
    elsewhere = training.who(agency="elsewhere")
    assert (await training.client.get(place, headers=elsewhere)).status_code == 404
    assert (await training.get(place, "employee")).status_code == 403
