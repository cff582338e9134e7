"""Anggaran and Rencana AKPK as workbooks: good rows are taken, bad ones say why, all is undone."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from services.chassis.roles import importer_of
from services.chassis.template import Form
from services.chassis.workbook_writing import Written, written
from services.training.adapters.budget_sheets import CEILINGS, COMMITMENTS
from services.training.adapters.need_sheets import NEEDS
from services.training.main import SERVICE
from tests.integration.training.conftest import NIP
from tests.integration.training.test_delivery import a_class
from tests.integration.training.test_needs import LOCK, grounds, moved
from tests.support.at_hand import AtHand

Cells = dict[str, Written]


def example(form: Form, **changes: Written) -> Cells:
    """The template's own example with some cells in another way; `_` stands for a space."""
    told: Cells = {column.name: column.example for column in form.columns}
    return told | {name.replace("_", " "): value for name, value in changes.items()}


def sheet(form: Form, *rows: Cells) -> dict[str, list[list[Written]]]:
    names: list[Written] = [column.name for column in form.columns]
    return {form.name: [names, *([row[str(name)] for name in names] for row in rows)]}


async def sent(
    training: AtHand, kind: str, sheets: dict[str, list[list[Written]]]
) -> dict[str, Any]:
    answer = await training.client.post(
        f"/imports/{kind}",
        files={"file": (f"{kind}.xlsx", written(sheets))},
        headers=training.who(),
    )
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def reasons(receipt: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["reason"]) for one in receipt["problems"]]


async def undone(training: AtHand, kind: str) -> dict[str, Any]:
    importer = importer_of(SERVICE, training.runtime, training.deps)
    jobs = (await training.get("/imports")).json()
    [job] = [one for one in jobs if one["kind"] == kind]
    place = f"/imports/{job['import_id']}"
    await training.client.post(f"{place}/undo", headers=training.who())
    await importer.finished(UUID(job["import_id"]))
    story = (await training.get(place)).json()
    assert story["state"] == "undone"
    told: dict[str, Any] = story["undone"][0]
    return told


async def test_a_year_s_budget_comes_in_as_a_workbook_and_is_undone(training: AtHand) -> None:
    await a_class(training)
    good = sheet(CEILINGS, example(CEILINGS)) | sheet(
        COMMITMENTS,
        example(COMMITMENTS),
        example(COMMITMENTS, NOMOR_SP2D="SP2D/02", REALISASI="20000000"),
        example(COMMITMENTS, NOMOR_SP2D="SP2D/03", REALISASI="1"),
        example(COMMITMENTS, NOMOR_KOMITMEN="SPK/02", KOMITMEN="40000001", REALISASI=None,
                NOMOR_SP2D=None, TANGGAL_REALISASI=None),
        example(COMMITMENTS, NOMOR_KOMITMEN="SPK/03", NOMOR_SP2D=None),
        example(COMMITMENTS, NOMOR_KOMITMEN="SPK/04", UNTUK="Kebutuhan"),
        example(COMMITMENTS, NOMOR_KOMITMEN="SPK/05", SUMBER_DANA="DAU"),
    )  # fmt: skip
    receipt = await sent(training, "budget", good)
    assert reasons(receipt) == [
        (4, "REALISASI", "above-commitment"),
        (5, "KOMITMEN", "above-ceiling"),
        (6, "NOMOR SP2D", "missing"),
        (7, "RUJUKAN", "purpose-unknown"),
        (8, "NOMOR KOMITMEN", "no-ceiling-yet"),
    ]
    assert (receipt["accepted"], receipt["rejected"]) == (3, 5)
    await training.settled()
    report = "/reports/budget?year=2026&as_of=2026-12-01"
    found = (await training.get(report)).json()
    assert [found[name] for name in ("ceiling", "committed", "realised")] == [
        100_000_000,
        60_000_000,
        60_000_000,
    ]
    again = sheet(CEILINGS, example(CEILINGS)) | sheet(COMMITMENTS, example(COMMITMENTS))
    receipt = await sent(training, "budget", again)
    assert (receipt["accepted"], receipt["unchanged"]) == (2, 2)


async def test_what_a_budget_file_brought_is_taken_back_but_for_what_rests_on_it(
    training: AtHand,
) -> None:
    await a_class(training)
    file = sheet(CEILINGS, example(CEILINGS)) | sheet(COMMITMENTS, example(COMMITMENTS))
    await sent(training, "budget", file)
    await training.settled()
    [line] = (await training.get("/reports/budget?year=2026")).json()["lines"]
    later = {
        "number": "SPK/09",
        "purpose": "CLASS",
        "reference": "PKP-2026-1",
        "amount": 5,
        "on_day": "2026-04-01",
    }
    place = f"/budget-lines/{line['line_id']}"
    assert (await training.post(f"{place}/commitments", later)).is_success
    told = await undone(training, "budget")
    assert (told["facts"], told["left"]) == (2, [["changed-since", 1]])
    await training.settled()
    found = (await training.get("/reports/budget?year=2026&as_of=2026-12-01")).json()
    assert [found[name] for name in ("ceiling", "committed", "realised")] == [100_000_000, 5, 0]


