"""The life of one competency assessment: reported by an institution, then perhaps corrected.

There is one per person, day and institution. The nine standard competencies (PermenPANRB
38/2017) each have a level from 1 to 5. What the institution itself computed (Job Person Match,
category) is kept as reported: its bands are its own, and the match against a post is career's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID, uuid5

from services.assessment.domain.ratings import MOST_DECIMALS, decimals_of
from services.assessment.domain.terms import (
    ChangedSince,
    ContradictsRecord,
    NothingToCorrect,
    Refused,
)

STANDARD_COMPETENCIES = {
    "M.01": "Integritas",
    "M.02": "Kerja Sama",
    "M.03": "Komunikasi",
    "M.04": "Orientasi pada Hasil",
    "M.05": "Pelayanan Publik",
    "M.06": "Pengembangan Diri dan Orang Lain",
    "M.07": "Mengelola Perubahan",
    "M.08": "Pengambilan Keputusan",
    "SK.01": "Perekat Bangsa",
}
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an institution says. `valid_until` is the first day on which it no longer counts.

    `against`: the standard that its match was measured against, if it names one. `assessor` is
    None too once the person has been forgotten.
    """

    assessed_on: date
    institution: str
    levels: Mapping[str, int]
    valid_until: date | None
    jpm: Decimal | None
    category: str | None
    against: str | None = None
    method: str | None = None
    assessor: str | None = None


_ASSESSMENTS = UUID("c2b2c1d4-8f3e-5b0d-a1a7-0a9d1f6e7c33")


def assessment_of(person: UUID, assessed_on: date, institution: str) -> UUID:
    """One assessment; its natural key is (person, day, institution)."""
    return uuid5(_ASSESSMENTS, f"{person}/{assessed_on.isoformat()}/{institution}")


def assessment_stream(person: UUID, assessed_on: date, institution: str) -> str:
    return f"assessment-{assessment_of(person, assessed_on, institution)}"


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssessment:
    event_id: UUID
    report: Report
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAssessment:
    event_id: UUID
    report: Report
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAssessment:
    """It was recorded by mistake; `withdraws` must be the newest account of it."""

    withdraws: UUID
    on: date


Told = RecordAssessment | CorrectAssessment
Command = Told | WithdrawAssessment


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyAssessed:
    event_id: UUID
    report: Report
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyAssessmentCorrected:
    event_id: UUID
    replaces: UUID
    report: Report
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentWithdrawn:
    """As if it had never been recorded; what was said remains readable."""

    withdraws: UUID
    assessed_on: date
    institution: str
    on: date


Event = CompetencyAssessed | CompetencyAssessmentCorrected | AssessmentWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotAssessed:
    pass


@dataclass(frozen=True, slots=True)
class Assessed:
    event_id: UUID
    report: Report


State = NotAssessed | Assessed
initial: State = NotAssessed()


# What is refused


class CompetencyMissing(Refused):
    """A level is missing for at least one of the nine standard competencies."""


class UnknownCompetency(Refused):
    """A level is given for a competency that is not one of the nine standard ones."""


class LevelOutOfRange(Refused):
    """A competency level is a whole number from 1 to 5."""


class JpmOutOfRange(Refused):
    """A Job Person Match is a percentage from 0 to 1000 with at most six decimals."""


class NeverValid(Refused):
    """The result would lose its validity before the day of the assessment."""


class NotYetAssessed(Refused):
    """The day of the assessment lies in the future."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if not isinstance(command, WithdrawAssessment):
        _examine(command.report, command.today)
    match command:
        case WithdrawAssessment():
            return _withdraw(command, state)
        case RecordAssessment():
            return _record(command, state)
        case CorrectAssessment():
            return _correct(command, state)
        case _:
            assert_never(command)


def _withdraw(command: WithdrawAssessment, state: State) -> list[Event]:
    if not isinstance(state, Assessed) or state.event_id != command.withdraws:
        raise ChangedSince
    return [
        AssessmentWithdrawn(
            withdraws=command.withdraws,
            assessed_on=state.report.assessed_on,
            institution=state.report.institution,
            on=command.on,
        )
    ]


def _record(command: RecordAssessment, state: State) -> list[Event]:
    report = command.report
    match state:
        case NotAssessed():
            return [
                CompetencyAssessed(event_id=command.event_id, report=report, on=report.assessed_on)
            ]
        case Assessed(report=known) if known == report:
            return []
        case Assessed():
            raise ContradictsRecord
        case _:
            assert_never(state)


def _correct(command: CorrectAssessment, state: State) -> list[Event]:
    report = command.report
    match state:
        case NotAssessed():
            raise NothingToCorrect
        case Assessed(report=known) if known == report:
            return []
        case Assessed(event_id=replaced):
            return [
                CompetencyAssessmentCorrected(
                    event_id=command.event_id,
                    replaces=replaced,
                    report=report,
                    on=report.assessed_on,
                )
            ]
        case _:
            assert_never(state)


def _examine(report: Report, today: date) -> None:
    if report.assessed_on > today:
        raise NotYetAssessed
    if report.levels.keys() - STANDARD_COMPETENCIES.keys():
        raise UnknownCompetency
    if STANDARD_COMPETENCIES.keys() - report.levels.keys():
        raise CompetencyMissing
    if not all(LOWEST_LEVEL <= level <= HIGHEST_LEVEL for level in report.levels.values()):
        raise LevelOutOfRange
    if report.jpm is not None and not _percentage(report.jpm):
        raise JpmOutOfRange
    if report.valid_until is not None and report.valid_until <= report.assessed_on:
        raise NeverValid


def _percentage(jpm: Decimal) -> bool:
    return jpm.is_finite() and 0 <= jpm <= 1000 and decimals_of(jpm) <= MOST_DECIMALS


def evolve(state: State, event: Event) -> State:
    match event:
        case CompetencyAssessed(event_id=event_id, report=report):
            return Assessed(event_id, report)
        case CompetencyAssessmentCorrected(event_id=event_id, report=report):
            return Assessed(event_id, report)
        case AssessmentWithdrawn():
            return NotAssessed()
        case _:
            assert_never(event)
