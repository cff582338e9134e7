"""The JP of a year beside what the law asks of each kind of employment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.training.adapters.jp_targets import read_targets, shipped_targets
from services.training.domain.jp_year import TargetKind, standing, target_of

FILE = Path("services/training/jp_targets.json")
TARGETS = shipped_targets()


def of(employment: str, jp: int, year: int = 2025) -> tuple[int, bool | None]:
    found = standing(jp, target_of(TARGETS, employment, year))
    return found.missing, found.reached


def test_c22_a_pns_with_18_jp_misses_the_minimum_by_2_pp_11_2017_art_203() -> None:
    target = target_of(TARGETS, "PNS", 2025)
    assert target is not None
    assert (target.kind, target.jp, target.article) == (TargetKind.MINIMUM, 20, "203(4)")
    assert of("PNS", 18) == (2, False)


def test_c22_a_pppk_with_26_jp_has_reached_the_24_of_perlan_15_2020_and_keeps_26() -> None:
    target = target_of(TARGETS, "PPPK", 2025)
    assert target is not None
    assert (target.kind, target.jp) == (TargetKind.ENTITLEMENT_MAX, 24)
    assert standing(26, target).jp == 26
    assert of("PPPK", 26) == (0, True)


@pytest.mark.parametrize(
    ("employment", "jp", "missing"),
    [("PNS", 19, 1), ("PNS", 20, 0), ("CPNS", 0, 20), ("PPPK", 23, 1), ("PPPK_PART_TIME", 24, 0)],
)
def test_the_targets_edges(employment: str, jp: int, missing: int) -> None:
    assert of(employment, jp) == (missing, missing == 0)


def test_before_the_first_law_there_is_no_target() -> None:
    assert of("PNS", 3, year=2016) == (0, None)
    assert of("PPPK", 3, year=2019) == (0, None)


def told() -> Any:
    return json.loads(FILE.read_text())


def test_a_target_without_a_source_or_said_twice_is_not_read() -> None:
    without = told()
    del without["targets"][0]["source"]
    twice = told()
    twice["targets"].append(twice["targets"][0])
    for wrong in (without, twice):
        with pytest.raises(ValidationError):
            read_targets(json.dumps(wrong).encode())
