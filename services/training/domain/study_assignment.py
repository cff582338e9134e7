"""The life of one study assignment (tugas belajar): applied for, decreed, studied, and served off.

The rules advise (`study_conditions.py`); a named official decides, and against the rules only with
a reason. Who comes back owes the State so many times the length of the study; whoever leaves
earlier pays back. The person's own record of the assignment is profile's; this is the procedure.

The natural key is (person, first day of the study).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID, uuid5

from services.training.domain import study_events
from services.training.domain.calendar import months_later, working_days_later
from services.training.domain.study_conditions import (
    Examination,
    Judgement,
    Outcome,
    StudyPlan,
    bond_until,
    rules_on,
)
from services.training.domain.study_events import (
    Ending,
    Event,
    LeftUnderBond,
    Phase,
    RepaymentDemanded,
    RepaymentReceived,
    ReturnReported,
    State,
    Study,
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
from services.training.domain.terms import Refused

_STUDIES = UUID("b3b0d4f5-5d3b-5e4c-9a0e-7d1a3c9b2f64")
SEMESTER = 6  # months


def study_id_of(person: UUID, starts_on: date) -> UUID:
    return uuid5(_STUDIES, f"{person}/{starts_on.isoformat()}")


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply:
    study_id: UUID
    plan: StudyPlan
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """An official says how a condition stands that the record cannot tell."""

    judgement: Judgement
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`until` is the first day after the study; `because` is needed against the rules' advice."""

    decree_number: str
    decided_by: str
    until: date
    examination: Examination
    because: str | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawApplication:
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress:
    """`report` is sealed; told again with other words it replaces what was said."""

    semester: int
    report: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    semesters: int
    decree_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """`on` is the last day of the study."""

    ending: Ending
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReturn:
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """The person leaves the service while the bond lasts."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRepayment:
    amount: int
    decree_number: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRepayment:
    amount: int
    document: str
    on: date


Step = (
    Judge
    | Grant
    | Reject
    | WithdrawApplication
    | Begin
    | ReportProgress
    | Extend
    | End
    | ReportReturn
    | Leave
    | DemandRepayment
    | RecordRepayment
)
Command = Apply | Step


# What must be remembered to decide: `Study`, of which `evolve` tells how it comes about

initial: State = None
evolve = study_events.evolve


# What is refused


class NoSuchStudy(Refused):
    """Nobody has applied for this study assignment."""


class AppliedOtherwise(Refused):
    """There is a study assignment of this person from that day already, with other details."""


class NotAtThisStep(Refused):
    """The study assignment is not at the step at which this can be recorded."""


class StudyWithoutLength(Refused):
    """A study lasts at least one month."""


class EndsBeforeItBegins(Refused):
    """The last day lies before the first one."""


class LongerThanExamined(Refused):
    """The decree would last longer than the study that was applied for and examined."""


class AdviceForAnotherDay(Refused):
    """The examination must be of the day on which the study begins."""


class AgainstAdvice(Refused):
    """The rules do not say that the conditions are met; another decision needs a reason."""


class NotBegunYet(Refused):
    """This lies before the day on which the study begins."""


class ExtensionTooLong(Refused):
    """A study is extended by semesters, at most two of them in all."""


class BeforeTheStudyEnded(Refused):
    """Nobody reports back before the study has ended."""


class BondServed(Refused):
    """The bond has been served by that day; nothing is owed."""


class RepaymentOutOfRange(Refused):
    """A repayment is at least one rupiah, and no more is paid than was demanded."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if isinstance(command, Apply):
        return _apply(command, state)
    if state is None:
        raise NoSuchStudy
    return _step(command, state)


def _apply(command: Apply, state: State) -> list[Event]:
    told = StudyApplied(study_id=command.study_id, plan=command.plan, on=command.on)
    if command.plan.months < 1:
        raise StudyWithoutLength
    if state is None or state.phase in {Phase.REJECTED, Phase.WITHDRAWN}:
        return [told]
    if state.plan != command.plan:
        raise AppliedOtherwise
    return []


def _step(command: Step, state: Study) -> list[Event]:  # noqa: PLR0911, PLR0912 - a line for each
    match command:
        case Judge(judgement=judgement, on=on):
            _check_at(state, Phase.APPLIED)
            told = StudyConditionJudged(study_id=state.study_id, judgement=judgement, on=on)
            return [] if judgement in state.judgements else [told]
        case Grant():
            return _grant(command, state)
        case Reject(reason=reason, on=on):
            return _close(state, StudyRejected(study_id=state.study_id, reason=reason, on=on))
        case WithdrawApplication(on=on):
            return _close(state, StudyWithdrawn(study_id=state.study_id, on=on))
        case Begin(on=on):
            return _begin(on, state)
        case ReportProgress(semester=semester, report=report, on=on):
            _check_at(state, Phase.STUDYING)
            if (semester, report, on) in state.reports:
                return []
            return [
                StudyProgressReported(
                    study_id=state.study_id, semester=semester, report=report, on=on
                )
            ]
        case Extend():
            return _extend(command, state)
        case End():
            return _end(command, state)
        case ReportReturn(on=on):
            return _back(on, state)
        case Leave(on=on):
            return _leave(on, state)
        case DemandRepayment() | RecordRepayment():
            return _repay(command, state)
        case _:
            assert_never(command)


