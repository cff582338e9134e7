"""The canonical bytes of dataclasses and models in one pass, where that is certain to be right.

orjson spells text, whole numbers, days and ids as `canonical` does, and sorts ASCII names alike.
Dataclasses, models, enum members, lists and objects are taken apart here. Whatever else is found
inside, the answer is None: then `canonical` is asked, which knows every case and takes several
times as long. Both say the same (tests/specs/chassis/test_quick_bytes.py).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_SUBCLASS
_AS_THEY_ARE: frozenset[type[Any]] = frozenset({str, int, bool, type(None), date, UUID})
_Spell = Callable[[Any], Any]


class _Uncertain(TypeError):
    """Something in here is not known to be written canonically."""


def quick_bytes(thing: object) -> bytes | None:
    """The bytes of a dataclass or of a model, or None when `canonical` must be asked."""
    try:
        return orjson.dumps(_spelled(thing), option=_OPTIONS)
    except TypeError:  # uncertain, a lone surrogate, an integer beyond 2^53
        return None


def _spelled(value: Any) -> Any:
    """What orjson is to write for a value that it does not write as it is."""
    kind = type(value)
    spell = _spellings.get(kind)
    if spell is None:
        spell = _spellings[kind] = _spelling_of(kind)
    return spell(value)


def _spelling_of(kind: type[Any]) -> _Spell:
    if issubclass(kind, UUID):  # the driver's own
        return str
    if issubclass(kind, Enum) and all(type(member.value) in (str, int) for member in kind):
        return attrgetter("_value_")
    if issubclass(kind, BaseModel) and all(map(str.isascii, kind.model_fields)):
        return _model
    if dataclasses.is_dataclass(kind):
        return _dataclass(tuple(member.name for member in dataclasses.fields(kind)))
    raise _Uncertain


def _dataclass(names: tuple[str, ...]) -> _Spell:
    if not all(map(str.isascii, names)):
        raise _Uncertain
    if len(names) < 2:
        return lambda thing: {name: _item(getattr(thing, name)) for name in names}
    members = attrgetter(*names)

    def spell(thing: Any) -> dict[str, Any]:
        return {
            name: value if type(value) in _AS_THEY_ARE else _spelled(value)
            for name, value in zip(names, members(thing))  # noqa: B905 - a value for each name
        }

    return spell


def _model(thing: BaseModel) -> dict[str, Any]:
    members = thing.__dict__
    if _AS_THEY_ARE.issuperset(map(type, members.values())):
        return members
    return {name: _item(value) for name, value in members.items()}


def _object(members: dict[str, Any]) -> dict[str, Any]:
    if not all(type(name) is str and name.isascii() for name in members):
        raise _Uncertain
    return {name: _item(value) for name, value in members.items()}


def _list(items: Iterable[Any]) -> list[Any]:
    return [_item(item) for item in items]


def _item(value: Any) -> Any:
    return value if type(value) in _AS_THEY_ARE else _spelled(value)


_spellings: dict[type[Any], _Spell] = {
    **dict.fromkeys(_AS_THEY_ARE, lambda value: value),
    Decimal: str,
    dict: _object,
    list: _list,
    tuple: _list,
}
