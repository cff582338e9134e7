"""Entering the record: who a person is, and the numbers and kinds of employment that follow.

A number once given is never given to anybody else and never disappears: a NIP that is converted or
corrected ends on the day on which the next one holds. A change of employment stands beside what
was before, from its own day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from uuid import UUID, uuid5

from services.profile.domain.facts import ContradictsRecord
from services.profile.domain.identifiers import IdentifierKind, Nip, NiPppk, agree
from services.profile.domain.terms import EmploymentKind, Refused, Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number that the State gave the person, as its keyed digest, and since when it holds."""

    kind: IdentifierKind
    digest: str
    valid_from: date
    valid_until: date | None = None

    @property
    def key(self) -> tuple[IdentifierKind, str]:
        return (self.kind, self.digest)


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
    """`permanent_since`: the TMT PNS of somebody who was a CPNS from `registered_on` until then."""

    event_id: UUID
    birth_date: date
    sex: Sex
    employment: EmploymentKind
    identifiers: tuple[Identifier, ...]
    registered_on: date
    details: Details
    replaces: UUID | None = None
    permanent_since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNumber:
    """Another number from a day on: a NIP converted or corrected (SIASN kind 27), or the NI PPPK
    of a contract with another formation. `says` is what the number tells about its bearer."""

    event_id: UUID
    identifier: Identifier
    says: Nip | NiPppk


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEmployment:
    """Another kind of employment from a day on; with another number where it brings one."""

    event_id: UUID
    employment: EmploymentKind
    since: date
    identifier: Identifier | None = None
    says: Nip | NiPppk | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToAgency:
    """Pindah instansi (PerBKN 5/2019): from that day the person serves another agency, and the
    whole record is its to keep. Ordered by the agency that lets the person go."""

    event_id: UUID
    leaves: str
    joins: str
    on: date


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered:
    """`moved_from`: the agency that served until `registered_on`; the record is the other's now."""

    event_id: UUID
    birth_date: date
    sex: Sex
    employment: EmploymentKind
    identifiers: tuple[Identifier, ...]
    registered_on: date
    details: Details | None
    replaces: UUID | None = None
    moved_from: str | None = None

    @property
    def effective_from(self) -> date:
        return self.registered_on


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsChanged:
    """Another spelling of the name, another title or contact: nobody else's business."""

    event_id: UUID
    details: Details | None


# What is refused


class NothingToReplace(Refused):
    """The correction names a fact that is not in force on this person's record."""


class NumberNoLongerHolds(Refused):
    """This number has been followed by another one; use the one that holds now."""


class NumberBeforeTheLast(Refused):
    """The new number would hold before the one it follows began."""


class NoSuchChangeOfEmployment(Refused):
    """Nobody comes from this kind of employment into that one."""


class MovesNowhere(Refused):
    """Whoever moves goes to another agency than the one that keeps the record."""


class MoveAhead(Refused):
    """A move is recorded when its day has come: the record changes hands on that day."""


class EmploymentBeforeTheLast(Refused):
    """The new employment would begin before the one it follows."""


class NumberNeeded(Refused):
    """This kind of employment comes with a number of its own."""


# The rules

Registrations = Sequence[PersonRegistered]
"""Those that stand, the present one last."""

# A PPPK who passes CPNS begins anew; probation ends as a PNS; part-time becomes full and back.
FOLLOWS = {
    EmploymentKind.CPNS: (EmploymentKind.PNS,),
    EmploymentKind.PNS: (),
    EmploymentKind.PPPK: (EmploymentKind.PPPK_PART_TIME, EmploymentKind.CPNS),
    EmploymentKind.PPPK_PART_TIME: (EmploymentKind.PPPK, EmploymentKind.CPNS),
}


def entered(command: Register) -> list[PersonRegistered]:
    """One entry, or two where probation ended on a day that is known."""
    told = PersonRegistered(
        event_id=command.event_id,
        birth_date=command.birth_date,
        sex=command.sex,
        employment=command.employment,
        identifiers=command.identifiers,
        registered_on=command.registered_on,
        replaces=command.replaces,
        details=command.details,
    )
    if command.permanent_since is None:
        return [told]
    if command.employment is not EmploymentKind.PNS:
        raise NoSuchChangeOfEmployment
    if command.permanent_since <= command.registered_on:
        raise EmploymentBeforeTheLast
    first = uuid5(command.event_id, "probation")
    return [
        replace(told, event_id=first, employment=EmploymentKind.CPNS),
        replace(told, registered_on=command.permanent_since, replaces=None),
    ]


def entered_again(
    command: Register, standing: Registrations, details: Details | None
) -> list[PersonRegistered | DetailsChanged]:
    """The same person by another door: the same, fuller, a correction, or a contradiction."""
    events, known = entered(command), standing[-1]
    *before, told = events
    if command.event_id == known.event_id:
        return []
    if command.replaces is not None and command.replaces != known.event_id:
        raise NothingToReplace
    if command.replaces is None:
        _check_number_holds(told, known)
    if _same_person(told, standing) and all(_was(one, standing) for one in before):
        now = command.details if command.replaces else _fuller(details, command.details)
        return [] if now == details else [DetailsChanged(event_id=command.event_id, details=now)]
    if command.replaces is not None:
        return [*events]
    return [*_confirmed(events, standing)]


