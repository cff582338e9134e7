"""When a person may be forgotten: two people want it, the law no longer keeps the record.

The grounds are those of UU 27/2022 (articles 8, 43, 44: recalled, not seen). Personnel files are
State archives besides (UU 43/2009, PP 28/2012: uncertain how long), so a document must say since
when the archive schedule lets go of this record, and nobody who holds a post is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.profile.domain.facts import Fact, Position
from services.profile.domain.terms import Refused


class Ground(StrEnum):
    """On which a record is destroyed; a code, because free text may name a person."""

    REQUESTED = "REQUESTED"  # by the person: UU 27/2022, article 8
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED"  # article 43
    RETENTION_ENDED = "RETENTION_ENDED"  # article 44
    LISTED = "LISTED"  # forgotten before a restore that did not know of it


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForgetting:
    """`kept_until`: the last day for which the archive schedule keeps the record."""

    event_id: UUID
    ground: Ground
    kept_until: date
    document_number: str
    asked_by: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    event_id: UUID
    approved_by: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetAgain:
    """The list outside the database knows that this person was forgotten."""

    event_id: UUID
    today: date


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgettingAsked:
    """`document_number` is sealed as any text about a person is."""

    event_id: UUID
    ground: Ground
    kept_until: date
    document_number: str | None
    asked_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForgotten:
    """From now on nothing names the person, and nothing new is recorded."""

    event_id: UUID
    ground: Ground
    asked_by: str | None
    approved_by: str | None
    on: date


# What is refused


class PersonIsForgotten(Refused):
    """This person has been forgotten; nothing can be recorded any more."""


class StillInPost(Refused):
    """Whoever holds a post is on record by law; end the position first."""


class RetentionRuns(Refused):
    """The archive schedule still keeps this record; it can be forgotten when that has ended."""


class NotAsked(Refused):
    """Nobody has asked for this person to be forgotten."""


class ApprovedByTheAsker(Refused):
    """Two different people must want it: whoever asked cannot approve."""


class WithoutDocument(Refused):
    """Forgetting rests on a document: give its number."""


# The rules


def asked(
    command: AskForgetting, standing: ForgettingAsked | None, facts: Iterable[Fact]
) -> list[ForgettingAsked]:
    _check_lawful(command.kept_until, command.today, facts)
    if not command.document_number.strip():
        raise WithoutDocument
    event = ForgettingAsked(
        event_id=command.event_id,
        ground=command.ground,
        kept_until=command.kept_until,
        document_number=command.document_number,
        asked_by=command.asked_by,
        on=command.today,
    )
    return [] if standing is not None and _same(event, standing) else [event]


def _same(event: ForgettingAsked, standing: ForgettingAsked) -> bool:
    return (event.ground, event.kept_until, event.asked_by, event.document_number) == (
        standing.ground,
        standing.kept_until,
        standing.asked_by,
        standing.document_number,
    )


def forgotten(
    command: Forget, standing: ForgettingAsked | None, facts: Iterable[Fact]
) -> list[PersonForgotten]:
    if standing is None:
        raise NotAsked
    if standing.asked_by == command.approved_by:
        raise ApprovedByTheAsker
    _check_lawful(standing.kept_until, command.today, facts)
    return [
        PersonForgotten(
            event_id=command.event_id,
            ground=standing.ground,
            asked_by=standing.asked_by,
            approved_by=command.approved_by,
            on=command.today,
        )
    ]


def forgotten_again(command: ForgetAgain) -> list[PersonForgotten]:
    return [
        PersonForgotten(
            event_id=command.event_id,
            ground=Ground.LISTED,
            asked_by=None,
            approved_by=None,
            on=command.today,
        )
    ]


def _check_lawful(kept_until: date, today: date, facts: Iterable[Fact]) -> None:
    if kept_until >= today:
        raise RetentionRuns
    held = (fact for fact in facts if isinstance(fact, Position))
    if any(position.until is None or position.until > today for position in held):
        raise StillInPost
