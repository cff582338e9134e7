"""A year's money: ceilings by decree, what is committed, what is paid, and the report of a day."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import python_calamine as calamine

from tests.integration.training.test_delivery import a_class
from tests.support.at_hand import AtHand

LINE = {
    "year": 2026,
    "programme": "5.04.02",
    "activity": "5.04.02.1.01",
    "sub_activity": "0001",
    "fund": "PAD",
}
REPORT = "/reports/budget?year=2026"


def rows_of(content: bytes) -> list[list[Any]]:
    book = calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def a_line(training: AtHand, amount: int = 100_000_000) -> UUID:
    """A line with its ceiling, and the class that its money is for."""
    await a_class(training)
    ceiling = {**LINE, "amount": amount, "decree_number": "DPA-1", "on_day": "2026-01-02"}
    answer = await training.post("/budget-lines", ceiling)
    assert answer.status_code == 200, answer.text
    return UUID(answer.json()["line_id"])


def commitment(**changes: Any) -> dict[str, Any]:
    return {
        "number": "SPK-1",
        "purpose": "CLASS",
        "reference": "PKP-2026-1",
        "amount": 60_000_000,
        "on_day": "2026-03-02",
        **changes,
    }


def payment(**changes: Any) -> dict[str, Any]:
    return {
        "number": "SPK-1",
        "document": "SP2D-1",
        "amount": 40_000_000,
        "on_day": "2026-06-01",
        **changes,
    }


async def test_the_report_of_a_day_adds_up_and_shows_the_share_beside_the_floor(
    training: AtHand,
) -> None:
    line = f"/budget-lines/{await a_line(training)}"
    for path, body in [
        (f"{line}/commitments", commitment()),
        (f"{line}/commitments", commitment()),
        (f"{line}/realisations", payment()),
        (f"{line}/top-ups", payment(document="ADD-1", amount=1_000_000)),
        (f"{line}/releases", {"number": "SPK-1", "on_day": "2026-07-01"}),
        (
            "/spending-totals",
            {
                "year": 2026,
                "government": "PROVINCE",
                "total": 50_000_000_000,
                "document": "APBD-2026",
                "on_day": "2026-01-02",
            },
        ),
    ]:
        answer = await training.post(path, body)
        assert answer.status_code == 200, answer.text
    await training.settled()
    june = (await training.get(f"{REPORT}&as_of=2026-06-30", "auditor")).json()
    assert [june[name] for name in ("ceiling", "committed", "realised")] == [
        100_000_000,
        61_000_000,
        40_000_000,
    ]
    july = (await training.get(f"{REPORT}&as_of=2026-07-01")).json()
    assert (july["committed"], july["lines"][0]["available"]) == (40_000_000, 60_000_000)
    assert (july["floor"]["share_percent"], july["floor"]["floor_percent"]) == ("0.200", "0.34")
    assert july["floor"]["verification"] == "uncertain"
    before = (await training.get(f"{REPORT}&as_of=2026-01-01")).json()
    assert (before["lines"], before["floor"]) == ([], None)
    moved = (await training.get(f"{line}/movements")).json()["movements"]
    assert [one["kind"] for one in moved] == [
        "CEILING",
        "COMMITMENT",
        "REALISATION",
        "TOP_UP",
        "RELEASE",
    ]


async def test_every_list_is_a_workbook_too(training: AtHand) -> None:
    line = f"/budget-lines/{await a_line(training)}"
    await training.post(f"{line}/commitments", commitment())
    await training.settled()
    book = await training.get("/reports/budget/workbook?year=2026&as_of=2026-12-01")
    rows = rows_of(book.content)
    assert rows[3][4:9] == [100_000_000, 60_000_000, 0, 40_000_000, 60_000_000]
    assert rows[5][0] == "JUMLAH"
    assert rows[6][0] == "TOTAL BELANJA BELUM DICATAT"
    book = await training.get(f"{line}/movements/workbook")
    rows = rows_of(book.content)
    assert [row[1] for row in rows[3:]] == ["PAGU", "KOMITMEN"]


async def test_limits_hold_at_the_door(training: AtHand) -> None:
    line = f"/budget-lines/{await a_line(training, 50_000_000)}"
    assert problem(await training.post(f"{line}/commitments", commitment())) == (
        409,
        "above-ceiling",
    )
    small = commitment(amount=10_000_000)
    assert (await training.post(f"{line}/commitments", small)).status_code == 200
    assert problem(await training.post(f"{line}/realisations", payment())) == (
        409,
        "above-commitment",
    )
    assert problem(await training.post(f"{line}/commitments", commitment(amount=1.5))) == (
        422,
        "not-valid",
    )


async def test_another_agency_s_money_is_not_there(training: AtHand) -> None:
    line = f"/budget-lines/{await a_line(training)}"
    await training.settled()
    elsewhere = training.who(agency="elsewhere")
    sent = await training.client.post(f"{line}/commitments", json=commitment(), headers=elsewhere)
    assert sent.status_code == 404
    read = await training.client.get(f"{line}/movements", headers=elsewhere)
    assert read.status_code == 404
    report = await training.client.get(REPORT, headers=elsewhere)
    assert report.json()["lines"] == []
    assert (await training.get(REPORT, "employee")).status_code == 403
    nothing = commitment(reference="PKP-2099-1")
    assert problem(await training.post(f"{line}/commitments", nothing)) == (409, "purpose-unknown")
    unknown = await training.post(f"/budget-lines/{uuid4()}/commitments", commitment())
    assert unknown.status_code == 404
