"""What is on record in career before everybody asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from services.career.adapters.policy_files import POLICIES
from services.career.commands import adopt_shipped
from services.career.main import SERVICE as SERVICE
from tests.doors.asking import Doors
from tests.integration.career.conftest import AS_OF, JUDGEMENTS, Career, facts_about, pkp
from tests.integration.career.proving import claim, keys_in, provable
from tests.integration.career.test_appointments import DECREE, proposed

TEXT = (POLICIES / "national/administrator.yaml").read_text("utf-8")
ASKED = {"policy": "administrator"}


def given(folder: Path) -> dict[str, Any]:
    return keys_in(folder)


async def seed(doors: Doors) -> None:
    await adopt_shipped(doors.hand.deps)
    career = Career(doors.hand)
    provable(career)
    doors.api.state.deps = doors.hand.deps

    async def settle() -> None:
        await career.settle()
        await claim(career)

    doors.settle = settle
    doors.me = uuid4()
    await career.settle()
    await career.hear(*facts_about(doors.me), pkp(doors.me))
    await _judgements(doors, career)
    await _appointments(doors, career)
    await _questions(doors, career)
    await _policies(doors)


async def _judgements(doors: Doors, career: Career) -> None:
    for body in JUDGEMENTS:
        await doors.ask("official", "POST /people/{person_id}/judgements", body, person_id=doors.me)
    waiver = {
        "ground": "sekolah_kader",
        "target": "administrator",
        "decree_number": "KEP-12/2022",
        "effective_from": "2022-06-01",
        "office": "PPK",
    }
    await doors.ask("official", "POST /people/{person_id}/waivers", waiver, person_id=doors.me)
    await career.settle()
    await doors.ask("official", "GET /people/{person_id}/judgements", person_id=doors.me)


async def _appointments(doors: Doors, career: Career) -> None:
    label = "/appointments/{appointment_id}"
    for step, body in (("decree", DECREE), ("withdrawal", {"reason_code": "POST_TAKEN"})):
        told = await _proposed(doors, career)
        path: dict[str, Any] = {"appointment_id": told["appointment_id"]}
        await doors.ask("official", f"POST {label}/{step}", body, **path)
        await career.settle()
    await doors.ask("official", f"GET {label}", **path)


async def _proposed(doors: Doors, career: Career) -> dict[str, Any]:
    post = uuid4()
    await proposed(career, doors.me, post)
    body = {"person_id": str(doors.me), "post_id": str(post)}
    told: dict[str, Any] = await doors.ask("officer", "POST /appointments", body)
    await career.settle()
    return told


async def _questions(doors: Doors, career: Career) -> None:
    path: dict[str, Any] = {**ASKED, "person_id": doors.me}
    about = "/people/{person_id}"
    told = await doors.ask(
        "officer", f"GET {about}/eligibility/{{policy}}", query={"as_of": AS_OF}, **path
    )
    recorded = await doors.ask(
        "auditor", f"POST {about}/evidence/{{policy}}", {"as_of": AS_OF}, **path
    )
    await career.settle()
    await claim(career)
    replayed = {"as_of": AS_OF, "basis": told["answer"]["basis"]}
    await doors.ask("officer", f"POST {about}/eligibility/{{policy}}/replay", replayed, **path)
    answer: dict[str, Any] = {"answer_id": recorded["answer_id"]}
    await doors.ask("auditor", "GET /evidence/{answer_id}", **answer)
    await doors.ask("auditor", "GET /evidence/{answer_id}/bundle", **answer)


async def _policies(doors: Doors) -> None:
    stricter = TEXT.replace("years: 3", "years: 9")
    told = await doors.ask(
        "policy_admin", "POST /policies/{name}/drafts", {"content": stricter}, name="administrator"
    )
    approval = {"layer": "national", "sha256": told["sha256"]}
    await doors.ask(
        "policy_admin", "POST /policies/{name}/approvals", approval, name="administrator"
    )
