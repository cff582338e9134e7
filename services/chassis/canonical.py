"""One value, one sequence of bytes: RFC 8785 (JSON Canonicalization Scheme), without floats.

What is hashed, signed or compared is written here and nowhere else. Days, instants, UUIDs,
decimals and enum members become strings; a float has no place in a record and is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel

_STRICT = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_SUBCLASS
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
# The commonest of the other types, each in its one spelling; `_named` knows them all.
_SPELLED: dict[type[Any], Callable[[Any], str]] = {date: date.isoformat, UUID: str, Decimal: str}


class NotCanonical(ValueError):
    """The value has no canonical form."""


def canonical(value: object) -> bytes:
    """The canonical bytes of a value.

    >>> canonical({"b": [1, True, None], "a": Decimal("1.50")})
    b'{"a":"1.50","b":[1,true,null]}'
    """
    return _dumped(value if _is_plain(value) else _plain(value))


def canonical_of(thing: object) -> bytes:
    """The canonical bytes of a pydantic model or a dataclass."""
    if isinstance(thing, BaseModel):
        return canonical(thing.model_dump(mode="json"))
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return _dumped(_member(thing))
    return canonical(thing)


def _dumped(plain: object) -> bytes:
    try:
        return orjson.dumps(plain, option=_STRICT)
    except TypeError as error:  # a lone surrogate, an integer beyond 2^53
        raise NotCanonical(str(error)) from None


def _is_plain(value: object) -> bool:
    """Whether orjson can be trusted with it as it is; so it is with almost every event."""
    kind = type(value)
    if kind is dict:
        for name, item in value.items():  # type: ignore[attr-defined]
            if type(name) is not str or not name.isascii():
                return False
            if type(item) not in _AS_THEY_ARE and not _is_plain(item):
                return False
        return True
    if kind is list:
        return all(map(_is_plain, value))  # type: ignore[call-overload]
    return kind in _AS_THEY_ARE


def _member(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """A value inside a dataclass, and perhaps one itself; `asdict` would copy it all."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind in _SPELLED:
        return _SPELLED[kind](value)
    if isinstance(value, Enum):
        return _member(value._value_)
    if isinstance(value, list | tuple):
        return [_member(item) for item in value]
    if isinstance(value, dict):
        return _ordered({_key(name): _member(item) for name, item in value.items()})
    if dataclasses.is_dataclass(kind):
        return _members(value, *_names_of(kind))
    return _named(value)


def _members(thing: Any, names: tuple[str, ...], in_order: bool) -> Any:
    members = {
        name: value if type(value := getattr(thing, name)) in _AS_THEY_ARE else _member(value)
        for name in names
    }
    return members if in_order else _ordered(members)


@cache
def _names_of(kind: type[Any]) -> tuple[tuple[str, ...], bool]:
    """The names of a dataclass's fields, and whether orjson sorts them as RFC 8785 does."""
    names = tuple(member.name for member in dataclasses.fields(kind))
    return names, all(map(str.isascii, names))


def _plain(value: object) -> Any:
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind in _SPELLED:
        return _SPELLED[kind](value)
    if isinstance(value, dict):
        return _ordered({_key(name): _plain(item) for name, item in value.items()})
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _named(value)


def _named(value: object) -> Any:
    """Values of other types, each in its one spelling."""
    match value:
        case Enum():
            return _plain(value.value)
        case datetime() if value.tzinfo is None:
            raise NotCanonical("an instant without a time zone")
        case datetime() | date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case str():
            return str(value)
        case int():
            return int(value)
        case _:
            raise NotCanonical(f"a {type(value).__name__} has no canonical form")


def _key(name: object) -> str:
    if isinstance(name, Enum):
        name = name.value
    if not isinstance(name, str):
        raise NotCanonical("an object's keys are strings")
    return str(name)


def _ordered(members: dict[str, Any]) -> Any:
    """RFC 8785 sorts by UTF-16 code units, orjson by code points: they part beyond U+D7FF."""
    if all(map(str.isascii, members)):
        return members
    by_unit = sorted(members, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    if by_unit == sorted(members):
        return members
    return orjson.Fragment(_written({name: members[name] for name in by_unit}))


def _written(members: dict[str, Any]) -> bytes:
    """An object in the order given; only its values are sorted inside."""
    pairs = (
        orjson.dumps(name) + b":" + orjson.dumps(item, option=_STRICT)
        for name, item in members.items()
    )
    return b"{" + b",".join(pairs) + b"}"
