from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.domain.ratings import (
    CHARACTERS,
    LEADERSHIP,
    QUADRANT,
    CharacterMissing,
    Characters,
    Expectation,
    Law,
    LawNotInForce,
    LawNotNamed,
    MarksOfAnotherLaw,
    Points,
    Quadrant,
    Rating,
    ScoreOutOfRange,
    YearNotKept,
    law_of,
    rating_of,
)

DP3 = Law.PP_10_1979
NEW, MIDDLE, OLD = Law.PERMENPANRB_6_2022, Law.PP_30_2019, Law.PP_46_2011

# SIASN's ids of the five words, as the regulation's nine pairs are usually written.
WORD = {
    1: Rating.SANGAT_BAIK,
    2: Rating.BAIK,
    3: Rating.BUTUH_PERBAIKAN,
    4: Rating.KURANG,
    5: Rating.SANGAT_KURANG,
}


@pytest.mark.parametrize(
    ("work_result", "behaviour", "word"),
    [
        (1, 1, 1),
        (1, 2, 2),
        (1, 3, 4),
        (2, 1, 2),
        (2, 2, 2),
        (2, 3, 4),
        (3, 1, 3),
        (3, 2, 3),
        (3, 3, 5),
    ],
)
def test_permenpanrb_6_2022_each_of_the_nine_pairs_has_its_word(
    work_result: int, behaviour: int, word: int
) -> None:
    marks = Quadrant(work_result=Expectation(work_result), behaviour=Expectation(behaviour))
    assert rating_of(NEW, marks) == WORD[word]


def test_c17_permenpanrb_6_2022_good_work_does_not_hide_misconduct() -> None:
    marks = Quadrant(work_result=Expectation.ABOVE, behaviour=Expectation.BELOW)
    assert rating_of(NEW, marks) == Rating.KURANG


def test_c18_permenpanrb_6_2022_good_behaviour_does_not_make_up_for_the_work() -> None:
    marks = Quadrant(work_result=Expectation.BELOW, behaviour=Expectation.ABOVE)
    assert rating_of(NEW, marks) == Rating.BUTUH_PERBAIKAN


def test_permenpanrb_6_2022_taking_the_worse_axis_would_hide_misconduct() -> None:
    """The control: the known wrong shortcut differs, and exactly where behaviour is below."""
    differing = {pair for pair, word in QUADRANT.items() if word != _shortcut(*pair)}
    assert differing == {(Expectation(1), Expectation(3)), (Expectation(2), Expectation(3))}


def _shortcut(work_result: Expectation, behaviour: Expectation) -> Rating:
    if work_result == behaviour:
        return QUADRANT[work_result, behaviour]
    return WORD[max(work_result, behaviour)]


@pytest.mark.parametrize(
    ("score", "word"),
    [
        ("91", Rating.SANGAT_BAIK),
        ("90.99", Rating.BAIK),
        ("76", Rating.BAIK),
        ("75.99", Rating.CUKUP),
        ("61", Rating.CUKUP),
        ("60.99", Rating.KURANG),
        ("51", Rating.KURANG),
        ("50.99", Rating.BURUK),
        ("0", Rating.BURUK),
    ],
)
def test_pp_46_2011_bands_begin_at_their_whole_numbers(score: str, word: Rating) -> None:
    assert rating_of(OLD, Points(score=Decimal(score))) == word


@pytest.mark.parametrize(
    ("score", "word"),
    [
        ("120", Rating.BAIK),
        ("90", Rating.BAIK),
        ("89.99", Rating.CUKUP),
        ("70", Rating.CUKUP),
        ("69.99", Rating.KURANG),
        ("50", Rating.KURANG),
        ("49.99", Rating.SANGAT_KURANG),
        ("0", Rating.SANGAT_KURANG),
    ],
)
def test_pp_30_2019_art_41_bands(score: str, word: Rating) -> None:
    assert rating_of(MIDDLE, Points(score=Decimal(score))) == word


def test_pp_30_2019_art_41_sangat_baik_needs_110_points_and_a_new_idea() -> None:
    assert rating_of(MIDDLE, Points(score=Decimal(110), new_idea=True)) == Rating.SANGAT_BAIK
    assert rating_of(MIDDLE, Points(score=Decimal("109.99"), new_idea=True)) == Rating.BAIK


def test_pp_46_2011_and_pp_30_2019_88_points_are_baik_or_cukup() -> None:
    marks = Points(score=Decimal(88))
    assert (rating_of(OLD, marks), rating_of(MIDDLE, marks)) == (Rating.BAIK, Rating.CUKUP)


