"""How a yearly rating is worded, law by law: every rating names the law it was given under.

Four laws are kept here, each with its own marks and its own words. A word of one law is not
the same word of another: 88 points are *Baik* under PP 46/2011 and *Cukup* under PP 30/2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Final, assert_never

from services.assessment.domain.terms import Refused


class Law(StrEnum):
    PP_10_1979 = "PP-10-1979"
    PP_46_2011 = "PP-46-2011"
    PP_30_2019 = "PP-30-2019"
    PERMENPANRB_6_2022 = "PermenPANRB-6-2022"


class Rating(StrEnum):
    SANGAT_BAIK = "SANGAT_BAIK"
    BAIK = "BAIK"
    CUKUP = "CUKUP"
    BUTUH_PERBAIKAN = "BUTUH_PERBAIKAN"
    KURANG = "KURANG"
    SANGAT_KURANG = "SANGAT_KURANG"
    BURUK = "BURUK"
    AMAT_BAIK = "AMAT_BAIK"
    SEDANG = "SEDANG"


class Expectation(IntEnum):
    """How work or behaviour compares with what was expected; the numbers are SIASN's."""

    ABOVE = 1
    MET = 2
    BELOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Quadrant:
    """The two axes of PermenPANRB 6/2022; there are no points."""

    work_result: Expectation
    behaviour: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The number of the older laws. `new_idea`: a new way that gave benefit (PP 30/2019)."""

    score: Decimal
    new_idea: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Characters:
    """The eight scores of a DP3 (PP 10/1979); leadership is scored for those who lead only."""

    scores: Mapping[str, Decimal]


Marks = Quadrant | Points | Characters
LEADERSHIP: Final = "leadership"
CHARACTERS: Final[Mapping[str, str]] = {
    "loyalty": "Kesetiaan",
    "work": "Prestasi kerja",
    "responsibility": "Tanggung jawab",
    "obedience": "Ketaatan",
    "honesty": "Kejujuran",
    "cooperation": "Kerja sama",
    "initiative": "Prakarsa",
    LEADERSHIP: "Kepemimpinan",
}


class LawNotNamed(Refused):
    """The year 2021 stands under two laws: name the one this rating was given under."""


class LawNotInForce(Refused):
    """The law named did not govern appraisals of that year."""


class YearNotKept(Refused):
    """Appraisals before 1979 followed another law, whose scores are not kept here."""


class MarksOfAnotherLaw(Refused):
    """This law asks for other marks: two axes from 2022, points from 2014, characters before."""


class CharacterMissing(Refused):
    """A DP3 scores eight characters: one is missing, or another is none of them."""


class ScoreOutOfRange(Refused):
    """The points lie outside what the law allows (to 120, in a DP3 to 100), or are too precise."""


# Which law governs a year

_FIRST_YEAR, _FIRST_YEAR_OF_POINTS = 1979, 2014
_YEAR_OF_TWO_LAWS, _FIRST_YEAR_OF_QUADRANT = 2021, 2022


def laws_of(year: int) -> frozenset[Law]:
    if year < _FIRST_YEAR:
        return frozenset()
    if year < _FIRST_YEAR_OF_POINTS:
        return frozenset({Law.PP_10_1979})
    if year < _YEAR_OF_TWO_LAWS:
        return frozenset({Law.PP_46_2011})
    if year < _FIRST_YEAR_OF_QUADRANT:
        return frozenset({Law.PP_46_2011, Law.PP_30_2019})
    return frozenset({Law.PERMENPANRB_6_2022})


def law_of(year: int, named: Law | None) -> Law:
    """The law a rating of that year is given under; 2021 has to name it.

    >>> law_of(2024, None)
    <Law.PERMENPANRB_6_2022: 'PermenPANRB-6-2022'>
    """
    possible = laws_of(year)
    if not possible:
        raise YearNotKept
    if named is not None:
        if named not in possible:
            raise LawNotInForce
        return named
    if len(possible) > 1:
        raise LawNotNamed
    return next(iter(possible))


# Which word follows from the marks

# What is told to others holds no more.
MOST_DECIMALS = 6

_A, _M, _B = Expectation.ABOVE, Expectation.MET, Expectation.BELOW

# PermenPANRB 6/2022. Behaviour below expectation is misconduct, whatever the work was like:
# taking the worse of the two numbers would call it Butuh Perbaikan and hide it.
QUADRANT: dict[tuple[Expectation, Expectation], Rating] = {
    (_A, _A): Rating.SANGAT_BAIK,
    (_A, _M): Rating.BAIK,
    (_A, _B): Rating.KURANG,
    (_M, _A): Rating.BAIK,
    (_M, _M): Rating.BAIK,
    (_M, _B): Rating.KURANG,
    (_B, _A): Rating.BUTUH_PERBAIKAN,
    (_B, _M): Rating.BUTUH_PERBAIKAN,
    (_B, _B): Rating.SANGAT_KURANG,
}

# The bands of PP 46/2011 name whole numbers; a fraction belongs to the band below it.
_PP_46_2011 = (
    (Decimal(91), Rating.SANGAT_BAIK),
    (Decimal(76), Rating.BAIK),
    (Decimal(61), Rating.CUKUP),
    (Decimal(51), Rating.KURANG),
    (Decimal(0), Rating.BURUK),
)
_PP_30_2019 = (
    (Decimal(90), Rating.BAIK),
    (Decimal(70), Rating.CUKUP),
    (Decimal(50), Rating.KURANG),
    (Decimal(0), Rating.SANGAT_KURANG),
)
# PP 10/1979, from memory of the text: of the mean of the scores, read as the bands above.
_PP_10_1979 = (
    (Decimal(91), Rating.AMAT_BAIK),
    (Decimal(76), Rating.BAIK),
    (Decimal(61), Rating.CUKUP),
    (Decimal(51), Rating.SEDANG),
    (Decimal(0), Rating.KURANG),
)
_HIGHEST_SCORE = Decimal(120)
_HIGHEST_CHARACTER = Decimal(100)
_SANGAT_BAIK_FROM = Decimal(110)


def rating_of(law: Law, marks: Marks) -> Rating:
    """The word that the law gives to the marks; marks that it does not know are refused."""
    match marks:
        case Quadrant(work_result=work, behaviour=behaviour):
            if law is not Law.PERMENPANRB_6_2022:
                raise MarksOfAnotherLaw
            return QUADRANT[work, behaviour]
        case Points(score=score, new_idea=new_idea):
            return _rating_of_points(law, score, new_idea)
        case Characters(scores=scores):
            if law is not Law.PP_10_1979:
                raise MarksOfAnotherLaw
            return _rating_of_characters(scores)
        case _:
            assert_never(marks)


def _rating_of_characters(scores: Mapping[str, Decimal]) -> Rating:
    if scores.keys() | {LEADERSHIP} != CHARACTERS.keys():
        raise CharacterMissing
    for score in scores.values():
        if not score.is_finite() or not 0 <= score <= _HIGHEST_CHARACTER:
            raise ScoreOutOfRange
        if decimals_of(score) > MOST_DECIMALS:
            raise ScoreOutOfRange
    mean = sum(map(Fraction, scores.values()), Fraction(0)) / len(scores)
    return next(word for least, word in _PP_10_1979 if mean >= least)


def _rating_of_points(law: Law, score: Decimal, new_idea: bool) -> Rating:
    match law:
        case Law.PP_46_2011:
            return _band(_PP_46_2011, score)
        case Law.PP_30_2019:
            word = _band(_PP_30_2019, score)
            outstanding = new_idea and score >= _SANGAT_BAIK_FROM
            return Rating.SANGAT_BAIK if outstanding else word
        case Law.PP_10_1979 | Law.PERMENPANRB_6_2022:
            raise MarksOfAnotherLaw
        case _:
            assert_never(law)


def _band(bands: tuple[tuple[Decimal, Rating], ...], score: Decimal) -> Rating:
    if not score.is_finite() or score > _HIGHEST_SCORE or decimals_of(score) > MOST_DECIMALS:
        raise ScoreOutOfRange
    for least, word in bands:
        if score >= least:
            return word
    raise ScoreOutOfRange


def decimals_of(number: Decimal) -> int:
    """How many digits stand after the point."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
