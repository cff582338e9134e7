"""Invented instances of events: whatever their own fields allow, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

_PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    NoneType: st.none(),
    UUID: st.uuids(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    str: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    int: st.integers(-9, 9),
}


def events_of(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Instances of a contract class or of a dataclass."""
    hints = get_type_hints(cls, include_extras=True)
    names = [field.name for field in fields(cls)] if is_dataclass(cls) else cls.model_fields
    return st.builds(cls, **{name: values_of(hints[name]) for name in names})


def values_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - a line for each kind
    origin, args = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Annotated:
        return _narrowed(args[0], args[1:])
    if origin in (Union, UnionType):
        return st.one_of([values_of(choice) for choice in args])
    if origin is Literal:
        return st.sampled_from(args)
    if origin is list:
        return st.lists(values_of(args[0]), max_size=3)
    if origin is tuple:
        return st.lists(values_of(args[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(values_of(args[0]), values_of(args[1]), max_size=3)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    if issubclass(hint, BaseModel) or is_dataclass(hint):
        return events_of(hint)
    raise NotImplementedError(str(hint))


def _narrowed(base: Any, marks: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    told = [inner for mark in marks for inner in _inside(mark)]
    if base is int:
        low = next((mark.ge for mark in told if hasattr(mark, "ge")), None)
        high = next((mark.le for mark in told if hasattr(mark, "le")), None)
        return st.integers(low, high if high is not None else 2**31)
    strings = [mark for mark in told if isinstance(mark, StringConstraints)]
    if base is not str or not strings:
        return values_of(base)
    (mark,) = strings
    least, most = mark.min_length or 0, mark.max_length
    if mark.pattern is None or least:  # a text: whatever it may hold but NUL
        return _PLAIN[str].filter(lambda text: len(text) >= least)
    pattern = str(mark.pattern).removesuffix("$") + r"\Z"
    return st.from_regex(pattern).filter(lambda text: most is None or len(text) <= most)


def _inside(mark: Any) -> list[Any]:
    return list(mark.metadata) if isinstance(mark, FieldInfo) else [mark]
