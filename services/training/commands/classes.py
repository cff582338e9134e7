"""What may be asked of the schedule of classes, and of who takes part in them.

Whoever is enrolled takes the seat, ends the nomination and opens the enrolment in one transaction
(`execute_together`): the seat is decided in the stream of the class, so that of two who want the
last one the slower is decided anew and refused, and whoever dies in the middle has done nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Executed, Work, execute, fold
from services.chassis.deciding_together import execute_together
from services.chassis.events import Origin
from services.chassis.importing import AnyWork
from services.training.commands.programmes import offer_of
from services.training.commands.providers import state_of
from services.training.deps import Deps
from services.training.domain import enrolment, nomination, training_class
from services.training.domain.completion import enrolment_of
from services.training.domain.enrolment import Enrol, Withdraw
from services.training.domain.nomination import EnrolNominee, LeaveClass, Nominate
from services.training.domain.terms import UnknownPerson
from services.training.domain.training_class import (
    CancelClass,
    ClassIsOver,
    Command,
    FreeSeat,
    Known,
    Phase,
    Schedule,
    ScheduleClass,
    TakeSeat,
)
from services.training.projections.identity_index import Bearer, bearer_of
from services.training.streams import (
    class_id_of,
    class_stream,
    enrolment_stream,
    nomination_id_of,
    nomination_stream,
)


async def schedule(deps: Deps, agency: str, wanted: Schedule, origin: Origin) -> Executed[Any]:
    """A provider gives a class of a programme of the catalogue, or gives it otherwise."""
    await offer_of(deps, agency, wanted.programme)
    standing = await state_of(deps, agency, wanted.provider)
    command = ScheduleClass(schedule=wanted, provider=standing, on=deps.today())
    return await move(deps, agency, wanted.code, command, origin)


async def move(
    deps: Deps, agency: str, code: str, command: Command, origin: Origin
) -> Executed[Any]:
    work = class_work(agency, code, command, origin)
    return await execute(
        deps.store, training_class, work.stream, command,
        subject=work.subject, agency=agency, origin=origin,
    )  # fmt: skip


async def cancel(deps: Deps, agency: str, code: str, reason: str, origin: Origin) -> Executed[Any]:
    """The class will not be given; whoever is enrolled in it is withdrawn with it."""
    known = await class_of(deps, agency, code)
    today = deps.today()
    command = CancelClass(reason=reason, withdrawn=known.taken, on=today)
    work = [class_work(agency, code, command, origin)]
    histories = await deps.store.load_many(enrolment_stream(one) for one in known.taken)
    for one in sorted(known.taken):
        history = histories[enrolment_stream(one)]
        state = fold(enrolment, [recorded.event for recorded in history])
        if isinstance(state, enrolment.Open):
            person = Bearer(history[0].about.subject, agency)
            withdraw = Withdraw(enrolment=one, on=today, class_code=code)
            work.append(enrolment_work(one, person, withdraw, origin))
            work.append(nomination_work(code, person, LeaveClass(on=today), origin))
    return (await execute_together(deps.store, work))[0]


async def class_of(deps: Deps, agency: str, code: str) -> Known:
    """A class as the record has it."""
    history = await deps.store.load(class_stream(class_id_of(agency, code)))
    return training_class.of_record(fold(training_class, [one.event for one in history]))


async def schedules_of(deps: Deps, agency: str, codes: Collection[str]) -> dict[str, Schedule]:
    """Those of these classes that the agency has, as the record has them."""
    streams = {code: class_stream(class_id_of(agency, code)) for code in codes}
    told = await deps.store.load_many(streams.values())
    states = {
        code: fold(training_class, [one.event for one in told[stream]])
        for code, stream in streams.items()
    }
    return {code: state.schedule for code, state in states.items() if state is not None}


# Who takes part


async def nominate(
    deps: Deps, agency: str, code: str, person: UUID, by: str, origin: Origin
) -> tuple[UUID, Executed[Any]]:
    """Put a person forward for a class that is still to be given."""
    bearer = await learner(deps, agency, person)
    if (await class_of(deps, agency, code)).phase is not Phase.SCHEDULED:
        raise ClassIsOver
    nomination_id = nomination_id_of(class_id_of(agency, code), person)
    command = Nominate(nomination=nomination_id, class_code=code, by=by, on=deps.today())
    return nomination_id, await step(deps, bearer, nomination_id, command, origin)


async def step(
    deps: Deps, bearer: Bearer, nomination_id: UUID, command: nomination.Command, origin: Origin
) -> Executed[Any]:
    """Approve a nomination, refuse or withdraw it."""
    return await execute(
        deps.store, nomination, nomination_stream(nomination_id), command,
        subject=bearer.subject, agency=bearer.agency, origin=origin,
    )  # fmt: skip


async def enrol(
    deps: Deps, agency: str, code: str, person: UUID, origin: Origin
) -> tuple[UUID, Executed[Any]]:
    """Give an approved nominee a seat: seat, nomination and enrolment together, or none of them."""
    bearer = await learner(deps, agency, person)
    known = await class_of(deps, agency, code)
    of, today = known.schedule.of, deps.today()
    enrolment_id = enrolment_of(person, of)
    nominee = EnrolNominee(enrolment=enrolment_id, on=today)
    seat = TakeSeat(enrolment=enrolment_id, of=of, on=today)
    opening = Enrol(enrolment=enrolment_id, of=of, on=today, class_code=code)
    work: list[AnyWork] = [
        nomination_work(code, bearer, nominee, origin),
        class_work(agency, code, seat, origin),
        enrolment_work(enrolment_id, bearer, opening, origin),
    ]
    done = await execute_together(deps.store, work)
    return enrolment_id, done[0]


async def leave(
    deps: Deps, enrolment_id: UUID, who: Bearer, on: date, origin: Origin
) -> Executed[Any]:
    """The person will not take part after all; the seat, if there is one, is free again."""
    history = await deps.store.load(enrolment_stream(enrolment_id))
    state = fold(enrolment, [recorded.event for recorded in history])
    code = state.class_code if isinstance(state, enrolment.Open) else None
    command = Withdraw(enrolment=enrolment_id, on=on, class_code=code)
    work = [enrolment_work(enrolment_id, who, command, origin)]
    if code is not None:
        seat = FreeSeat(enrolment=enrolment_id, on=on)
        work.append(class_work(who.agency, code, seat, origin))
        work.append(nomination_work(code, who, LeaveClass(on=on), origin))
    return (await execute_together(deps.store, work))[0]


async def learner(deps: Deps, agency: str, person: UUID) -> Bearer:
    bearer = await bearer_of(deps.pool, person)
    if bearer is None or bearer.agency != agency:
        raise UnknownPerson
    return bearer


def class_work(agency: str, code: str, command: Command, origin: Origin) -> AnyWork:
    class_id = class_id_of(agency, code)
    return Work(
        decider=training_class,
        stream=class_stream(class_id),
        command=command,
        subject=class_id,
        agency=agency,
        origin=origin,
    )


def nomination_work(code: str, who: Bearer, command: nomination.Command, origin: Origin) -> AnyWork:
    nomination_id = nomination_id_of(class_id_of(who.agency, code), who.subject)
    return Work(
        decider=nomination,
        stream=nomination_stream(nomination_id),
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )


def enrolment_work(
    enrolment_id: UUID, who: Bearer, command: enrolment.Command, origin: Origin
) -> AnyWork:
    return Work(
        decider=enrolment,
        stream=enrolment_stream(enrolment_id),
        command=command,
        subject=who.subject,
        agency=who.agency,
        origin=origin,
    )
