"""Profile at hand, and a small invented agency."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from deploy.local.demonstration.__main__ import Demonstration, made, write_to
from services.profile.main import SERVICE
from tests.support.at_hand import AtHand, at_hand

PEOPLE = 40


@dataclass(frozen=True, slots=True)
class Agency:
    """The files of an invented agency, and the list of what is wrong in them."""

    folder: Path
    demonstration: Demonstration

    def content(self, name: str) -> bytes:
        return (self.folder / f"{name}.xlsx").read_bytes()

    def answers(self, name: str, outcome: str) -> set[tuple[str, int, str | None, str]]:
        listed = orjson.loads((self.folder / "answers.json").read_bytes())[f"{name}.xlsx"]
        return {
            (one["sheet"], one["row"], one["column"], one["reason"])
            for one in listed
            if one["outcome"] == outcome
        }


@dataclass(frozen=True, slots=True)
class Door:
    """Sends files to profile as an officer does."""

    profile: AtHand

    async def send(
        self, kind: str, content: bytes, *, again: bool = False, name: str | None = None
    ) -> dict[str, Any]:
        answer = await self.profile.client.post(
            f"/imports/{kind}",
            params={"again": again},
            files={"file": (name or f"{kind}.xlsx", content)},
            headers=self.profile.who(),
        )
        assert answer.status_code == 200, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt


@pytest.fixture(scope="session")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Agency:
    folder = tmp_path_factory.mktemp("agency")
    demonstration = made(PEOPLE, 7)
    write_to(folder, demonstration)
    return Agency(folder, demonstration)


@pytest_asyncio.fixture
async def profile(database: str, tmp_path: Path) -> AsyncIterator[AtHand]:
    async with at_hand(SERVICE, database, tmp_path) as service:
        yield service


@pytest.fixture
def door(profile: AtHand) -> Door:
    return Door(profile)
