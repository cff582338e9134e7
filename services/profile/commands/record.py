"""What may be asked about one person. Each names its stream, gathers what is needed, executes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from services.chassis.answering import Answer, Once
from services.chassis.deciding import (
    AlreadyReserved,
    Executed,
    Reservation,
    Within,
    Work,
    execute,
    raise_if_answered,
)
from services.chassis.events import Origin
from services.chassis.problems import NotFound
from services.profile.commands.lookup import agency_of, people_with
from services.profile.deps import Deps
from services.profile.domain import person
from services.profile.domain.entry import Entry, checked
from services.profile.domain.facts import Education, Position, Rank, Sanction
from services.profile.domain.identifiers import (
    IdentifierKind,
    Nip,
    NiPppk,
    kind_of,
    read_ni_pppk,
    read_nip,
)
from services.profile.domain.person import (
    AssignPosition,
    Command,
    GrantRank,
    ImposeSanction,
    RecordEducation,
)
from services.profile.domain.registration import (
    ChangeEmployment,
    GiveNumber,
    Identifier,
    MoveAhead,
    MoveToAgency,
    Register,
)
from services.profile.domain.terms import EmploymentKind
from services.profile.streams import number_stream, person_stream


@dataclass(frozen=True, slots=True)
class Case:
    """Who asks for it, in whose record, and how it is kept from happening twice."""

    agency: str
    origin: Origin
    once: Once | None = None

    def resting_on(self, document: str | None, sha256: str | None, *, verified: bool) -> Case:
        """The same case with the document that proves it, or as somebody's own declaration."""
        origin = replace(self.origin, document=document, sha256=sha256, verified=verified)
        return replace(self, origin=origin)


async def register(
    deps: Deps, case: Case, entry: Entry, *, replaces: UUID | None = None
) -> tuple[UUID, Executed[Any]]:
    """A person enters the record, or what is known of their name and contacts is renewed."""
    entry = checked(entry, deps.today())
    holder = (await people_with(deps, case.agency, [entry.number])).get(entry.number)
    try:
        return await _register_as(deps, case, entry, holder or deps.new_id(), replaces)
    except AlreadyReserved as faster:
        # Another door may have registered the number between our look and our append. What stands
        # in another agency's record is not ours to touch.
        holder = (await people_with(deps, case.agency, [entry.number])).get(entry.number)
        if holder != faster.holder:
            raise
        return await _register_as(deps, case, entry, holder, replaces)


async def _register_as(
    deps: Deps, case: Case, entry: Entry, person_id: UUID, replaces: UUID | None
) -> tuple[UUID, Executed[Any]]:
    work = registration(deps, case, entry, person_id, replaces)
    executed = await execute(
        deps.store,
        person,
        work.stream,
        work.command,
        subject=person_id,
        agency=case.agency,
        origin=case.origin,
        effective_from=work.effective_from,
        reserve=work.reserve,
        once=case.once,
        answer=lambda done: said_again(done, person_id=person_id),
    )
    return person_id, executed


def registration(
    deps: Deps, case: Case, entry: Entry, person_id: UUID, replaces: UUID | None = None
) -> Work[Any, Any, Any]:
    """The command that registers an entry, with its numbers reserved for this person."""
    numbers = [(kind, deps.digest(kind, value)) for kind, value in entry.numbers]
    command = Register(
        event_id=deps.new_id(),
        birth_date=entry.birth_date,
        sex=entry.sex,
        employment=entry.employment,
        identifiers=tuple(
            Identifier(kind=kind, digest=digest, valid_from=entry.registered_on)
            for kind, digest in numbers
        ),
        registered_on=entry.registered_on,
        permanent_since=entry.permanent_since,
        details=entry.details,
        replaces=replaces,
    )
    keys = [Reservation(number_stream(digest), person_id) for _, digest in numbers]
    return Work(
        decider=person,
        stream=person_stream(person_id),
        command=command,
        subject=person_id,
        agency=case.agency,
        origin=case.origin,
        effective_from=deps.today(),
        reserve=keys,
    )


async def grant_rank(
    deps: Deps, case: Case, person_id: UUID, rank: Rank, *, replaces: UUID | None = None
) -> Executed[Any]:
    """A rank, from its TMT."""
    command = GrantRank(event_id=deps.new_id(), rank=rank, replaces=replaces)
    return await told(deps, case, person_id, command)


