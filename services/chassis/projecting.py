"""A projection is a table and a `match`: what a service writes to have a read model.

    table = "dossier_facts"
    key = ("source", "partition", "event_id")
    reads = (SomethingHappenedV1, SomethingWithdrawnV1)

    def touches(event, seen): ...      # the keys of the rows that `fold` may read or change
    def fold(rows, event, seen): ...   # changes them; whatever it raises parks the event

No database in it. The chassis loads the rows a batch touches, folds in memory, and writes each
changed row once, with the cursor, in one transaction. Live run and rebuild call the same `fold`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from services.chassis.events import Seen
from services.chassis.knowing import (
    Part,
    Positions,
    Standing,
    known_through,
    one_moment,
    positions,
    provisional_reasons,
    rows_and_standing,
)
from services.chassis.own_writes import wait_for
from services.chassis.reasons import (
    Contradicted,
    Hole,
    InDoubt,
    Parked,
    Reason,
    Unconfirmed,
    Unreachable,
    Withdrawn,
)

__all__ = [
    "Contradicted",
    "Hole",
    "InDoubt",
    "Key",
    "Parked",
    "Part",
    "Positions",
    "Projection",
    "Reason",
    "Rows",
    "Seen",
    "Standing",
    "Unconfirmed",
    "Unreachable",
    "Withdrawn",
    "known_through",
    "one_moment",
    "positions",
    "provisional_reasons",
    "rows_and_standing",
    "wait_for",
]

Key = tuple[Any, ...]
R = TypeVar("R")


class Rows(dict[Key, R]):
    """The rows a fold sees, by key: assign to write, `del` to delete, missing is `KeyError`.

    A row may be changed in place or replaced. Its key never changes.
    """

    __slots__ = ("_indexed", "_indexes")

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._indexes: dict[int, dict[Key, dict[Key, None]]] = {}
        self._indexed: dict[int, int] = {}

    def under(self, *prefix: Any) -> list[R]:
        """Every row whose key begins with these values; `touches` must have yielded them."""
        return [self[key] for key in self.keys_under(*prefix)]

    def keys_under(self, *prefix: Any) -> list[Key]:
        """The keys of those rows, safe to delete while going through them."""
        return self.keys_under_unchecked(prefix)

    def keys_under_unchecked(self, prefix: Key) -> list[Key]:
        entries = self._entries(len(prefix)).get(prefix, ())
        return [key for key in entries if dict.__contains__(self, key)]

    def _entries(self, width: int) -> dict[Key, dict[Key, None]]:
        index = self._indexes.setdefault(width, {})
        for key in self._since(index, width):
            index.setdefault(key[:width], {})[key] = None
        return index

    def _since(self, index: dict[Key, dict[Key, None]], width: int) -> list[Key]:
        """The keys that came since this index was last used: a dict keeps them at its end."""
        fresh: list[Key] = []
        for key in reversed(self):
            if key in index.get(key[:width], ()):
                break
            fresh.append(key)
        fresh.reverse()
        return fresh

    def __delitem__(self, key: Key) -> None:
        super().__delitem__(key)
        for width, index in self._indexes.items():
            index.get(key[:width], {}).pop(key, None)

    def pop(self, key: Key, *default: Any) -> Any:
        """Take a row away and hand it over."""
        if default and key not in self:
            return default[0]
        row = self[key]
        del self[key]
        return row


class Projection(Protocol):
    """Any module with these names is a projection; its table names it.

    `Row` is a slots dataclass whose fields are the table's columns, in order.
    `reads` lists the contract classes heard from other services and the classes of this
    service's own events; a contract class says its type as `TYPE`.
    A key yielded by `touches` may be the beginning of a key: all rows under it are loaded.
    """

    @property
    def table(self) -> str: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def reads(self) -> tuple[type[Any], ...]: ...
    @property
    def Row(self) -> type[Any]: ...  # noqa: N802
    def touches(self, event: Any, seen: Seen, /) -> Iterable[Key]: ...
    def fold(self, rows: Rows[Any], event: Any, seen: Seen, /) -> None: ...


def name_of(projection: Projection) -> str:
    """A projection goes by its table's name."""
    return projection.table
