"""A record as it came, by Kafka or through a door, and what its headers say.

Reading headers is all that hearing interprets. Nothing here raises anything but `Unplaceable`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
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
# As `cloudevents.said_headers` writes them.
_ORDER: Final = (
    "content-type",
    "ce_specversion",
    "ce_id",
    "ce_type",
    "ce_source",
    "ce_subject",
    "ce_time",
    "ce_dataschema",
    "ce_generation",
    "ce_psn",
    "ce_seq",
    "ce_recordedtime",
    "ce_agency",
)


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


def all_placed(raws: Sequence[Raw]) -> list[Heard]:
    """Where the records of a batch belong, column by column: all are as we say them ourselves.

    Whatever is odd about any of them raises; then each is looked at by itself.
    """
    sources, ways, partitions, _, headers, bodies = zip(*raws, strict=True)
    (source,) = set(sources)
    columns = _columns(headers)
    if set(columns["ce_source"]) != {_source_header(source)}:
        raise ValueError
    if not all(bodies) or max(map(len, bodies)) > LARGEST_BODY:
        raise ValueError
    return [
        *map(
            Heard._make,
            zip(
                sources,
                _positions(columns["ce_generation"], 9),
                partitions,
                _positions(columns["ce_psn"], 18),
                map(pgproto.UUID, map(bytes.decode, columns["ce_id"])),
                _positions(columns["ce_seq"], 18),
                _once(_name, columns["ce_type"]),
                _once(_revision_of, columns["ce_dataschema"]),
                map(pgproto.UUID, map(bytes.decode, columns["ce_subject"])),
                _once(_name, columns["ce_agency"]),
                _once(_day, columns["ce_time"]),
                _once(_moment, columns["ce_recordedtime"]),
                bodies,
                ways,
                strict=True,
            ),
        )
    ]


def _columns(headers: Sequence[Headers]) -> dict[str, list[bytes]]:
    """The values under each name, if every record has our names in our order."""
    wide = len(_ORDER)
    if {*map(len, headers)} != {wide}:
        raise ValueError
    flat: list[Any] = [*chain.from_iterable(chain.from_iterable(headers))]
    for nth, name in enumerate(_ORDER):
        if flat[2 * nth :: 2 * wide].count(name) != len(headers):
            raise ValueError
    return {name: flat[2 * nth + 1 :: 2 * wide] for nth, name in enumerate(_ORDER)}


def _positions(values: Sequence[bytes], longest: int) -> list[int]:
    if not all(map(bytes.isdigit, values)) or max(map(len, values)) > longest:
        raise ValueError
    found = [*map(int, values)]
    if 0 in found:
        raise ValueError
    return found


def _once(read: Callable[[bytes], Any], values: Sequence[bytes]) -> Iterator[Any]:
    """Each value read once, however often it is there."""
    known = {value: read(value) for value in set(values)}
    return map(known.__getitem__, values)


def _moment(value: bytes) -> datetime:
    return _instant({"ce_recordedtime": value})


def placed(raw: Raw) -> Heard:
    """Where a record belongs, from its headers."""
    try:
        return _quickly(raw)
    except (KeyError, AttributeError, TypeError, ValueError, Unplaceable):
        return _carefully(raw)


def _quickly(raw: Raw) -> Heard:
    """The usual record. Whatever is odd about another raises, and is then looked at with care."""
    source, way, partition, _, headers, body = raw
    said: dict[str, Any] = dict(headers)
    generation, psn, seq = said["ce_generation"], said["ce_psn"], said["ce_seq"]
    recorded_at = datetime.fromisoformat(said["ce_recordedtime"].decode())
    odd = (
        not body
        or len(body) > LARGEST_BODY
        or said["ce_source"] != _source_header(source)
        or not (generation.isdigit() and psn.isdigit() and seq.isdigit())
        or len(generation) > 9
        or len(psn) > 18
        or len(seq) > 18
        or recorded_at.tzinfo is None
    )
    if odd or not (int(generation) and int(psn) and int(seq)) or body is None:
        raise ValueError
    return Heard(
        source,
        int(generation),
        partition,
        int(psn),
        pgproto.UUID(said["ce_id"].decode()),
        int(seq),
        _name(said["ce_type"]),
        _revision_of(said["ce_dataschema"]),
        pgproto.UUID(said["ce_subject"].decode()),
        _name(said["ce_agency"]),
        _day(said["ce_time"]),
        recorded_at,
        body,
        way,
    )


@lru_cache(maxsize=64)
def _source_header(source: str) -> bytes:
    return f"/jenjang/{source}".encode()


@lru_cache(maxsize=4096)
def _name(value: bytes) -> str:
    return _text({"": value}, "")


@lru_cache(maxsize=1024)
def _revision_of(value: bytes) -> int:
    return _revision({"ce_dataschema": value})


@lru_cache(maxsize=4096)
def _day(value: bytes) -> date:
    return date.fromisoformat(_text({"": value}, "")[:10])


def _carefully(raw: Raw) -> Heard:
    """The same, with the reason why a record has no place."""
    if not raw.body:
        raise Unplaceable("no-body", "A said event always has a body.")
    if len(raw.body) > LARGEST_BODY:
        raise Unplaceable("oversized", f"{len(raw.body)} bytes.")
    said = dict(raw.headers)
    if said.get("ce_source") != _source_header(raw.source):
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
