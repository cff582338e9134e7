"""The public satisfaction index (SKM, PermenPANRB 14/2017) of one service in one period.

Nine elements, each weighted exactly one ninth; where an element does not apply, the others share
its weight. A decimal weight of 0.111 or 0.11 gives another index and sometimes another letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

ELEMENTS: Final[Mapping[str, str]] = {
    "U1": "Persyaratan",
    "U2": "Sistem, mekanisme, dan prosedur",
    "U3": "Waktu penyelesaian",
    "U4": "Biaya atau tarif",
    "U5": "Produk spesifikasi jenis pelayanan",
    "U6": "Kompetensi pelaksana",
    "U7": "Perilaku pelaksana",
    "U8": "Penanganan pengaduan, saran, dan masukan",
    "U9": "Sarana dan prasarana",
}
LOWEST, HIGHEST = Decimal(1), Decimal(4)
# Compared after rounding to two decimals, so that no value falls between two bands.
_BANDS: Final = (
    (Decimal("88.31"), "A"),
    (Decimal("76.61"), "B"),
    (Decimal("65.00"), "C"),
    (Decimal("25.00"), "D"),
)
_HALF: Final = Fraction(1, 2)
# The table of Krejcie and Morgan goes one higher than its formula at the end.
_LARGE, _SAMPLE_OF_LARGE = 100_000, 384


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """`value` is IKM, from 25 to 100; `grade` its letter."""

    value: Decimal
    grade: str


def index_of(means: Mapping[str, Decimal]) -> Index:
    """The index of the mean answers (NRR), one for each element that applies.

    >>> index_of(dict.fromkeys(ELEMENTS, Decimal(4)))
    Index(value=Decimal('100.00'), grade='A')
    """
    exact = sum(map(Fraction, means.values()), Fraction(0)) * 25 / len(means)
    value = _rounded(exact)
    return Index(value=value, grade=next(grade for least, grade in _BANDS if value >= least))


def least_sample(population: int) -> int:
    """How many must answer, of so many served (the table of Krejcie and Morgan).

    >>> least_sample(1_000)
    278
    """
    if population >= _LARGE:
        return _SAMPLE_OF_LARGE
    chi = Fraction(3841, 1000)
    formula = chi * population / 4 / (Fraction(25, 10_000) * (population - 1) + chi / 4)
    return int(formula + _HALF)


def _rounded(exact: Fraction) -> Decimal:
    """Two decimals, half up."""
    return (Decimal(int(exact * 100 + _HALF)) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
