"""What leaves assessment: one `match` says what each event is called outside, if it is at all."""

from __future__ import annotations

from datetime import date
from typing import assert_never
from uuid import UUID

from contracts.events.assessment import (
    AppraisalCompletedV1,
    AppraisedByPointsV1,
    CompetencyAssessedV1,
    PostStandardPublishedV1,
    PotentialAssessedV1,
    ResultWithdrawnV1,
)
from services.assessment.domain import (
    appraisal,
    competency_assessment,
    competency_dictionary,
    feedback_cycle,
    feedback_round,
    periodic_rating,
    post_standard,
    potential_assessment,
    satisfaction_survey,
    service_times,
)
from services.assessment.domain.appraisal import (
    Account,
    AppraisalCompleted,
    AppraisalCorrected,
    AppraisalWithdrawn,
)
from services.assessment.domain.competency_assessment import (
    AssessmentWithdrawn,
    CompetencyAssessed,
    CompetencyAssessmentCorrected,
    Report,
)
from services.assessment.domain.competency_dictionary import DictionaryPublished
from services.assessment.domain.feedback_cycle import CycleAnnounced, CycleClosed
from services.assessment.domain.feedback_round import FeedbackGiven, RoundClosed, RoundOpened
from services.assessment.domain.periodic_rating import PeriodRated, PeriodRatingWithdrawn
from services.assessment.domain.post_standard import StandardPublished, Version
from services.assessment.domain.potential_assessment import (
    Potential,
    PotentialAssessed,
    PotentialWithdrawn,
)
from services.assessment.domain.ratings import Characters, Law, Points, Quadrant, laws_of
from services.assessment.domain.satisfaction_survey import SurveyRecorded, SurveyWithdrawn
from services.assessment.domain.service_times import TimesRecorded, TimesReported, TimesWithdrawn
from services.chassis.events import About
from services.chassis.receipt import FileImported, ImportUndone

Event = (
    appraisal.Event
    | competency_assessment.Event
    | feedback_cycle.Event
    | feedback_round.Event
    | competency_dictionary.Event
    | periodic_rating.Event
    | post_standard.Event
    | potential_assessment.Event
    | satisfaction_survey.Event
    | service_times.Event
    | FileImported
    | ImportUndone
)
Said = (
    AppraisalCompletedV1
    | AppraisedByPointsV1
    | CompetencyAssessedV1
    | PostStandardPublishedV1
    | PotentialAssessedV1
    | ResultWithdrawnV1
)


def to_contract(event: Event, about: About) -> Said | None:  # noqa: PLR0911, PLR0912 - by event
    person = about.subject
    match event:
        case AppraisalWithdrawn(year=year) if Law.PP_10_1979 in laws_of(year):
            return None  # what fell was never told
        case AppraisalCompleted(year=year, account=account, on=on):
            return _appraisal(person, year, account, on, None)
        case AppraisalCorrected(year=year, account=account, on=on, replaces=replaces):
            return _appraisal(person, year, account, on, replaces)
        case CompetencyAssessed(report=report):
            return _assessment(person, report, None)
        case CompetencyAssessmentCorrected(report=report, replaces=replaces):
            return _assessment(person, report, replaces)
        case AppraisalWithdrawn(withdraws=falls, on=on):
            return ResultWithdrawnV1(person_id=person, withdraws=falls, withdrawn_on=on)
        case AssessmentWithdrawn(withdraws=falls, on=on):
            return ResultWithdrawnV1(person_id=person, withdraws=falls, withdrawn_on=on)
        case PotentialWithdrawn(withdraws=falls, on=on):
            return ResultWithdrawnV1(person_id=person, withdraws=falls, withdrawn_on=on)
        case PotentialAssessed(potential=potential, replaces=replaces):
            return _potential(person, potential, replaces)
        case StandardPublished(version=version, replaces=replaces):
            return _standard(about.subject, version, replaces)
        case SurveyWithdrawn() | TimesReported() | TimesWithdrawn():
            return None  # units and services are asked for over HTTP
        case DictionaryPublished() | SurveyRecorded() | TimesRecorded():
            return None  # read at this service's own doors
        case PeriodRated() | PeriodRatingWithdrawn():
            return None  # no rule asks for less than a year's rating
        case CycleAnnounced() | CycleClosed() | RoundOpened() | FeedbackGiven() | RoundClosed():
            return None  # feedback is input for the superior, not a fact that others judge on
        case FileImported() | ImportUndone():
            return None  # between the officer and this service
        case _:
            assert_never(event)


def _appraisal(
    person: UUID, year: int, account: Account, on: date, replaces: UUID | None
) -> Said | None:
    match account.marks:
        case Quadrant(work_result=work_result, behaviour=behaviour):
            return AppraisalCompletedV1.model_validate(
                {
                    "person_id": person,
                    "year": year,
                    "law": account.law.value,
                    "work_result": work_result.value,
                    "behaviour": behaviour.value,
                    "rating": account.rating.value,
                    "effective_from": on,
                    "replaces": replaces,
                }
            )
        case Points(score=score, new_idea=new_idea):
            return AppraisedByPointsV1.model_validate(
                {
                    "person_id": person,
                    "year": year,
                    "law": account.law.value,
                    "points": format(score, "f"),
                    "rating": account.rating.value,
                    "new_idea": new_idea,
                    "effective_from": on,
                    "replaces": replaces,
                }
            )
        case Characters():
            return None  # no rule of today looks back to a DP3
        case _:
            assert_never(account.marks)


def _assessment(person: UUID, report: Report, replaces: UUID | None) -> CompetencyAssessedV1:
    return CompetencyAssessedV1(
        person_id=person,
        assessed_on=report.assessed_on,
        valid_until=report.valid_until,
        levels=dict(report.levels),
        reported_jpm=None if report.jpm is None else format(report.jpm, "f"),
        reported_category=report.category,
        against=report.against,
        institution=report.institution,
        replaces=replaces,
    )


def _standard(standard: UUID, version: Version, replaces: UUID | None) -> PostStandardPublishedV1:
    return PostStandardPublishedV1(
        standard_id=standard,
        post=version.post,
        in_force_from=version.in_force_from,
        decree_number=version.decree,
        required={one.competency: one.level for one in version.required},
        replaces=replaces,
    )


def _potential(person: UUID, found: Potential, replaces: UUID | None) -> PotentialAssessedV1:
    return PotentialAssessedV1(
        person_id=person,
        assessed_on=found.assessed_on,
        valid_until=found.valid_until,
        institution=found.institution,
        method=found.method,
        scale=format(found.scale, "f"),
        scores={aspect: format(score, "f") for aspect, score in found.scores.items()},
        replaces=replaces,
    )
