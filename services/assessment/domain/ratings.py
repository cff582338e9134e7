"""How a yearly rating is worded, law by law: every rating names the law it was given under.

Three laws are kept here, each with its own marks and its own words. A word of one law is not
the same word of another: 88 points are *Baik* under PP 46/2011 and *Cukup* under PP 30/2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import assert_never

from services.assessment.domain.terms import Refused


class Law(StrEnum):
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


Marks = Quadrant | Points


class LawNotNamed(Refused):
    """The year 2021 stands under two laws: name the one this rating was given under."""


class LawNotInForce(Refused):
    """The law named did not govern appraisals of that year."""


class YearNotKept(Refused):
    """Appraisals before 2014 followed another law, whose scores are not kept here."""


class MarksOfAnotherLaw(Refused):
    """The law of this year asks for other marks: two axes from 2022 on, points before."""


class ScoreOutOfRange(Refused):
    """The points lie outside what the law allows (0 to 120), or have more than six decimals."""


# Which law governs a year

_FIRST_YEAR, _YEAR_OF_TWO_LAWS, _FIRST_YEAR_OF_QUADRANT = 2014, 2021, 2022


def laws_of(year: int) -> frozenset[Law]:
    if year < _FIRST_YEAR:
        return frozenset()
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
_HIGHEST_SCORE = Decimal(120)
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
        case _:
            assert_never(marks)


def _rating_of_points(law: Law, score: Decimal, new_idea: bool) -> Rating:
    match law:
        case Law.PP_46_2011:
            return _band(_PP_46_2011, score)
        case Law.PP_30_2019:
            word = _band(_PP_30_2019, score)
            outstanding = new_idea and score >= _SANGAT_BAIK_FROM
            return Rating.SANGAT_BAIK if outstanding else word
        case Law.PERMENPANRB_6_2022:
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
