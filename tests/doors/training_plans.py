"""Plans on record in training: studies at every step, needs, and a year that is locked."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.events.assessment import PostStandardPublishedV1
from contracts.events.profile import WorkUnitDefinedV1
from tests.doors.asking import Doors
from tests.integration.training.test_needs import LOCK, UNIT, need
from tests.integration.training.test_studies import plan

STUDY = "POST /study-assignments/{study_id}/"
NEED = "POST /training-needs/{need_id}/"


async def planned(doors: Doors) -> None:
    unit = WorkUnitDefinedV1(unit_id=UNIT, code="KC-01", name="Dinas Contoh")
    standard = PostStandardPublishedV1(
        standard_id=UNIT,
        post="P-1",
        in_force_from=date(2026, 1, 1),
        decree_number="SK-SKJ",
        required={"TK-01": 3, "M.01": 2},
    )
    await doors.hand.hears(unit, standard)
    await _studies(doors)
    await _needs(doors)
    await _spending(doors)


async def _studies(doors: Doors) -> None:
    async def applied(day: str) -> dict[str, Any]:
        told = await doors.ask("officer", "POST /study-assignments", plan(doors.me, starts_on=day))
        return {"study_id": told["study_id"]}

    first = await applied("2023-01-02")
    judgement = {"condition": "NOT_SUSPENDED", "met": True, "document": "SKET-1"}
    await doors.ask("officer", f"{STUDY}judgements", judgement, **first)
    decree = {"decree_number": "SK-1", "until": "2024-01-01", "because": "Data menyusul"}
    await doors.ask("official", f"{STUDY}decree", decree, **first)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("start", {"on_day": "2023-01-02"}),
        ("progress", {"semester": 1, "report": "IPK 3,60", "on_day": "2023-07-03"}),
        ("extension", {"semesters": 1, "decree_number": "SK-2", "on_day": "2023-11-01"}),
        ("end", {"ending": "COMPLETED", "on_day": "2024-01-31"}),
        ("return", {"on_day": "2024-02-12"}),
        ("departure", {"on_day": "2024-06-03"}),
        (
            "repayment-demand",
            {"amount": 50_000_000, "decree_number": "SK-3", "on_day": "2024-06-10"},
        ),
        ("repayments", {"amount": 1_000_000, "document": "STS-1", "on_day": "2024-07-01"}),
    ]
    for step, body in steps:
        await doors.ask("officer", f"{STUDY}{step}", body, **first)
    reason = {"reason": "Formasi penuh"}
    await doors.ask("official", f"{STUDY}rejection", reason, **await applied("2024-01-02"))
    await doors.ask("officer", f"{STUDY}withdrawal", **await applied("2025-01-02"))
    await applied("2026-01-02")
    await doors.ask(
        "officer", "GET /study-assignments/{study_id}/examination", study_id=first["study_id"]
    )


async def _needs(doors: Doors) -> None:
    async def proposed(**changes: Any) -> dict[str, Any]:
        body = need(unit_id=str(UNIT), **changes)
        told = await doors.ask("officer", "POST /training-needs", body)
        return {"need_id": told["need_id"]}

    words = {"words": "Lengkapi rujukannya"}
    for year in (2027, 2028):
        one, other = await proposed(year=year), await proposed(year=year, competency="M.01")
        await doors.ask("officer", f"{NEED}verification", {}, **one)
        await doors.ask("officer", f"{NEED}validation", {}, **one)
        await doors.ask("officer", f"{NEED}return", words, **other)
        await doors.ask("officer", f"{NEED}rejection", words, **other)
    own = need(person_id=str(doors.me), cause="OWN_WISH", year=2028)
    mine = await doors.ask("employee", "POST /training-needs", own)
    into = {"into": one["need_id"]}
    await doors.ask("officer", f"{NEED}merge", into, need_id=mine["need_id"])
    same = ("priority", "form", "jp", "cost", "provider", "quarter")
    asked = {name: need()[name] for name in same}
    label = "POST /training-plans/{year}/needs-from-gaps"
    await doors.ask("officer", label, asked, year=2029)
    await doors.hand.settled()
    await doors.ask("official", "POST /training-plans/{year}/lock", LOCK, year=2027)
    await doors.hand.settled()
    await doors.ask("officer", "GET /training-needs", query={"year": 2028})
    await doors.ask("employee", "GET /people/{person_id}/training-needs", person_id=doors.me)
    for path in ("", "/workbook"):
        await doors.ask("officer", f"GET /reports/hcdp{path}", query={"year": 2027})


async def _spending(doors: Doors) -> None:
    body = {
        "year": 2026,
        "government": "PROVINCE",
        "total": 50_000_000_000,
        "document": "APBD-2026",
        "on_day": "2026-01-02",
    }
    await doors.ask("officer", "POST /spending-totals", body)
