"""A record as it came, by Kafka or through a door, and what its headers say.

Reading headers is all that hearing interprets. Nothing here raises anything but `Unplaceable`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import orjson
from asyncpg.pgproto import pgproto

Way = Literal["kafka", "door"]
Headers = Sequence[tuple[str, bytes | None]]

LARGEST_BODY: Final = 4 * 1024 * 1024
LARGEST_BIGINT: Final = 2**63 - 1
LARGEST_INTEGER: Final = 2**31 - 1
LONGEST_NAME: Final = 200


class Raw(NamedTuple):
    """A record as it came: never interpreted, never lost."""

    source: str
    way: Way
    partition: int
    offset: int | None
    headers: Headers
    body: bytes | None


class Heard(NamedTuple):
    """A record whose place is known; its fields are the inbox's columns, in order."""

    source: str
    generation: int
    partition: int
    psn: int
    event_id: UUID
    seq: int
    type: str
    schema: int
    subject: UUID
    agency: str
    effective_from: date
    recorded_at: datetime
    body: bytes
    way: Way


class Unplaceable(Exception):
    """This record has no place in the inbox; the reason is a word, the text explains it."""

    def __init__(self, reason: str, explained: str) -> None:
        super().__init__(reason, explained)
        self.reason = reason
        self.explained = explained


def placed(raw: Raw) -> Heard:
    """Where a record belongs, from its headers."""
    if not raw.body:
        raise Unplaceable("no-body", "A said event always has a body.")
    if len(raw.body) > LARGEST_BODY:
        raise Unplaceable("oversized", f"{len(raw.body)} bytes.")
    said = dict(raw.headers)
    if said.get("ce_source") != b"/jenjang/" + raw.source.encode():
        raise Unplaceable("other-source", "ce_source is missing or names another service.")
    try:
        return Heard(
            raw.source,
            _number(said, "ce_generation", LARGEST_INTEGER),
            raw.partition,
            _number(said, "ce_psn", LARGEST_BIGINT),
            pgproto.UUID(_text(said, "ce_id")),
            _number(said, "ce_seq", LARGEST_BIGINT),
            _text(said, "ce_type"),
            _revision(said),
            pgproto.UUID(_text(said, "ce_subject")),
            _text(said, "ce_agency"),
            date.fromisoformat(_text(said, "ce_time")[:10]),
            _instant(said),
            raw.body,
            raw.way,
        )
    except ValueError as error:
        raise Unplaceable("unreadable-header", type(error).__name__) from None


def _text(said: dict[str, bytes | None], name: str) -> str:
    value = said.get(name)
    if value is None:
        raise Unplaceable("missing-header", f"{name} is missing or null.")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise Unplaceable("unreadable-header", f"{name} is not UTF-8.") from None
    if not text or len(text) > LONGEST_NAME or "\0" in text:
        raise Unplaceable("unreadable-header", f"{name} is empty, too long or holds NUL.")
    return text


def _number(said: dict[str, bytes | None], name: str, largest: int) -> int:
    value = said.get(name)
    if value is None:
        raise Unplaceable("missing-header", f"{name} is missing or null.")
    if not value.isdigit() or len(value) > 19 or not 0 < (number := int(value)) <= largest:
        raise Unplaceable("unreadable-header", f"{name} is not a position.")
    return number


def _revision(said: dict[str, bytes | None]) -> int:
    revision = _text(said, "ce_dataschema").rpartition(":")[2]
    return _number({"ce_dataschema": revision.encode()}, "ce_dataschema", LARGEST_INTEGER)


def _instant(said: dict[str, bytes | None]) -> datetime:
    instant = datetime.fromisoformat(_text(said, "ce_recordedtime"))
    if instant.tzinfo is None:
        raise Unplaceable("unreadable-header", "ce_recordedtime has no time zone.")
    return instant


# How a record is kept aside, and how it comes through a door


def headers_to_json(headers: Headers) -> str:
    """Every header byte for byte: neither name nor value need be text."""
    return orjson.dumps(
        [
            [_base64(name.encode("utf-8", "surrogateescape")), _base64(value)]
            for name, value in headers
        ]
    ).decode()


def headers_from_json(text: str) -> Headers:
    return [
        (b64decode(name).decode("utf-8", "surrogateescape"), _unbase64(value))
        for name, value in orjson.loads(text)
    ]


def _base64(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _unbase64(value: str | None) -> bytes | None:
    return None if value is None else b64decode(value)


def line_of(headers: Sequence[tuple[str, bytes]], body: bytes) -> bytes:
    """A said record as one line for the door: the very headers and bytes that Kafka carries."""
    return orjson.dumps(
        {
            "headers": {name: value.decode() for name, value in headers},
            "body": b64encode(body).decode(),
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def raw_of_line(source: str, partition: int, line: bytes) -> Raw:
    """The record in a line of the door."""
    said: dict[str, Any] = orjson.loads(line)
    headers = [(str(name), str(value).encode()) for name, value in said["headers"].items()]
    return Raw(source, "door", partition, None, headers, b64decode(said["body"]))
