"""What leaves profile: one `match` says what each event is called outside, if it is at all."""

from __future__ import annotations

from typing import assert_never
from uuid import UUID

from contracts.events.profile import (
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
    WorkUnitDefinedV1,
    WorkUnitWithdrawnV1,
)
from services.chassis.events import About
from services.chassis.receipt import FileImported, ImportUndone
from services.profile.domain import person, post, work_unit
from services.profile.domain.fact_events import (
    EducationRecorded,
    PositionAssigned,
    RankGranted,
    SanctionImposed,
)
from services.profile.domain.forgetting import ForgettingAsked, PersonForgotten
from services.profile.domain.person import (
    DetailsChanged,
    PersonRegistered,
)
from services.profile.domain.post import PostDefined, PostWithdrawn
from services.profile.domain.withdrawing import FactWithdrawn, RegistrationWithdrawn
from services.profile.domain.work_unit import WorkUnitDefined, WorkUnitWithdrawn

Event = person.Event | post.Event | work_unit.Event | FileImported | ImportUndone
Said = (
    PersonRegisteredV1
    | RankGrantedV1
    | PositionAssignedV1
    | EducationRecordedV1
    | SanctionImposedV1
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
        case SanctionImposed():
            return _sanction(event, about.subject)
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
        case FactWithdrawn(withdraws=falls, on=on) | RegistrationWithdrawn(withdraws=falls, on=on):
            return FactWithdrawnV1(person_id=about.subject, withdraws=falls, withdrawn_on=on)
        case WorkUnitWithdrawn(unit_id=unit_id, on=on):
            return WorkUnitWithdrawnV1(unit_id=unit_id, withdrawn_on=on)
        case PostWithdrawn(post_id=post_id, on=on):
            return PostWithdrawnV1(post_id=post_id, withdrawn_on=on)
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


def _sanction(event: SanctionImposed, person_id: UUID) -> SanctionImposedV1:
    sanction = event.sanction
    return SanctionImposedV1(
        person_id=person_id,
        kind=sanction.kind,
        severity=sanction.severity.value,
        starts_on=sanction.starts_on,
        ends_on=sanction.ends_on,
        law=sanction.law,
        decree_number=sanction.decree_number,
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
