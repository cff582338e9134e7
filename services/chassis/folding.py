"""Folding a batch in memory: what is applied, what stands aside, what queues behind it.

Pure: no database, no clock. A subject whose event could not be applied waits; the others go on.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Projection, Rows
from services.chassis.telemetry import said_of

QUEUED = "queued"
Copy = Callable[[Any], Any]
At = tuple[int, int]
"""Generation and psn: where an event stands within its source's partition."""


class Trouble(NamedTuple):
    """Why an event stands aside: a word, and the kind of error without its values."""

    reason: str
    error: str


class Undeclared(KeyError):
    """The fold used a key that `touches` did not yield."""


@dataclass(slots=True)
class Step:
    """One event on its way into a read model."""

    seen: Seen
    event: Any = None
    trouble: Trouble | None = None
    keys: tuple[Key, ...] = ()
    stored: bool = False
    """Whether it stands in the table of parked events already."""

    @property
    def at(self) -> At:
        return self.seen.generation, self.seen.psn


class FoldRows(Rows[Any]):
    """Rows that let a fold use only what its event declared."""

    __slots__ = ("declared", "prefixes")

    def __init__(self) -> None:
        super().__init__()
        self.declared: frozenset[Key] = frozenset()
        self.prefixes: frozenset[Key] = frozenset()

    def declare(self, keys: Iterable[Key], width: int) -> None:
        found = frozenset(keys)
        self.declared = found
        self.prefixes = frozenset(key for key in found if len(key) < width)

    def _check(self, key: Key) -> None:
        if key not in self.declared and not any(
            key[: len(prefix)] == prefix for prefix in self.prefixes
        ):
            raise Undeclared(key)

    def __missing__(self, key: Key) -> Any:
        self._check(key)
        raise KeyError(key)

    def __getitem__(self, key: Key) -> Any:
        self._check(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Key, row: Any) -> None:
        self._check(key)
        super().__setitem__(key, row)

    def __delitem__(self, key: Key) -> None:
        self._check(key)
        super().__delitem__(key)

    def __contains__(self, key: object) -> bool:
        if isinstance(key, tuple):
            self._check(key)
        return super().__contains__(key)

    def get(self, key: Key, default: Any = None) -> Any:
        self._check(key)
        return super().get(key, default)

    def keys_under(self, *prefix: Any) -> list[Key]:
        self._check_prefix(prefix)
        return self.keys_under_unchecked(prefix)

    def _check_prefix(self, prefix: Key) -> None:
        if not any(prefix[: len(declared)] == declared for declared in self.prefixes):
            raise Undeclared(prefix)


@dataclass(slots=True)
class Fold:
    """A batch of one partition, in order, over the rows it touches."""

    projection: Projection
    rows: FoldRows
    waiting: dict[UUID, list[Step]] = field(default_factory=dict)
    parked: dict[At, tuple[Step, Trouble]] = field(default_factory=dict)
    released: dict[At, Step] = field(default_factory=dict)
    applied: int = 0

    def run(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self.take(step)

    def take(self, step: Step) -> None:
        """Apply the next event, or let it stand aside."""
        subject = step.seen.subject
        queue = self.waiting.get(subject)
        if not queue:
            if trouble := self._trouble(step):
                self.waiting[subject] = [step]
                self._park(step, trouble)
            return
        if step.trouble is None and getattr(step.event, "ERASES", False):
            self._trouble(step)
        replaced = None if step.trouble else getattr(step.event, "replaces", None)
        queue.append(step)
        self._park(step, step.trouble or Trouble(QUEUED, ""))
        for waiting in [one for one in queue if one.seen.event_id == replaced]:
            queue.remove(waiting)
            self._release(waiting)
            self.drain(subject)

    def drain(self, subject: UUID) -> None:
        """Apply what waits, in order, up to the first that still cannot be applied."""
        queue = self.waiting.get(subject, [])
        while queue:
            if trouble := self._trouble(queue[0]):
                self._park(queue[0], trouble)
                return
            self._release(queue.pop(0))
        self.waiting.pop(subject, None)

    def _park(self, step: Step, trouble: Trouble) -> None:
        self.parked[step.at] = (step, trouble)

    def _release(self, step: Step) -> None:
        self.parked.pop(step.at, None)
        if step.stored:
            self.released[step.at] = step

    def _trouble(self, step: Step) -> Trouble | None:
        """Fold one event; if it raises, everything is as it was before."""
        if step.trouble is not None:
            return step.trouble
        self.rows.declare(step.keys, len(self.projection.key))
        before = self._copies(step.keys)
        try:
            self.projection.fold(self.rows, step.event, step.seen)
        except Exception as error:
            self._restore(step.keys, before)
            return Trouble("refused", told_of(error))
        self.applied += 1
        return None

    def _copies(self, keys: Iterable[Key]) -> dict[Key, Any]:
        found = self._standing(keys)
        return {key: copy_of(row) for key, row in found.items()}

    def _restore(self, keys: Iterable[Key], before: Mapping[Key, Any]) -> None:
        for key in self._standing(keys):
            if key not in before:
                Rows.__delitem__(self.rows, key)
        for key, row in before.items():
            dict.__setitem__(self.rows, key, row)

    def _standing(self, keys: Iterable[Key]) -> dict[Key, Any]:
        width, found = len(self.projection.key), {}
        for key in keys:
            if len(key) < width:
                for inner in self.rows.keys_under_unchecked(key):
                    found[inner] = dict.__getitem__(self.rows, inner)
            elif dict.__contains__(self.rows, key):
                found[key] = dict.__getitem__(self.rows, key)
        return found


def copy_of(row: Any) -> Any:
    """A row that can be changed in place without changing this one."""
    values = _values_of(type(row))(row)
    return type(row)(
        *(value.copy() if type(value) in (list, dict, set) else value for value in values)
    )


_getters: dict[type[Any], Callable[[Any], tuple[Any, ...]]] = {}


def _values_of(cls: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    found = _getters.get(cls)
    if found is None:
        names = tuple(cls.__dataclass_fields__)
        getter = attrgetter(*names)
        found = _getters[cls] = getter if len(names) > 1 else lambda row: (getter(row),)
    return found


def touched(projection: Projection, step: Step) -> Step:
    """Say which keys an event may read or change; what `touches` raises is the event's trouble."""
    if step.trouble is None:
        try:
            step.keys = tuple(projection.touches(step.event, step.seen))
        except Exception as error:
            step.trouble = Trouble("refused", told_of(error))
    return step


def told_of(error: BaseException) -> str:
    """The kind of an error and the line that raised it; its text may hold somebody's values."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = "/".join(frame.filename.split("/")[-3:])
    return f"{said_of(error)} at {where}:{frame.lineno}"
