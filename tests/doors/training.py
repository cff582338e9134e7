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
from tests.doors.training_delivery import delivered
from tests.doors.training_learning import learned
from tests.doors.training_plans import planned
from tests.integration.training.conftest import NEW_SECRET, NIP, REPORT, Provider
from tests.integration.training.test_budget import a_line, commitment, payment
from tests.integration.training.test_studies import on_record, walked

COMPLETION = {
    **{key: REPORT[key] for key in ("title", "form", "jp", "provider")},
    "finished_on": "2024-06-20",
    "evidence": "PASSED",
}

USUAL = {"NIP": [NIP], "rencana/NIP": [None], "rencana/TAHUN": [2029]}


def given(folder: Path) -> dict[str, Any]:
    return {"webhook_secrets": (SecretStr(NEW_SECRET),)}


async def seed(doors: Doors) -> None:
    doors.me = uuid4()
    await doors.hand.knows(NIP, doors.me)
    await on_record(doors.hand, doors.me)
    programme = {key: REPORT[key] for key in ("title", "form", "jp", "provider")}
    await doors.ask("officer", "POST /programmes", {"code": "PKP", **programme})
    await _enrolments(doors)
    await _reports(doors)
    await _budget(doors)
    await planned(doors)
    await delivered(doors)
    await learned(doors)
    await doors.hand.settled()
    for what in ("trainings", "jp"):
        await doors.ask("employee", f"GET /people/{{person_id}}/{what}", person_id=doors.me)
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