@pytest.mark.parametrize(
    ("law", "score"), [(OLD, "-0.01"), (MIDDLE, "-1"), (MIDDLE, "120.01"), (OLD, "120.01")]
)
def test_points_outside_the_law_are_refused(law: Law, score: str) -> None:
    with pytest.raises(ScoreOutOfRange):
        rating_of(law, Points(score=Decimal(score)))


def test_marks_of_another_law_are_refused() -> None:
    quadrant = Quadrant(work_result=Expectation.MET, behaviour=Expectation.MET)
    others: list[tuple[Law, Quadrant | Points]] = [
        (NEW, Points(score=Decimal(80))),
        (OLD, quadrant),
        (MIDDLE, quadrant),
    ]
    for law, marks in others:
        with pytest.raises(MarksOfAnotherLaw):
            rating_of(law, marks)


@pytest.mark.parametrize(("year", "law"), [(2014, OLD), (2020, OLD), (2022, NEW), (2026, NEW)])
def test_most_years_stand_under_one_law(year: int, law: Law) -> None:
    assert law_of(year, None) == law
    assert law_of(year, law) == law


def test_2021_needs_its_law_named() -> None:
    with pytest.raises(LawNotNamed):
        law_of(2021, None)
    assert law_of(2021, OLD) == OLD
    assert law_of(2021, MIDDLE) == MIDDLE


@pytest.mark.parametrize(("year", "law"), [(2020, MIDDLE), (2021, NEW), (2022, OLD)])
def test_a_law_that_did_not_govern_the_year_is_refused(year: int, law: Law) -> None:
    with pytest.raises(LawNotInForce):
        law_of(year, law)


def test_years_before_1979_are_not_kept() -> None:
    with pytest.raises(YearNotKept):
        law_of(1978, None)
    assert law_of(1979, None) is law_of(2013, None) is DP3


FULL = dict.fromkeys(CHARACTERS, Decimal(80))


def test_pp_10_1979_a_dp3_is_worded_by_the_mean_of_its_characters() -> None:
    assert rating_of(DP3, Characters(scores=FULL)) is Rating.BAIK
    without = {name: score for name, score in FULL.items() if name != LEADERSHIP}
    assert rating_of(DP3, Characters(scores=without)) is Rating.BAIK
    for law in (OLD, MIDDLE, NEW):
        with pytest.raises(MarksOfAnotherLaw):
            rating_of(law, Characters(scores=FULL))
    with pytest.raises(MarksOfAnotherLaw):
        rating_of(DP3, Points(score=Decimal(80)))


@pytest.mark.parametrize("scores", [{}, {"loyalty": Decimal(80)}, {**FULL, "luck": Decimal(80)}])
def test_a_dp3_has_eight_characters_and_no_others(scores: dict[str, Decimal]) -> None:
    with pytest.raises(CharacterMissing):
        rating_of(DP3, Characters(scores=scores))


@pytest.mark.parametrize("score", ["-1", "100.01", "NaN", "80.1234567"])
def test_a_character_is_scored_from_0_to_100(score: str) -> None:
    with pytest.raises(ScoreOutOfRange):
        rating_of(DP3, Characters(scores={**FULL, "work": Decimal(score)}))


@given(scores=st.lists(st.integers(0, 100), min_size=8, max_size=8), at=st.integers(0, 7))
def test_a_better_character_never_makes_a_worse_word(scores: list[int], at: int) -> None:
    better = [*scores]
    better[at] = 100
    words = [Rating.KURANG, Rating.SEDANG, Rating.CUKUP, Rating.BAIK, Rating.AMAT_BAIK]
    worse_word, better_word = (
        rating_of(DP3, Characters(scores=dict(zip(CHARACTERS, map(Decimal, one), strict=True))))
        for one in (scores, better)
    )
    assert words.index(worse_word) <= words.index(better_word)


@given(tenths=st.integers(0, 1_200), law=st.sampled_from([OLD, MIDDLE]), idea=st.booleans())
def test_every_number_of_points_has_a_word_of_its_law(tenths: int, law: Law, idea: bool) -> None:
    score = Decimal(tenths) / 10
    word = rating_of(law, Points(score=score, new_idea=idea))
    assert (word is Rating.BURUK) == (law is OLD and score < 51)
    assert (word is Rating.SANGAT_BAIK) == (score >= 91 if law is OLD else idea and score >= 110)
