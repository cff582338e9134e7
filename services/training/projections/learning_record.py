"""What a person has learned or is learning: one row per enrolment, without a word of free text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.completion import Class
from services.training.domain.enrolment import (
    CompletionRevoked,
    CompletionTakenBack,
    EnrolmentOpened,
    EnrolmentWithdrawn,
    Event,
    TrainingFailed,
    TrainingFinished,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "learning_record"
key = ("enrolment_id",)
reads = (
    EnrolmentOpened,
    TrainingFinished,
    TrainingFailed,
    EnrolmentWithdrawn,
    CompletionRevoked,
    CompletionTakenBack,
)


@dataclass(slots=True)
class Row:
    enrolment_id: UUID
    person_id: UUID
    agency: str
    programme: str
    starts_on: date
    state: str
    ended_on: date | None
    jp: int
    form: int | None
    provider: str | None
    evidence: str | None
    certificate_date: date | None
    completion_id: UUID | None
    recorded_at: datetime


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.enrolment,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    match event:
        case EnrolmentOpened(of=of):
            _put(rows, event.enrolment, _row(event.enrolment, of, "OPEN", None, seen))
        case TrainingFinished():
            _put(rows, event.enrolment, _finished(event, seen))
        case TrainingFailed(of=of, on=on):
            _put(rows, event.enrolment, _row(event.enrolment, of, "FAILED", on, seen))
        case EnrolmentWithdrawn(of=of, on=on):
            _put(rows, event.enrolment, _row(event.enrolment, of, "WITHDRAWN", on, seen))
        case CompletionRevoked(of=of, on=on):
            _put(rows, event.enrolment, _row(event.enrolment, of, "REVOKED", on, seen))
        case CompletionTakenBack(of=of, reopens=True):
            _put(rows, event.enrolment, _row(event.enrolment, of, "OPEN", None, seen))
        case CompletionTakenBack():
            del rows[(event.enrolment,)]
        case _:
            assert_never(event)


def _put(rows: Rows[Row], enrolment: UUID, row: Row) -> None:
    rows[(enrolment,)] = row


def _row(enrolment: UUID, of: Class, state: str, ended_on: date | None, seen: Seen) -> Row:
    """An enrolment that earns nothing, or nothing yet."""
    return Row(
        enrolment_id=enrolment,
        person_id=seen.subject,
        agency=seen.agency,
        programme=of.programme,
        starts_on=of.starts_on,
        state=state,
        ended_on=ended_on,
        jp=0,
        form=None,
        provider=None,
        evidence=None,
        certificate_date=None,
        completion_id=None,
        recorded_at=seen.recorded_at,
    )


def _finished(event: TrainingFinished, seen: Seen) -> Row:
    completion = event.completion
    row = _row(event.enrolment, event.of, "FINISHED", event.on, seen)
    row.jp = completion.jp
    row.form = completion.form
    row.provider = completion.provider
    row.evidence = completion.evidence
    row.certificate_date = completion.certificate_date
    row.completion_id = event.event_id
    return row


async def trainings_of(db: Pool | Connection, person_id: UUID) -> list[Row]:
    """Everything a person has enrolled in, the latest class first, in any agency."""
    rows = await db.fetch(
        """
        SELECT *
          FROM learning_record
         WHERE person_id = $1
         ORDER BY starts_on DESC, programme
        """,
        person_id,
    )
    return [Row(**dict(row)) for row in rows]
