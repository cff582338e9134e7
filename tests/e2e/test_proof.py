"""*Buktikan*: what an auditor sees of the proof, and takes home."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.career.verifying.checking import check
from services.career.verifying.trust import Trust
from services.chassis.checkpoint_keys import KnownKeys
from tests.e2e.conftest import System
from tests.e2e.test_why_not_eligible import find, sign_in

pytestmark = pytest.mark.xdist_group("e2e")


def ask_for_proof(page: Page, system: System, name: str) -> None:
    sign_in(page, name)
    find(page, system.story("lacks_pkp")["nip"])
    page.get_by_role("link", name="Lihat jawabannya").first.click()
    page.get_by_role("button", name="Buktikan").click()
    expect(page.get_by_role("heading", name="Terbukti:")).to_be_visible(timeout=60_000)


def test_an_auditor_sees_what_was_checked_and_takes_it_home(
    page: Page, system: System, tmp_path: Path
) -> None:
    ask_for_proof(page, system, "Ratna")
    expect(page.locator(".checks li")).to_have_count(5)
    expect(page.locator("tbody tr")).to_have_count(4)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh berkas bukti").click()
    download.value.save_as(tmp_path / "bukti.zip")
    keys = KnownKeys.parse((system.folder / "keys" / "checkpoint-keys.json").read_bytes())
    checked = check((tmp_path / "bukti.zip").read_bytes(), Trust(keys))
    assert checked.trusted
    assert checked.steps[-1]["step"] == "answer"


@pytest.mark.parametrize("width", [360, 1200])
def test_the_proof_fits_a_phone_and_a_desk(page: Page, system: System, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    ask_for_proof(page, system, "Laras")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1200, 360])
def test_a_byte_that_somebody_changed_is_shown_as_the_first_difference(
    page: Page, system: System, width: int
) -> None:
    """Somebody who owns the server changes what career was told about the person, then back."""
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "Ratna")
    find(page, system.story("lacks_pkp")["nip"])
    person = page.url.rpartition("/")[2]
    page.get_by_role("link", name="Lihat jawabannya").first.click()
    system.alter("career", told_to_career(person, "(get_byte(body, 20) + 1) % 256"))
    try:
        page.get_by_role("button", name="Buktikan").click()
        expect(page.get_by_role("heading", name="Tidak cocok")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Perbedaan pertama")).to_be_visible()
        expect(page.get_by_text("not-included", exact=True)).to_be_visible()
        expect(page.get_by_text("profile", exact=True)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        system.alter("career", told_to_career(person, "(get_byte(body, 20) + 255) % 256"))
    page.go_back()
    page.get_by_role("button", name="Buktikan").click()
    expect(page.get_by_role("heading", name="Terbukti:")).to_be_visible(timeout=60_000)


def told_to_career(person: str, byte: str) -> str:
    """One byte of the first thing that profile said about somebody."""
    return f"""
        UPDATE inbox SET body = set_byte(body, 20, {byte})
         WHERE (source, generation, partition, psn) = (
            SELECT source, generation, partition, psn FROM inbox
             WHERE source = 'profile' AND subject = '{person}' ORDER BY psn LIMIT 1)
    """
