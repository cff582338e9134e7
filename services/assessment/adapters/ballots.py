"""What stands for a rater where a rater must not be named: keyed digests that nobody can turn back.

A ballot is kept with an answer. A token is shown to its rater alone, who may answer with it where
there is no sign-in; it is another digest, so whoever sees a token finds no answer by it.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Collection, Iterable
from uuid import UUID

_TOKEN_BYTES = 15
TOKEN_LETTERS = 24
Asked = tuple[UUID, UUID]


def ballot_of(key: bytes, cycle: UUID, about: UUID, rater: UUID) -> str:
    return _digest(key, b"ballot", cycle, about, rater).hex()


def token_of(key: bytes, cycle: UUID, about: UUID, rater: UUID) -> str:
    return b32encode(_digest(key, b"token", cycle, about, rater)[:_TOKEN_BYTES]).decode()


def holders_of(
    key: bytes, cycle: UUID, tokens: Collection[str], asked: Iterable[Asked]
) -> dict[str, Asked]:
    """About whom and by whom, for those of these tokens that were given to somebody asked."""
    every = ((token_of(key, cycle, *one), one) for one in asked)
    return {token: one for token, one in every if token in tokens}


def _digest(key: bytes, purpose: bytes, cycle: UUID, about: UUID, rater: UUID) -> bytes:
    return hmac.digest(key, purpose + cycle.bytes + about.bytes + rater.bytes, "sha256")
