"""Katalog & kelas and Presensi & hasil as workbooks: checked, taken in part, sent again, undone."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest_asyncio

from contracts.events.training import CompletionRevokedV1, TrainingFinishedV1
from services.chassis.workbook_writing import Written
from services.training.adapters.catalogue_sheets import CLASSES, PROGRAMMES, PROVIDERS
from services.training.adapters.result_sheets import PRESENCES, RESULTS
from tests.integration.training.conftest import NIP
from tests.integration.training.test_plan_files import example, reasons, sent, sheet, undone
from tests.support.at_hand import AtHand

Sheets = dict[str, list[list[Written]]]
OTHER = "199001012015031002"
PLACE = "/classes/PKP-2026-1"


def catalogue(**changes: Written) -> Sheets:
    return {
        **sheet(PROVIDERS, example(PROVIDERS)),
        **sheet(PROGRAMMES, example(PROGRAMMES)),
        **sheet(CLASSES, example(CLASSES, **changes)),
    }


@pytest_asyncio.fixture
async def seated(training: AtHand, person: UUID) -> UUID:
    """Somebody who has a seat in the class of the example."""
    taken = await sent(training, "catalogue", catalogue())
    assert (taken["accepted"], taken["rejected"]) == (3, 0), taken
    for path, body, role in [
        (f"{PLACE}/nominations", {"person_id": str(person)}, "officer"),
        (f"{PLACE}/participants/{person}/approval", {}, "official"),
        (f"{PLACE}/participants/{person}/enrolment", {}, "provider_manager"),
    ]:
        answer = await training.post(path, body, role)
        assert answer.status_code == 200, answer.text
    return person


async def test_a_class_may_be_of_what_only_the_same_file_tells(training: AtHand) -> None:
    taken = await sent(training, "catalogue", catalogue())
    assert (taken["accepted"], taken["rejected"]) == (3, 0), taken
    again = await sent(training, "catalogue", catalogue(KURSI="25"))
    assert (again["accepted"], again["unchanged"]) == (3, 2)
    await training.settled()
    [row] = (await training.get("/classes")).json()["classes"]
    assert (row["seats"], row["sessions"]) == (25, ["2024-03-04", "2024-03-05"])
    [programme] = (await training.get("/programmes")).json()
    assert (programme["mode"], programme["price"]) == ("CLASSROOM", 4_500_000)


async def test_each_bad_row_says_why_and_stops_no_other(training: AtHand) -> None:
    bad = {
        **sheet(
            PROVIDERS,
            example(PROVIDERS),
            example(PROVIDERS, ID_PENYELENGGARA="a b"),
            example(PROVIDERS, ID_PENYELENGGARA="2", PERJANJIAN_SAMPAI="01-01-2024"),
            example(PROVIDERS, ID_PENYELENGGARA="3", NOMOR_AKREDITASI=""),
            example(PROVIDERS, NAMA_RESMI="Lain"),
        ),
        **sheet(
            PROGRAMMES,
            example(PROGRAMMES),
            example(PROGRAMMES, KODE_PROGRAM="A", KOMPETENSI="MAN.01"),
            example(PROGRAMMES, KODE_PROGRAM="B", KOMPETENSI="MAN.99:3"),
            example(PROGRAMMES, KODE_PROGRAM="C", ID_PENYELENGGARA="9"),
        ),
        **sheet(
            CLASSES,
            example(CLASSES),
            example(CLASSES, KODE_KELAS="K-2", KODE_PROGRAM="A"),
            example(CLASSES, KODE_KELAS="K-3", ID_PENYELENGGARA="2"),
            example(CLASSES, KODE_KELAS="K-4", HARI_SESI="3 Maret"),
            example(CLASSES, KODE_KELAS="K-5", HARI_SESI="04-03-2023"),
            example(
                CLASSES,
                KODE_KELAS="K-6",
                TANGGAL_MULAI="04-03-2030",
                TANGGAL_SELESAI="04-03-2030",
                HARI_SESI="",
            ),
            example(CLASSES, KODE_KELAS="K-7", KURSI="0"),
        ),
    }
    receipt = await sent(training, "catalogue", bad)
    assert sorted(reasons(receipt)) == sorted(
        [
            (3, "ID PENYELENGGARA", "not-a-code"),
            (4, "PERJANJIAN SAMPAI", "agreement-ends-before-it-begins"),
            (5, "NOMOR AKREDITASI", "missing"),
            (6, "ID PENYELENGGARA", "duplicate-in-file"),
            (3, "KOMPETENSI", "not-a-target"),
            (4, "KOMPETENSI", "competency-not-heard"),
            (5, "ID PENYELENGGARA", "unknown-provider"),
            (3, "KODE PROGRAM", "unknown-programme"),
            (4, "ID PENYELENGGARA", "unknown-provider"),
            (5, "HARI SESI", "not-a-date"),
            (6, "HARI SESI", "session-outside-class"),
            (7, "TANGGAL MULAI", "accreditation-expired"),
            (8, "KURSI", "out-of-range"),
        ]
    )
    assert receipt["accepted"] == 3


async def test_a_catalogue_is_undone_but_for_a_class_that_somebody_sits_in(
    training: AtHand, seated: UUID
) -> None:
    await training.settled()
    told = await undone(training, "catalogue")
    assert sorted(told["left"]) == [["changed-since", 1], ["in-use", 2]]
    await training.settled()
    assert len((await training.get("/classes")).json()["classes"]) == 1


async def test_a_catalogue_that_nobody_uses_is_undone_whole(training: AtHand) -> None:
    await sent(training, "catalogue", catalogue())
    await training.settled()
    assert (await undone(training, "catalogue"))["left"] == []
    await training.settled()
    assert (await training.get("/providers")).json()["providers"] == []
    assert (await training.get("/programmes")).json() == []
    assert (await training.get("/classes")).json()["classes"] == []


def presence(**changes: Written) -> Sheets:
    return sheet(PRESENCES, example(PRESENCES, NIP=NIP, **changes))


async def test_presence_and_results_are_taken_once_and_undone(
    training: AtHand, seated: UUID
) -> None:
    book = {
        **presence(),
        **sheet(RESULTS, example(RESULTS, NIP=NIP, HASIL="DIAMATI", NILAI="87,5")),
    }
    assert (await sent(training, "results", book))["accepted"] == 2
    again = {**book, **sheet(RESULTS, example(RESULTS, NIP=NIP, HASIL="DIAMATI", NILAI="87.5"))}
    assert (await sent(training, "results", {**again, "catatan": [["x"]]}))["unchanged"] == 2
    assert len(await training.events("training.attendance_recorded")) == 1
    await training.settled()
    [row] = (await training.get(f"{PLACE}/roster")).json()["roster"]
    assert (row["state"], row["evidence"], row["attended"]) == ("FINISHED", "OBSERVED", 1)


async def test_what_a_file_said_of_presence_and_failure_falls_with_it(
    training: AtHand, seated: UUID
) -> None:
    book = {
        **presence(HADIR="TIDAK"),
        **sheet(RESULTS, example(RESULTS, NIP=NIP, HASIL="TIDAK LULUS", NILAI="40")),
    }
    assert (await sent(training, "results", book))["accepted"] == 2
    await training.settled()
    [row] = (await training.get(f"{PLACE}/roster")).json()["roster"]
    assert (row["state"], row["absent"]) == ("FAILED", 1)
    assert (await undone(training, "results"))["left"] == []
    await training.settled()
    [row] = (await training.get(f"{PLACE}/roster")).json()["roster"]
    assert (row["state"], row["absent"]) == ("OPEN", 0)


async def test_a_result_that_is_undone_is_revoked_outside(training: AtHand, seated: UUID) -> None:
    book = sheet(RESULTS, example(RESULTS, NIP=NIP))
    assert (await sent(training, "results", book))["accepted"] == 1
    assert (await undone(training, "results"))["left"] == []
    said = await training.settled()
    assert [type(one) for one in said] == [TrainingFinishedV1, CompletionRevokedV1]
    [row] = (await training.get(f"{PLACE}/roster")).json()["roster"]
    assert row["state"] == "OPEN"


async def test_results_of_whoever_is_not_in_the_class_are_refused(
    training: AtHand, seated: UUID
) -> None:
    await training.knows(OTHER, uuid4())
    book = {
        **sheet(
            PRESENCES,
            example(PRESENCES, NIP=NIP, SESI="3"),
            example(PRESENCES, NIP=OTHER),
            example(PRESENCES, NIP="199001012015031009"),
            example(PRESENCES, NIP=NIP, KODE_KELAS="X"),
            example(PRESENCES, NIP=NIP),
            example(PRESENCES, NIP=NIP, HADIR="TIDAK"),
        ),
        **sheet(
            RESULTS,
            example(RESULTS, NIP=NIP, NILAI="101"),
            example(RESULTS, NIP=NIP, TAUTAN_SERTIFIKAT="http://x"),
        ),
    }
    receipt = await sent(training, "results", book)
    assert sorted(reasons(receipt)) == sorted(
        [
            (2, "SESI", "no-such-session"),
            (3, "NIP", "not-enrolled"),
            (4, "NIP", "person-unknown"),
            (5, "KODE KELAS", "unknown-class"),
            (7, "NIP", "duplicate-in-file"),
            (2, "NILAI", "out-of-range"),
            (3, "TAUTAN SERTIFIKAT", "not-a-link"),
        ]
    )
    assert receipt["accepted"] == 1


async def test_a_certificate_that_follows_by_file_stays_and_says_so(
    training: AtHand, seated: UUID
) -> None:
    own = f"{PLACE}/participants/{seated}/result"
    assert (await training.post(own, {"evidence": "PASSED"})).status_code == 200
    book = sheet(RESULTS, example(RESULTS, NIP=NIP))
    assert (await sent(training, "results", book))["accepted"] == 1
    assert (await undone(training, "results"))["left"] == [["certificate-added-later", 1]]
    await training.settled()
    [learned] = (await training.get(f"/people/{seated}/trainings")).json()["trainings"]
    assert learned["certificate_number"] == RESULTS.columns[4].example
