"""The life of one person on record: registered, then given ranks, positions, diplomas, sanctions.

Nothing is ever changed: a correction is a new fact that names the one it replaces. Telling the
same fact again decides nothing. When the law lets go of the record, the person may be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID, uuid5

from services.profile.domain.discipline import (
    AppealSanction,
    CancelSanction,
    DecideAppeal,
    SanctionCancelled,
    appealed,
    cancelled,
    decided,
)
from services.profile.domain.fact_events import (
    FactEvent,
    PositionAssigned,
    event_of,
    fact_of,
)
from services.profile.domain.facts import (
    ContradictsRecord,
    Education,
    Fact,
    OtherFact,
    Position,
    Rank,
    Sanction,
    check_references,
    check_suits,
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
from services.profile.domain.registration import (
    ChangeEmployment,
    Details,
    DetailsChanged,
    GiveNumber,
    MoveToAgency,
    NothingToReplace,
    PersonRegistered,
    Register,
    Registrations,
    employed_anew,
    entered,
    entered_again,
    moved,
    numbered,
    stood,
)
from services.profile.domain.terms import Refused
from services.profile.domain.withdrawing import (
    ChangedSince,
    FactWithdrawn,
    RegistrationWithdrawn,
    TakeBack,
)

# What may be asked


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TellFact:
    """A leave, a study assignment, an award, a contract's term, masa kerja, angka kredit."""

    event_id: UUID
    fact: OtherFact
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmFact:
    """Somebody has seen the document: what was only declared is told again, verified."""

    event_id: UUID
    fact: UUID


Command = (
    Register
    | GiveNumber
    | ChangeEmployment
    | MoveToAgency
    | GrantRank
    | AssignPosition
    | RecordEducation
    | ImposeSanction
    | AppealSanction
    | DecideAppeal
    | CancelSanction
    | TellFact
    | ConfirmFact
    | AskForgetting
    | Forget
    | ForgetAgain
    | TakeBack
)


# What may have happened


Withdrawal = FactWithdrawn | SanctionCancelled | RegistrationWithdrawn
Event = (
    PersonRegistered | DetailsChanged | FactEvent | Withdrawal | ForgettingAsked | PersonForgotten
)


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Unknown:
    pass


@dataclass(frozen=True, slots=True)
class OnRecord:
    """`facts` are those in force, by the id of the event that said them; `former` are earlier
    employments, which stand beside the present one."""

    registration: PersonRegistered
    details: Details | None
    facts: tuple[tuple[UUID, Fact], ...] = ()
    forgetting: ForgettingAsked | None = None
    former: tuple[PersonRegistered, ...] = ()
    cancelled: frozenset[UUID] = frozenset()

    @property
    def standing(self) -> tuple[PersonRegistered, ...]:
        return (*self.former, self.registration)


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


# The rules


def decide(command: Command, state: State) -> list[Event]:  # noqa: PLR0911, PLR0912 - a line for each
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
        case Register() | GiveNumber() | ChangeEmployment():
            return _enter(command, state)
        case MoveToAgency():
            return _move(command, state)
        case AppealSanction() | DecideAppeal() | CancelSanction():
            return _discipline(command, state)
        case ConfirmFact():
            return _confirm(command, state)
        case TellFact(event_id=event_id, fact=fact, replaces=replaces):
            return _tell(state, fact, event_id, replaces)
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


def _enter(
    command: Register | GiveNumber | ChangeEmployment, state: Unknown | OnRecord
) -> list[Event]:
    match command, state:
        case Register(), Unknown():
            return [*entered(command)]
        case Register(), OnRecord(details=details):
            return [*entered_again(command, state.standing, details)]
        case GiveNumber(), OnRecord(registration=known, details=details):
            return [*numbered(command, known, details)]
        case ChangeEmployment(), OnRecord(registration=known, details=details):
            return [*employed_anew(command, known, details)]
        case _:
            raise NotRegistered


def _move(command: MoveToAgency, state: Unknown | OnRecord) -> list[Event]:
    """What is held ends with the day before; the agency that receives the person says what then."""
    if not isinstance(state, OnRecord):
        raise NotRegistered
    if command.event_id in _standing(state):
        return []
    events: list[Event] = [moved(command, state.registration, state.details)]
    for event_id, fact in state.facts:
        if isinstance(fact, Position) and fact.until is None and fact.begins < command.on:
            name = uuid5(command.event_id, f"ends {event_id}")
            ended = replace(fact, until=command.on)
            events.append(PositionAssigned(event_id=name, position=ended, replaces=event_id))
    return events


def _discipline(
    command: AppealSanction | DecideAppeal | CancelSanction, state: Unknown | OnRecord
) -> list[Event]:
    if not isinstance(state, OnRecord):
        raise NotRegistered
    known = dict(state.facts)
    if command.event_id in known or command.sanction in state.cancelled:
        return []
    match command:
        case AppealSanction():
            return [*appealed(command, known)]
        case DecideAppeal():
            return [*decided(command, known)]
        case CancelSanction():
            return [*cancelled(command, known)]
        case _:
            assert_never(command)


def _confirm(command: ConfirmFact, state: Unknown | OnRecord) -> list[Event]:
    if not isinstance(state, OnRecord):
        raise NotRegistered
    known = dict(state.facts)
    if command.event_id in known:
        return []
    if command.fact not in known:
        raise NothingToReplace
    return [event_of(known[command.fact], command.event_id, command.fact)]


def _standing(state: OnRecord) -> set[UUID]:
    return {one.event_id for one in state.standing} | {event_id for event_id, _ in state.facts}


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
    check_references(told)
    if told.begins < state.registration.birth_date:
        raise BeforeBirth
    check_suits(told, {one.employment for one in state.standing})
    known = dict(state.facts)
    if event_id in known:
        return []
    if replaces is not None:
        return _correct(known, told, event_id, replaces, caused_by)
    for known_id, fact in state.facts:
        if fact.key == told.key:
            combined = fuller(fact, told)
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


def evolve(state: State, event: Event) -> State:  # noqa: PLR0911 - a line for each
    if isinstance(event, FactEvent) and isinstance(state, OnRecord):
        kept = tuple(known for known in state.facts if known[0] != event.replaces)
        return replace(state, facts=(*kept, (event.event_id, fact_of(event))))
    match event, state:
        case PersonRegistered(details=details), Unknown():
            return OnRecord(event, details)
        case PersonRegistered(details=details), OnRecord():
            return _standing_as(replace(state, details=details), stood(state.standing, event))
        case ((FactWithdrawn() | SanctionCancelled()), OnRecord(facts=facts)):
            kept = tuple(known for known in facts if known[0] != event.withdraws)
            cancelled = {event.withdraws} if isinstance(event, SanctionCancelled) else set()
            return replace(state, facts=kept, cancelled=state.cancelled | cancelled)
        case RegistrationWithdrawn(withdraws=falls), OnRecord():
            return _standing_as(state, [o for o in state.standing if o.event_id != falls])
        case ForgettingAsked(), OnRecord():
            return replace(state, forgetting=event)
        case PersonForgotten(), _:
            return Forgotten()
        case DetailsChanged(details=details), OnRecord():
            return replace(state, details=details)
        case _:
            raise AssertionError("a stream begins with PersonRegistered")


def _standing_as(state: OnRecord, standing: Registrations) -> State:
    if not standing:
        return Unknown()
    *former, present = standing
    return replace(state, registration=present, former=tuple(former))
