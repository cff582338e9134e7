"""The headers of a said event: CloudEvents 1.0 in binary mode, the same on Kafka and at the door.

They are made from stored columns alone, so a record that is sent again is the same record.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

# The columns of `log` that a record is made of, in the order of `SaidRow`.
SAID_COLUMNS: Final = (
    "generation, partition, psn, event_id, seq, said_type, said_schema, subject, agency,"
    " effective_from, recorded_at, said_body"
)


class SaidRow(NamedTuple):
    """What was said about one event, as sealed."""

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


def topic_of(source: str, prefix: str = "") -> str:
    """The topic that a service speaks on."""
    return f"{prefix}{source}.events"


def said_headers(source: str, row: SaidRow) -> list[tuple[str, bytes]]:
    """Everything that surrounds the body of a said event."""
    return [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_id", str(row.event_id).encode()),
        ("ce_type", row.type.encode()),
        ("ce_source", f"/jenjang/{source}".encode()),
        ("ce_subject", str(row.subject).encode()),
        ("ce_time", _midnight(row.effective_from)),
        ("ce_dataschema", _dataschema(row.type, row.schema)),
        ("ce_generation", b"%d" % row.generation),
        ("ce_psn", b"%d" % row.psn),
        ("ce_seq", b"%d" % row.seq),
        ("ce_recordedtime", _instant(row.recorded_at)),
        ("ce_agency", row.agency.encode()),
    ]


# One batch names few days, types and instants, and each of them many times.


@lru_cache(maxsize=4096)
def _midnight(day: date) -> bytes:
    return f"{day.isoformat()}T00:00:00Z".encode()


@lru_cache(maxsize=1024)
def _dataschema(type_name: str, revision: int) -> bytes:
    return f"urn:jenjang:schema:{type_name}:{revision}".encode()


@lru_cache(maxsize=1024)
def _instant(at: datetime) -> bytes:
    naive = at.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='microseconds')}Z".encode()
