"""Every dated fact about every person, from four sources, each row with its place and its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, assert_never
from uuid import UUID

from pydantic import TypeAdapter

from contracts.events.assessment import (
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    CompetencyAssessedV1,
)
from contracts.events.profile import (
    EducationRecordedV1,
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
    begins,
)
from services.career.domain.judgement import JudgementRecorded, WaiverRecorded
from services.career.domain.terms import (
    Assignment,
    EmploymentKind,
    Jenjang,
    PositionClass,
    Severity,
)
from services.chassis.canonical import canonical_of
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
    JudgementRecorded,
    WaiverRecorded,
)

Key = tuple[str, int, UUID]


def touches(event: Event, seen: Seen) -> Iterable[Key]:
    yield (seen.source, seen.partition, seen.event_id)
    falls = _falls(event)
    if falls is not None:
        yield (seen.source, seen.partition, falls)


def fold(rows: Rows[DossierFact], event: Event, seen: Seen) -> None:
    falls = _falls(event)
    if falls is not None:
        _supersede(rows.get((seen.source, seen.partition, falls)), seen)
    fact = fact_of(event)
    if fact is not None:
        rows[(seen.source, seen.partition, seen.event_id)] = _row(fact, seen)


def _falls(event: Event) -> UUID | None:
    """The earlier event that does not stand any longer."""
    return event.revokes if isinstance(event, CompletionRevokedV1) else event.replaces


def _supersede(row: DossierFact | None, seen: Seen) -> None:
    """The first to replace a fact ends it; one that was never applied needs no end."""
    if row is None or row.superseded_at is not None:
        return
    row.superseded_generation = seen.generation
    row.superseded_psn = seen.psn
    row.superseded_at = seen.recorded_at


def _row(fact: Fact, seen: Seen) -> DossierFact:
    return DossierFact(
        source=seen.source,
        partition=seen.partition,
        event_id=seen.event_id,
        generation=seen.generation,
        psn=seen.psn,
        person_id=seen.subject,
        agency=seen.agency,
        kind=type(fact).__name__,
        payload=canonical_of(fact).decode(),
        effective_from=begins(fact),
        until=getattr(fact, "until", None),
        recorded_at=seen.recorded_at,
    )


# From events to facts


def fact_of(event: Event) -> Fact | None:  # noqa: PLR0911, PLR0912 (a line for each kind)
    """What an event says about a person, in career's words."""
    match event:
        case PersonRegisteredV1():
            return Registered(
                employment=EmploymentKind(event.employment_kind),
                born=event.birth_date,
                on=event.registered_on,
            )
        case RankGrantedV1(golongan=golongan, effective_from=day):
            return RankHeld(golongan=golongan, since=day)
        case PositionAssignedV1():
            return _position(event)
        case EducationRecordedV1():
            return Diploma(level=event.level, on=event.completed_on, recognised=event.recognised)
        case SanctionImposedV1():
            return _sanction(event)
        case AppraisalCompletedV1(year=year, law=law, rating=rating, effective_from=day):
            return YearRated(year=year, law=law, rating=rating, on=day)
        case AppraisedByPointsV1():
            return _rated_by_points(event)
        case CompetencyAssessedV1():
            return _competency(event)
        case TrainingFinishedV1(programme=programme, finished_on=day):
            return TrainingFinished(programme=programme, on=day)
        case CompletionRevokedV1():
            return None
        case JudgementRecorded(matter=matter, target=target, met=met, on=day):
            return Judged(matter=matter.value, target=target, met=met, on=day)
        case WaiverRecorded():
            return _waiver(event)
        case _:
            assert_never(event)


def _position(event: PositionAssignedV1) -> PositionHeld:
    return PositionHeld(
        position_class=PositionClass(event.position_class),
        jenjang=Jenjang(event.jenjang) if event.jenjang else None,
        field=event.field,
        assignment=Assignment(event.assignment),
        since=event.effective_from,
        until=event.until,
    )


def _sanction(event: SanctionImposedV1) -> Sanctioned:
    return Sanctioned(
        code=event.kind,
        severity=Severity(event.severity),
        law=event.law,
        since=event.starts_on,
        until=event.ends_on,
    )


def _rated_by_points(event: AppraisedByPointsV1) -> YearRated:
    return YearRated(
        year=event.year,
        law=event.law,
        rating=event.rating,
        points=Decimal(event.points),
        on=event.effective_from,
    )


def _competency(event: CompetencyAssessedV1) -> CompetencyMeasured:
    return CompetencyMeasured(
        levels=tuple(sorted(event.levels.items())),
        on=event.assessed_on,
        until=event.valid_until,
        job_person_match=Decimal(event.reported_jpm) if event.reported_jpm else None,
        against=event.against,
    )


def _waiver(event: WaiverRecorded) -> Waived:
    return Waived(
        ground=event.ground.value,
        target=event.target,
        decree_number=event.decree_number,
        on=event.on,
        until=event.until,
    )


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
