"""The two parts of a leaf (see proof.py), read back from the very bytes that were hashed.

What is shown as evidence is those bytes and nothing beside them, so there is no second spelling of
an event that could differ from the proven one. A part that would not be written again byte for
byte is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from struct import Struct, error
from typing import Any, Final
from uuid import UUID

from services.chassis.proof import Said, Stored, said_part, stored_part

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_whole = Struct(">q").unpack
_Read = Callable[[bytes | None], Any]


class NotAPart(ValueError):
    """These bytes are not a part of a leaf as it is written."""


def said_of(part: bytes) -> Said:
    """Where the event stands, and what was said about it."""
    try:
        said = Said(*_fields(part, b"jenjang/said/1\0", _SAID))
        if said_part(said) == part:
            return said
    except (ValueError, OverflowError, error):
        raise NotAPart from None
    raise NotAPart


def stored_of(part: bytes) -> Stored:
    """The columns of an event that its own service decided."""
    try:
        stored = Stored(*_fields(part, b"jenjang/stored/1\0", _STORED))
        if stored_part(stored) == part:
            return stored
    except (ValueError, OverflowError, error):
        raise NotAPart from None
    raise NotAPart


def _fields(part: bytes, domain: bytes, readers: tuple[_Read, ...]) -> list[Any]:
    """The fields in order. What is left over is found when the part is written again."""
    if not part.startswith(domain):
        raise NotAPart
    lengths = Struct(f">{len(readers)}q").unpack_from(part, len(domain))
    at = len(domain) + 8 * len(readers)
    found = []
    for read, length in zip(readers, lengths, strict=True):
        if length < -1 or at + length > len(part):
            raise NotAPart
        found.append(read(None if length == -1 else part[at : at + length]))
        at += max(length, 0)
    return found


# A field's bytes, each kind read in one way


def _raw(field: bytes | None) -> bytes:
    if field is None:
        raise NotAPart
    return field


def _text(field: bytes | None) -> str:
    return _raw(field).decode()


def _number(field: bytes | None) -> int:
    number: int = _whole(_raw(field))[0]
    return number


def _id(field: bytes | None) -> UUID:
    return UUID(bytes=_raw(field))


def _day(field: bytes | None) -> date:
    return date.fromisoformat(_text(field))


def _instant(field: bytes | None) -> datetime:
    return _EPOCH + timedelta(microseconds=_number(field))


def _truth(field: bytes | None) -> bool:
    return field == b"\1"


def _or_none(read: _Read) -> _Read:
    return lambda field: None if field is None else read(field)


# In the order of `proof.Said` and `proof.Stored`.
_SAID: Final[tuple[_Read, ...]] = (
    *(_text, _number, _number, _id, _id, _text, _day, _instant),
    *map(_or_none, (_text, _number, _number, _number, _raw)),
)
_STORED: Final[tuple[_Read, ...]] = (
    *(_id, _text, _number, _text, _number, _id, _text, _day, _text, _text),
    *(_or_none(_text), _or_none(_text), _truth, _or_none(_id), _or_none(_id), _raw),
)
