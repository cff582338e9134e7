"""No sum, and no difference of sums, leads to fewer than three answers: every one is tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.domain.disclosure import LINE, Group, published, withheld
from services.assessment.domain.reporting_line import Relation

counts = st.fixed_dictionaries({relation: st.integers(0, 7) for relation in Relation})
S, P, B = LINE


def unmasked(answers: Mapping[Relation, int], totals: Sequence[Sequence[Relation]]) -> set[int]:
    """Sizes below three that some combination of the totals, added and subtracted, gives.

    A combination counts when it holds each answer equally often or not at all: then it is the
    total of a group that nobody meant to show.
    """
    found = set()
    for factors in product((-2, -1, 0, 1, 2), repeat=len(totals)):
        held = [
            sum(factor for factor, total in zip(factors, totals, strict=True) if relation in total)
            for relation in LINE
            if answers[relation] > 0
        ]
        sizes = [answers[relation] for relation in LINE if answers[relation] > 0]
        for times in {-2, -1, 1, 2} & set(held):
            if set(held) <= {0, times}:
                found.add(sum(n for n, one in zip(sizes, held, strict=True) if one == times))
    return {size for size in found if size < 3}


def with_total(groups: Sequence[Group]) -> list[Group]:
    return [*groups, tuple(relation for group in groups for relation in group)]


@given(counts)
def test_no_difference_of_published_totals_holds_fewer_than_three(
    answers: dict[Relation, int],
) -> None:
    assert unmasked(answers, with_total(published(answers))) == set()


@given(counts)
def test_nothing_is_withheld_without_need(answers: dict[Relation, int]) -> None:
    """Three answers beside each other are always shown, and a group large enough on its own."""
    kept_back = withheld(answers, published(answers))
    assert sum(answers[relation] for relation in kept_back) < 3
    assert all(answers[relation] < 3 for relation in kept_back)


@given(counts)
def test_the_own_answer_is_in_no_total(answers: dict[Relation, int]) -> None:
    more = {**answers, Relation.SELF: answers[Relation.SELF] + 1}
    assert published(more) == published(answers)
    assert all(Relation.SELF not in group for group in published(answers))


@given(counts, st.integers(-5, 2))
def test_no_agency_can_ask_for_smaller_groups(answers: dict[Relation, int], least: int) -> None:
    assert published(answers, least) == published(answers)


def test_two_subordinates_are_merged_with_the_peers() -> None:
    assert published({P: 3, B: 2}) == ((P, B),)
    assert published({S: 1, P: 3, B: 4}) == ((S, P), (B,))


def test_two_answers_are_withheld() -> None:
    assert published({S: 1, P: 1}) == ()
    assert withheld({S: 1, P: 1}, ()) == (S, P)


@pytest.mark.parametrize(
    ("answers", "totals"),
    [
        ({S: 1, P: 4, B: 4}, [(P, B), (S, P, B)]),  # the superior, by one subtraction
        ({S: 3, P: 1, B: 3}, [(S, P), (S,)]),
        ({S: 2, P: 4, B: 4}, [(S,)]),
        ({S: 3, P: 2, B: 3}, [(S, P), (P, B), (S, P, B)]),  # S+P + P+B - all = P
    ],
)
def test_the_oracle_finds_what_leaks(
    answers: dict[Relation, int], totals: list[tuple[Relation, ...]]
) -> None:
    assert unmasked(answers, totals) != set()
