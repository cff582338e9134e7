"""What may be asked of those who take part in a class: their presence, and their results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, Work, execute_many, fold
from services.chassis.events import Origin
from services.chassis.importing import AnyWork
from services.training.commands.classes import class_of, enrolment_work, learner
from services.training.commands.programmes import offer_of
from services.training.commands.providers import state_of
from services.training.deps import Deps
from services.training.domain import attendance, enrolment
from services.training.domain.attendance import RecordAttendance
from services.training.domain.completion import Completion, Result, enrolment_of
from services.training.domain.enrolment import (
    EnrolmentOpened,
    NotEnrolled,
    RecordCompletion,
    RecordFailure,
)
from services.training.domain.programme import Offer
from services.training.domain.provider import of_record
from services.training.domain.terms import Evidence, Refused
from services.training.domain.training_class import Schedule
from services.training.projections.identity_index import Bearer
from services.training.streams import attendance_stream, enrolment_stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A class with what its results are made from: the programme, and who gives it."""

    schedule: Schedule
    offer: Offer
    provider: str


async def given_class(deps: Deps, agency: str, code: str) -> Given:
    known = await class_of(deps, agency, code)
    offer = await offer_of(deps, agency, known.schedule.programme)
    provider = of_record(await state_of(deps, agency, known.schedule.provider)).provider
    return Given(schedule=known.schedule, offer=offer, provider=provider.legal_name)


async def record_attendance(
    deps: Deps, agency: str, code: str, person: UUID, told: tuple[int, bool], origin: Origin
) -> Executed[Any]:
    """Somebody was there in a session, or was not."""
    bearer = await learner(deps, agency, person)
    schedule = (await class_of(deps, agency, code)).schedule
    if not await enrolled(deps, schedule, [bearer]):
        raise NotEnrolled
    return await _one(deps, attendance_work(deps, schedule, bearer, told, origin))


async def record_result(
    deps: Deps, agency: str, code: str, person: UUID, result: Result, origin: Origin
) -> Executed[Any]:
    """How the class ended for somebody."""
    bearer = await learner(deps, agency, person)
    given = await given_class(deps, agency, code)
    if not await enrolled(deps, given.schedule, [bearer]):
        raise NotEnrolled
    return await _one(deps, result_work(deps, given, bearer, result, origin))


async def enrolled(deps: Deps, schedule: Schedule, people: Iterable[Bearer]) -> set[UUID]:
    """Who of these was enrolled in this class and has not left it."""
    streams = {
        one.subject: enrolment_stream(enrolment_of(one.subject, schedule.of)) for one in people
    }
    told = await deps.store.load_many(streams.values())
    found: set[UUID] = set()
    for person, stream in streams.items():
        events = [one.event for one in told[stream]]
        opened = [one.class_code for one in events if isinstance(one, EnrolmentOpened)]
        left = isinstance(fold(enrolment, events), enrolment.Unknown | enrolment.Withdrawn)
        if opened[-1:] == [schedule.code] and not left:
            found.add(person)
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
