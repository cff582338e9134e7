"""Every dated fact on a person's card, with the day it holds from and the instant it was recorded.

Names and numbers are not in it: they stay under seal in the person's stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, assert_never, get_args
from uuid import UUID

import orjson

from services.chassis.projecting import Rows, Seen
from services.profile.domain.discipline import SanctionCancelled
from services.profile.domain.fact_events import FactEvent, fact_of
from services.profile.domain.facts import (
    Award,
    Contract,
    CreditPoints,
    Education,
    Fact,
    Position,
    Rank,
    Sanction,
    ServiceCredit,
    StudyAssignment,
    UnpaidLeave,
)
from services.profile.domain.person import Withdrawal
from services.profile.domain.registration import PersonRegistered
from services.profile.domain.withdrawing import FactWithdrawn, RegistrationWithdrawn

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

table = "person_card"
key = ("person_id", "event_id")
reads = (
    PersonRegistered,
    *get_args(FactEvent),
    SanctionCancelled,
    FactWithdrawn,
    RegistrationWithdrawn,
)


@dataclass(slots=True)
class Row:
    person_id: UUID
    event_id: UUID
    agency: str
    kind: str
    effective_from: date
    until: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    superseded_by: UUID | None
    employment: str | None
    golongan: str | None
    level: int | None
    post_id: UUID | None
    unit_id: UUID | None
    position_class: str | None
    assignment: str | None
    detail: str


Event = PersonRegistered | FactEvent | Withdrawal


def touches(event: Event, seen: Seen) -> Iterator[tuple[UUID, UUID]]:
    yield seen.subject, seen.event_id
    falls = _falls(event)
    if falls is not None:
        yield seen.subject, falls


def _falls(event: Event) -> UUID | None:
    """The line that does not stand any longer."""
    if isinstance(event, Withdrawal):
        return event.withdraws
    return event.replaces


def fold(rows: Rows[Row], event: Event, seen: Seen) -> None:
    falls = _falls(event)
    if falls is not None:
        replaced = rows[seen.subject, falls]
        replaced.superseded_at, replaced.superseded_by = seen.recorded_at, seen.event_id
    if isinstance(event, FactWithdrawn | RegistrationWithdrawn):
        return
    row = _row(seen)
    if isinstance(event, PersonRegistered):
        row.kind, row.employment = "registration", event.employment.value
        row.detail = _written(_who(event))
    elif isinstance(event, SanctionCancelled):
        row.kind, row.detail = "cancellation", _written(_cancelled(event))
    else:
        _describe(row, fact_of(event))
    rows[seen.subject, seen.event_id] = row


def _who(event: PersonRegistered) -> dict[str, object]:
    numbers = [
        {"kind": one.kind, "valid_from": one.valid_from, "valid_until": one.valid_until}
        for one in event.identifiers
    ]
    who: dict[str, object] = {
        "birth_date": event.birth_date,
        "sex": event.sex.value,
        "numbers": numbers,
    }
    return {**who, "moved_from": event.moved_from} if event.moved_from else who


def _cancelled(event: SanctionCancelled) -> dict[str, object]:
    return {"cancels": event.withdraws, "decree_number": event.decree_number}


def _row(seen: Seen) -> Row:
    return Row(
        person_id=seen.subject,
        event_id=seen.event_id,
        agency=seen.agency,
        kind="",
        effective_from=seen.effective_from,
        until=None,
        recorded_at=seen.recorded_at,
        superseded_at=None,
        superseded_by=None,
        employment=None,
        golongan=None,
        level=None,
        post_id=None,
        unit_id=None,
        position_class=None,
        assignment=None,
        detail="{}",
    )


# What each family of facts is called on a card.
KIND_OF: Mapping[type[Fact], str] = {
    Rank: "rank",
    Position: "position",
    Education: "education",
    Sanction: "sanction",
    UnpaidLeave: "leave",
    StudyAssignment: "study",
    Award: "award",
    Contract: "contract",
    ServiceCredit: "service",
    CreditPoints: "credit",
}


def _describe(row: Row, fact: Fact) -> None:
    row.kind, row.detail = KIND_OF[type(fact)], _written(fact)
    match fact:
        case Rank(golongan=golongan):
            row.golongan = golongan
        case Position():
            row.until = fact.until
            row.post_id, row.unit_id = fact.post_id, fact.unit_id
            row.position_class = fact.position_class.value
            row.assignment = fact.assignment.value
        case Education(level=level):
            row.level = level
        case Sanction(ends_on=until) | Award(valid_until=until):
            row.until = until
        case StudyAssignment(level=level, until=until):
            row.level, row.until = level, until
        case UnpaidLeave(until=until) | Contract(until=until) | CreditPoints(until=until):
            row.until = until
        case ServiceCredit():
            pass
        case _:
            assert_never(fact)


def _written(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


# Questions


async def card_of(db: Pool | Connection, person_id: UUID) -> list[dict[str, Any]]:
    """Every line of a card, those in force and those that were replaced, by both dates."""
    rows = await db.fetch(
        """
        SELECT card.*, post.name AS post, unit.name AS unit
          FROM person_card card
          LEFT JOIN post_map post ON post.post_id = card.post_id
          LEFT JOIN work_units unit ON unit.unit_id = card.unit_id
         WHERE person_id = $1
         ORDER BY effective_from, recorded_at, event_id
        """,
        person_id,
    )
    return [dict(row) for row in rows]


async def standing(db: Pool | Connection, agency: str, kind: str) -> list[dict[str, Any]]:
    """Every fact of a family about whoever stands in an agency's record, by person and day."""
    rows = await db.fetch(
        """
        SELECT card.person_id, card.event_id, card.kind, card.employment, card.effective_from,
               card.detail, post.code AS post_code, unit.code AS unit_code
          FROM person_card card
          LEFT JOIN post_map post ON post.post_id = card.post_id
          LEFT JOIN work_units unit ON unit.unit_id = post.unit_id
         WHERE card.kind = $2 AND card.superseded_at IS NULL
           AND card.person_id IN (
            SELECT r.person_id FROM person_card r
             WHERE r.agency = $1 AND r.kind = 'registration' AND r.superseded_at IS NULL
               AND NOT EXISTS (
                SELECT FROM person_card later
                 WHERE later.person_id = r.person_id AND later.kind = 'registration'
                   AND later.superseded_at IS NULL AND later.effective_from > r.effective_from))
         ORDER BY card.person_id, card.effective_from, card.event_id
        """,
        agency,
        kind,
    )
    return [dict(row) for row in rows]


async def is_held(db: Pool | Connection, place: UUID) -> bool:
    """Whether a position that stands names this post or unit."""
    return bool(
        await db.fetchval(
            """
            SELECT EXISTS (SELECT FROM person_card
             WHERE kind = 'position' AND superseded_at IS NULL
               AND (post_id = $1 OR unit_id = $1))
            """,
            place,
        )
    )


async def agencies_of(db: Pool | Connection, people: list[UUID]) -> dict[UUID, str]:
    """In whose record each of these people stands: that of the last registration."""
    rows = await db.fetch(
        """
        SELECT person_id, agency FROM person_card
         WHERE person_id = ANY ($1) AND kind = 'registration' AND superseded_at IS NULL
         ORDER BY effective_from, recorded_at
        """,
        people,
    )
    return {row["person_id"]: row["agency"] for row in rows}
