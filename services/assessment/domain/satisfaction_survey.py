"""The life of one survey: what the public said of a service of a unit in a period.

Nothing about a respondent is in here. Where fewer answered than the law's table asks, the result
is kept and marked, and no index is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID, uuid5

from services.assessment.domain.ratings import MOST_DECIMALS, decimals_of
from services.assessment.domain.satisfaction import (
    ELEMENTS,
    HIGHEST,
    LOWEST,
    Index,
    index_of,
    least_sample,
)
from services.assessment.domain.terms import (
    ChangedSince,
    ContradictsRecord,
    NothingToCorrect,
    Refused,
)

_SURVEYS = UUID("52b1b8de-2a71-5e9f-9f55-7d8f6fd5b0c4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A service of a unit, from a first to a last day."""

    unit: UUID
    service: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`means` holds the mean answer (NRR) of each element that applies; `served` how many came."""

    respondents: int
    served: int
    means: Mapping[str, Decimal]


def period_of(agency: str, period: Period) -> UUID:
    """The natural key: unit, service and first day."""
    key = f"{agency}/{period.unit}/{period.service}/{period.first_day.isoformat()}"
    return uuid5(_SURVEYS, key)


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSurvey:
    event_id: UUID
    period: Period
    outcome: Outcome
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectSurvey:
    event_id: UUID
    period: Period
    outcome: Outcome
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSurvey:
    """It was recorded by mistake; `withdraws` must be the newest account."""

    withdraws: UUID
    on: date


Command = RecordSurvey | CorrectSurvey | WithdrawSurvey


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRecorded:
    """`index` is None when too few have answered; `needed` is how many should have."""

    event_id: UUID
    replaces: UUID | None
    period: Period
    outcome: Outcome
    index: Index | None
    needed: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyWithdrawn:
    """As if it had never been recorded; what was said remains readable."""

    withdraws: UUID
    period: Period
    on: date


Event = SurveyRecorded | SurveyWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class NotSurveyed:
    pass


@dataclass(frozen=True, slots=True)
class Surveyed:
    event_id: UUID
    period: Period
    outcome: Outcome


State = NotSurveyed | Surveyed
initial: State = NotSurveyed()


# What is refused


class NotAnElement(Refused):
    """A survey has the elements U1 to U9; those that do not apply are left out."""


class MeanOutOfRange(Refused):
    """The mean answer of an element lies between 1 and 4, with at most six decimals."""


class MoreAnsweredThanServed(Refused):
    """At least one person answered, and no more than were served."""


class PeriodNotOver(Refused):
    """The period ends before it begins, or has not ended yet."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    if isinstance(command, WithdrawSurvey):
        if not isinstance(state, Surveyed) or state.event_id != command.withdraws:
            raise ChangedSince
        return [SurveyWithdrawn(withdraws=command.withdraws, period=state.period, on=command.on)]
    _examine(command)
    match command, state:
        case _, Surveyed(period=period, outcome=outcome) if (period, outcome) == (
            command.period,
            command.outcome,
        ):
            return []
        case RecordSurvey(), NotSurveyed():
            return [_recorded(command, None)]
        case RecordSurvey(), Surveyed():
            raise ContradictsRecord
        case CorrectSurvey(), NotSurveyed():
            raise NothingToCorrect
        case CorrectSurvey(), Surveyed(event_id=replaced):
            return [_recorded(command, replaced)]
        case _:
            raise AssertionError("every command meets every state above")


def _recorded(command: RecordSurvey | CorrectSurvey, replaces: UUID | None) -> SurveyRecorded:
    outcome = command.outcome
    needed = least_sample(outcome.served)
    return SurveyRecorded(
        event_id=command.event_id,
        replaces=replaces,
        period=command.period,
        outcome=outcome,
        index=index_of(outcome.means) if outcome.respondents >= needed else None,
        needed=needed,
        on=command.period.last_day,
    )


def _examine(command: RecordSurvey | CorrectSurvey) -> None:
    period, outcome = command.period, command.outcome
    if not period.first_day <= period.last_day < command.today:
        raise PeriodNotOver
    if not outcome.means or outcome.means.keys() - ELEMENTS.keys():
        raise NotAnElement
    if not all(_mean(mean) for mean in outcome.means.values()):
        raise MeanOutOfRange
    if not 1 <= outcome.respondents <= outcome.served:
        raise MoreAnsweredThanServed


def _mean(mean: Decimal) -> bool:
    return mean.is_finite() and LOWEST <= mean <= HIGHEST and decimals_of(mean) <= MOST_DECIMALS


def evolve(state: State, event: Event) -> State:
    match event:
        case SurveyRecorded(event_id=event_id, period=period, outcome=outcome):
            return Surveyed(event_id, period, outcome)
        case SurveyWithdrawn():
            return NotSurveyed()
        case _:
            assert_never(event)
