"""Frozen dataclasses to stored JSON and back: stored names, upcasting, sealed fields.

A `Stored` name is the storage format: it never changes, however the class is renamed. When a
shape changes, `schema` is raised and an upcaster from the old one is added; events that are
stored stay as they are, and upcasters run one after the other when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, ClassVar, Protocol, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from services.chassis.canonical import NotCanonical, canonical
from services.chassis.generations import (
    OPENED,
    RESTATED,
    WITHDRAWN,
    GenerationOpened,
    RecordRestated,
    RecordsWithdrawn,
)
from services.chassis.problems import Problem
from services.chassis.quick_bytes import quick_bytes

SEALED = "enc"
Raw = dict[str, Any]
Upcaster = Callable[[Raw], Raw]


class Unstorable(Problem):
    """A text holds a character that cannot be kept (NUL, or half of a pair)."""

    status = 422


class UnknownType(LookupError):
    """No class of this service is stored under this name and schema."""


class BadlyStored(TypeError):
    """The declaration of a stored event does not hold together."""


class Ring(Protocol):
    """The open keys of some subjects (see vault.py)."""

    def seal(self, subject: UUID, stream: str, field: str, schema: int, text: str) -> str: ...
    def open(
        self, subject: UUID, stream: str, field: str, schema: int, sealed: str
    ) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """How one class of events is stored.

    `effective` names the attribute (a field or a property) that holds the day from which the fact
    holds, if it has one.
    `encrypted` names the attributes that are sealed with the subject's key, inner ones by their
    path (`report.note`, `rows.*.cell`); each may be None, for that is what it is once the subject
    has been forgotten.
    """

    cls: type[Any]
    name: str
    schema: int = 1
    effective: str | None = None
    encrypted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedEvent:
    type: str
    schema: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Whose event it is and in which stream: what a sealed text is bound to."""

    subject: UUID
    stream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReserved:
    """A natural key belongs to its holder from now on."""

    holder: UUID


@dataclass(frozen=True, slots=True)
class EventCodec:
    """The stored forms of one service's events."""

    stored: Sequence[Stored]
    upcasters: Mapping[tuple[str, int], Upcaster] = field(default_factory=dict)
    _by_class: dict[type[Any], Stored] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, Stored] = field(init=False, repr=False, compare=False)
    _adapters: dict[type[Any], TypeAdapter[Any]] = field(init=False, repr=False, compare=False)

    OWN: ClassVar[tuple[Stored, ...]] = (
        Stored(KeyReserved, name="key.reserved"),
        Stored(GenerationOpened, name=OPENED),
        Stored(RecordsWithdrawn, name=WITHDRAWN),
        Stored(RecordRestated, name=RESTATED),
    )
    """What the chassis itself writes; nothing is said about it."""

    def __post_init__(self) -> None:
        every = (*self.stored, *self.OWN)
        object.__setattr__(self, "_by_class", {stored.cls: stored for stored in every})
        object.__setattr__(self, "_by_name", {stored.name: stored for stored in every})
        object.__setattr__(self, "_adapters", {s.cls: TypeAdapter(s.cls) for s in every})
        if not len(every) == len(self._by_class) == len(self._by_name):
            raise BadlyStored("a class or a name is stored twice")
        for stored in every:
            _check(stored, self._adapters[stored.cls])
        for name, schema in self.upcasters:
            if name not in self._by_name or not 1 <= schema < self._by_name[name].schema:
                raise BadlyStored(f"the upcaster from {name} {schema} leads nowhere")

    def effective_of(self, event: object) -> date | None:
        """The day the event itself names, if its class has one."""
        stored = self._stored(event)
        return getattr(event, stored.effective) if stored.effective else None

    def seals(self, events: Iterable[object]) -> bool:
        """Whether a key is needed to write these."""
        return any(self._stored(event).encrypted for event in events)

    def is_sealed(self, type: str) -> bool:
        """Whether a key may be needed to read this."""
        stored = self._by_name.get(type)
        return stored is not None and bool(stored.encrypted)

    def encode(
        self, event: object, place: Place | None = None, ring: Ring | None = None
    ) -> EncodedEvent:
        """The canonical bytes of an event; its sealed fields under the subject's key."""
        stored = self._stored(event)
        if not stored.encrypted and (quick := quick_bytes(event)) and not holds_nul(quick):
            return EncodedEvent(stored.name, stored.schema, quick)
        raw = self._adapters[stored.cls].dump_python(event, mode="json")
        try:
            for holder, key, name in _places(raw, stored.encrypted):
                if holder[key] is not None:
                    holder[key] = _sealed(holder[key], name, stored.schema, place, ring)
            body = canonical(raw)
        except (NotCanonical, UnicodeEncodeError):
            raise Unstorable from None
        if holds_nul(body):
            raise Unstorable
        return EncodedEvent(stored.name, stored.schema, body)

    def decode(
        self,
        type: str,
        schema: int,
        body: bytes,
        place: Place | None = None,
        ring: Ring | None = None,
    ) -> Any:
        """The event; without a ring (or without the subject's key) a sealed field is None."""
        stored = self._by_name.get(type)
        if stored is None or not 1 <= schema <= stored.schema:
            raise UnknownType(f"{type} {schema}")
        adapter = self._adapters[stored.cls]
        if schema == stored.schema and not stored.encrypted:
            return adapter.validate_json(body)
        raw = orjson.loads(body)
        for holder, key, name in _places(raw, (*raw, *stored.encrypted)):
            value = holder[key]
            if isinstance(value, dict) and value.keys() == {SEALED}:
                holder[key] = _opened(value[SEALED], name, schema, place, ring)
        return adapter.validate_python(self._upcast(type, schema, stored.schema, raw))

    def _upcast(self, type: str, schema: int, until: int, raw: Raw) -> Raw:
        for step in range(schema, until):
            upcaster = self.upcasters.get((type, step))
            if upcaster is None:
                raise UnknownType(f"{type} {step} has no upcaster")
            raw = upcaster(raw)
        return raw

    def _stored(self, event: object) -> Stored:
        try:
            return self._by_class[type(event)]
        except KeyError:
            raise UnknownType(type(event).__name__) from None


