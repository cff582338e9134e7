"""What an analyst, an auditor and an employee achieve in the portal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import System

pytestmark = pytest.mark.xdist_group("e2e")


def sign_in(page: Page, name: str) -> None:
    page.goto("/masuk")
    page.get_by_role("button", name=f"Masuk sebagai {name}").click()
    page.wait_for_load_state()


def find(page: Page, number: str) -> None:
    page.get_by_label("Cari dengan NIP").fill(number)
    page.get_by_role("button", name="Cari").click()
    page.wait_for_load_state()


def ask(page: Page, as_of: str) -> None:
    page.get_by_label("Per tanggal").fill(as_of)
    page.get_by_role("button", name="Periksa").click()
    page.wait_for_load_state()


def finding(page: Page, requirement: str) -> str:
    return page.locator(f"#{requirement}").inner_text()


def test_an_analyst_sees_why_somebody_was_not_eligible_on_a_day(page: Page, system: System) -> None:
    sign_in(page, "Laras")
    find(page, system.story("lacks_pkp")["nip"])
    page.get_by_role("link", name="Lihat jawabannya").first.click()
    ask(page, "2025-05-31")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mengapa belum memenuhi syarat?")
    expect(page.locator(".finding")).to_have_count(10)
    assert "Belum terpenuhi" in finding(page, "pkp-finished")
    assert "Perwali Demo 1 Tahun 2020 pasal 3" in finding(page, "pkp-finished")
    assert "aturan instansi" in finding(page, "pkp-finished")
    assert "PP 11 Tahun 2017 pasal 54 huruf d" in finding(page, "pengawas-3-years")
    assert "Menunggu pejabat" in finding(page, "integrity")


def test_a_number_never_stands_in_an_address(page: Page, system: System) -> None:
    number = system.story("lacks_pkp")["nip"]
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    sign_in(page, "Laras")
    find(page, number)
    expect(
        page.get_by_text("Kelayakan jabatan").or_(page.get_by_text("Pertanyaan"))
    ).to_be_visible()
    assert addresses
    assert not [address for address in addresses if number in address]


def test_a_fact_that_is_missing_keeps_the_question_open(page: Page, system: System) -> None:
    sign_in(page, "Laras")
    find(page, system.story("no_assessment")["nip"])
    page.get_by_role("link", name="Lihat jawabannya").first.click()
    page.wait_for_load_state()
    assert "Fakta belum ada" in finding(page, "competency")
    assert "Unit penilaian mencatat hasil penilaian." in finding(page, "competency")


def test_what_was_known_before_the_import_is_another_answer(page: Page, system: System) -> None:
    sign_in(page, "Ratna")
    find(page, system.story("lacks_pkp")["nip"])
    page.get_by_role("link", name="Lihat jawabannya").first.click()
    page.wait_for_load_state()
    page.get_by_label("Menurut catatan sampai").fill("2026-01-01T00:00:00")
    page.get_by_role("button", name="Periksa").click()
    page.wait_for_load_state()
    assert "belum ada catatan" in finding(page, "pengawas-3-years")


def test_the_same_basis_is_shown_to_whoever_checks(page: Page, system: System) -> None:
    sign_in(page, "Ratna")
    find(page, system.story("lacks_pkp")["nip"])
    page.get_by_role("link", name="Lihat jawabannya").first.click()
    page.get_by_text("Dasar jawaban, untuk pemeriksa").click()
    assert re.search(r"SHA-256 jawaban: [0-9a-f]{64}", page.locator("details").inner_text())


def test_an_employee_reads_their_own_record_and_nobody_elses(page: Page, system: System) -> None:
    sign_in(page, "Laras")
    find(page, system.story("lacks_pkp")["nip"])
    another = page.url
    page.get_by_role("button", name="Keluar").click()
    sign_in(page, "Seorang")
    expect(page.get_by_role("heading", name="Yang tercatat")).to_be_visible()
    answer = page.goto(another)
    assert answer is not None
    assert answer.status in (403, 404)


def test_whoever_is_not_signed_in_is_asked_to(page: Page, system: System) -> None:
    page.goto("/pegawai")
    expect(page).to_have_url(f"{system.portal}/masuk?ke=/pegawai")
    expect(page.get_by_role("heading", name="Masuk", exact=True)).to_be_visible()


def test_the_rules_in_use_are_shown(page: Page) -> None:
    sign_in(page, "Laras")
    page.get_by_role("link", name="Aturan", exact=True).click()
    expect(page.get_by_text("7 April 2017").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_fits_a_phone_and_a_desk(page: Page, system: System, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "Laras")
    find(page, system.story("lacks_pkp")["nip"])
    page.get_by_role("link", name="Lihat jawabannya").first.click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
