"""What stands for a rater names nobody, and a token leads to no ballot."""

from __future__ import annotations

from uuid import UUID

from services.assessment.adapters.ballots import (
    TOKEN_LETTERS,
    ballot_of,
    holders_of,
    token_of,
)

KEY, CYCLE = b"k" * 32, UUID(int=1)
ABOUT, RATER, OTHER = UUID(int=2), UUID(int=3), UUID(int=4)


def test_a_token_is_recognised_among_those_asked_and_nowhere_else() -> None:
    token = token_of(KEY, CYCLE, ABOUT, RATER)
    assert len(token) == TOKEN_LETTERS
    asked = [(ABOUT, RATER), (ABOUT, OTHER)]
    assert holders_of(KEY, CYCLE, {token, "A" * TOKEN_LETTERS}, asked) == {token: (ABOUT, RATER)}
    assert holders_of(KEY, UUID(int=9), {token}, asked) == {}
    assert holders_of(b"o" * 32, CYCLE, {token}, asked) == {}
    assert holders_of(KEY, CYCLE, {token}, [(ABOUT, OTHER), (RATER, ABOUT)]) == {}


def test_a_ballot_is_not_a_token() -> None:
    ballot = bytes.fromhex(ballot_of(KEY, CYCLE, ABOUT, RATER))
    assert token_of(KEY, CYCLE, ABOUT, RATER).encode() not in ballot
    assert ballot_of(KEY, CYCLE, ABOUT, RATER) != ballot_of(KEY, CYCLE, RATER, ABOUT)
