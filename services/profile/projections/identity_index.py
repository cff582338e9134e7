"""Whom a number belongs to, by its keyed digest."""

from __future__ import annotations

from services.chassis.blind_index import IdentityIndex, bearers_of, forget_bearers
from services.profile.domain.forgetting import PersonForgotten
from services.profile.domain.registration import PersonRegistered

__all__ = ["bearers_of", "forget_bearers", "index"]

index = IdentityIndex(tells=PersonRegistered, erases=PersonForgotten)
