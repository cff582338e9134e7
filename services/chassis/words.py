"""Which types a projection reads, and how their bodies become events."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from services.chassis.event_codec import EventCodec, Place, Ring
from services.chassis.telemetry import said_of

if TYPE_CHECKING:
    from uuid import UUID

_VERSION: Final = re.compile(r"\.v\d+$")
Decode = Callable[[str, int, bytes], Any]
Reading = Literal["heard", "own", "skip", "unknown-type", "newer-version"]


class Keys(Protocol):
    """Where the subjects' keys are (see vault.py)."""

    async def keyring(self, subjects: Iterable[UUID]) -> Ring: ...


class Unreadable(Exception):
    """An event that this release cannot read; parked with this reason."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(reason, error)
        self.reason = reason
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """What one process knows of types: its own stored ones, and every contract there is.

    `decode` reads a heard body of any revision. `known` are all types of all contracts: one that
    is known and not read is skipped, one that nobody here knows is parked.
    """

    decode: Decode | None = None
    known: Collection[str] | None = None
    codec: EventCodec | None = None
    keys: Keys | None = None


@dataclass(slots=True)
class Words:
    """The types that one projection (or the reactions) reads."""

    reads: tuple[type[Any], ...]
    dictionary: Dictionary = field(default_factory=Dictionary)
    heard: dict[str, type[Any]] = field(init=False)
    own: dict[str, type[Any]] = field(init=False)
    erasing: tuple[str, ...] = field(init=False)
    _stems: frozenset[str] = field(init=False)
    _sealed: bool = field(init=False)
    _cache: dict[tuple[bool, str], Reading] = field(init=False)

    def __post_init__(self) -> None:
        self.heard = {cls.TYPE: cls for cls in self.reads if hasattr(cls, "TYPE")}
        stored = self.dictionary.codec.stored if self.dictionary.codec else ()
        mine = {one.cls: one for one in stored if one.cls in self.reads}
        self.own = {one.name: one.cls for one in mine.values()}
        self._sealed = any(one.encrypted for one in mine.values())
        self.erasing = tuple(t for t, cls in self.heard.items() if getattr(cls, "ERASES", False))
        self._stems = frozenset(_VERSION.sub("", name) for name in self.heard)
        self._cache = {}
        if strangers := [
            cls.__name__ for cls in self.reads if not hasattr(cls, "TYPE") and cls not in mine
        ]:
            raise TypeError(f"neither contracts nor stored events: {', '.join(strangers)}")

    def types(self, *, own: bool) -> list[str]:
        return list(self.own if own else self.heard)

    def sources(self) -> set[str]:
        """The sources that say what is read here: the first word of their types."""
        return {name.partition(".")[0] for name in self.heard}

    def reading(self, type: str, *, own: bool) -> Reading:
        """What to do with an event of this type."""
        found = self._cache.get((own, type))
        if found is None:
            found = self._cache[own, type] = self._reading(type, own)
        return found

    def _reading(self, type: str, own: bool) -> Reading:
        if own:
            return "own" if type in self.own else "skip"
        if type in self.heard:
            return "heard"
        known = self.dictionary.known
        if known is not None and type in known:
            return "skip"
        if _VERSION.sub("", type) in self._stems:
            return "newer-version"
        return "skip" if known is None else "unknown-type"

    def event_of(self, type: str, schema: int, body: bytes) -> Any:
        """A heard body as its contract class."""
        cls = self.heard[type]
        try:
            if schema < getattr(cls, "SCHEMA", 1) and self.dictionary.decode is not None:
                return self.dictionary.decode(type, schema, body)
            return cls.__pydantic_validator__.validate_json(body, strict=True)
        except Exception as error:
            raise Unreadable("undecodable", said_of(error)) from None

    def own_event_of(
        self, type: str, schema: int, body: bytes, place: Place, ring: Ring | None
    ) -> Any:
        assert self.dictionary.codec is not None
        try:
            return self.dictionary.codec.decode(type, schema, body, place, ring)
        except Exception as error:
            raise Unreadable("undecodable", said_of(error)) from None

    async def ring(self, subjects: Iterable[UUID]) -> Ring | None:
        """The keys to a batch of own events, if any of them is sealed."""
        if not self._sealed or self.dictionary.keys is None:
            return None
        return await self.dictionary.keys.keyring(subjects)
