"""Learning beside the classroom: an orientation on its way, and two people who guide each other."""

from __future__ import annotations

from typing import Any

from tests.doors.asking import Doors
from tests.integration.training.test_mentoring import a_match
from tests.integration.training.test_orientation import TODAY, heard, position, tasks

ORIENTATION = "POST /people/{person_id}/orientation/{orientation_id}/"


async def learned(doors: Doors) -> None:
    """The person is on record already."""
    await _orientation(doors)
    await _mentoring(doors)


async def _orientation(doors: Doors) -> None:
    await heard(doors.hand, position(doors.me))
    first = (await tasks(doors.hand, doors.me))[0]
    path: dict[str, Any] = {"person_id": doors.me, "orientation_id": first["orientation_id"]}
    day = {"on_day": TODAY.isoformat()}
    task = f"{ORIENTATION}tasks/{{code}}/"
    await doors.ask("officer", f"{ORIENTATION}seen", day, **path)
    for code in ("SPMT", "DATA"):
        await doors.ask("officer", f"{task}completion", day, code=code, **path)
    await doors.ask("officer", f"{task}reopening", day, code="DATA", **path)
    aside = {**day, "because": "DONE_BEFORE"}
    await doors.ask("officer", f"{task}exemption", aside, code="OATH", **path)


async def _mentoring(doors: Doors) -> None:
    where, _ = await a_match(doors.hand, doors.me)
    path: dict[str, Any] = {"mentoring_id": where.rpartition("/")[2]}
    label = "POST /mentorings/{mentoring_id}/"
    for day in ("2025-03-03", "2025-03-10"):
        held = {"held_on": day, "minutes": 60, "topic": "Menyusun rencana kerja"}
        await doors.ask("officer", f"{label}sessions", held, **path)
    await doors.ask("officer", f"{label}sessions/taking-back", {"held_on": "2025-03-10"}, **path)
    over = {"outcome": "REACHED", "on_day": "2025-06-30"}
    await doors.ask("officer", f"{label}end", over, **path)
