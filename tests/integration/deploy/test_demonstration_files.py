"""What each door says of the invented agency, checked and accepted, is what the answer key says."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from contracts.events.assessment import CompetencyAssessedV1
from contracts.events.profile import PersonRegisteredV1, WorkUnitDefinedV1
from deploy.local.demonstration.__main__ import made, write_to
from deploy.local.demonstration.answer_key import CLEAN, REJECTED, WARNING
from deploy.local.demonstration_doors import HISTORY, PEOPLE, PLANS
from services.assessment.main import SERVICE as ASSESSMENT
from services.chassis.roles import importer_of
from services.chassis.service import Service
from services.profile.main import SERVICE as PROFILE
from services.training.main import SERVICE as TRAINING
from tests.support.at_hand import AtHand, at_hand

# An export names its only sheet as SIASN does; a receipt names the form.
FORMS = {"Data": "siasn"}
# What the files of training and assessment ask for.
OF_PROFILE = (PersonRegisteredV1, WorkUnitDefinedV1)


class Said(NamedTuple):
    """What is to be said, or was, of one row that is not simply taken."""

    sheet: str
    row: int
    column: str
    reason: str


class Expected(NamedTuple):
    clean: int
    warned: set[Said]
    rejected: set[Said]


class Verdict(NamedTuple):
    """What a door made of a file."""

    accepted: int
    warned: set[Said]
    rejected: set[Said]


def expected_of(folder: Path, file: str) -> Expected:
    clean = 0
    said: dict[str, set[Said]] = {WARNING: set(), REJECTED: set()}
    with (folder / "answer-key.csv").open(encoding="utf-8", newline="") as source:
        for one in csv.DictReader(source):
            if one["file"] != file:
                continue
            if one["outcome"] == CLEAN:
                clean += 1
            else:
                sheet = FORMS.get(one["sheet"], one["sheet"])
                told = Said(sheet, int(one["row"]), one["column"], one["reason"])
                said[one["outcome"]].add(told)
    return Expected(clean, said[WARNING], said[REJECTED])


def differences(verdict: Verdict, expected: Expected) -> list[object]:
    """Nothing, if accepted are exactly the rows that the key calls clean or warns of."""
    return [
        *sorted(verdict.rejected ^ expected.rejected),
        *sorted(verdict.warned ^ expected.warned),
        *(
            [(verdict.accepted, expected.clean)]
            if verdict.accepted != expected.clean + len(expected.warned)
            else []
        ),
    ]


@pytest.mark.parametrize("seed", [7, 11, 2026])
async def test_accepted_are_exactly_the_clean_rows_of_the_answer_key_in_every_file(
    databases: Callable[[], str], tmp_path: Path, seed: int
) -> None:
    files = tmp_path / "agency"
    write_to(files, made(24, seed))
    async with _agency(databases, tmp_path) as services:
        for group in (PEOPLE, HISTORY, PLANS):
            for name, kind, file in group:
                expected = expected_of(files, file)
                checked, accepted = await _steps(services[name], kind, _sent(files / file))
                assert differences(checked, expected) == [], ("checked", file)
                assert differences(accepted, expected) == [], ("accepted", file)
            if group is PEOPLE:
                await _profile_tells(services)
            if group is HISTORY:
                await _assessment_tells(services)


def test_a_key_that_is_wrong_in_one_row_is_noticed(tmp_path: Path) -> None:
    write_to(tmp_path, made(24, 7))
    expected = expected_of(tmp_path, "post-map.xlsx")
    right = Verdict(expected.clean + len(expected.warned), expected.warned, expected.rejected)
    assert differences(right, expected) == []
    key = tmp_path / "answer-key.csv"
    slip = next(line for line in key.read_text().splitlines() if line.endswith("unknown-unit"))
    for wrong in (
        slip.replace("unknown-unit", "missing"),
        slip.replace("KODE UNOR", "BUP"),
        slip.replace("rejected", "warning"),
        ",".join([*slip.split(",")[:3], "clean", "", ""]),
    ):
        assert wrong != slip
        told = key.read_text()
        key.write_text(told.replace(slip, wrong))
        assert differences(right, expected_of(tmp_path, "post-map.xlsx")), wrong
        key.write_text(told)


@asynccontextmanager
async def _agency(
    databases: Callable[[], str], folder: Path
) -> AsyncIterator[Mapping[str, AtHand]]:
    async with AsyncExitStack() as stack:
        services: dict[str, AtHand] = {}
        for service in (PROFILE, TRAINING, ASSESSMENT):
            opened = at_hand(service, databases(), _folder(folder, service))
            services[service.name] = await stack.enter_async_context(opened)
        yield services


def _folder(root: Path, service: Service) -> Path:
    folder = root / service.name
    folder.mkdir()
    return folder


def _sent(file: Path) -> tuple[str, bytes]:
    return file.name, file.read_bytes()


async def _steps(hand: AtHand, kind: str, file: tuple[str, bytes]) -> tuple[Verdict, Verdict]:
    """As an officer sends it: looked at first, which records nothing, and then accepted."""
    before = await hand.events()
    sent = await hand.client.post(
        f"/imports/{kind}/check", files={"file": file}, headers=hand.who()
    )
    assert sent.status_code == 202, sent.text
    import_id: str = sent.json()["import_id"]
    checked = await _story(hand, import_id, "checked")
    assert await hand.events() == before
    asked = await hand.client.post(f"/imports/{import_id}/accept", json={}, headers=hand.who())
    assert asked.status_code == 202, asked.text
    accepted = await _story(hand, import_id, "accepted")
    again = await hand.client.post(f"/imports/{kind}", files={"file": file}, headers=hand.who())
    assert again.json()["accepted"] == accepted.accepted, "by the door that does both in one"
    return checked, accepted


async def _story(hand: AtHand, import_id: str, state: str) -> Verdict:
    await importer_of(hand.service, hand.runtime, hand.deps).finished(UUID(import_id))
    story: dict[str, Any] = (await hand.get(f"/imports/{import_id}")).json()
    assert story["state"] == state
    rows = (await hand.get(f"/imports/{import_id}/rows?limit=500")).json()
    said: dict[str, set[Said]] = {WARNING: set(), REJECTED: set()}
    for one in rows:
        told = Said(one["sheet"], one["row"], one["column"] or "", one["reason"])
        said[one["outcome"]].add(told)
    return Verdict(story["valid"] + story["unchanged"], said[WARNING], said[REJECTED])


async def _profile_tells(services: Mapping[str, AtHand]) -> None:
    """Everybody in the agency and its units, as others hear of them."""
    said = [one for one in await services["profile"].settled() if isinstance(one, OF_PROFILE)]
    assert {type(one) for one in said} == set(OF_PROFILE)
    for name in ("training", "assessment"):
        await services[name].hears(*said)


async def _assessment_tells(services: Mapping[str, AtHand]) -> None:
    said = await services["assessment"].settled()
    levels = [one for one in said if isinstance(one, CompetencyAssessedV1)]
    assert levels
    await services["training"].hears(*levels)
