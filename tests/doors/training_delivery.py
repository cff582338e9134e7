"""Delivery on record in training: providers at every step, classes, and people who take part."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.doors.asking import Doors
from tests.integration.training.test_delivery import CAMPUS, CLASS

PROVIDER = "POST /providers/{external_id}/"
COURSE = "POST /classes/{code}/"
PERSON = "POST /classes/{code}/participants/{person_id}/"
OTHER = "199001012015031003"


async def delivered(doors: Doors) -> None:
    """The programme PKP is on offer already."""
    await _rules(doors)
    await _providers(doors)
    await _classes(doors)
    await doors.hand.settled()
    for what in ("roster", "attendance"):
        for path in (what, f"{what}/workbook"):
            await doors.ask("officer", f"GET /classes/{{code}}/{path}", code=CLASS["code"])


async def _rules(doors: Doors) -> None:
    rule = {"by": "SESSIONS", "jp": 1, "per_month": 4}
    body = {"rule": rule, "decree_number": "KEP-1", "on_day": "2026-03-01"}
    await doors.ask("officer", "POST /development-forms/{form}/rule", body, form=15)


async def _providers(doors: Doors) -> None:
    await doors.ask("officer", "POST /providers", CAMPUS)
    reason = {"reason": "Audit", "on_day": "2026-03-01"}
    for external_id in ("2", "3"):
        await doors.ask("officer", "POST /providers", {**CAMPUS, "external_id": external_id})
        await doors.ask("officer", f"{PROVIDER}suspension", reason, external_id=external_id)
    await doors.ask("officer", f"{PROVIDER}resumption", {"on_day": "2026-03-02"}, external_id="2")
    await doors.ask("officer", f"{PROVIDER}end", reason, external_id="3")


async def _classes(doors: Doors) -> None:
    await doors.ask("officer", "POST /classes", CLASS)
    for code in ("K-2", "K-3"):
        await doors.ask("officer", "POST /classes", {**CLASS, "code": code})
    await doors.ask("officer", f"{COURSE}cancellation", {"reason": "Kurang"}, code="K-2")
    await doors.ask("officer", f"{COURSE}closing", {"on_day": "2026-05-05"}, code="K-3")
    other = uuid4()
    await doors.hand.knows(OTHER, other)
    mine, theirs = await _put_forward(doors, doors.me), await _put_forward(doors, other)
    await doors.ask("official", f"{PERSON}refusal", {"reason": "Belum setahun"}, **theirs)
    theirs = await _put_forward(doors, other)
    await doors.ask("officer", f"{PERSON}withdrawal", **theirs)
    await doors.ask("official", f"{PERSON}approval", **mine)
    await doors.ask("officer", f"{PERSON}enrolment", **mine)
    there = {"session": 1, "present": True}
    await doors.ask("officer", f"{PERSON}attendance", there, **mine)
    await doors.ask("officer", f"{PERSON}result", {"evidence": "PASSED", "mark": "87.5"}, **mine)


async def _put_forward(doors: Doors, person: UUID) -> dict[str, Any]:
    body = {"person_id": str(person)}
    await doors.ask("officer", f"{COURSE}nominations", body, code=CLASS["code"])
    return {"code": CLASS["code"], "person_id": person}
