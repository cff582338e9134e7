"""The life of one person on record: registered, then given ranks, positions, diplomas, sanctions.

Nothing is ever changed: a correction is a new fact that names the one it replaces. Telling the
same fact again decides nothing. When the law lets go of the record, the person may be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID, uuid5

from services.profile.domain.fact_events import (
    EducationRecorded,
    FactEvent,
    PositionAssigned,
    RankGranted,
    SanctionImposed,
    event_of,
    fact_of,
)
from services.profile.domain.facts import (
    ContradictsRecord,
    Education,
    Fact,
    Position,
    Rank,
    Sanction,
    fuller,
)
from services.profile.domain.forgetting import (
    AskForgetting,
    Forget,
    ForgetAgain,
    ForgettingAsked,
    PersonForgotten,
    PersonIsForgotten,
    asked,
    forgotten,
    forgotten_again,
)
from services.profile.domain.identifiers import IdentifierKind
from services.profile.domain.terms import EmploymentKind, Refused, Sex
from services.profile.domain.withdrawing import (
    ChangedSince,
    FactWithdrawn,
    RegistrationWithdrawn,
    TakeBack,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number that the State gave the person, as its keyed digest, and since when it holds."""

    kind: IdentifierKind
    digest: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What names a person: the name, the numbers in clear, the contacts. Stored sealed."""

    name: str
    front_title: str | None = None
    back_title: str | None = None
    number: str | None = None
    old_number: str | None = None
    nik: str | None = None
    phone: str | None = None
    email: str | None = None


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    event_id: UUID
    birth_date: date
    sex: Sex
    employment: EmploymentKind
    identifiers: tuple[Identifier, ...]
    registered_on: date
    details: Details
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRank:
    event_id: UUID
    rank: Rank
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignPosition:
    event_id: UUID
    position: Position
    caused_by: UUID | None = None
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEducation:
    event_id: UUID
    education: Education
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImposeSanction:
    event_id: UUID
    sanction: Sanction
    replaces: UUID | None = None


Command = (
    Register
    | GrantRank
    | AssignPosition
    | RecordEducation
    | ImposeSanction
    | AskForgetting
    | Forget
    | ForgetAgain
    | TakeBack
)


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered:
    event_id: UUID
    birth_date: date
    sex: Sex
    employment: EmploymentKind
    identifiers: tuple[Identifier, ...]
    registered_on: date
    details: Details | None
    replaces: UUID | None = None

    @property
    def effective_from(self) -> date:
        return self.registered_on


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsChanged:
    """Another spelling of the name, another title or contact: nobody else's business."""

    event_id: UUID
    details: Details | None


Withdrawal = FactWithdrawn | RegistrationWithdrawn
Event = (
    PersonRegistered | DetailsChanged | FactEvent | Withdrawal | ForgettingAsked | PersonForgotten
)


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class OnRecord:
    """`facts` are those in force, by the id of the event that said them."""

    registration: PersonRegistered
    details: Details | None
    facts: tuple[tuple[UUID, Fact], ...] = ()
    forgetting: ForgettingAsked | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    pass


State = Unknown | OnRecord | Forgotten
initial: State = Unknown()


# What is refused


class NotRegistered(Refused):
    """This person is not on record."""


class BeforeBirth(Refused):
    """The fact would have begun before the person was born."""


class NothingToReplace(Refused):
    """The correction names a fact that is not in force on this person's record."""


# The rules


def decide(command: Command, state: State) -> list[Event]:  # noqa: PLR0911 - a line for each
    if isinstance(state, Forgotten):
        if isinstance(command, Forget | ForgetAgain):
            return []
        raise PersonIsForgotten
    match command:
        case AskForgetting() | Forget() | ForgetAgain():
            return _forget(command, state)
        case TakeBack(falls=falls, events=events):
            if not isinstance(state, OnRecord) or not falls <= _standing(state):
                raise ChangedSince
            return [*events]
        case Register():
            return _register(command, state)
        case GrantRank(event_id=event_id, rank=rank, replaces=replaces):
            return _tell(state, rank, event_id, replaces)
        case RecordEducation(event_id=event_id, education=education, replaces=replaces):
            return _tell(state, education, event_id, replaces)
        case ImposeSanction(event_id=event_id, sanction=sanction, replaces=replaces):
            return _tell(state, sanction, event_id, replaces)
        case AssignPosition():
            return _assign(command, state)
        case _:
            assert_never(command)


def _register(command: Register, state: Unknown | OnRecord) -> list[Event]:
    registered = PersonRegistered(
        event_id=command.event_id,
        birth_date=command.birth_date,
        sex=command.sex,
        employment=command.employment,
        identifiers=command.identifiers,
        registered_on=command.registered_on,
        replaces=command.replaces,
        details=command.details,
    )
    if isinstance(state, Unknown):
        return [registered]
    if command.event_id == state.registration.event_id:
        return []
    if command.replaces is not None and command.replaces != state.registration.event_id:
        raise NothingToReplace
    if _identity(registered) != _identity(state.registration):
        if command.replaces is None and not _confirmed(registered, state.registration):
            raise ContradictsRecord
        return [replace(registered, replaces=state.registration.event_id)]
    if command.details == state.details:
        return []
    return [DetailsChanged(event_id=command.event_id, details=command.details)]


