"""Under which names profile's events are stored. A name never changes, whatever the class does."""

from __future__ import annotations

from services.chassis.event_codec import EventCodec, Raw, Stored
from services.chassis.receipt import STORED_RECEIPTS
from services.profile.domain.discipline import SanctionCancelled
from services.profile.domain.dispute import DisputeFiled, DisputeMoved
from services.profile.domain.fact_events import (
    AwardGiven,
    ContractSigned,
    CreditPointsGiven,
    EducationRecorded,
    PositionAssigned,
    RankGranted,
    SanctionAppealed,
    SanctionImposed,
    ServiceCredited,
    StudyAssigned,
    UnpaidLeaveGranted,
)
from services.profile.domain.forgetting import ForgettingAsked, PersonForgotten
from services.profile.domain.post import PostDefined, PostWithdrawn
from services.profile.domain.registration import (
    DetailsChanged,
    PersonRegistered,
)
from services.profile.domain.withdrawing import FactWithdrawn, RegistrationWithdrawn
from services.profile.domain.work_unit import WorkUnitDefined, WorkUnitWithdrawn

REGISTERED = "profile.person_registered"
DETAILS_CHANGED = "profile.details_changed"


def _without_appeal(raw: Raw) -> Raw:
    return {**raw, "sanction": {**raw["sanction"], "appeal": None}}


def _bare_unit(raw: Raw) -> Raw:
    return {**raw, "unit": {**raw["unit"], "kind": None, "region_code": None, "place": None}}


def _unconditional_post(raw: Raw) -> Raw:
    nothing = {"education": None, "training": None, "experience": None}
    return {**raw, "post": {**raw["post"], "job_class": None, "conditions": nothing}}


CODEC = EventCodec(
    [
        Stored(
            PersonRegistered,
            name=REGISTERED,
            schema=2,
            effective="effective_from",
            encrypted=("details",),
        ),
        Stored(DetailsChanged, name=DETAILS_CHANGED, encrypted=("details",)),
        Stored(RankGranted, name="profile.rank_granted", effective="effective_from"),
        Stored(PositionAssigned, name="profile.position_assigned", effective="effective_from"),
        Stored(EducationRecorded, name="profile.education_recorded", effective="effective_from"),
        Stored(
            SanctionImposed, name="profile.sanction_imposed", schema=2, effective="effective_from"
        ),
        Stored(SanctionAppealed, name="profile.sanction_appealed", effective="effective_from"),
        Stored(SanctionCancelled, name="profile.sanction_cancelled", effective="effective_from"),
        Stored(UnpaidLeaveGranted, name="profile.unpaid_leave_granted", effective="effective_from"),
        Stored(StudyAssigned, name="profile.study_assigned", effective="effective_from"),
        Stored(AwardGiven, name="profile.award_given", effective="effective_from"),
        Stored(ContractSigned, name="profile.contract_signed", effective="effective_from"),
        Stored(ServiceCredited, name="profile.service_credited", effective="effective_from"),
        Stored(CreditPointsGiven, name="profile.credit_points_given", effective="effective_from"),
        Stored(
            ForgettingAsked,
            name="profile.forgetting_asked",
            effective="on",
            encrypted=("document_number",),
        ),
        Stored(PersonForgotten, name="profile.person_forgotten", effective="on"),
        Stored(DisputeFiled, name="profile.dispute_filed", effective="on", encrypted=("claim",)),
        Stored(DisputeMoved, name="profile.dispute_moved", effective="on", encrypted=("words",)),
        Stored(
            WorkUnitDefined, name="profile.work_unit_defined", schema=2, effective="effective_from"
        ),
        Stored(PostDefined, name="profile.post_defined", schema=2, effective="effective_from"),
        Stored(FactWithdrawn, name="profile.fact_withdrawn", effective="effective_from"),
        Stored(
            RegistrationWithdrawn,
            name="profile.registration_withdrawn",
            effective="effective_from",
        ),
        Stored(PostWithdrawn, name="profile.post_withdrawn", effective="effective_from"),
        Stored(WorkUnitWithdrawn, name="profile.work_unit_withdrawn", effective="effective_from"),
        *STORED_RECEIPTS,
    ],
    {
        (REGISTERED, 1): lambda raw: {**raw, "moved_from": None},
        ("profile.sanction_imposed", 1): _without_appeal,
        ("profile.work_unit_defined", 1): _bare_unit,
        ("profile.post_defined", 1): _unconditional_post,
    },
)