async def test_needs_come_in_as_a_workbook_row_by_row(training: AtHand, person: UUID) -> None:
    await grounds(training)
    mine = example(NEEDS, NIP=NIP, KODE_UNOR=None, JUMLAH_ORANG="1", JUMLAH_BIAYA="3000000")
    line: Cells = {"PROGRAM": "5", "KEGIATAN": "5.1", "SUB KEGIATAN": "5.1.1", "SUMBER DANA": "PAD"}
    receipt = await sent(
        training,
        "training-needs",
        sheet(
            NEEDS,
            example(NEEDS),
            mine,
            mine | {"ASAL KEBUTUHAN": "Evaluasi kinerja", "RUJUKAN ASAL": "SKP/2025"},
            mine,
            mine | {"JUMLAH BIAYA": "1"},
            mine | {"NIP": "199001012015031002"},
            mine | {"KODE UNOR": "KC-01"},
            mine | {"JUMLAH ORANG": "2", "JUMLAH BIAYA": None, "KODE KOMPETENSI": "M.01"},
            example(NEEDS, KODE_UNOR="KC-99"),
            example(NEEDS, KODE_KOMPETENSI="XX"),
            example(NEEDS, JENIS_DIKLAT_ID="26"),
            example(NEEDS, KODE_KOMPETENSI="M.01") | line,
        ),
    )
    assert reasons(receipt) == [
        (5, "KODE KOMPETENSI", "duplicate-in-file"),
        (6, "JUMLAH BIAYA", "sum-differs"),
        (7, "NIP", "person-unknown"),
        (8, "KODE UNOR", "person-or-unit"),
        (9, "JUMLAH ORANG", "person-is-one"),
        (10, "KODE UNOR", "unknown-unit"),
        (11, "KODE KOMPETENSI", "competency-not-heard"),
        (12, "JENIS DIKLAT ID", "out-of-range"),
        (13, "SUB KEGIATAN", "unknown-line"),
    ]
    assert all(one["fix"] for one in receipt["problems"])
    assert NIP not in str(receipt)
    await training.settled()
    needs = (await training.get("/training-needs?year=2027")).json()["needs"]
    assert {one["bearer"]: len(one["origins"]) for one in needs} == {"UNIT": 1, "PERSON": 2}


async def test_cost_times_people_is_checked_against_the_line_of_the_row(
    training: AtHand,
) -> None:
    await grounds(training)
    year: Cells = {"TAHUN": "2027"}
    ceiling = example(CEILINGS) | year | {"PAGU": "30000000", "BERLAKU SEJAK": "04-01-2027"}
    await sent(training, "budget", sheet(CEILINGS, ceiling))
    paid_by = {name: ceiling[name] for name in ("PROGRAM", "KEGIATAN", "SUB KEGIATAN")}
    fits = example(NEEDS, SUMBER_DANA="PAD") | paid_by
    dear = fits | {"BIAYA PER ORANG": "3000001", "JUMLAH BIAYA": None, "KODE KOMPETENSI": "M.01"}
    receipt = await sent(training, "training-needs", sheet(NEEDS, fits, dear))
    assert reasons(receipt) == [(3, "BIAYA PER ORANG", "cost-above-ceiling")]


async def test_what_a_file_of_needs_proposed_is_taken_back_unless_moved(
    training: AtHand, person: UUID
) -> None:
    await grounds(training)
    mine = example(NEEDS, NIP=NIP, KODE_UNOR=None, JUMLAH_ORANG="1", JUMLAH_BIAYA=None)
    other = mine | {"ASAL KEBUTUHAN": "Survei kepuasan"}
    moved_on = example(NEEDS, KODE_KOMPETENSI="M.01")
    file = sheet(NEEDS, example(NEEDS), mine, other, moved_on)
    receipt = await sent(training, "training-needs", file)
    assert receipt["accepted"] == 4
    await training.settled()
    needs = (await training.get("/training-needs?year=2027")).json()["needs"]
    [verified] = [one["need_id"] for one in needs if one["competency"] == "M.01"]
    await moved(training, verified, "verification")
    told = await undone(training, "training-needs")
    assert (told["facts"], told["left"]) == (3, [["changed-since", 1]])
    await training.settled()
    needs = (await training.get("/training-needs?year=2027")).json()["needs"]
    assert [one["need_id"] for one in needs] == [verified]


async def test_after_the_lock_a_file_changes_nothing(training: AtHand) -> None:
    await grounds(training)
    await sent(training, "training-needs", sheet(NEEDS, example(NEEDS)))
    await training.settled()
    [need] = (await training.get("/training-needs?year=2027")).json()["needs"]
    await moved(training, need["need_id"], "verification", "validation")
    await training.settled()
    assert (await training.post("/training-plans/2027/lock", LOCK, "official")).is_success
    more = example(NEEDS, KODE_KOMPETENSI="M.01")
    receipt = await sent(training, "training-needs", sheet(NEEDS, example(NEEDS), more))
    assert reasons(receipt) == [(3, "TAHUN", "plan-is-locked")]
    assert receipt["unchanged"] == 1
    told = await undone_first(training)
    assert told["facts"] == 0


async def undone_first(training: AtHand) -> dict[str, Any]:
    """Undo of the file that had brought what is locked now."""
    importer = importer_of(SERVICE, training.runtime, training.deps)
    jobs = (await training.get("/imports")).json()
    for job in jobs:
        place = f"/imports/{job['import_id']}"
        await training.client.post(f"{place}/undo", headers=training.who())
        await importer.finished(UUID(job["import_id"]))
    stories = [(await training.get(f"/imports/{job['import_id']}")).json() for job in jobs]
    return {"facts": sum(story["undone"][0]["facts"] for story in stories)}


async def test_a_need_of_another_agency_s_unit_is_not_known(training: AtHand) -> None:
    await grounds(training)
    answer = await training.client.post(
        "/imports/training-needs",
        files={"file": ("n.xlsx", written(sheet(NEEDS, example(NEEDS))))},
        headers=training.who(agency="elsewhere", subject=uuid4()),
    )
    assert reasons(answer.json()) == [(2, "KODE UNOR", "unknown-unit")]
