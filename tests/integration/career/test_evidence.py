"""Whoever is given a bundle needs nobody's word for what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from services.career.commands import adopt_shipped
from services.career.main import SERVICE
from services.career.verifying.checking import Checked, Trust, check
from tests.integration.career.conftest import AS_OF, Career, facts_about, pkp
from tests.integration.career.proving import KNOWN, claim, keys_in, provable
from tests.support.at_hand import at_hand


@pytest_asyncio.fixture
async def career(database: str, tmp_path: Path) -> AsyncIterator[Career]:
    async with at_hand(SERVICE, database, tmp_path, **keys_in(tmp_path)) as hand:
        await adopt_shipped(hand.deps)
        career = Career(hand)
        provable(career)
        hand.client._transport.app.state.deps = hand.deps  # type: ignore[attr-defined]
        await career.settle()
        yield career


async def recorded(career: Career, person: UUID, **clocks: Any) -> str:
    body = {"as_of": AS_OF, **clocks}
    answer = await career.post(f"/people/{person}/evidence/administrator", body, "auditor")
    assert answer.status_code == 201, answer.text
    await claim(career)
    return str(answer.json()["answer_id"])


async def bundle_of(career: Career, answer_id: str) -> bytes:
    answer = await career.hand.get(f"/evidence/{answer_id}/bundle", "auditor")
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_an_answer_is_proved_from_its_bundle_alone(career: Career, judged: UUID) -> None:
    await career.hear(pkp(judged), *facts_about(uuid4()))
    answer_id = await recorded(career, judged)
    file = await bundle_of(career, answer_id)
    checked = check(file, Trust(KNOWN))
    assert checked.trusted
    assert step(checked, "answer")["status"] == "ELIGIBLE"
    assert step(checked, "dossier")["facts"] == 10
    assert {one["source"] for one in checked.steps if one["step"] == "log"} == {
        *("profile", "assessment", "training", "career")
    }
    assert await bundle_of(career, answer_id) == file


def step(checked: Checked, name: str) -> dict[str, Any]:
    return next(one for one in checked.steps if one["step"] == name)