def _standing(state: OnRecord) -> set[UUID]:
    return {state.registration.event_id, *(event_id for event_id, _ in state.facts)}


def _forget(command: AskForgetting | Forget | ForgetAgain, state: State) -> list[Event]:
    if not isinstance(state, OnRecord):
        if isinstance(command, ForgetAgain):
            return []
        raise NotRegistered
    facts = [fact for _, fact in state.facts]
    match command:
        case AskForgetting():
            return [*asked(command, state.forgetting, facts)]
        case Forget():
            return [*forgotten(command, state.forgetting, facts)]
        case ForgetAgain():
            return [*forgotten_again(command)]
        case _:
            assert_never(command)


def _identity(registered: PersonRegistered) -> tuple[object, ...]:
    return (
        registered.birth_date,
        registered.sex,
        registered.employment,
        registered.identifiers,
        registered.registered_on,
    )


def _confirmed(told: PersonRegistered, known: PersonRegistered) -> bool:
    """The end of probation: a CPNS becomes a PNS, and everything else stays."""
    became = (known.employment, told.employment) == (EmploymentKind.CPNS, EmploymentKind.PNS)
    return became and _identity(replace(told, employment=known.employment)) == _identity(known)


def _assign(command: AssignPosition, state: State) -> list[Event]:
    """A definitive position ends the one before, and is ended by the one that follows."""
    if not isinstance(state, OnRecord):
        raise NotRegistered
    told = command.position
    others = [
        (event_id, fact)
        for event_id, fact in state.facts
        if isinstance(fact, Position) and fact.definitive and event_id != command.replaces
    ]
    if told.definitive and told.until is None:
        later = [fact.effective_from for _, fact in others if _follows(fact, told)]
        told = replace(told, until=min(later)) if later else told
    events = _tell(state, told, command.event_id, command.replaces, command.caused_by)
    if events and told.definitive:
        for event_id, fact in others:
            if fact.until is None and _follows(told, fact):
                ended = replace(fact, until=told.effective_from)
                name = uuid5(command.event_id, f"ends {event_id}")
                events.append(PositionAssigned(event_id=name, position=ended, replaces=event_id))
    return events


def _follows(later: Position, earlier: Position) -> bool:
    return later.effective_from > earlier.effective_from


def _tell(
    state: State,
    told: Fact,
    event_id: UUID,
    replaces: UUID | None,
    caused_by: UUID | None = None,
) -> list[Event]:
    """A fact that is new, or fuller than the record, or the correction of one it names."""
    if not isinstance(state, OnRecord):
        raise NotRegistered
    if told.begins < state.registration.birth_date:
        raise BeforeBirth
    known = dict(state.facts)
    if event_id in known:
        return []
    if replaces is not None:
        return _correct(known, told, event_id, replaces, caused_by)
    for known_id, fact in state.facts:
        if fact.key == told.key:
            combined = _combined(fact, told)
            return [] if combined == fact else [event_of(combined, event_id, known_id, caused_by)]
    return [event_of(told, event_id, None, caused_by)]


def _correct(
    known: dict[UUID, Fact], told: Fact, event_id: UUID, replaces: UUID, caused_by: UUID | None
) -> list[Event]:
    if type(known.get(replaces)) is not type(told):
        raise NothingToReplace
    if known[replaces] == told:
        return []
    if any(fact.key == told.key for other, fact in known.items() if other != replaces):
        raise ContradictsRecord
    return [event_of(told, event_id, replaces, caused_by)]


def _combined(known: Fact, told: Fact) -> Fact:
    match known, told:
        case (Rank(), Rank()):
            return fuller(known, told)
        case (Position(), Position()):
            return fuller(known, told)
        case (Education(), Education()):
            return fuller(known, told)
        case (Sanction(), Sanction()):
            return fuller(known, told)
        case _:
            raise ContradictsRecord


def evolve(state: State, event: Event) -> State:  # noqa: PLR0911 - a line for each
    match event, state:
        case PersonRegistered(details=details), Unknown():
            return OnRecord(event, details)
        case PersonRegistered(details=details), OnRecord():
            return replace(state, registration=event, details=details)
        case FactWithdrawn(withdraws=falls), OnRecord(facts=facts):
            return replace(state, facts=tuple(known for known in facts if known[0] != falls))
        case RegistrationWithdrawn(), OnRecord():
            return Unknown()
        case ForgettingAsked(), OnRecord():
            return replace(state, forgetting=event)
        case PersonForgotten(), _:
            return Forgotten()
        case DetailsChanged(details=details), OnRecord():
            return replace(state, details=details)
        case (
            RankGranted() | PositionAssigned() | EducationRecorded() | SanctionImposed(),
            OnRecord(facts=facts),
        ):
            kept = tuple(known for known in facts if known[0] != event.replaces)
            return replace(state, facts=(*kept, (event.event_id, fact_of(event))))
        case _:
            raise AssertionError("a stream begins with PersonRegistered")
