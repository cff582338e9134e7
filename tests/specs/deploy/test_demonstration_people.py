"""The invented agency as a whole: who is employed how, holds what, and until when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest

from deploy.local.demonstration.__main__ import Demonstration, made
from deploy.local.demonstration.lives import DRAWN_ON, Life
from services.profile.domain.terms import GOLONGAN_PNS

# The lowest and the highest rank in which a PNS of a class is found.
RANKS = {
    "JPT PRATAMA": ("III/d", "IV/c"),
    "ADMINISTRATOR": ("III/b", "IV/b"),
    "PENGAWAS": ("II/d", "III/d"),
    "FUNGSIONAL": ("II/c", "IV/c"),
    "PELAKSANA": ("II/a", "III/d"),
}


@pytest.fixture(scope="module", params=[7, 8, 2026])
def agency(request: pytest.FixtureRequest) -> Demonstration:
    return made(900, request.param)


def test_most_are_pns_and_every_sixth_or_so_is_on_contract(agency: Demonstration) -> None:
    share = _shares(one.status for one in agency.lives)
    assert 0.70 < share["PNS"] < 0.88
    assert 0.08 < share["PPPK"] < 0.25
    assert 0 < share["PPPK PARUH WAKTU"] < 0.06
    assert 0 < share["CPNS"] < 0.06


def test_the_higher_the_post_the_fewer_hold_one(agency: Demonstration) -> None:
    held = Counter(one.present.post.position_class for one in agency.lives)
    assert held["JPT PRATAMA"] < held["ADMINISTRATOR"] < held["PENGAWAS"] < held["PELAKSANA"]
    assert held["FUNGSIONAL"] > held["PENGAWAS"]


def test_ranks_are_those_of_the_posts_that_are_held(agency: Demonstration) -> None:
    for one in agency.lives:
        if one.by_contract:
            continue
        lowest, highest = map(GOLONGAN_PNS.index, RANKS[one.present.post.position_class])
        assert lowest <= GOLONGAN_PNS.index(one.ranks[-1][0]) <= highest, one


def test_a_contract_has_no_rank_of_a_pns_and_opens_no_post_of_a_leader(
    agency: Demonstration,
) -> None:
    on_contract = [one for one in agency.lives if one.by_contract]
    assert on_contract
    assert not [one for one in on_contract if one.ranks[-1][0] in GOLONGAN_PNS]
    classes = {one.present.post.position_class for one in on_contract}
    assert classes == {"FUNGSIONAL", "PELAKSANA"}


def test_nobody_serves_beyond_the_age_of_their_post(agency: Demonstration) -> None:
    assert not [one.name for one in agency.lives if _reaches_age_on(one) <= DRAWN_ON]


def test_a_person_has_about_twenty_rows_of_history(agency: Demonstration) -> None:
    rows = sum(
        len(sheet.rows)
        for name, sheets in agency.workbooks.items()
        if name.startswith("history-")
        for sheet in sheets
    )
    assert 15 < rows / len(agency.lives) < 26


def _reaches_age_on(one: Life) -> date:
    return date(one.born.year + one.present.post.retirement_age, one.born.month, 1)


def _shares(kinds: Iterable[str]) -> dict[str, float]:
    counted = Counter(kinds)
    return {kind: number / counted.total() for kind, number in counted.items()}
