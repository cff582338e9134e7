"""What is new, told inside one process to those alone whom it concerns.

A hint and no more: whoever listens looks into the database, and looks now and then all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from services.chassis.bell import Bell

Concerns = Callable[[str, str], bool]
"""Whether something that a source said, of some type, is worth a look."""


@dataclass(slots=True)
class News:
    """Rings the bells of those who read the types that were sealed or heard."""

    lives: int = 0
    """How often a source, or a generation of it, was heard of for the first time."""
    _listening: list[tuple[Concerns, Bell]] = field(default_factory=list)
    _known: set[tuple[str, int, int]] = field(default_factory=set)

    def bell(self, concerns: Concerns) -> Bell:
        """A bell that rings for what concerns somebody."""
        bell = Bell()
        self._listening.append((concerns, bell))
        return bell

    def tell(self, said: Iterable[tuple[str, str]]) -> None:
        """This is in the database now: of each event its source and its type."""
        different = set(said)
        for concerns, bell in self._listening:
            if any(concerns(*one) for one in different):
                bell.ring()

    def lives_on(self, source: str, generation: int, partitions: int) -> None:
        """A source is in this generation; the first time there may be partitions to begin with."""
        life = source, generation, partitions
        if life not in self._known:
            self._known.add(life)
            self.lives += 1
            for _, bell in self._listening:
                bell.ring()
