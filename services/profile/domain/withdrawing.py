"""Taking back what was recorded by mistake: which events fall, and which earlier ones return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from services.profile.domain.terms import Refused

CHANGED_SINCE = "changed-since"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """`falls` must still be in force; then `events` happen, worked out from the history before."""

    falls: frozenset[UUID]
    events: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWithdrawn:
    """A fact does not stand and nothing stands in its place; what it said remains readable."""

    event_id: UUID
    withdraws: UUID
    on: date

    @property
    def effective_from(self) -> date:
        return self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationWithdrawn:
    """The person should never have entered this record."""

    event_id: UUID
    withdraws: UUID
    on: date

    @property
    def effective_from(self) -> date:
        return self.on


class ChangedSince(Refused):
    """Somebody has changed this since; correct it by hand."""


class Told(Protocol):
    """An event with an id; it may replace or withdraw an earlier one."""

    @property
    def event_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event falls. `restores` is the earlier one that holds again, if there was one."""

    withdraws: UUID
    restores: UUID | None


@dataclass(frozen=True, slots=True)
class Chain:
    """Events of which later ones replace earlier ones, and those of them that shall go."""

    told: Sequence[Told]
    added: frozenset[UUID]

    def steps(self) -> tuple[Step, ...]:
        """An added event in force falls, with the added ones it had replaced; the one before
        them, which is not of them, returns."""
        before = self._before()
        return tuple(
            Step(withdraws=one, restores=self._origin(one, before))
            for one in in_force(self.told)
            if one in self.added
        )

    def reached(self, steps: Iterable[Step]) -> frozenset[UUID]:
        """Every added event that these steps take back."""
        before = self._before()
        found: set[UUID] = set()
        for step in steps:
            at: UUID | None = step.withdraws
            while at is not None and at in self.added:
                found.add(at)
                at = before.get(at)
        return frozenset(found)

    def _before(self) -> Mapping[UUID, UUID | None]:
        return {one.event_id: getattr(one, "replaces", None) for one in self.told}

    def _origin(self, event_id: UUID, before: Mapping[UUID, UUID | None]) -> UUID | None:
        at: UUID | None = event_id
        while at is not None and at in self.added:
            at = before.get(at)
        return at


def in_force(told: Iterable[Told]) -> tuple[UUID, ...]:
    """The events that no later one has replaced or withdrawn, in order."""
    standing: dict[UUID, None] = {}
    for one in told:
        gone = getattr(one, "withdraws", None)
        for falls in (gone, getattr(one, "replaces", None)):
            if falls is not None:
                standing.pop(falls, None)
        if gone is None:
            standing[one.event_id] = None
    return tuple(standing)