def _fuller(known: Details | None, told: Details) -> Details:
    """What is left open erases nothing; only a correction does."""
    if known is None:
        return told
    open_ones = [one.name for one in fields(told) if getattr(told, one.name) is None]
    return replace(told, **{name: getattr(known, name) for name in open_ones})


def moved(
    command: MoveToAgency, known: PersonRegistered, details: Details | None
) -> PersonRegistered:
    """The same employment in another agency stands beside the one before, from its day."""
    if command.leaves == command.joins:
        raise MovesNowhere
    if command.on <= known.registered_on:
        raise EmploymentBeforeTheLast
    return replace(
        known,
        event_id=command.event_id,
        registered_on=command.on,
        details=details,
        replaces=None,
        moved_from=command.leaves,
    )


def stood(standing: Registrations, told: PersonRegistered) -> Registrations:
    """What stands after one more: in the place of the one it replaces, else by its day."""
    if told.replaces is not None and any(one.event_id == told.replaces for one in standing):
        return [told if one.event_id == told.replaces else one for one in standing]
    later = [one for one in standing if one.registered_on > told.registered_on]
    return [*standing[: len(standing) - len(later)], told, *later]


def _same_person(told: PersonRegistered, standing: Registrations) -> bool:
    """All that is told is so on record; a first day may be that of an earlier employment."""
    known = standing[-1]
    begun = {one.registered_on for one in standing}
    return (
        (told.birth_date, told.sex, told.employment)
        == (known.birth_date, known.sex, known.employment)
        and told.registered_on in begun
        and _keys(told) <= _keys(known)
    )


def _was(told: PersonRegistered, standing: Registrations) -> bool:
    began = {(one.employment, one.registered_on) for one in standing}
    return (told.employment, told.registered_on) in began


def _keys(told: PersonRegistered) -> set[tuple[IdentifierKind, str]]:
    return {one.key for one in told.identifiers}


def _check_number_holds(told: PersonRegistered, known: PersonRegistered) -> None:
    ended = {one.key for one in known.identifiers if one.valid_until is not None}
    present = next((one for one in told.identifiers if _is_present(one)), None)
    if present is not None and present.key in ended:
        raise NumberNoLongerHolds


def _is_present(identifier: Identifier) -> bool:
    return identifier.kind is not IdentifierKind.NIP_LAMA


def _confirmed(
    events: Sequence[PersonRegistered], standing: Registrations
) -> list[PersonRegistered]:
    """The end of probation becomes known: a CPNS becomes a PNS, and everything else stays. With
    its day, the PNS stands beside the CPNS; without, in the CPNS's place."""
    known, told = standing[-1], events[-1]
    kept = [replace(one, identifiers=known.identifiers) for one in events]
    probation = replace(told, employment=EmploymentKind.CPNS)
    match kept:
        case [alone] if _same_person(probation, [known]):
            return [replace(alone, replaces=known.event_id)]
        case [first, permanent] if _same_person(first, [known]):
            return [permanent]
        case [first, permanent] if _same_person(
            replace(first, employment=EmploymentKind.PNS), [known]
        ):
            return [replace(first, replaces=known.event_id), permanent]
        case _:
            raise ContradictsRecord


def numbered(
    command: GiveNumber, known: PersonRegistered, details: Details | None
) -> list[PersonRegistered]:
    """The number follows the one before, which ends on that day."""
    if command.identifier.key in {one.key for one in known.identifiers if not one.valid_until}:
        return []
    _check_says(known.employment, known, command.says)
    return [
        replace(
            known,
            event_id=command.event_id,
            identifiers=_followed(known.identifiers, command.identifier),
            details=_with_number(details, command.says),
            replaces=known.event_id,
        )
    ]


def employed_anew(
    command: ChangeEmployment, known: PersonRegistered, details: Details | None
) -> list[PersonRegistered]:
    """The new employment stands beside the old one, which held until its day."""
    if (command.employment, command.since) == (known.employment, known.registered_on):
        return []
    if command.employment not in FOLLOWS[known.employment]:
        raise NoSuchChangeOfEmployment
    if command.since <= known.registered_on:
        raise EmploymentBeforeTheLast
    numbers = known.identifiers
    if command.identifier is not None and command.says is not None:
        _check_says(command.employment, known, command.says)
        if command.identifier.key not in {one.key for one in numbers if not one.valid_until}:
            numbers = _followed(numbers, command.identifier)
            details = _with_number(details, command.says)
    elif command.employment.by_contract != known.employment.by_contract:
        raise NumberNeeded
    return [
        replace(
            known,
            event_id=command.event_id,
            employment=command.employment,
            identifiers=numbers,
            registered_on=command.since,
            details=details,
            replaces=None,
            moved_from=None,
        )
    ]


def _check_says(employment: EmploymentKind, known: PersonRegistered, says: Nip | NiPppk) -> None:
    if isinstance(says, NiPppk) is not employment.by_contract:
        raise NumberNeeded
    agree(says, known.birth_date, known.sex)


def _followed(numbers: Sequence[Identifier], told: Identifier) -> tuple[Identifier, ...]:
    if any(_is_present(one) and told.valid_from < one.valid_from for one in numbers):
        raise NumberBeforeTheLast
    ended = (
        replace(one, valid_until=told.valid_from)
        if _is_present(one) and one.valid_until is None
        else one
        for one in numbers
        if one.key != told.key
    )
    return (*ended, told)


def _with_number(details: Details | None, says: Nip | NiPppk) -> Details | None:
    return None if details is None else replace(details, number=says.value)
