"""What leaves profile: one `match` says what each event is called outside, if it is at all."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from contracts.events.profile import (
    AwardGivenV1,
    EducationRecordedV1,
    FactWithdrawnV1,
    Identifier,
    PersonForgottenV1,
    PersonRegisteredV1,
    PositionAssignedV1,
    PostDefinedV1,
    PostWithdrawnV1,
    RankGrantedV1,
    SanctionImposedV1,
    StudyAssignedV1,
    UnpaidLeaveGrantedV1,
    WorkUnitDefinedV1,
    WorkUnitWithdrawnV1,
)
from services.chassis.events import About
from services.chassis.receipt import FileImported, ImportUndone
from services.profile.domain import dispute, person, post, work_unit
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

Event = person.Event | dispute.Event | post.Event | work_unit.Event | FileImported | ImportUndone
Said = (
    PersonRegisteredV1
    | RankGrantedV1
    | PositionAssignedV1
    | EducationRecordedV1
    | SanctionImposedV1
    | UnpaidLeaveGrantedV1
    | StudyAssignedV1
    | AwardGivenV1
    | PersonForgottenV1
    | FactWithdrawnV1
    | WorkUnitDefinedV1
    | PostDefinedV1
    | WorkUnitWithdrawnV1
    | PostWithdrawnV1
)
SAID: tuple[type[Said], ...] = (
    PersonRegisteredV1,
    RankGrantedV1,
    PositionAssignedV1,
    EducationRecordedV1,
    SanctionImposedV1,
    UnpaidLeaveGrantedV1,
    StudyAssignedV1,
    AwardGivenV1,
    PersonForgottenV1,
    FactWithdrawnV1,
    WorkUnitDefinedV1,
    PostDefinedV1,
    WorkUnitWithdrawnV1,
    PostWithdrawnV1,
)


def to_contract(event: Event, about: About) -> Said | None:  # noqa: PLR0911, PLR0912 - a line per event
    match event:
        case PersonRegistered():
            return _registered(event, about.subject)
        case RankGranted():
            return _rank(event, about.subject)
        case PositionAssigned():
            return _position(event, about.subject)
        case EducationRecorded():
            return _education(event, about.subject)
        case SanctionImposed() | SanctionAppealed():
            return _sanction(event, about.subject)
        case UnpaidLeaveGranted():
            return _leave(event, about.subject)
        case StudyAssigned():
            return _study(event, about.subject)
        case AwardGiven():
            return _award(event, about.subject)
        case ContractSigned():
            return None  # nobody else asks how long a contract runs
        case ServiceCredited() | CreditPointsGiven():
            return None  # restated on the day on which a rule of career reads them
        case WorkUnitDefined(unit=unit):
            return WorkUnitDefinedV1(
                unit_id=unit.unit_id, code=unit.code, name=unit.name, parent_id=unit.parent_id
            )
        case PostDefined():
            return _post(event)
        case PersonForgotten(ground=ground, on=on):
            return PersonForgottenV1(person_id=about.subject, forgotten_on=on, ground=ground.value)
        case ForgettingAsked():
            return None  # nothing has happened yet
        case (
            FactWithdrawn(withdraws=falls, on=on)
            | SanctionCancelled(withdraws=falls, on=on)
            | RegistrationWithdrawn(withdraws=falls, on=on)
        ):
            return FactWithdrawnV1(person_id=about.subject, withdraws=falls, withdrawn_on=on)
        case WorkUnitWithdrawn(unit_id=unit_id, on=on):
            return WorkUnitWithdrawnV1(unit_id=unit_id, withdrawn_on=on)
        case PostWithdrawn(post_id=post_id, on=on):
            return PostWithdrawnV1(post_id=post_id, withdrawn_on=on)
        case DisputeFiled() | DisputeMoved():
            return None  # what comes of it is a fact like any other
        case DetailsChanged():
            return None  # names and contacts never leave profile
        case FileImported() | ImportUndone():
            return None  # nobody else's business
        case _:
            assert_never(event)


def _registered(event: PersonRegistered, person_id: UUID) -> PersonRegisteredV1:
    return PersonRegisteredV1(
        person_id=person_id,
        birth_date=event.birth_date,
        sex=event.sex.value,
        employment_kind=event.employment.value,
        identifiers=[Identifier(kind=i.kind.value, digest=i.digest) for i in event.identifiers],
        registered_on=event.registered_on,
        moved_from=event.moved_from,
        replaces=event.replaces,
    )


def _rank(event: RankGranted, person_id: UUID) -> RankGrantedV1:
    return RankGrantedV1(
        person_id=person_id,
        golongan=event.rank.golongan,
        effective_from=event.rank.effective_from,
        decree_number=event.rank.decree_number,
        replaces=event.replaces,
    )


def _position(event: PositionAssigned, person_id: UUID) -> PositionAssignedV1:
    held = event.position
    return PositionAssignedV1(
        person_id=person_id,
        post_id=held.post_id,
        position_class=held.position_class.value,
        jenjang=held.jenjang.value if held.jenjang else None,
        field=held.field,
        unit_id=held.unit_id,
        assignment=held.assignment.value,
        effective_from=held.effective_from,
        until=held.until,
        decree_number=held.decree_number,
        caused_by=event.caused_by,
        replaces=event.replaces,
    )


def _education(event: EducationRecorded, person_id: UUID) -> EducationRecordedV1:
    education = event.education
    return EducationRecordedV1(
        person_id=person_id,
        level=education.level,
        field=education.field,
        completed_on=education.completed_on,
        recognised=education.recognised,
        replaces=event.replaces,
    )


def _sanction(event: SanctionImposed | SanctionAppealed, person_id: UUID) -> SanctionImposedV1:
    sanction = event.sanction
    return SanctionImposedV1(
        person_id=person_id,
        kind=sanction.kind,
        severity=sanction.severity.value,
        starts_on=sanction.starts_on,
        ends_on=sanction.ends_on,
        law=sanction.law,
        decree_number=sanction.decree_number,
        on_appeal=sanction.appeal is not None and sanction.appeal.is_open,
        replaces=event.replaces,
    )


def _leave(event: UnpaidLeaveGranted, person_id: UUID) -> UnpaidLeaveGrantedV1:
    return UnpaidLeaveGrantedV1(
        person_id=person_id,
        starts_on=event.leave.starts_on,
        until=event.leave.until,
        decree_number=event.leave.decree_number,
        replaces=event.replaces,
    )


def _study(event: StudyAssigned, person_id: UUID) -> StudyAssignedV1:
    study = event.study
    return StudyAssignedV1(
        person_id=person_id,
        level=study.level,
        field=study.field,
        starts_on=study.starts_on,
        until=study.until,
        released=study.released,
        self_funded=study.self_funded,
        decree_number=study.decree_number,
        replaces=event.replaces,
    )


def _award(event: AwardGiven, person_id: UUID) -> AwardGivenV1:
    return AwardGivenV1(
        person_id=person_id,
        kind=event.award.kind,
        given_on=event.award.given_on,
        valid_until=event.award.valid_until,
        decree_number=event.award.decree_number,
        replaces=event.replaces,
    )


def _post(event: PostDefined) -> PostDefinedV1:
    post = event.post
    return PostDefinedV1(
        post_id=post.post_id,
        code=post.code,
        name=post.name,
        position_class=post.position_class.value,
        jenjang=post.jenjang.value if post.jenjang else None,
        eselon=post.eselon,
        unit_id=post.unit_id,
        field=post.field,
        retirement_age=post.retirement_age,
        needed=post.needed,
    )
