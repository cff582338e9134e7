"""What an answer rests on: how much of each source had been read, or up to which instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in one partition of one source: later generations continue earlier ones."""

    generation: int
    psn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """Everything of one source up to a position in each partition."""

    generation: int
    psn: Mapping[int, int]

    def place(self, partition: int) -> Place:
        return Place(self.generation, self.psn.get(partition, 0))


@dataclass(frozen=True, slots=True)
class Basis:
    """The prefix that was read of every source; what is not named was not read."""

    prefixes: Mapping[str, Prefix]

    def plain(self) -> dict[str, object]:
        return {
            source: {
                "generation": prefix.generation,
                "psn": {str(partition): psn for partition, psn in prefix.psn.items()},
            }
            for source, prefix in self.prefixes.items()
        }

    def holds(self, other: Basis) -> bool:
        """Whether all that the other basis names had been read."""
        return all(
            source in self.prefixes
            and self.prefixes[source].place(partition) >= prefix.place(partition)
            for source, prefix in other.prefixes.items()
            for partition in prefix.psn
        )

    def no_further(self, other: Basis) -> Basis:
        """Of each partition what both had read: two read models of one log need not be level."""
        return Basis(
            {
                source: _lesser(prefix, other.prefixes.get(source))
                for source, prefix in self.prefixes.items()
            }
        )


def _lesser(prefix: Prefix, other: Prefix | None) -> Prefix:
    if other is None:
        return prefix
    lower, upper = sorted((prefix, other), key=lambda found: found.generation)
    if lower.generation < upper.generation:
        return lower
    psn = {p: min(at, other.psn.get(p, at)) for p, at in prefix.psn.items()}
    return Prefix(generation=prefix.generation, psn=psn)


@dataclass(frozen=True, slots=True)
class KnownAt:
    """What the sources had recorded by an instant, by their own clocks."""

    instant: datetime


AsKnown = Basis | KnownAt
