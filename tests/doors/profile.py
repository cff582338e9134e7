"""What is on record in profile before everybody asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from services.profile.main import SERVICE as SERVICE
from services.profile.streams import post_id_of
from tests.doors.asking import Doors
from tests.doors.imports import files_on_their_way
from tests.integration.profile.test_imports import ROW
from tests.integration.profile.test_people import PERSON
from tests.support.at_hand import AGENCY

ABOUT = "POST /people/{person_id}/"
SINCE = {"effective_from": "2015-05-01"}
POST = str(post_id_of(AGENCY, "P1", "B"))

PEOPLE = [f"19860926201505190{last}" for last in range(1, 5)]
USUAL: dict[str, list[Any]] = {
    **{name: [value] for name, value in ROW.items()},
    "NIP": PEOPLE,
    "NIP BARU": PEOPLE,
    "KODE UNOR": ["B"],
    "KODE JABATAN": ["P1"],
    "KODE UNOR INDUK": [None],
    "NIK": [None],
    "NIP LAMA": [None],
}


def given(folder: Path) -> dict[str, Any]:
    return {"forgotten_folder": folder / "forgotten"}


async def seed(doors: Doors) -> None:
    await _structure(doors)
    told = await doors.ask("officer", "POST /people", PERSON)
    doors.me = UUID(told["person_id"])
    await _facts(doors)
    await _discipline(doors)
    await _disputes(doors)
    await _somebody_by_contract(doors)
    await _somebody_who_moves(doors)
    await doors.hand.settled()
    people = {"people": [str(doors.me)]}
    await doors.ask("officer", "POST /people/names", people)
    await doors.ask("officer", "POST /people/lookup", {"number": PERSON["number"]})
    await doors.ask("officer", "GET /people")
    for path in ("", "/workbook"):
        await doors.ask("officer", f"GET /people/{{person_id}}{path}", person_id=doors.me)
    for name in ("post-map", "staff", "history"):
        await doors.ask("officer", f"GET /exports/{name}/workbook")
    absence = {"days": 30, "consecutive": 0, "year_end": "2025-12-31"}
    await doors.ask("officer", "GET /discipline/absence", query=absence)
    await files_on_their_way(doors)


async def _structure(doors: Doors) -> None:
    unit = {"code": "B", "name": "Bagian", **SINCE}
    await doors.ask("officer", "POST /units", unit)
    post = {
        "code": "P1",
        "unit_code": "B",
        "name": "Kepala Bagian",
        "position_class": "ADMINISTRATOR",
        "eselon": "III.a",
        "retirement_age": 58,
        "needed": 1,
        **SINCE,
    }
    await doors.ask("officer", "POST /posts", post)


async def _facts(doors: Doors) -> None:
    told: dict[str, dict[str, Any]] = {
        "ranks": {"golongan": "III/b", **SINCE},
        "positions": {"post_id": POST, **SINCE},
        "educations": {"level": 7, "completed_on": "2009-08-17"},
        "awards": {"kind": "SLKS_X", "given_on": "2025-08-17"},
        "credit-points": {"main": "12.5", "starts_on": "2024-01-01", "until": "2024-12-31"},
        "service-credits": {"years": 4, "months": 3, **SINCE},
        "study-assignments": {
            "level": 8,
            "starts_on": "2024-09-01",
            "released": True,
            "self_funded": False,
        },
        "unpaid-leaves": {"starts_on": "2018-01-01", "until": "2018-12-31"},
    }
    for kind, body in told.items():
        await doors.ask("officer", f"{ABOUT}{kind}", body, person_id=doors.me)


async def _discipline(doors: Doors) -> None:
    """A sanction that is appealed, changed and cancelled."""
    sanctions = f"{ABOUT}sanctions"
    one = f"{sanctions}/{{sanction_id}}"
    cut = {"kind": "PEMOTONGAN_TUKIN_9_BULAN", "starts_on": "2025-09-01"}
    less = {"kind": "PEMOTONGAN_TUKIN_6_BULAN", "starts_on": "2025-09-01"}
    steps: list[tuple[str, dict[str, Any]]] = [
        (sanctions, cut),
        (f"{one}/appeal", {"kind": "APPEAL", "appealed_on": "2025-09-10"}),
        (f"{one}/decision", {"decided_on": "2025-12-01", "changed": less}),
        (f"{one}/cancellation", {"cancelled_on": "2026-01-05", "decree_number": "800/3"}),
    ]
    path: dict[str, Any] = {"person_id": doors.me}
    for label, body in steps:
        told = await doors.ask("officer", label, body, **path)
        path["sanction_id"] = told["event_ids"][0]


async def _somebody_by_contract(doors: Doors) -> None:
    """A PPPK who passes CPNS; somebody has seen the diploma; and in the end is forgotten."""
    pppk = {**PERSON, "number": "198609262021211901", "employment": "PPPK"}
    told = await doors.ask("officer", "POST /people", {**pppk, "registered_on": "2021-02-01"})
    path: dict[str, Any] = {"person_id": told["person_id"]}
    contract = {"starts_on": "2021-02-01", "until": "2026-01-31"}
    await doors.ask("officer", f"{ABOUT}contracts", contract, **path)
    passed = {"employment": "CPNS", "since": "2025-05-01", "number": "198609262025051901"}
    await doors.ask("officer", f"{ABOUT}employments", passed, **path)
    declared = {"level": 7, "completed_on": "2009-08-17", "verified": False}
    told = await doors.ask("officer", f"{ABOUT}educations", declared, **path)
    seen = {"document": "ijazah 17/2009", "document_sha256": "ab" * 32}
    label = f"{ABOUT}facts/{{fact_id}}/confirmation"
    await doors.ask("officer", label, seen, fact_id=told["event_ids"][0], **path)
    number = {"number": "198609262025051902", "valid_from": "2025-06-01"}
    await doors.ask("officer", f"{ABOUT}numbers", number, **path)
    ended: dict[str, Any] = {
        "ground": "REQUESTED",
        "kept_until": "2020-12-31",
        "document_number": "JRA-1",
    }
    await doors.ask("officer", f"{ABOUT}forgetting", ended, **path)
    await doors.ask("official", f"{ABOUT}forgetting/approval", **path)


async def _somebody_who_moves(doors: Doors) -> None:
    told = await doors.ask("officer", "POST /people", {**PERSON, "number": "198609262015051907"})
    move = {"agency": "lain", "moved_on": "2025-03-01"}
    await doors.ask("officer", f"{ABOUT}moves", move, person_id=told["person_id"])


async def _disputes(doors: Doors) -> None:
    """Every step that a dispute can take."""
    words = {"words": "lampirkan SK"}
    steps: list[list[tuple[str, str, Any]]] = [
        [
            ("officer", "taking", None),
            ("officer", "return", words),
            ("employee", "answer", words),
            ("officer", "decision", {"accepted": False, "reason": "tidak terbukti"}),
        ],
        [("employee", "withdrawal", None)],
        [("officer", "taking", None)],
    ]
    for way in steps:
        claim = {"claim": "satu pangkat belum dicatat"}
        told = await doors.ask("employee", f"{ABOUT}disputes", claim, person_id=doors.me)
        path: dict[str, Any] = {"dispute_id": told["event_ids"][0]}
        for role, step, body in way:
            await doors.ask(role, f"POST /disputes/{{dispute_id}}/{step}", body, **path)
    for book in ("", "/workbook"):
        await doors.ask("employee", f"GET /disputes/{{dispute_id}}/steps{book}", **path)
