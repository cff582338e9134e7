"""Every dated fact about every person, from four sources, each row with its place and its clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_never
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
from services.chassis.projecting import Rows, Seen

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


async def facts_of(db: Any, person_id: UUID, known: AsKnown) -> tuple[KnownFact, ...]:
    """Everything that was known about a person, by an instant or within a basis."""
    match known:
        case KnownAt(instant):
            rows = await _recorded_by(db, person_id, instant)
        case Basis():
            rows = await _within(db, person_id, known)
    return tuple(
        KnownFact(
            event_id=row["event_id"],
            source=row["source"],
            agency=row["agency"],
            fact=_KINDS[row["kind"]].validate_json(row["payload"]),
        )
        for row in rows
    )


async def _recorded_by(db: Any, person_id: UUID, instant: datetime) -> list[Any]:
    found: list[Any] = await db.fetch(
        """
        SELECT event_id, source, agency, kind, payload
          FROM dossier_facts
         WHERE person_id = $1
           AND recorded_at <= $2
           AND (superseded_at IS NULL OR superseded_at > $2)
         ORDER BY effective_from, source, partition, generation, psn
        """,
        person_id,
        instant,
    )
    return found


async def _within(db: Any, person_id: UUID, basis: Basis) -> list[Any]:
    places = [
        (source, partition, prefix.generation, psn)
        for source, prefix in basis.prefixes.items()
        for partition, psn in prefix.psn.items()
    ]
    found: list[Any] = await db.fetch(
        """
        SELECT f.event_id, f.source, f.agency, f.kind, f.payload
          FROM dossier_facts f
          JOIN unnest($2::text[], $3::int[], $4::int[], $5::bigint[])
            AS b (source, partition, generation, psn) USING (source, partition)
         WHERE f.person_id = $1
           AND (f.generation, f.psn) <= (b.generation, b.psn)
           AND (f.superseded_psn IS NULL
                OR (f.superseded_generation, f.superseded_psn) > (b.generation, b.psn))
         ORDER BY f.effective_from, f.source, f.partition, f.generation, f.psn
        """,
        person_id,
        [place[0] for place in places],
        [place[1] for place in places],
        [place[2] for place in places],
        [place[3] for place in places],
    )
    return found


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
