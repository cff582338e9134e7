"""What may have happened in a study assignment, and what must be remembered of it.

Words about a person are sealed, and None once that person is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.training.domain.study_conditions import Examination, Judgement, StudyPlan


class Phase(StrEnum):
    APPLIED = "APPLIED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    GRANTED = "GRANTED"
    STUDYING = "STUDYING"
    ENDED = "ENDED"
    BACK = "BACK"
    LEFT = "LEFT"


class Ending(StrEnum):
    COMPLETED = "COMPLETED"
    ABANDONED = "ABANDONED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyApplied:
    study_id: UUID
    plan: StudyPlan
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyConditionJudged:
    study_id: UUID
    judgement: Judgement
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyGranted:
    """What the rules said when it was decided is kept with the decision."""

    study_id: UUID
    decree_number: str
    decided_by: str
    starts_on: date
    until: date
    examination: Examination
    because: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRejected:
    study_id: UUID
    reason: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyWithdrawn:
    study_id: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyBegun:
    study_id: UUID
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyProgressReported:
    study_id: UUID
    semester: int
    report: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyExtended:
    study_id: UUID
    semesters: int
    until: date
    decree_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyEnded:
    """`report_by`: the last day to report back; holidays are not known here."""

    study_id: UUID
    ending: Ending
    report_by: date
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReported:
    """`bond_until` is the first day without the bond."""

    study_id: UUID
    late: bool
    bond_until: date
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftUnderBond:
    """`bond_until` is None for whoever left before reporting back: no bond had begun."""

    study_id: UUID
    bond_until: date | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentDemanded:
    study_id: UUID
    amount: int
    decree_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentReceived:
    study_id: UUID
    amount: int
    document: str
    on: date


Event = (
    StudyApplied
    | StudyConditionJudged
    | StudyGranted
    | StudyRejected
    | StudyWithdrawn
    | StudyBegun
    | StudyProgressReported
    | StudyExtended
    | StudyEnded
    | ReturnReported
    | LeftUnderBond
    | RepaymentDemanded
    | RepaymentReceived
)


# What must be remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """`until`, `began_on` and what follows are None as long as it has not come to that."""

    study_id: UUID
    plan: StudyPlan
    phase: Phase = Phase.APPLIED
    judgements: tuple[Judgement, ...] = ()
    decree_number: str | None = None
    until: date | None = None
    began_on: date | None = None
    reports: tuple[tuple[int, str | None, date], ...] = ()
    extensions: tuple[tuple[str, int], ...] = ()
    ended_on: date | None = None
    ending: Ending | None = None
    report_by: date | None = None
    back_on: date | None = None
    bond_until: date | None = None
    left_on: date | None = None
    demand: tuple[str, int] | None = None
    payments: tuple[tuple[str, int], ...] = ()


State = Study | None


def evolve(state: State, event: Event) -> State:
    if isinstance(event, StudyApplied):
        return Study(study_id=event.study_id, plan=event.plan)
    assert state is not None, "a study assignment begins with StudyApplied"
    return _evolved(state, event)


def _evolved(state: Study, event: Event) -> Study:  # noqa: PLR0911, PLR0912 - a line for each
    match event:
        case StudyConditionJudged(judgement=judged):
            others = (one for one in state.judgements if one.condition is not judged.condition)
            return replace(state, judgements=(*others, judged))
        case StudyGranted(decree_number=number, until=until):
            return replace(state, phase=Phase.GRANTED, decree_number=number, until=until)
        case StudyRejected():
            return replace(state, phase=Phase.REJECTED)
        case StudyWithdrawn():
            return replace(state, phase=Phase.WITHDRAWN)
        case StudyBegun(on=on):
            return replace(state, phase=Phase.STUDYING, began_on=on)
        case StudyProgressReported(semester=semester, report=report, on=on):
            kept = (one for one in state.reports if one[0] != semester)
            return replace(state, reports=(*kept, (semester, report, on)))
        case StudyExtended(semesters=semesters, until=until, decree_number=number):
            extensions = (*state.extensions, (number, semesters))
            return replace(state, until=until, extensions=extensions)
        case StudyEnded(ending=ending, report_by=by, on=on):
            return replace(state, phase=Phase.ENDED, ending=ending, ended_on=on, report_by=by)
        case ReturnReported(bond_until=until, on=on):
            return replace(state, phase=Phase.BACK, back_on=on, bond_until=until)
        case LeftUnderBond(on=on):
            return replace(state, phase=Phase.LEFT, left_on=on)
        case RepaymentDemanded(amount=amount, decree_number=number):
            return replace(state, demand=(number, amount))
        case RepaymentReceived(amount=amount, document=document):
            return replace(state, payments=(*state.payments, (document, amount)))
        case StudyApplied():
            raise AssertionError("evolve has begun a new study assignment already")
        case _:
            assert_never(event)
