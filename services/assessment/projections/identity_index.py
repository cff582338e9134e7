"""Who bears an identifier: a keyed digest leads to the person, also while profile is down."""

from __future__ import annotations

from contracts.events.profile import PersonForgottenV1, PersonRegisteredV1
from services.chassis.blind_index import (
    Bearer,
    IdentityIndex,
    bearer_of,
    bearers_of,
    digest,
    forget_bearers,
)
from services.chassis.erased_subjects import ErasedSubjects

__all__ = [
    "Bearer",
    "bearer_of",
    "bearers_of",
    "digests_of",
    "erased",
    "forget_bearers",
    "index",
]

index = IdentityIndex(tells=PersonRegisteredV1, erases=PersonForgottenV1)
erased = ErasedSubjects(reads=(PersonForgottenV1,))

# The two numbers of eighteen digits that a file may call "NIP".
KINDS = ("NIP", "NI_PPPK")


def digests_of(lookup_key: bytes, nip: str) -> tuple[str, ...]:
    """The digests under which this number would be known, whichever of the two kinds it is."""
    return tuple(digest(lookup_key, kind, nip) for kind in KINDS)
