"""What is on record in assessment before everybody asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from contracts.events.profile import WorkUnitDefinedV1
from services.assessment.adapters.feedback_workbook import ANSWERS
from services.assessment.adapters.standards_workbook import STANDARDS
from services.assessment.domain.berakhlak import ITEMS
from services.assessment.domain.competency_assessment import STANDARD_COMPETENCIES
from services.assessment.domain.potential_assessment import ASPECTS
from services.assessment.domain.satisfaction import ELEMENTS
from services.assessment.main import SERVICE as SERVICE
from tests.doors.asking import Doors
from tests.doors.imports import files_on_their_way
from tests.doors.workbooks import Book
from tests.integration.assessment.conftest import NIP
from tests.integration.assessment.test_doors import RESULT
from tests.integration.assessment.test_feedback import SECTION, cycle, seated

DAY = {"day": "2025-06-01"}
UNIT = str(UUID(int=5))

USUAL = {
    "NIP": [NIP],
    "KODE UNOR": ["KC-05"],
    "PERIODE MULAI": ["01-01-2025"],
    "PERIODE SELESAI": ["30-06-2025"],
}

# Rows drawn one by one never make a whole version of a standard: this one is sent beside them.
_VERSION: list[list[Any]] = [
    ["PS-KASI-1", code, "", 3, "800/15/2025", "01-01-2025"] for code in STANDARD_COMPETENCIES
]
_HEAD = [column.name for column in STANDARDS.columns]
WHOLE = {"post-standards": [Book({STANDARDS.name: [_HEAD, *_VERSION]}, text=False)]}


def given(folder: Path) -> dict[str, Any]:
    return {}


async def seed(doors: Doors) -> None:
    doors.me = uuid4()
    await doors.hand.knows(NIP, doors.me)
    doors.known.learn({"nip": NIP})
    await _results(doors)
    await _standards(doors)
    await _services(doors)
    await _feedback(doors)
    await doors.hand.settled()
    await files_on_their_way(doors)


async def _results(doors: Doors) -> None:
    path: dict[str, Any] = {"person_id": doors.me}
    marks = {"work_result": 2, "behaviour": 2}
    rated = "POST /people/{person_id}/appraisals"
    await doors.ask("officer", rated, {"year": 2024, **marks}, **path)
    better = {**marks, "behaviour": 1}
    await doors.ask("officer", f"{rated}/{{year}}/correction", better, year=2024, **path)
    await doors.ask("assessor", "POST /people/{person_id}/competency-assessments", RESULT, **path)
    quarter = {"year": 2024, "length": "QUARTER", "number": 1, **marks}
    await doors.ask("officer", "POST /people/{person_id}/periodic-appraisals", quarter, **path)
    found = {
        "assessed_on": "2025-03-10",
        "institution": "UPT Penilaian Kompetensi",
        "method": "CACT",
        "scale": "5",
        "scores": dict.fromkeys(ASPECTS, "4"),
    }
    await doors.ask("assessor", "POST /people/{person_id}/potential-assessments", found, **path)


async def _standards(doors: Doors) -> None:
    decreed = {"in_force_from": "2025-01-01", "decree": "800/14/2025"}
    adoption = "POST /competency-packs/{field}/adoption"
    await doors.ask("officer", adoption, decreed, field="administration")
    one = {
        "code": "TI.01",
        "name": "Jaringan",
        "kind": "technical",
        "certainty": "recalled",
        "levels": ["Paham", "Terbiasa", "Cakap", "Mahir", "Ahli"],
    }
    dictionary = {"field": "jaringan", **decreed, "competencies": [one]}
    await doors.ask("officer", "POST /competency-dictionaries", dictionary)
    required = [{"competency": code, "level": 2} for code in STANDARD_COMPETENCIES]
    standard = {"post": "KASI-ADM", **decreed, "required": required}
    await doors.ask("officer", "POST /post-standards", standard)
    for label in ("GET /competency-dictionaries", "GET /post-standards"):
        await doors.ask("officer", label, query=DAY)


async def _services(doors: Doors) -> None:
    office = WorkUnitDefinedV1(unit_id=UUID(int=6), code="KC-05", name="Kantor", parent_id=None)
    await doors.hand.hears(office)
    period = {
        "unit_id": UNIT,
        "service": "AKTA",
        "first_day": "2025-01-01",
        "last_day": "2025-06-30",
    }
    means = dict.fromkeys(ELEMENTS, "3.2")
    survey = {**period, "respondents": 278, "served": 1000, "means": means}
    await doors.ask("officer", "POST /satisfaction-surveys", survey)
    taken = {"received_on": "2025-03-03", "finished_on": "2025-03-07"}
    times = {**period, "cases": [taken], "outages": ["2025-03-04"]}
    await doors.ask("officer", "POST /service-times", times)


async def _feedback(doors: Doors) -> None:
    """A cycle that runs, and one that has ended."""
    people = [doors.me, *(uuid4() for _ in range(3))]
    await doors.hand.hears(
        WorkUnitDefinedV1(unit_id=SECTION, code="S", name="Seksi", parent_id=None),
        seated(people[0], "PENGAWAS"),
        *(seated(person, "PELAKSANA") for person in people[1:]),
    )
    today = doors.hand.deps.today()
    label = "/feedback-cycles/{cycle_id}"
    running: dict[str, Any] = {"cycle_id": uuid4()}
    await doors.ask("officer", f"PUT {label}", cycle(today), **running)
    await doors.ask("officer", f"POST {label}/rounds", **running)
    await doors.hand.settled()
    asked = await doors.ask("employee", "GET /feedback-invitations")
    token = next(one["token"] for one in asked["invitations"] if one["relation"] != "self")
    cells = [[str(running["cycle_id"]), token, item, 4, ""] for item in ITEMS]
    head = [column.name for column in ANSWERS.columns]
    WHOLE["feedback"] = [Book({ANSWERS.name: [head, *cells]}, text=False)]
    answers = {"marks": dict.fromkeys(ITEMS, 4)}
    to_me: dict[str, Any] = {**running, "person_id": doors.me}
    await doors.ask("employee", f"POST {label}/people/{{person_id}}/answers", answers, **to_me)
    ended: dict[str, Any] = {"cycle_id": uuid4()}
    await doors.ask("officer", f"PUT {label}", cycle(today - timedelta(days=30)), **ended)
    for step in ("closing", "reports"):
        await doors.hand.settled()
        await doors.ask("officer", f"POST {label}/{step}", **ended)
    await doors.ask("officer", f"GET {label}/filling", **running)
    await doors.ask("employee", f"GET {label}/people/{{person_id}}", **to_me)
