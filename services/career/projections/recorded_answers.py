"""The answers that are recorded, each at its place in career's log: what can be proved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.career.domain.appointment import AppointmentDecreed
from services.career.domain.recorded_answer import AnswerRecorded
from services.chassis.projecting import Rows, Seen


@dataclass(slots=True)
class RecordedAnswer:
    source: str
    partition: int
    answer_id: UUID
    generation: int
    psn: int
    person_id: UUID
    what: str
    policy: str | None
    as_of: date
    status: str | None
    answer_sha256: str
    recorded_at: datetime


table = "recorded_answers"
key = ("source", "partition", "answer_id")
Row = RecordedAnswer
reads = (AnswerRecorded, AppointmentDecreed)


Event = AnswerRecorded | AppointmentDecreed


def touches(event: Event, seen: Seen) -> Iterable[tuple[str, int, UUID]]:
    yield (seen.source, seen.partition, _told(event)[0])


def fold(rows: Rows[RecordedAnswer], event: Event, seen: Seen) -> None:
    answer_id, what, policy, as_of, status, digest = _told(event)
    rows[(seen.source, seen.partition, answer_id)] = RecordedAnswer(
        source=seen.source,
        partition=seen.partition,
        answer_id=answer_id,
        generation=seen.generation,
        psn=seen.psn,
        person_id=event.person_id,
        what=what,
        policy=policy,
        as_of=as_of,
        status=status,
        answer_sha256=digest,
        recorded_at=seen.recorded_at,
    )


def _told(event: Event) -> tuple[UUID, str, str | None, date, str | None, str]:
    match event:
        case AppointmentDecreed(appointment_id=decided, advice=advice):
            status = advice.status.value
            return decided, "decision", advice.policy, advice.as_of, status, advice.answer_sha256
        case AnswerRecorded(answer_id=given, asked=asked, answered=answered):
            digest = answered.answer_sha256
            return given, "answer", asked.policy, asked.as_of, answered.status, digest


# Asking


async def recorded_under(db: Any, answer_id: UUID) -> RecordedAnswer | None:
    """The answer, or the decision, of this id."""
    row = await db.fetchrow("SELECT * FROM recorded_answers WHERE answer_id = $1", answer_id)
    return RecordedAnswer(**row) if row else None


async def recorded_about(db: Any, person_id: UUID) -> list[RecordedAnswer]:
    """Every answer that is recorded of a person, the oldest first."""
    rows = await db.fetch(
        "SELECT * FROM recorded_answers WHERE person_id = $1 ORDER BY psn", person_id
    )
    return [RecordedAnswer(**row) for row in rows]
