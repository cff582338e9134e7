"""Who was put forward for which class, and the roster of a class with what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from services.chassis.events import Seen
from services.chassis.projecting import Key, Rows
from services.training.domain.nomination import (
    Event,
    Nominated,
    NominationApproved,
    NominationRefused,
    NominationWithdrawn,
    NomineeEnrolled,
    step_after,
)

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "nominations"
key = ("nomination_id",)
reads = (
    Nominated,
    NominationApproved,
    NominationRefused,
    NominationWithdrawn,
    NomineeEnrolled,
)


@dataclass(slots=True)
class Row:
    nomination_id: UUID
    person_id: UUID
    agency: str
    class_code: str
    step: str
    nominated_by: str
    nominated_on: date
    decided_by: str | None
    decided_on: date | None
    enrolment_id: UUID | None


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (event.nomination,)


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    if isinstance(event, Nominated):
        rows[(event.nomination,)] = Row(
            nomination_id=event.nomination,
            person_id=seen.subject,
            agency=seen.agency,
            class_code=event.class_code,
            step=step_after(event),
            nominated_by=event.by,
            nominated_on=event.on,
            decided_by=None,
            decided_on=None,
            enrolment_id=None,
        )
        return
    row = rows[(event.nomination,)]
    row.step = step_after(event)
    match event:
        case NominationApproved(by=by, on=on) | NominationRefused(by=by, on=on):
            row.decided_by, row.decided_on = by, on
        case NomineeEnrolled(enrolment=enrolment):
            row.enrolment_id = enrolment
        case NominationWithdrawn():
            pass


# Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRoster:
    """`state`, `evidence`, `jp`: of the enrolment, once there is one."""

    nomination_id: UUID
    person_id: UUID
    step: str
    nominated_on: date
    decided_on: date | None
    enrolment_id: UUID | None
    state: str | None
    evidence: str | None
    jp: int | None
    attended: int
    absent: int


async def roster_of(db: Pool | Connection, agency: str, class_code: str) -> list[OnRoster]:
    """Everybody who was put forward for a class, with presence and result."""
    rows = await db.fetch(
        """
        SELECT one.nomination_id, one.person_id, one.step, one.nominated_on, one.decided_on,
               one.enrolment_id, learned.state, learned.evidence, learned.jp,
               coalesce(was.attended, 0)::int AS attended, coalesce(was.absent, 0)::int AS absent
          FROM nominations one
          LEFT JOIN learning_record learned USING (enrolment_id)
          LEFT JOIN LATERAL (
                 SELECT count(*) FILTER (WHERE present) AS attended,
                        count(*) FILTER (WHERE NOT present) AS absent
                   FROM (SELECT DISTINCT ON (session) present
                           FROM attendance
                          WHERE enrolment_id = one.enrolment_id
                          ORDER BY session, place DESC) last) was ON true
         WHERE one.agency = $1 AND one.class_code = $2
         ORDER BY one.nominated_on, one.nomination_id
        """,
        agency,
        class_code,
    )
    return [OnRoster(**dict(row)) for row in rows]
