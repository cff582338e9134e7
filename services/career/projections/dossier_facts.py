"""Every dated fact about every person, from four sources, each row with its place and its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter

from contracts.events.assessment import (
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    CompetencyAssessedV1,
    ResultWithdrawnV1,
)
from contracts.events.profile import (
    EducationRecordedV1,
    FactWithdrawnV1,
    PersonRegisteredV1,
    PositionAssignedV1,
    RankGrantedV1,
    SanctionImposedV1,
)
from contracts.events.training import CompletionRevokedV1, TrainingFinishedV1
from services.career.domain.basis import AsKnown, Basis, KnownAt
from services.career.domain.dossier import (
    CompetencyMeasured,
    Diploma,
    Fact,
    Judged,
    PositionHeld,
    RankHeld,
    Registered,
    Sanctioned,
    TrainingFinished,
    Waived,
    YearRated,
)
from services.career.domain.judgement import JudgementRecorded, WaiverRecorded
from services.career.projections.told_facts import falls_by, told_by
from services.chassis.projecting import Part, Rows, Seen

Event = (
    PersonRegisteredV1
    | RankGrantedV1
    | PositionAssignedV1
    | EducationRecordedV1
    | SanctionImposedV1
    | AppraisalCompletedV1
    | AppraisedByPointsV1
    | CompetencyAssessedV1
    | TrainingFinishedV1
    | CompletionRevokedV1
    | FactWithdrawnV1
    | ResultWithdrawnV1
    | JudgementRecorded
    | WaiverRecorded
)


@dataclass(slots=True)
class DossierFact:
    source: str
    partition: int
    event_id: UUID
    generation: int
    psn: int
    person_id: UUID
    agency: str
    kind: str
    payload: str
    effective_from: date
    until: date | None
    recorded_at: datetime
    superseded_generation: int | None = None
    superseded_psn: int | None = None
    superseded_at: datetime | None = None


table = "dossier_facts"
key = ("source", "partition", "event_id")
Row = DossierFact
reads = (
    PersonRegisteredV1,
    RankGrantedV1,
    PositionAssignedV1,
    EducationRecordedV1,
    SanctionImposedV1,
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    CompetencyAssessedV1,
    TrainingFinishedV1,
    CompletionRevokedV1,
    FactWithdrawnV1,
    ResultWithdrawnV1,
    JudgementRecorded,
    WaiverRecorded,
)

Key = tuple[str, int, UUID]


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.source, seen.partition, seen.event_id)
    falls = falls_by(event)
    if falls is not None:
        yield (seen.source, seen.partition, falls)


def fold(rows: Rows[DossierFact], event: Event, seen: Seen) -> None:
    # A rebuild does little else than this: every value is taken once, and by its place.
    event_id, source, generation, partition, psn, _, person_id, agency, _, recorded_at = seen
    falls = falls_by(event)
    if falls is not None:
        _supersede(rows.get((source, partition, falls)), seen)
    told = told_by(event)
    if told is not None:
        kind, payload, begins, until = told
        rows[source, partition, event_id] = DossierFact(
            *(source, partition, event_id, generation, psn, person_id, agency),
            *(kind, payload, begins, until, recorded_at),
        )


def _supersede(row: DossierFact | None, seen: Seen) -> None:
    """The first to replace a fact ends it; one that was never applied needs no end."""
    if row is None or row.superseded_at is not None:
        return
    row.superseded_generation = seen.generation
    row.superseded_psn = seen.psn
    row.superseded_at = seen.recorded_at


# Asking


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A fact with the event that says so."""

    event_id: UUID
    source: str
    agency: str
    fact: Fact


_KINDS: dict[str, TypeAdapter[Any]] = {
    cls.__name__: TypeAdapter(cls)
    for cls in (
        Registered,
        PositionHeld,
        RankHeld,
        Diploma,
        Sanctioned,
        YearRated,
        CompetencyMeasured,
        TrainingFinished,
        Judged,
        Waived,
    )
}


def stated(kind: str, payload: str) -> Fact:
    """The fact that a row states."""
    fact: Fact = _KINDS[kind].validate_json(payload)
    return fact


OWN: Final = "career"

# A row that was superseded is asked for where it may still count: in an earlier state of things,
# or of the own log, of which the texts may have been read less far than the facts.
_FACTS: Final = """
SELECT event_id, source, agency, kind, payload, partition, generation, psn, recorded_at,
       superseded_generation, superseded_psn, superseded_at
  FROM dossier_facts
 WHERE person_id = $1 AND ($2 OR superseded_psn IS NULL OR source = $3)
 ORDER BY effective_from, source, partition, generation, psn
"""


def rows_about(person_id: UUID, known: AsKnown | None) -> Part:
    """The rows from which `facts_of` takes what was known; None: all that had been read."""
    return Part(_FACTS, (person_id, known is not None, OWN))


def facts_of(rows: Iterable[Any], known: AsKnown) -> tuple[KnownFact, ...]:
    """Everything that was known about a person, by an instant or within a basis."""
    counts = _recorded_by(known.instant) if isinstance(known, KnownAt) else _within(known)
    return tuple(
        KnownFact(event_id=event_id, source=source, agency=agency, fact=stated(kind, payload))
        for event_id, source, agency, kind, payload, *clocks in rows
        if counts(source, *clocks)
    )


def _recorded_by(instant: datetime) -> Callable[..., bool]:
    def counts(*clocks: Any) -> bool:
        recorded_at, _, _, superseded_at = clocks[-4:]
        return recorded_at <= instant and (superseded_at is None or superseded_at > instant)

    return counts


def _within(basis: Basis) -> Callable[..., bool]:
    def counts(source: str, partition: int, generation: int, psn: int, *clocks: Any) -> bool:
        _, superseded_generation, superseded_psn, _ = clocks
        prefix = basis.prefixes.get(source)
        if prefix is None or partition not in prefix.psn:
            return False
        place = (prefix.generation, prefix.psn[partition])
        return (generation, psn) <= place and (
            superseded_psn is None or (superseded_generation, superseded_psn) > place
        )

    return counts


async def agency_of(db: Any, person_id: UUID) -> str | None:
    """The agency whose record the person stands in today; None when nothing was ever heard."""
    agency: str | None = await db.fetchval(
        """
        SELECT agency
          FROM dossier_facts
         WHERE person_id = $1
         ORDER BY source <> 'profile', effective_from DESC, recorded_at DESC
         LIMIT 1
        """,
        person_id,
    )
    return agency
