"""Whom a number belongs to, by its keyed digest."""

from __future__ import annotations

from services.chassis.blind_index import IdentityIndex, bearers_of
from services.profile.domain.person import PersonRegistered

__all__ = ["bearers_of", "index"]

index = IdentityIndex(reads=(PersonRegistered,))
