"""How an officer gets a file in, sees what is wrong with it, and takes it back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.assessment.adapters.history_sheets import APPRAISALS
from services.chassis.workbook_opening import opened
from services.chassis.workbook_writing import written
from tests.e2e.conftest import System
from tests.e2e.test_why_not_eligible import find, sign_in

pytestmark = pytest.mark.xdist_group("e2e")
expect.set_options(timeout=20_000)


def test_a_file_is_checked_accepted_corrected_and_undone(
    page: Page, system: System, tmp_path: Path
) -> None:
    number = system.story("lacks_pkp")["nip"]
    file = tmp_path / "golongan.csv"
    good, bad = f"'{number};I/a;01-01-2009;SK-UJI-1", f"'{number};V/z;01-01-2010;SK-UJI-2"
    file.write_text("NIP;GOLONGAN;TMT GOLONGAN;NOMOR SK\r\n" + f"{good}\r\n{bad}\r\n")
    sign_in(page, "Laras")
    page.get_by_role("link", name="Impor", exact=True).click()
    card = page.locator(".door", has_text="Riwayat kepegawaian")
    with page.expect_download() as template:
        card.get_by_role("link", name="Unduh templat").click()
    names = [table.name for table in opened(Path(template.value.path()).read_bytes())]
    assert names[-2:] == ["Petunjuk", "Referensi"]
    card.get_by_label("Berkas").set_input_files(file)
    card.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("heading", name="Hasil pemeriksaan")).to_be_visible()
    expect(page.get_by_text("Belum ada yang dicatat.")).to_be_visible()
    for part in ("GOLONGAN", "V/z", "Bukan salah satu pilihan", "Tulis salah satu dari"):
        expect(page.locator("tbody tr")).to_contain_text(part)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1200, "height": 800})
    page.get_by_role("button", name="Terima 1 baris").click()
    expect(page.get_by_role("heading", name="Tanda terima")).to_be_visible()
    receipt = page.url
    with page.expect_download() as corrections:
        page.get_by_role("link", name="Unduh 1 baris untuk diperbaiki").click()
    [table] = opened(Path(corrections.value.path()).read_bytes())
    assert "Bukan salah satu pilihan" in list(table.lines())[1].cells.values()
    _stands(page, number, "SK SK-UJI-1", "I/a")
    page.goto(receipt)
    page.locator("summary", has_text="Batalkan impor ini").click()
    page.get_by_role("button", name="Ya, batalkan").click()
    expect(page.get_by_role("heading", name="Impor dibatalkan")).to_be_visible()
    _stands(page, number, "SK SK-UJI-1", "tidak berlaku lagi")


def _stands(page: Page, number: str, decree: str, says: str) -> None:
    """The person's record shows the fact with both its dates, its source and its document."""
    page.goto("/pegawai")
    find(page, number)
    address = page.url
    line = page.locator("tr", has_text=decree)
    for _ in range(60):
        page.goto(f"{address}/catatan")
        if line.count() and says in line.inner_text():
            break
        page.wait_for_timeout(250)
    expect(line).to_contain_text(says)
    for part in ("1 Januari 2009", "WIB", "impor riwayat", "tanda terima"):
        expect(line).to_contain_text(part)


def test_only_officers_are_shown_the_way_in(page: Page) -> None:
    sign_in(page, "Ratna")
    expect(page.get_by_role("link", name="Impor", exact=True)).to_have_count(0)
    answer = page.goto("/impor")
    assert answer is not None
    assert answer.status == 403


def test_one_workbook_of_histories_goes_to_every_service(
    page: Page, system: System, tmp_path: Path
) -> None:
    number = system.story("lacks_pkp")["nip"]
    sign_in(page, "Laras")
    page.goto("/impor")
    card = page.locator(".door", has_text="Riwayat, satu buku kerja")
    with page.expect_download() as template:
        card.get_by_role("link", name="Unduh templat riwayat").click()
    names = [table.name for table in opened(Path(template.value.path()).read_bytes())]
    assert {"golongan", "angka kredit", APPRAISALS.name, "diklat"} <= set(names)
    assert not {"katalog", "penilaian"} & set(names)
    file = tmp_path / "riwayat.xlsx"
    file.write_bytes(histories(number))
    card.get_by_label("Berkas").set_input_files(file)
    card.get_by_role("button", name="Periksa di semua layanan").click()
    expect(page.get_by_role("heading", name="Riwayat: hasil di semua layanan")).to_be_visible()
    parts = {name: page.get_by_role("region", name=name) for name in PARTS}
    expect(parts["Data pegawai"].locator("tbody tr")).to_contain_text("99/z")
    expect(parts["Kinerja dan kompetensi"]).to_contain_text("Belum diisi")
    expect(parts["Pelatihan"]).to_contain_text("Tidak ada lembarnya")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1200, "height": 800})
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/riwayat.png", full_page=True)
    page.get_by_role("button", name="Terima 1 baris di semua layanan").click()
    expect(parts["Data pegawai"]).to_contain_text("Sudah dicatat")


PARTS = ("Data pegawai", "Pelatihan", "Kinerja dan kompetensi")


def histories(number: str) -> bytes:
    """Two sheets of two services, each with something wrong; none of the third."""
    return written(
        {
            "golongan": [
                ["NIP", "GOLONGAN", "TMT GOLONGAN", "NOMOR SK"],
                [number, "I/a", "01-01-2008", "SK-UJI-3"],
                [number, "99/z", "01-01-2010", "SK-UJI-4"],
            ],
            "SKP tahunan": [
                ["NIP", "TAHUN", "PREDIKAT", "HASIL KERJA", "PERILAKU KERJA"],
                [number],
            ],
        }
    )
