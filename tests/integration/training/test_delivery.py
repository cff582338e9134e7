"""What is offered and how it is delivered: forms, providers, programmes, classes, participation."""

from __future__ import annotations

import io
from typing import Any

import httpx
import python_calamine as calamine

from tests.support.at_hand import AtHand


def rows_of(content: bytes) -> list[list[Any]]:
    book = calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_an_agency_counts_a_form_by_its_own_decree(training: AtHand) -> None:
    rule = {"by": "SESSIONS", "jp": 1, "per_month": 4}
    own = {"rule": rule, "decree_number": "KEP-1", "on_day": "2026-03-01"}
    for _ in range(2):
        assert (await training.post("/development-forms/15/rule", own)).status_code == 200
    assert len(await training.events("training.jp_rule_set")) == 1
    wrong = {**own, "rule": {"by": "DAYS"}, "decree_number": "KEP-2"}
    assert problem(await training.post("/development-forms/15/rule", wrong)) == (
        409,
        "rule-incomplete",
    )
    before, after = [
        (await training.get(f"/development-forms?as_of={day}")).json()["forms"][14]
        for day in ("2026-02-28", "2026-03-01")
    ]
    assert (before["verification"], before["rule"]["per_month"]) == ("uncertain", 2)
    assert (after["source"], after["rule"]["per_month"]) == ("KEP-1", 4)
    book = await training.get("/development-forms/workbook?as_of=2026-03-01")
    rows = rows_of(book.content)
    assert [row[3] for row in rows[3:]][14] == "1 JP per sesi, paling banyak 4 sesi sebulan"
    assert len(rows) == 28
