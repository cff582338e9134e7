"""What an event says about a person: a kind of fact, its canonical bytes, the days it holds.

The members stand in the order of their names, spelled as `canonical` spells them: for these few
kinds orjson then writes the canonical bytes at once. A test holds both ways against each other.
By the class itself, not by `match`: pydantic's metaclass answers `isinstance` in Python.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson

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
from services.career.domain.judgement import JudgementRecorded, WaiverRecorded

Told = tuple[str, str, date, date | None]
"""Kind, canonical payload, the first day, and the first day after (None: it lasts)."""
Members = tuple[date, date | None, dict[str, Any]]


def told_by(event: Any) -> Told | None:
    """The fact that an event tells; None where it only ends an earlier one."""
    kind, members = _FACTS[type(event)]
    if members is None:
        return None
    begins, until, said = members(event)
    return kind, orjson.dumps(said).decode(), begins, until


def falls_by(event: Any) -> UUID | None:
    """The earlier event that does not stand any longer, if there is one."""
    falls: UUID | None = getattr(event, _FALLS.get(type(event), "replaces"))
    return falls


_FALLS: Final[dict[type[Any], str]] = {
    CompletionRevokedV1: "revokes",
    FactWithdrawnV1: "withdraws",
    ResultWithdrawnV1: "withdraws",
}


def _registered(event: PersonRegisteredV1) -> Members:
    on = event.registered_on
    return on, None, {"born": event.birth_date, "employment": event.employment_kind, "on": on}


def _rank(event: RankGrantedV1) -> Members:
    since = event.effective_from
    return since, None, {"golongan": event.golongan, "since": since}


def _position(event: PositionAssignedV1) -> Members:
    since, until = event.effective_from, event.until
    said = {
        "assignment": event.assignment,
        "field": event.field,
        "jenjang": event.jenjang,
        "position_class": event.position_class,
        "since": since,
        "until": until,
    }
    return since, until, said


def _diploma(event: EducationRecordedV1) -> Members:
    on = event.completed_on
    return on, None, {"level": event.level, "on": on, "recognised": event.recognised}


def _sanction(event: SanctionImposedV1) -> Members:
    since, until = event.starts_on, event.ends_on
    said = {
        "code": event.kind,
        "law": event.law,
        "severity": event.severity,
        "since": since,
        "until": until,
    }
    return since, until, said


def _rated(event: AppraisalCompletedV1) -> Members:
    return _year(event, None)


def _rated_by_points(event: AppraisedByPointsV1) -> Members:
    return _year(event, str(Decimal(event.points)))


def _year(event: AppraisalCompletedV1 | AppraisedByPointsV1, points: str | None) -> Members:
    on = event.effective_from
    said = {
        "law": event.law,
        "on": on,
        "points": points,
        "rating": event.rating,
        "year": event.year,
    }
    return on, None, said


def _competency(event: CompetencyAssessedV1) -> Members:
    on, until, match = event.assessed_on, event.valid_until, event.reported_jpm
    said = {
        "against": event.against,
        "job_person_match": str(Decimal(match)) if match else None,
        "levels": sorted(event.levels.items()),
        "on": on,
        "until": until,
    }
    return on, until, said


def _training(event: TrainingFinishedV1) -> Members:
    on = event.finished_on
    return on, None, {"on": on, "programme": event.programme}


def _judged(event: JudgementRecorded) -> Members:
    on, matter = event.on, event.matter.value
    return on, None, {"matter": matter, "met": event.met, "on": on, "target": event.target}


def _waived(event: WaiverRecorded) -> Members:
    on, until = event.on, event.until
    said = {
        "decree_number": event.decree_number,
        "ground": event.ground.value,
        "on": on,
        "target": event.target,
        "until": until,
    }
    return on, until, said


_NOTHING: Final = ("", None)
_FACTS: Final[dict[type[Any], tuple[str, Callable[[Any], Members] | None]]] = {
    PersonRegisteredV1: ("Registered", _registered),
    RankGrantedV1: ("RankHeld", _rank),
    PositionAssignedV1: ("PositionHeld", _position),
    EducationRecordedV1: ("Diploma", _diploma),
    SanctionImposedV1: ("Sanctioned", _sanction),
    AppraisalCompletedV1: ("YearRated", _rated),
    AppraisedByPointsV1: ("YearRated", _rated_by_points),
    CompetencyAssessedV1: ("CompetencyMeasured", _competency),
    TrainingFinishedV1: ("TrainingFinished", _training),
    CompletionRevokedV1: _NOTHING,
    FactWithdrawnV1: _NOTHING,
    ResultWithdrawnV1: _NOTHING,
    JudgementRecorded: ("Judged", _judged),
    WaiverRecorded: ("Waived", _waived),
}
