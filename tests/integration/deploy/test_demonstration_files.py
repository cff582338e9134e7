"""The invented agency's files pass their doors: every slip is found, and nothing else.

The answer key (`answers.json`) names each wrong row with its column and reason; whatever it does
not name is clean and must be taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from contracts.envelope import ContractEvent
from contracts.events.assessment import CompetencyAssessedV1
from contracts.events.profile import PersonRegisteredV1, WorkUnitDefinedV1
from deploy.local.demonstration.__main__ import Demonstration, made, write_to
from deploy.local.demonstration_doors import HISTORY, PEOPLE, PLANS
from services.assessment.main import SERVICE as ASSESSMENT
from services.chassis.service import Service
from services.profile.main import SERVICE as PROFILE
from services.training.main import SERVICE as TRAINING
from tests.support.at_hand import AtHand, at_hand

Found = set[tuple[str, int, str | None, str, str]]
# An export names its only sheet as SIASN does; a receipt names the form.
FORMS = {"Data": "siasn"}
NEEDED = (PersonRegisteredV1, WorkUnitDefinedV1, CompetencyAssessedV1)


@dataclass
class Agency:
    """Three services, and the files of one demonstration."""

    folder: Path
    demonstration: Demonstration
    services: dict[str, AtHand]
    told: int = 0

    def key(self, file: str) -> Found:
        answers = orjson.loads((self.folder / "answers.json").read_bytes())[file]
        return {
            (
                *(FORMS.get(one["sheet"], one["sheet"]), one["row"]),
                *(one["column"], one["reason"], one["outcome"]),
            )
            for one in answers
        }

    def rows(self, file: str) -> int:
        sheets = self.demonstration.workbooks[file.removesuffix(".xlsx")]
        return sum(len(sheet.rows) for sheet in sheets)

    async def send(self, service: str, kind: str, file: str) -> dict[str, Any]:
        hand = self.services[service]
        answer = await hand.client.post(
            f"/imports/{kind}",
            files={"file": (file, (self.folder / file).read_bytes())},
            headers=hand.who(),
        )
        assert answer.status_code == 200, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    async def tell(self) -> None:
        """What profile and assessment have said is heard, as far as the files ask for it."""
        said = [
            *await self.services["profile"].settled(),
            *await self.services["assessment"].settled(),
        ]
        fresh = [event for event in said if isinstance(event, NEEDED)][self.told :]
        self.told += len(fresh)
        await self.services["training"].hears(*fresh)
        await self.services["assessment"].hears(*_of_profile(fresh))


def _of_profile(events: Iterable[ContractEvent]) -> list[ContractEvent]:
    return [event for event in events if event.source() == "profile"]


def told_of(receipt: dict[str, Any]) -> Found:
    rejected = receipt["problems"]
    return {
        *((one["sheet"], one["row"], one["column"], one["reason"], "rejected") for one in rejected),
        *(
            (one["sheet"], one["row"], one["column"], one["reason"], "warning")
            for one in receipt["warnings"]
        ),
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 2026])
async def test_accepted_are_exactly_the_rows_that_the_answer_key_calls_clean(
    databases: Callable[[], str], tmp_path: Path, seed: int
) -> None:
    demonstration = made(24, seed)
    write_to(tmp_path / "agency", demonstration)
    async with AsyncExitStack() as stack:
        agency = Agency(tmp_path / "agency", demonstration, {})
        for service in (PROFILE, TRAINING, ASSESSMENT):
            agency.services[service.name] = await stack.enter_async_context(
                at_hand(service, databases(), _folder(tmp_path, service))
            )
        for group in (PEOPLE, HISTORY, PLANS):
            for name, kind, file in group:
                receipt = await agency.send(name, kind, file)
                found, key = told_of(receipt), agency.key(file)
                assert (file, found - key, key - found) == (file, set(), set())
                wrong = {(sheet, row) for sheet, row, *_, outcome in key if outcome == "rejected"}
                assert receipt["accepted"] == agency.rows(file) - len(wrong), file
            await agency.tell()


def _folder(root: Path, service: Service) -> Path:
    folder = root / service.name
    folder.mkdir()
    return folder


def test_a_row_that_the_key_does_not_know_is_noticed(tmp_path: Path) -> None:
    demonstration = made(24, 7)
    write_to(tmp_path, demonstration)
    agency = Agency(tmp_path, demonstration, {})
    key = agency.key("budget-training.xlsx")
    found = {*list(key)[1:], ("pagu", 2, "PAGU", "not-a-number", "rejected")}
    assert found - key == {("pagu", 2, "PAGU", "not-a-number", "rejected")}
    assert len(key - found) == 1
