"""What may be asked of those who take part in a class: their presence, and their results."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, Work, execute_many, fold
from services.chassis.events import Origin
from services.chassis.importing import AnyWork
from services.training.commands.classes import class_of, enrolment_work, learner, schedules_of
from services.training.commands.programmes import offers_of
from services.training.commands.providers import states_of
from services.training.deps import Deps
from services.training.domain import attendance, enrolment, provider
from services.training.domain.attendance import RecordAttendance
from services.training.domain.completion import Completion, Result, enrolment_of
from services.training.domain.enrolment import (
    EnrolmentOpened,
    NotEnrolled,
    RecordCompletion,
    RecordFailure,
)
from services.training.domain.programme import Offer
from services.training.domain.terms import Evidence, Refused
from services.training.domain.training_class import Schedule, UnknownClass
from services.training.projections.identity_index import Bearer
from services.training.streams import attendance_stream, enrolment_stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A class with what its results are made from: the programme, and who gives it."""

    schedule: Schedule
    offer: Offer
    provider: str


async def given_classes(deps: Deps, agency: str, codes: Collection[str]) -> dict[str, Given]:
    """Those of these classes that the agency has, each with its programme."""
    schedules = await schedules_of(deps, agency, codes)
    offers = await offers_of(deps, agency, {one.programme for one in schedules.values()})
    providers = await states_of(deps, agency, {one.provider for one in schedules.values()})
    return {
        code: Given(
            schedule=schedule,
            offer=offers[schedule.programme],
            provider=_name(schedule.provider, providers[schedule.provider]),
        )
        for code, schedule in schedules.items()
        if schedule.programme in offers
    }


def _name(external_id: str, state: provider.State) -> str:
    return external_id if state is None else state.provider.legal_name


async def record_attendance(
    deps: Deps, agency: str, code: str, person: UUID, told: tuple[int, bool], origin: Origin
) -> Executed[Any]:
    """Somebody was there in a session, or was not."""
    bearer = await learner(deps, agency, person)
    schedule = (await class_of(deps, agency, code)).schedule
    if not await enrolled(deps, [(schedule, bearer)]):
        raise NotEnrolled
    return await _one(deps, attendance_work(deps, schedule, bearer, told, origin))


async def record_result(
    deps: Deps, agency: str, code: str, person: UUID, result: Result, origin: Origin
) -> Executed[Any]:
    """How the class ended for somebody."""
    bearer = await learner(deps, agency, person)
    given = (await given_classes(deps, agency, [code])).get(code)
    if given is None:
        raise UnknownClass
    if not await enrolled(deps, [(given.schedule, bearer)]):
        raise NotEnrolled
    return await _one(deps, result_work(deps, given, bearer, result, origin))


async def enrolled(deps: Deps, asked: Collection[tuple[Schedule, Bearer]]) -> set[tuple[str, UUID]]:
    """Who of these was enrolled in the class beside and has not left it: its code, the person."""
    streams = [enrolment_stream(enrolment_of(who.subject, course.of)) for course, who in asked]
    told = await deps.store.load_many(streams)
    found: set[tuple[str, UUID]] = set()
    for (course, who), stream in zip(asked, streams, strict=True):
        events = [one.event for one in told[stream]]
        opened = [one.class_code for one in events if isinstance(one, EnrolmentOpened)]
        left = isinstance(fold(enrolment, events), enrolment.Unknown | enrolment.Withdrawn)
        if opened[-1:] == [course.code] and not left:
            found.add((course.code, who.subject))
    return found


def attendance_work(
    deps: Deps, schedule: Schedule, who: Bearer, told: tuple[int, bool], origin: Origin
) -> AnyWork:
    session, present = told
    enrolment_id = enrolment_of(who.subject, schedule.of)
    return Work(
        decider=attendance,
        stream=attendance_stream(enrolment_id),
        command=RecordAttendance(
            event_id=deps.new_id(),
            enrolment=enrolment_id,
            session=session,
            present=present,
            sessions=schedule.sessions,
            today=deps.today(),
        ),
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )


def result_work(deps: Deps, given: Given, who: Bearer, result: Result, origin: Origin) -> AnyWork:
    schedule = given.schedule
    enrolment_id = enrolment_of(who.subject, schedule.of)
    command: enrolment.Command
    if result.evidence is None:
        command = RecordFailure(enrolment=enrolment_id, on=schedule.last_day, mark=result.mark)
    else:
        command = RecordCompletion(
            enrolment=enrolment_id,
            event_id=deps.new_id(),
            completion=_completion(given, result, result.evidence),
            today=deps.today(),
        )
    return enrolment_work(enrolment_id, who, command, origin)


def _completion(given: Given, result: Result, evidence: Evidence) -> Completion:
    return Completion(
        on=given.schedule.last_day,
        jp=given.offer.jp,
        title=given.offer.title,
        form=given.offer.form,
        provider=given.provider,
        evidence=evidence,
        certificate_number=result.certificate_number,
        certificate_date=result.certificate_date,
        certificate_link=result.certificate_link,
        mark=result.mark,
    )


async def _one(deps: Deps, work: AnyWork) -> Executed[Any]:
    [done] = await execute_many(deps.store, [work], refused=Refused)
    if isinstance(done, Exception):
        raise done
    return done
