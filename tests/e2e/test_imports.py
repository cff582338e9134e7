"""How an officer gets a file in, sees what is wrong with it, and takes it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.chassis.workbook_file import opened
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