async def assign_position(
    deps: Deps,
    case: Case,
    person_id: UUID,
    position: Position,
    *,
    replaces: UUID | None = None,
    caused_by: UUID | None = None,
    event_id: UUID | None = None,
) -> Executed[Any]:
    """A position, from its TMT; a definitive one ends the one before."""
    command = AssignPosition(
        event_id=event_id or deps.new_id(),
        position=position,
        caused_by=caused_by,
        replaces=replaces,
    )
    return await told(deps, case, person_id, command)


async def record_education(
    deps: Deps, case: Case, person_id: UUID, education: Education, *, replaces: UUID | None = None
) -> Executed[Any]:
    """A diploma."""
    command = RecordEducation(event_id=deps.new_id(), education=education, replaces=replaces)
    return await told(deps, case, person_id, command)


async def impose_sanction(
    deps: Deps, case: Case, person_id: UUID, sanction: Sanction, *, replaces: UUID | None = None
) -> Executed[Any]:
    """A disciplinary sanction."""
    command = ImposeSanction(event_id=deps.new_id(), sanction=sanction, replaces=replaces)
    return await told(deps, case, person_id, command)


async def give_number(
    deps: Deps, case: Case, person_id: UUID, number: str, *, valid_from: date
) -> Executed[Any]:
    """A number that follows the present one from a day on, reserved for this person."""
    identifier, says = _numbered(deps, number, valid_from)
    command = GiveNumber(event_id=deps.new_id(), identifier=identifier, says=says)
    return await told(deps, case, person_id, command, reserve=_reserved(identifier, person_id))


async def change_employment(
    deps: Deps,
    case: Case,
    person_id: UUID,
    employment: EmploymentKind,
    *,
    since: date,
    number: str | None,
) -> Executed[Any]:
    """Another kind of employment from a day on, with its number if it brings one."""
    identifier, says = _numbered(deps, number, since) if number else (None, None)
    command = ChangeEmployment(
        event_id=deps.new_id(),
        employment=employment,
        since=since,
        identifier=identifier,
        says=says,
    )
    return await told(deps, case, person_id, command, reserve=_reserved(identifier, person_id))


async def move_to_agency(
    deps: Deps, case: Case, person_id: UUID, joins: str, *, on: date
) -> Executed[Any]:
    """From that day the person stands in another agency's record, which alone reads it then."""
    if on > deps.today():
        raise MoveAhead
    command = MoveToAgency(event_id=deps.new_id(), leaves=case.agency, joins=joins, on=on)
    if case.once is not None:
        await raise_if_answered(deps.store, case.once)
    await _stands_in(deps, case.agency, person_id)
    return await execute(
        deps.store,
        person,
        person_stream(person_id),
        command,
        subject=person_id,
        agency=joins,
        origin=case.origin,
        once=case.once,
        answer=said_again,
    )


def _numbered(deps: Deps, number: str, valid_from: date) -> tuple[Identifier, Nip | NiPppk]:
    kind = kind_of(number)
    read = read_ni_pppk if kind is IdentifierKind.NI_PPPK else read_nip
    says = read(number, deps.today())
    digest = deps.digest(kind, says.value)
    return Identifier(kind=kind, digest=digest, valid_from=valid_from), says


def _reserved(identifier: Identifier | None, person_id: UUID) -> Sequence[Reservation]:
    return [Reservation(number_stream(identifier.digest), person_id)] if identifier else ()


async def told(
    deps: Deps,
    case: Case,
    person_id: UUID,
    command: Command,
    *,
    reserve: Sequence[Reservation] = (),
    within: Within | None = None,
) -> Executed[Any]:
    """Execute a command about somebody who stands in the agency's record."""
    await _stands_in(deps, case.agency, person_id)
    return await execute(
        deps.store,
        person,
        person_stream(person_id),
        command,
        subject=person_id,
        agency=case.agency,
        origin=case.origin,
        effective_from=deps.today(),
        reserve=reserve,
        once=case.once,
        answer=said_again,
        within=within,
    )


async def _stands_in(deps: Deps, agency: str, person_id: UUID) -> None:
    """What stands in another agency's record is not there for this one."""
    history = await deps.store.load(person_stream(person_id))
    if history and agency_of(history) != agency:
        raise NotFound


def said_again(done: Executed[Any], **more: UUID) -> Answer:
    """What a request that comes again is answered: the same as the first time."""
    said = {"token": done.token, "event_ids": done.event_ids, **more}
    return Answer(status=201, body=orjson.dumps(said))
