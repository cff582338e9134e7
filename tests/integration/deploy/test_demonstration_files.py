"""The invented agency's histories pass their doors; every slip is found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from contracts.events.profile import PersonRegisteredV1
from deploy.local.demonstration.__main__ import made, write_to
from services.assessment.main import SERVICE as ASSESSMENT
from services.chassis.service import Service
from services.profile.main import SERVICE as PROFILE
from services.training.main import SERVICE as TRAINING
from tests.support.at_hand import at_hand


@pytest.mark.parametrize("service", [TRAINING, ASSESSMENT], ids=lambda service: service.name)
async def test_a_history_is_taken_by_the_service_it_belongs_to(
    service: Service, database: str, databases: Callable[[], str], tmp_path: Path
) -> None:
    demonstration = made(24, 7)
    write_to(tmp_path / "agency", demonstration)
    answers = orjson.loads((tmp_path / "agency" / "answers.json").read_bytes())
    name = f"history-{service.name}.xlsx"
    people = await _registered(databases(), tmp_path)
    (tmp_path / service.name).mkdir()
    async with at_hand(service, database, tmp_path / service.name) as listener:
        await listener.hears(*people)
        receipt = await listener.upload((tmp_path / "agency" / name).read_bytes())
    found = {(p["sheet"], p["row"], p["column"], p["reason"]) for p in receipt["problems"]}
    assert found == {(a["sheet"], a["row"], a["column"], a["reason"]) for a in answers[name]}
    rows = sum(len(sheet.rows) for sheet in demonstration.workbooks[name.removesuffix(".xlsx")])
    assert receipt["accepted"] == rows - len(found)


async def _registered(database: str, folder: Path) -> list[PersonRegisteredV1]:
    """Everybody in the agency, as profile tells others."""
    (folder / "profile").mkdir()
    async with at_hand(PROFILE, database, folder / "profile") as profile:
        for kind in ("post-map", "siasn-export"):
            content = (folder / "agency" / f"{kind}.xlsx").read_bytes()
            answer = await profile.client.post(
                f"/imports/{kind}", files={"file": (kind, content)}, headers=profile.who()
            )
            assert answer.status_code == 200, answer.text
        return [one for one in await profile.settled() if isinstance(one, PersonRegisteredV1)]