def _check_at(state: Study, *phases: Phase) -> None:
    if state.phase not in phases:
        raise NotAtThisStep


def _grant(command: Grant, state: Study) -> list[Event]:
    if (state.decree_number, state.until) == (command.decree_number, command.until):
        return []
    _check_at(state, Phase.APPLIED)
    if command.until <= state.plan.starts_on:
        raise EndsBeforeItBegins
    if command.until > months_later(state.plan.starts_on, state.plan.months):
        raise LongerThanExamined
    if command.examination.as_of != state.plan.starts_on:
        raise AdviceForAnotherDay
    if command.examination.outcome is not Outcome.ELIGIBLE and not command.because:
        raise AgainstAdvice
    return [
        StudyGranted(
            study_id=state.study_id,
            decree_number=command.decree_number,
            decided_by=command.decided_by,
            starts_on=state.plan.starts_on,
            until=command.until,
            examination=command.examination,
            because=command.because,
            on=command.on,
        )
    ]


def _close(state: Study, told: StudyRejected | StudyWithdrawn) -> list[Event]:
    reached = Phase.REJECTED if isinstance(told, StudyRejected) else Phase.WITHDRAWN
    if state.phase is reached:
        return []
    _check_at(state, Phase.APPLIED)
    return [told]


def _begin(on: date, state: Study) -> list[Event]:
    if state.began_on == on:
        return []
    _check_at(state, Phase.GRANTED)
    if on < state.plan.starts_on:
        raise NotBegunYet
    return [StudyBegun(study_id=state.study_id, on=on)]


def _extend(command: Extend, state: Study) -> list[Event]:
    if (command.decree_number, command.semesters) in state.extensions:
        return []
    _check_at(state, Phase.STUDYING)
    extended = sum(semesters for _, semesters in state.extensions) + command.semesters
    if command.semesters < 1 or extended > rules_on(command.on).extension_semesters:
        raise ExtensionTooLong
    assert state.until is not None, "whoever studies was granted it until a day"
    return [
        StudyExtended(
            study_id=state.study_id,
            semesters=command.semesters,
            until=months_later(state.until, SEMESTER * command.semesters),
            decree_number=command.decree_number,
            on=command.on,
        )
    ]


def _end(command: End, state: Study) -> list[Event]:
    if (state.ended_on, state.ending) == (command.on, command.ending):
        return []
    _check_at(state, Phase.STUDYING)
    if state.began_on is None or command.on < state.began_on:
        raise NotBegunYet
    return [
        StudyEnded(
            study_id=state.study_id,
            ending=command.ending,
            report_by=working_days_later(command.on, rules_on(command.on).return_days),
            on=command.on,
        )
    ]


def _back(on: date, state: Study) -> list[Event]:
    if state.back_on == on:
        return []
    _check_at(state, Phase.ENDED)
    assert state.began_on is not None, "an ended study had begun"
    assert state.ended_on is not None
    assert state.report_by is not None
    if on <= state.ended_on:
        raise BeforeTheStudyEnded
    studied = (state.began_on, state.ended_on + timedelta(days=1))
    until = bond_until(rules_on(on), released=state.plan.released, studied=studied, back_on=on)
    late = on > state.report_by
    return [ReturnReported(study_id=state.study_id, late=late, bond_until=until, on=on)]


def _leave(on: date, state: Study) -> list[Event]:
    if state.left_on == on:
        return []
    _check_at(state, Phase.STUDYING, Phase.ENDED, Phase.BACK)
    if state.bond_until is not None and on >= state.bond_until:
        raise BondServed
    if on < (state.back_on or state.ended_on or state.began_on or on):
        raise NotBegunYet
    return [LeftUnderBond(study_id=state.study_id, bond_until=state.bond_until, on=on)]


def _repay(command: DemandRepayment | RecordRepayment, state: Study) -> list[Event]:
    _check_at(state, Phase.LEFT)
    paid = sum(amount for _, amount in state.payments)
    if isinstance(command, DemandRepayment):
        if state.demand == (command.decree_number, command.amount):
            return []
        if command.amount < max(1, paid):
            raise RepaymentOutOfRange
        return [
            RepaymentDemanded(
                study_id=state.study_id,
                amount=command.amount,
                decree_number=command.decree_number,
                on=command.on,
            )
        ]
    if (command.document, command.amount) in state.payments:
        return []
    if not 1 <= command.amount <= (state.demand[1] if state.demand else 0) - paid:
        raise RepaymentOutOfRange
    return [
        RepaymentReceived(
            study_id=state.study_id,
            amount=command.amount,
            document=command.document,
            on=command.on,
        )
    ]
