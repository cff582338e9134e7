"""One programme of the catalogue: what is offered under a code, how many JP it earns, and what for.

What a programme teaches, how, and at which price (`Delivery`) came into the catalogue later than
the rest: who does not tell it leaves it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from services.training.domain.terms import Form, Refused


class Mode(StrEnum):
    CLASSROOM = "CLASSROOM"
    ONLINE = "ONLINE"
    BLENDED = "BLENDED"
    AT_WORK = "AT_WORK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which competency is brought to which of its five levels."""

    competency: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """`price`: per person, whole rupiah; `provider`: its external id, if it is on record."""

    targets: tuple[Target, ...]
    mode: Mode
    price: int
    provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`provider`: by name. `delivery` None: not told."""

    code: str
    title: str
    form: Form
    jp: int
    provider: str
    delivery: Delivery | None = None


# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineProgramme:
    """`whole`: also what the offer does not tell, as when it is put back as it was."""

    offer: Offer
    on: date
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawProgramme:
    """It should never have been in the catalogue, if that is still what the catalogue says."""

    offer: Offer
    on: date


Command = DefineProgramme | WithdrawProgramme


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDefined:
    """Said again with other details, it holds from `on`; trainings finished keep their own JP."""

    offer: Offer
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeWithdrawn:
    code: str
    on: date


Event = ProgrammeDefined | ProgrammeWithdrawn


# What must be remembered to decide


@dataclass(frozen=True, slots=True)
class Undefined:
    pass


@dataclass(frozen=True, slots=True)
class Defined:
    offer: Offer


State = Undefined | Defined
initial: State = Undefined()


# What is refused


class UnknownProgramme(Refused):
    """The catalogue has no programme with this code."""


class WithoutJp(Refused):
    """A programme earns at least one JP."""


class TargetOutOfRange(Refused):
    """The target level of a competency is 1 to 5."""


class CompetencyNamedTwice(Refused):
    """A programme names each competency once, with one target level."""


class PriceBelowZero(Refused):
    """A price is not below zero."""


class OfferChangedSince(Refused):
    """Somebody has changed this programme since; correct it by hand."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    match command:
        case DefineProgramme():
            return _define(command, state)
        case WithdrawProgramme(offer=offer, on=on):
            if state != Defined(offer):
                raise OfferChangedSince
            return [ProgrammeWithdrawn(code=offer.code, on=on)]
        case _:
            assert_never(command)


def _define(command: DefineProgramme, state: State) -> list[Event]:
    if command.offer.jp < 1:
        raise WithoutJp
    offer = command.offer if command.whole else _with_what_is_known(command.offer, state)
    if offer.delivery is not None:
        _check(offer.delivery)
    if state == Defined(offer):
        return []
    return [ProgrammeDefined(offer=offer, on=command.on)]


def _with_what_is_known(offer: Offer, state: State) -> Offer:
    if offer.delivery is None and isinstance(state, Defined):
        return replace(offer, delivery=state.offer.delivery)
    return offer


def _check(delivery: Delivery) -> None:
    if any(not 1 <= one.level <= 5 for one in delivery.targets):
        raise TargetOutOfRange
    if len({one.competency for one in delivery.targets}) < len(delivery.targets):
        raise CompetencyNamedTwice
    if delivery.price < 0:
        raise PriceBelowZero


def offered(state: State) -> Offer:
    if isinstance(state, Undefined):
        raise UnknownProgramme
    return state.offer


def evolve(state: State, event: Event) -> State:
    return Defined(event.offer) if isinstance(event, ProgrammeDefined) else Undefined()
