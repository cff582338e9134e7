"""Where each study assignment stands, and whose bond runs on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.study_events import (
    Event,
    LeftUnderBond,
    Phase,
    RepaymentDemanded,
    RepaymentReceived,
    ReturnReported,
    StudyApplied,
    StudyBegun,
    StudyConditionJudged,
    StudyEnded,
    StudyExtended,
    StudyGranted,
    StudyProgressReported,
    StudyRejected,
    StudyWithdrawn,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "study_assignments"
key = ("study_id",)
reads = (
    StudyApplied,
    StudyGranted,
    StudyRejected,
    StudyWithdrawn,
    StudyBegun,
    StudyExtended,
    StudyEnded,
    ReturnReported,
    LeftUnderBond,
    RepaymentDemanded,
    RepaymentReceived,
)


@dataclass(slots=True)
class Row:
    study_id: UUID
    person_id: UUID
    agency: str
    phase: str
    level: int
    field: str
    competency: str
    need_id: UUID | None
    released: bool
    self_funded: bool
    applied_on: date
    starts_on: date
    until: date | None
    decree_number: str | None
    semesters: int
    began_on: date | None
    ended_on: date | None
    ending: str | None
    report_by: date | None
    back_on: date | None
    late: bool | None
    bond_until: date | None
    left_on: date | None
    demanded: int
    repaid: int
    recorded_at: datetime


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.study_id,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, StudyApplied):
        rows[(event.study_id,)] = _applied(event, seen)
        return
    row = rows[(event.study_id,)]
    row.recorded_at = seen.recorded_at
    match event:
        case StudyGranted():
            row.phase = Phase.GRANTED
            row.until, row.decree_number = event.until, event.decree_number
        case StudyRejected():
            row.phase = Phase.REJECTED
        case StudyWithdrawn():
            row.phase = Phase.WITHDRAWN
        case StudyBegun():
            row.phase, row.began_on = Phase.STUDYING, event.on
        case StudyExtended():
            row.until, row.semesters = event.until, row.semesters + event.semesters
        case StudyEnded():
            row.phase, row.ended_on = Phase.ENDED, event.on
            row.ending, row.report_by = event.ending, event.report_by
        case ReturnReported():
            row.phase, row.back_on = Phase.BACK, event.on
            row.late, row.bond_until = event.late, event.bond_until
        case LeftUnderBond():
            row.phase, row.left_on = Phase.LEFT, event.on
        case RepaymentDemanded():
            row.demanded = event.amount
        case RepaymentReceived():
            row.repaid += event.amount
        case StudyConditionJudged() | StudyProgressReported():
            pass  # read from the record itself


def _applied(event: StudyApplied, seen: Seen) -> Row:
    plan = event.plan
    return Row(
        study_id=event.study_id,
        person_id=seen.subject,
        agency=seen.agency,
        phase=Phase.APPLIED,
        level=plan.level,
        field=plan.field,
        competency=plan.competency,
        need_id=plan.need,
        released=plan.released,
        self_funded=plan.self_funded,
        applied_on=event.on,
        starts_on=plan.starts_on,
        until=None,
        decree_number=None,
        semesters=0,
        began_on=None,
        ended_on=None,
        ending=None,
        report_by=None,
        back_on=None,
        late=None,
        bond_until=None,
        left_on=None,
        demanded=0,
        repaid=0,
        recorded_at=seen.recorded_at,
    )


# Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of one person or in one phase if told; `bound_on`: under bond on that day."""

    agency: str
    person_id: UUID | None = None
    phase: str | None = None
    bound_on: date | None = None
    limit: int = 100_000


async def studies(db: Pool | Connection, wanted: Wanted) -> list[dict[str, Any]]:
    """Each with whether profile has the decree among the person's facts."""
    rows = await db.fetch(
        """
        SELECT one.*, EXISTS (
                 SELECT 1 FROM study_dossier told
                  WHERE told.person_id = one.person_id AND told.kind = 'study'
                    AND told.effective_from = one.starts_on) AS on_record
          FROM study_assignments one
         WHERE agency = $1 AND ($2::uuid IS NULL OR person_id = $2)
           AND ($3::text IS NULL OR phase = $3)
           AND ($4::date IS NULL OR (back_on <= $4 AND bond_until > $4
                                     AND (left_on IS NULL OR left_on > $4)))
         ORDER BY starts_on, study_id
         LIMIT $5
        """,
        wanted.agency,
        wanted.person_id,
        wanted.phase,
        wanted.bound_on,
        wanted.limit,
    )
    return [dict(row) for row in rows]
