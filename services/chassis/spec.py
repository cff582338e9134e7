"""given(...).when(...).then(...) for any decider.

>>> given = Spec(counter).given                                    # doctest: +SKIP
>>> given(counted).when(Count(by=1)).then(Counted(by=1))           # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.chassis.deciding import Decider, fold

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Spec(Generic[C, S, E]):
    """Sentences about one decider."""

    decider: Decider[C, S, E]

    def given(self, *history: E) -> Given[C, S, E]:
        return Given(self.decider, history)


@dataclass(frozen=True, slots=True)
class Given(Generic[C, S, E]):
    decider: Decider[C, S, E]
    history: tuple[E, ...]

    def when(self, command: C) -> When[C, S, E]:
        return When(self, command)


@dataclass(frozen=True, slots=True)
class When(Generic[C, S, E]):
    given: Given[C, S, E]
    command: C

    def then(self, *expected: E) -> None:
        """These events; and the same command after them adds nothing."""
        self.then_each_time(*expected)
        again = self._decided_after(*expected)
        assert not again, f"repeating the command must change nothing, but it decided {again}"

    def then_each_time(self, *expected: E) -> None:
        """These events, of a command that may rightly happen again."""
        decided = self._decided_after()
        assert decided == list(expected), f"expected {list(expected)}, but decided {decided}"

    def then_refused(self, reason: type[Exception]) -> None:
        """The rules say no, for this reason and no other."""
        try:
            events = self._decided_after()
        except Exception as refusal:
            if type(refusal) is reason:
                return
            raise
        raise AssertionError(f"expected {reason.__name__}, but decided {events}")

    def _decided_after(self, *more: E) -> Sequence[E]:
        state = fold(self.given.decider, (*self.given.history, *more))
        return list(self.given.decider.decide(self.command, state))
