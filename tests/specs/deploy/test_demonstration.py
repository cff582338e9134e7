"""The invented agency is the same for the same seed, plausible to our own rules, and nobody's."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from deploy.local.demonstration.__main__ import Demonstration, made, write_to
from deploy.local.demonstration.lives import DRAWN_ON, Life
from deploy.local.demonstration.siasn import HEADERS
from services.profile.adapters import file_words, siasn_export
from services.profile.domain.identifiers import agree, read_for
from services.profile.domain.terms import GOLONGAN_PNS, Sex


@pytest.fixture(scope="module")
def sixty() -> Demonstration:
    return made(60, 7)


def test_the_same_seed_writes_the_same_bytes(sixty: Demonstration, tmp_path: Path) -> None:
    write_to(tmp_path / "a", sixty)
    write_to(tmp_path / "b", made(60, 7))
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {"answers.json", "answer-key.csv", "answer-key.xlsx", "stories.json"} < set(names)
    assert len(names) == len(sixty.workbooks) + 4
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_another_seed_invents_other_people(sixty: Demonstration) -> None:
    others = {one.number for one in made(60, 8).lives}
    assert not others & {one.number for one in sixty.lives}


@pytest.mark.parametrize("people", [8, 25, 300])
def test_the_people_of_the_tour_do_not_depend_on_how_many_others_there_are(
    sixty: Demonstration, people: int
) -> None:
    other = made(people, 7)
    assert len(other.lives) == people
    assert _told(other) == _told(sixty)


def _told(demonstration: Demonstration) -> list[tuple[str, str, str]]:
    return [(one.key, one.life.number, one.life.name) for one in demonstration.stories]


def test_every_number_is_what_the_law_says_and_says_what_the_life_says() -> None:
    lives = made(300, 7).lives
    assert len({one.number for one in lives}) == len({one.nik for one in lives}) == 300
    for one in lives:
        number = read_for(file_words.EMPLOYMENT[one.status], one.number, DRAWN_ON)
        agree(number, one.born, Sex(one.sex))
        assert int(one.number[15:]) > 900
        assert one.nik.startswith("99")


def test_lives_follow_each_other_without_gaps_and_ranks_rise() -> None:
    for one in made(300, 7).lives:
        assert _is_continuous(one), one
        if not one.by_contract:
            steps = [GOLONGAN_PNS.index(golongan) for golongan, _, _ in one.ranks]
            assert steps == sorted(set(steps))
        retires = one.born.year + one.present.post.retirement_age
        assert one.joined.year - one.born.year >= 18
        assert retires > DRAWN_ON.year


def _is_continuous(one: Life) -> bool:
    pairs = zip(one.posts, one.posts[1:], strict=False)
    return one.present.last is None and all(
        before.last is not None and (after.since - before.last).days == 1 for before, after in pairs
    )


def test_an_agency_has_everybody_that_an_agency_has() -> None:
    lives = made(600, 7).lives
    assert {one.status for one in lives} == {"PNS", "CPNS", "PPPK", "PPPK PARUH WAKTU"}
    classes = {one.present.post.position_class for one in lives}
    assert classes == {"JPT PRATAMA", "ADMINISTRATOR", "PENGAWAS", "FUNGSIONAL", "PELAKSANA"}


def test_the_export_has_exactly_the_headers_of_siasn() -> None:
    assert HEADERS == siasn_export.HEADERS
    assert len(HEADERS) == 67


def test_numbers_of_the_stories_stand_in_the_local_file_alone(
    sixty: Demonstration, tmp_path: Path
) -> None:
    write_to(tmp_path, sixty)
    stories = orjson.loads((tmp_path / "stories.json").read_bytes())
    assert [one["key"] for one in stories][:2] == ["lacks_pkp", "awaits_rating"]
    assert sixty.stories[0].life.number not in (tmp_path / "answers.json").read_text()