def _places(raw: Any, paths: Iterable[str]) -> Iterator[tuple[Any, Any, str]]:
    """Where these paths lead to in a body: what holds the value, its key there, and its name.

    >>> [name for _, _, name in _places({"rows": [{"cell": 1}, {}]}, ["rows.*.cell", "rows"])]
    ['rows.0.cell', 'rows']
    """
    for path in paths:
        found: list[tuple[Any, Any, str]] = [({"": raw}, "", "")]
        for part in path.split("."):
            found = [
                (inner, key, f"{name}.{key}" if name else str(key))
                for holder, at, name in found
                for inner in (holder[at],)
                for key in _keys(inner, part)
            ]
        yield from found


def _keys(inner: Any, part: str) -> Iterable[Any]:
    if part == "*":
        return range(len(inner)) if isinstance(inner, list) else ()
    return (part,) if isinstance(inner, dict) and part in inner else ()


def _sealed(
    value: object, name: str, schema: int, place: Place | None, ring: Ring | None
) -> dict[str, str]:
    if place is None or ring is None:
        raise BadlyStored(f"{name} is encrypted, and there is no vault")
    text = canonical(value).decode()
    if holds_nul(text.encode()):
        raise Unstorable
    return {SEALED: ring.seal(place.subject, place.stream, name, schema, text)}


def _opened(sealed: str, name: str, schema: int, place: Place | None, ring: Ring | None) -> Any:
    if place is None or ring is None:
        return None
    text = ring.open(place.subject, place.stream, name, schema, sealed)
    return None if text is None else orjson.loads(text)


def holds_nul(body: bytes) -> bool:
    r"""Whether a text in these JSON bytes contains NUL; an escaped backslash does not make one.

    >>> holds_nul(rb'{"a":"\u0000"}'), holds_nul(rb'{"a":"\\u0000"}')
    (True, False)
    """
    return b"\\u0000" in body and b"\\u0000" in body.replace(b"\\\\", b"")


def _check(stored: Stored, adapter: TypeAdapter[Any]) -> None:
    """Refuse at start what would otherwise be found in the middle of a night."""
    if not is_dataclass(stored.cls):
        raise BadlyStored(f"{stored.name}: not a dataclass")
    names = {member.name for member in fields(stored.cls)}
    if (
        stored.effective
        and stored.effective not in names
        and not hasattr(stored.cls, stored.effective)
    ):
        raise BadlyStored(f"{stored.name}: has no {stored.effective}")
    for name in stored.encrypted:
        if not _may_be_none(stored.cls, name.split(".")):
            raise BadlyStored(f"{stored.name}.{name}: what is sealed is a field that may be None")
    if _unstable(adapter.json_schema(mode="serialization")):
        raise BadlyStored(f"{stored.name}: neither floats nor sets have one spelling")


def _may_be_none(hint: Any, path: Sequence[str]) -> bool:
    """Whether a value of this type holds, at the end of the path, something that may be None."""
    choices = [hint, *(get_args(hint) if get_origin(hint) in (Union, UnionType) else ())]
    if not path:
        return type(None) in choices
    first, *rest = path
    for choice in choices:
        if first == "*" and get_origin(choice) is tuple:
            return _may_be_none(get_args(choice)[0], rest)
        if is_dataclass(choice) and first in (known := get_type_hints(choice)):
            return _may_be_none(known[first], rest)
    return False


def _unstable(schema: object) -> bool:
    match schema:
        case {"type": "number"} | {"uniqueItems": True}:
            return True
        case dict():
            return any(map(_unstable, schema.values()))
        case list():
            return any(map(_unstable, schema))
        case _:
            return False
