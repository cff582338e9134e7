"""Under which names assessment's events are stored. A name never changes, whatever a class does."""

from __future__ import annotations

from services.assessment.domain.appraisal import (
    AppraisalCompleted,
    AppraisalCorrected,
    AppraisalWithdrawn,
)
from services.assessment.domain.competency_assessment import (
    AssessmentWithdrawn,
    CompetencyAssessed,
    CompetencyAssessmentCorrected,
)
from services.assessment.domain.competency_dictionary import DictionaryPublished
from services.assessment.domain.feedback_cycle import CycleAnnounced, CycleClosed
from services.assessment.domain.feedback_round import FeedbackGiven, RoundClosed, RoundOpened
from services.assessment.domain.periodic_rating import PeriodRated, PeriodRatingWithdrawn
from services.assessment.domain.post_standard import StandardPublished
from services.assessment.domain.potential_assessment import PotentialAssessed, PotentialWithdrawn
from services.assessment.domain.satisfaction_survey import SurveyRecorded, SurveyWithdrawn
from services.assessment.domain.service_times import TimesRecorded, TimesReported, TimesWithdrawn
from services.chassis.event_codec import EventCodec, Raw, Stored
from services.chassis.receipt import STORED_RECEIPTS

ASSESSOR = ("report.assessor",)


def by_an_unnamed_method(raw: Raw) -> Raw:
    """Before schema 2 a report told neither how a person was assessed nor by whom."""
    return {**raw, "report": {**raw["report"], "method": None, "assessor": None}}


CODEC = EventCodec(
    [
        Stored(AppraisalCompleted, name="assessment.appraisal_completed", effective="on"),
        Stored(AppraisalCorrected, name="assessment.appraisal_corrected", effective="on"),
        Stored(
            CompetencyAssessed,
            name="assessment.competency_assessed",
            schema=2,
            effective="on",
            encrypted=ASSESSOR,
        ),
        Stored(
            CompetencyAssessmentCorrected,
            name="assessment.competency_assessment_corrected",
            schema=2,
            effective="on",
            encrypted=ASSESSOR,
        ),
        Stored(AppraisalWithdrawn, name="assessment.appraisal_withdrawn", effective="on"),
        Stored(AssessmentWithdrawn, name="assessment.assessment_withdrawn", effective="on"),
        Stored(CycleAnnounced, name="assessment.feedback_cycle_announced", effective="on"),
        Stored(CycleClosed, name="assessment.feedback_cycle_closed", effective="on"),
        Stored(RoundOpened, name="assessment.feedback_round_opened", effective="on"),
        Stored(FeedbackGiven, name="assessment.feedback_given", effective="on"),
        Stored(RoundClosed, name="assessment.feedback_round_closed", effective="on"),
        Stored(DictionaryPublished, name="assessment.dictionary_published", effective="on"),
        Stored(StandardPublished, name="assessment.post_standard_published", effective="on"),
        Stored(SurveyRecorded, name="assessment.satisfaction_surveyed", effective="on"),
        Stored(TimesRecorded, name="assessment.service_times_recorded", effective="on"),
        Stored(TimesReported, name="assessment.service_times_reported", effective="on"),
        Stored(TimesWithdrawn, name="assessment.service_times_withdrawn", effective="on"),
        Stored(SurveyWithdrawn, name="assessment.survey_withdrawn", effective="on"),
        Stored(PotentialAssessed, name="assessment.potential_assessed", effective="on"),
        Stored(PotentialWithdrawn, name="assessment.potential_withdrawn", effective="on"),
        Stored(PeriodRated, name="assessment.period_rated", effective="on"),
        Stored(PeriodRatingWithdrawn, name="assessment.period_rating_withdrawn", effective="on"),
        *STORED_RECEIPTS,
    ],
    upcasters={
        ("assessment.competency_assessed", 1): by_an_unnamed_method,
        ("assessment.competency_assessment_corrected", 1): by_an_unnamed_method,
    },
)
