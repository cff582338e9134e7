"""Who stands where on a day, and who may therefore say something about whom.

The line is computed from seats and units alone. The head of a unit is the one who holds the
highest structural post in it, definitively or acting; where two hold the same, the unit has no
single head, and its people answer to the unit above, as they do while its post is vacant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5


class Relation(StrEnum):
    """What a rater is to the person rated."""

    SUPERIOR = "superior"
    PEER = "peer"
    SUBORDINATE = "subordinate"
    SELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A person in a post of a unit. `until` is the first day after, None while it lasts."""

    person: UUID
    unit: UUID
    position_class: str
    acting: bool
    since: date
    until: date | None

    def held_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


Raters = Mapping[Relation, tuple[UUID, ...]]

# Only these posts lead others; the smaller number stands higher.
_RUNGS: Final[Mapping[str, int]] = {
    "JPT_UTAMA": 0,
    "JPT_MADYA": 1,
    "JPT_PRATAMA": 2,
    "ADMINISTRATOR": 3,
    "PENGAWAS": 4,
}
_DRAW: Final = UUID("3d1c6f0a-5be9-5b1e-8d53-0f4f0f3c7a21")


@dataclass(frozen=True, slots=True)
class Organisation:
    """The seats held on one day, and the unit above each unit."""

    seats: tuple[Seat, ...]
    above: Mapping[UUID, UUID | None]
    _heads: dict[UUID, UUID | None] = field(init=False, repr=False, compare=False)
    _homes: dict[UUID, UUID] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_unit: dict[UUID, list[Seat]] = {}
        for seat in self.seats:
            by_unit.setdefault(seat.unit, []).append(seat)
        object.__setattr__(self, "_heads", {unit: _head(held) for unit, held in by_unit.items()})
        object.__setattr__(self, "_homes", _homes(self.seats))

    @classmethod
    def on(
        cls, day: date, seats: Iterable[Seat], above: Mapping[UUID, UUID | None]
    ) -> Organisation:
        """Of every person the definitive seat taken last, and every acting seat of that day."""
        held = [seat for seat in seats if seat.held_on(day)]
        last: dict[UUID, Seat] = {}
        for seat in sorted((s for s in held if not s.acting), key=lambda s: (s.since, s.unit)):
            last[seat.person] = seat
        return cls((*last.values(), *(seat for seat in held if seat.acting)), above)

    def superior_of(self, person: UUID) -> UUID | None:
        """The head of the person's unit, else of the nearest unit above that has another head."""
        unit = self._homes.get(person)
        passed: set[UUID] = set()
        # A circle of units is somebody's mistake on the map; it ends the search, nothing else.
        while unit is not None and unit not in passed:
            passed.add(unit)
            head = self._heads.get(unit)
            if head is not None and head != person:
                return head
            unit = self.above.get(unit)
        return None

    def line(self) -> Line:
        """Everybody with a seat, and who stands above and below."""
        above = {person: self.superior_of(person) for person in self._homes}
        below: dict[UUID, list[UUID]] = {}
        for person, superior in above.items():
            if superior is not None:
                below.setdefault(superior, []).append(person)
        return Line(above, below)


@dataclass(frozen=True, slots=True)
class Line:
    """Who stands above everybody, and whom each superior has below."""

    above: Mapping[UUID, UUID | None]
    below: Mapping[UUID, Sequence[UUID]]


def raters_of(person: UUID, line: Line, most: Mapping[Relation, int], draw: UUID) -> Raters:
    """Everybody who may be asked about a person, at most so many of each relation.

    Who is drawn from a larger group depends on the draw (the cycle) and on nothing else, so that
    computing again gives the same people and nobody picks their own raters.
    """
    superior = line.above.get(person)
    team = () if superior is None else line.below[superior]
    candidates: dict[Relation, Sequence[UUID]] = {
        Relation.SUPERIOR: () if superior is None else (superior,),
        Relation.PEER: [other for other in team if other != person],
        Relation.SUBORDINATE: line.below.get(person, ()),
        Relation.SELF: (person,),
    }
    return {
        relation: tuple(
            sorted(sorted(people, key=lambda one: uuid5(_DRAW, f"{draw}/{person}/{one}"))[:limit])
        )
        for relation, people in candidates.items()
        for limit in [most.get(relation, 1)]
    }


def relation_of(rater: UUID, raters: Raters) -> Relation | None:
    """As what somebody was asked, if asked at all."""
    return next((relation for relation, asked in raters.items() if rater in asked), None)


def _head(held: list[Seat]) -> UUID | None:
    leading = [(_RUNGS[s.position_class], s.person) for s in held if s.position_class in _RUNGS]
    if not leading:
        return None
    highest = min(rung for rung, _ in leading)
    heads = {person for rung, person in leading if rung == highest}
    return heads.pop() if len(heads) == 1 else None


def _homes(seats: Iterable[Seat]) -> dict[UUID, UUID]:
    """A person's own unit is that of the definitive seat; who only acts is at home there."""
    return {seat.person: seat.unit for seat in sorted(seats, key=lambda seat: not seat.acting)}
