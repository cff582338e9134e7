"""What is on record in training before everybody asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from pydantic import SecretStr

from services.training.main import SERVICE as SERVICE
from tests.doors.asking import Doors
from tests.doors.imports import files_on_their_way
from tests.doors.training_plans import planned
from tests.integration.training.conftest import NEW_SECRET, NIP, REPORT, Provider
from tests.integration.training.test_budget import a_line, commitment, payment
from tests.integration.training.test_studies import applied, granted, on_record, walked

COMPLETION = {
    **{key: REPORT[key] for key in ("title", "form", "jp", "provider")},
    "finished_on": "2024-06-20",
    "evidence": "PASSED",
}


def given(folder: Path) -> dict[str, Any]:
    return {"webhook_secrets": (SecretStr(NEW_SECRET),)}


async def seed(doors: Doors) -> None:
    doors.me = uuid4()
    await doors.hand.knows(NIP, doors.me)
    programme = {key: REPORT[key] for key in ("title", "form", "jp", "provider")}
    await doors.ask("officer", "POST /programmes", {"code": "PKP", **programme})
    await _enrolments(doors)
    await _reports(doors)
    await _budget(doors)
    await planned(doors)
    await _studies(doors)
    await doors.hand.settled()
    await doors.ask("employee", "GET /people/{person_id}/trainings", person_id=doors.me)
    await files_on_their_way(doors)


async def _enrolments(doors: Doors) -> None:
    async def opened(day: str) -> dict[str, Any]:
        body = {"person_id": str(doors.me), "programme": "PKP", "starts_on": day}
        told = await doors.ask("officer", "POST /enrolments", body)
        return {"enrolment_id": told["enrolment_id"]}

    day = {"on_day": "2024-07-01"}
    ended = await opened("2024-05-05")
    label = "POST /enrolments/{enrolment_id}/"
    await doors.ask("officer", f"{label}completion", COMPLETION, **ended)
    reason = {**day, "reason": "RECORDED_IN_ERROR"}
    await doors.ask("officer", f"{label}revocation", reason, **ended)
    await doors.ask("officer", f"{label}failure", day, **await opened("2023-05-05"))
    await doors.ask("officer", f"{label}withdrawal", day, **await opened("2022-05-05"))
    await opened(REPORT["start"])


async def _reports(doors: Doors) -> None:
    provider = Provider(doors.hand.client)
    for nip in (NIP, "199001012015031002"):
        content = orjson.dumps({**REPORT, "nip": nip})
        sent = {"content": content, "headers": provider.headers(content)}
        await doors.ask("officer", "POST /webhooks/completions", sent=sent)
    told = await doors.ask("officer", "GET /envelopes")
    [waiting] = [one["id"] for one in told if one["state"] == "WAITING"]
    label = "/envelopes/{envelope_id}"
    await doors.ask("officer", f"GET {label}", envelope_id=waiting)
    await doors.ask("officer", f"POST {label}/interpretation", envelope_id=waiting)
    body = {"person_id": str(doors.me)}
    await doors.ask("officer", f"POST {label}/match", body, envelope_id=waiting)


async def _budget(doors: Doors) -> None:
    line = f"/budget-lines/{await a_line(doors.hand)}"
    await walked(
        doors.hand,
        line,
        ("commitments", commitment()),
        ("realisations", payment()),
        ("top-ups", payment(document="ADD-1", amount=1_000_000)),
        ("releases", {"number": "SPK-1", "on_day": "2026-07-01"}),
    )
    await doors.ask("officer", "GET /reports/budget", query={"year": 2026})


async def _studies(doors: Doors) -> None:
    """One that ends with a debt; one that is turned down; one that is taken back."""
    await on_record(doors.hand, doors.me)
    study = await granted(doors.hand, doors.me)
    debt = {"amount": 50_000_000, "decree_number": "SK-9", "on_day": "2026-11-03"}
    await walked(
        doors.hand,
        study,
        ("start", {"on_day": "2025-01-06"}),
        ("progress", {"semester": 1, "report": "IPK 3,60", "on_day": "2025-07-01"}),
        ("extension", {"semesters": 1, "decree_number": "SK-2", "on_day": "2025-11-03"}),
        ("end", {"ending": "COMPLETED", "on_day": "2026-01-05"}),
        ("return", {"on_day": "2026-01-12"}),
        ("departure", {"on_day": "2026-11-02"}),
        ("repayment-demand", debt),
        ("repayments", {"amount": 20_000_000, "document": "STS-1", "on_day": "2026-11-20"}),
    )
    refused = await applied(doors.hand, doors.me, starts_on="2027-01-04")
    await doors.hand.get(f"{refused}/examination")
    await doors.hand.post(f"{refused}/rejection", {"reason": "belum masuk rencana"}, "official")
    taken_back = await applied(doors.hand, doors.me, starts_on="2028-01-03")
    await walked(doors.hand, taken_back, ("withdrawal", {}))
